"""A guest without a code types a bit of the name, or the end of the phone number, and is found (G9).

The search itself works on a copy of the names in memory (``NameIndex``), in a thread of its own, so that it costs no
guest at a door any time. What was typed is not kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from devices.contract.cards import Candidate
from devices.contract.messages import ItemKind, Progress, RequestAnswer
from hub.domain.masks import mask_name, mask_phone
from hub.domain.name_search import Findable, Found, NameIndex
from hub.domain.requests import Asked
from hub.ports import Store
from hub.usecases.asking import Asking, refusal

SOON = timedelta(hours=1)
"""Guests are found from so long before their doors open until their meeting ends."""

PART = 200
"""Names read in one transaction: about 3 ms, in which a door waits on SQLite."""

_LONGEST_MASK = 40


@dataclass(slots=True)
class Names:
    """The names of the meetings that are open now or soon, kept up to date by the feed. For one thread."""

    index: NameIndex
    _incarnation: str = ""
    _position: int = 0
    _meetings: frozenset[str] = frozenset()

    def follow(self, store: Store, now: datetime) -> frozenset[str]:
        """Take over what changed; returns the meetings (ids) whose guests can be found. Raises StoreUnavailable."""
        with store.read() as tx:
            incarnation = tx.feed.incarnation()
            head = tx.feed.head([ItemKind.GUEST])
            open_now = frozenset(one.id for one in tx.meetings.between(now, now + SOON) if not one.cancelled)
        if incarnation != self._incarnation or head < self._position:
            self.index.keep_only(())
            self._incarnation, self._position, self._meetings = incarnation, head, frozenset()
        if self._meetings - open_now:
            self._meetings &= open_now
            self.index.keep_only(self._meetings)
        while self._position < head:
            self._changes(store)
        for meeting in sorted(open_now - self._meetings):
            self._load(store, meeting)
            self._meetings |= {meeting}
        return self._meetings

    def _changes(self, store: Store) -> None:
        with store.read() as tx:
            changes = tx.feed.after(self._position, [ItemKind.GUEST], PART)
            known = tx.names.by_lookup([one.key for one in changes])
            head = tx.feed.head([ItemKind.GUEST])
        for change in changes:
            found = known.get(change.key)
            if found and found.meeting in self._meetings:
                self.index.put(found)
            else:
                self.index.drop(change.key)
        self._position = changes[-1].seq if changes else head

    def _load(self, store: Store, meeting: str) -> None:
        last: Findable | None = None
        while True:
            with store.read() as tx:
                part = tx.names.of_meeting(meeting, last, PART)
            for one in part:
                self.index.put(one)
            if len(part) < PART:
                return
            last = part[-1]


def serve_find(asking: Asking, found: Found, names: Names) -> RequestAnswer | None:
    """Note that a kiosk was shown these guests, and write the answer; refused when it asks too often.

    None for an id under which something else was asked.
    """
    before = asking.tx.requests.get(asking.request.id)
    if before is not None:
        return _answer(before, names.index.get(before.shown)) if asking.same(before) else None
    if asking.too_often():
        return refusal(asking.request, "too_many_questions")
    shown = tuple(one.lookup for one in found.guests)
    asked = asking.asked(shown=shown, more=found.more, reason=_reason(found))
    asking.tx.requests.add(asked)
    asking.tx.records.audit(asking.device, "guest.find", f"{len(shown)} shown", asking.now)
    return _answer(asked, found.guests)


def _reason(found: Found) -> str:
    return "" if found.guests or found.more else "not_found"


def _answer(asked: Asked, guests: Sequence[Findable]) -> RequestAnswer:
    if asked.reason:
        return RequestAnswer(id=asked.id, progress=Progress.REFUSED, reason=asked.reason)
    return RequestAnswer(
        id=asked.id,
        progress=Progress.ANSWERED,
        found=tuple(_candidate(one) for one in guests),
        more=asked.more,
    )


def _candidate(guest: Findable) -> Candidate:
    return Candidate(
        lookup=guest.lookup,
        meeting=guest.meeting,
        name=mask_name(guest.name)[:_LONGEST_MASK],
        phone=mask_phone(guest.phone)[:20],
    )
