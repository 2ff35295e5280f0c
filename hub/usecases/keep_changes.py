"""What booking sources changed is written: meetings, bookings, rooms, entries, and what a person is to decide of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from hub.domain import booked_meetings as booked
from hub.domain.booked_meetings import Reading
from hub.domain.bookings import Booking, BookingState, Turnover
from hub.domain.errors import HubError
from hub.domain.meetings import Meeting
from hub.domain.run_of_show import AgendaTimes
from hub.domain.source_items import BadItem, Item
from hub.domain.syncing import BadLink, ConflictKind, Link, Ruling
from hub.ports import StoreUnavailable, Transaction
from hub.usecases.acting import Acting
from hub.usecases.ask_desk import ask_desk, settle
from hub.usecases.keep_meetings import keep_meetings
from hub.usecases.no_shows import bring_back
from hub.usecases.take_rooms import Taken, take_rooms

_IN_USE = frozenset({ConflictKind.GONE_IN_USE, ConflictKind.MOVED_IN_USE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """One source, and how it is followed: how all sources are read, the house's times, rooms' set-up and strike."""

    source: str
    readings: Mapping[str, Reading]
    times: AgendaTimes
    turnovers: Mapping[str, Turnover] = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """Return how this source is read."""
        return self.readings[self.source]


@dataclass(slots=True)
class Done:
    """How much was done with an answer, or a part of it."""

    added: int = 0
    changed: int = 0
    cancelled: int = 0
    unchanged: int = 0
    bad: int = 0
    asked: int = 0

    def __iadd__(self, other: "Done") -> Self:
        self.added += other.added
        self.changed += other.changed
        self.cancelled += other.cancelled
        self.unchanged += other.unchanged
        self.bad += other.bad
        self.asked += other.asked
        return self


@dataclass(slots=True)
class Change:
    """One meeting as it was and as it shall be, with all that is written beside it."""

    link: Link
    before: Meeting | None
    after: Meeting
    ruling: Ruling


def keep_changes(tx: Transaction, following: Following, changes: Sequence[Change], who: Acting) -> Done:
    """Write what has changed, all together; where the store refuses that, one by one, and what cannot be is bad."""
    if not changes:
        return Done()
    try:
        with tx.savepoint():
            return _write(tx, following, changes, who)
    except StoreUnavailable:
        raise
    except HubError:
        done = Done()
        for change in changes:
            done += _alone(tx, following, change, who)
        return done


def _alone(tx: Transaction, following: Following, change: Change, who: Acting) -> Done:
    try:
        with tx.savepoint():
            return _write(tx, following, [change], who)
    except StoreUnavailable:
        raise
    except HubError as problem:
        link = change.link
        bad = BadItem(
            field="",
            problem=str(problem),
            remedy="correct the entry at its source",
            occurrence=link.occurrence,
            title=link.item.title.zh or link.item.title.en,
        )
        told = BadLink(source=link.source, collection=link.collection, key=link.key, bad=bad, since=who.at)
        tx.sync.replace_bad(link.source, link.collection, link.key, [told])
        tx.feed.touch([("desk", "")])
        return Done(bad=1)


def _write(tx: Transaction, following: Following, changes: Sequence[Change], who: Acting) -> Done:
    kept = [one for one in changes if one.before != one.after]
    before = {one.after.id: one.before for one in kept if one.before is not None}
    tx.meetings.lock([one.after.id for one in changes])
    keep_meetings(tx, [one.after for one in kept], before, who, following.times)
    _write_bookings(tx, following, changes, who)
    tx.sync.save_links([one.link for one in changes])
    for change in changes:
        if change.ruling.restore:
            bring_back(tx, change.after, who)
    taken = take_rooms(tx, [one.after for one in changes], who, following.turnovers)
    _tell_desk(tx, changes, taken, who)
    tx.feed.touch([("desk", "")])
    return Done(
        added=sum(one.before is None for one in changes),
        changed=sum(one.before is not None and not one.ruling.cancel for one in changes),
        cancelled=sum(one.before is not None and bool(one.ruling.cancel) for one in changes),
        asked=sum(one.ruling.ask is not None for one in changes) + len(taken.doubled),
    )


def _write_bookings(tx: Transaction, following: Following, changes: Sequence[Change], who: Acting) -> None:
    known: dict[tuple[str, str], Booking] = {}
    for source in {one.link.source for one in changes}:
        keys = {one.link.item.booking for one in changes if one.link.source == source}
        known |= {(source, key): one for key, one in tx.bookings.of_source(source, keys).items()}
    for change in changes:
        link = change.link
        name = (link.source, link.item.booking)
        reading = following.readings[link.source]
        made = booked.booked(link.item, reading, known.get(name), who.ids())
        made = replace(made, state=BookingState.CANCELLED) if change.ruling.cancel and link.gone_at else made
        if made != known.get(name):
            tx.bookings.save(made)
            known[name] = made
        tx.bookings.put_meeting(made.id, change.after.id)


def _tell_desk(tx: Transaction, changes: Sequence[Change], taken: Taken, who: Acting) -> None:
    """Ask a person where the source and the house see it differently, and no longer where they do not."""
    for change in changes:
        meeting, link, ask = change.after, change.link, change.ruling.ask
        if ask is not None:
            ask_desk(tx, meeting.id, ask, link.source, _facts(meeting, link.item), who)
        for kind in _IN_USE - {ask} if change.before is not None else ():
            settle(tx, meeting.id, kind, who)
    names = tx.meetings.get([*(one.meeting for one in taken.doubled), *(one.rival for one in taken.doubled)])
    sources = tx.sync.linked([one.meeting for one in taken.doubled])
    for doubled in taken.doubled:
        late, rival = names.get(doubled.meeting), names.get(doubled.rival)
        if late is not None:
            facts = _meeting_facts(late) | ({"rival": rival.title.zh or rival.title.en} if rival else {})
            source = sources[doubled.meeting].source if doubled.meeting in sources else ""
            ask_desk(tx, doubled.meeting, ConflictKind.DOUBLE_BOOKED, source, facts, who)
    for key in taken.freed:
        settle(tx, key, ConflictKind.DOUBLE_BOOKED, who)


def _facts(meeting: Meeting, item: Item) -> dict[str, str]:
    times = {"said_starts_at": item.starts_at.isoformat(), "said_ends_at": item.ends_at.isoformat()}
    return _meeting_facts(meeting) | {"said_room": item.room} | times


def _meeting_facts(meeting: Meeting) -> dict[str, str]:
    return {
        "title_zh": meeting.title.zh,
        "title_en": meeting.title.en,
        "room": meeting.room,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
    }
