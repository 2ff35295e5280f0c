"""What booking sources changed is written: meetings, bookings, rooms, entries, and what a person is to decide of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from hub.domain import booked_meetings as booked
from hub.domain.booked_meetings import Reading
from hub.domain.bookings import Booking, BookingState
from hub.domain.errors import HubError
from hub.domain.meetings import Meeting
from hub.domain.run_of_show import AgendaTimes
from hub.domain.source_items import BadItem, Item
from hub.domain.syncing import BadLink, ConflictKind, Link, Ruling
from hub.domain.words import Words
from hub.ports import StoreUnavailable, Transaction
from hub.usecases.acting import Acting
from hub.usecases.ask_desk import ask_desk, settle
from hub.usecases.fit_rooms import look_at_sizes, needs_of
from hub.usecases.keep_guests import keep_guests
from hub.usecases.keep_meetings import keep_meetings
from hub.usecases.no_shows import bring_back
from hub.usecases.take_rooms import Taken, take_rooms
from hub.usecases.tell_doubled import meeting_facts, tell_doubled

_IN_USE = frozenset({ConflictKind.GONE_IN_USE, ConflictKind.MOVED_IN_USE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """One source, and how it is followed: how all sources are read, and the house's times."""

    source: str
    readings: Mapping[str, Reading]
    times: AgendaTimes

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

    @property
    def anything(self) -> bool:
        """Say whether something is not as it was."""
        return bool(self.added or self.changed or self.cancelled or self.bad or self.asked)

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
    """One meeting as it was and as it shall be, with all that is written beside it.

    ``said`` is what the same source said of it before and what was done; None where that is not known.
    """

    link: Link
    before: Meeting | None
    after: Meeting
    ruling: Ruling
    said: Item | None = None


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
            problem=Words(f"无法保存；原因（英文）：{problem}", f"it cannot be kept: {problem}"),
            remedy=Words("请在预订系统里改正这一条", "correct the entry at its source"),
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
    needed = needs_of(tx, [one.before for one in changes if one.before is not None])
    tx.meetings.lock([one.after.id for one in changes])
    keep_meetings(tx, [one.after for one in kept], before, who, following.times)
    tx.sync.save_links([one.link for one in changes])
    _write_bookings(tx, following, changes, who)
    for change in changes:
        if change.ruling.words:
            keep_guests(tx, change.after, change.link, change.said, who)
        if change.ruling.restore:
            bring_back(tx, change.after, who)
    taken = take_rooms(tx, [one.after for one in changes], who)
    _tell_desk(tx, changes, taken, who)
    small = look_at_sizes(tx, [one.after for one in changes], needed, who)
    tx.feed.touch([("desk", "")])
    return Done(
        added=sum(one.before is None for one in changes),
        changed=sum(one.before is not None and not one.ruling.cancel for one in changes),
        cancelled=sum(one.before is not None and bool(one.ruling.cancel) for one in changes),
        asked=sum(one.ruling.ask is not None for one in changes) + len(taken.doubled) + small,
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
        made = replace(made, state=_state(tx, link, known.get(name)))
        made = replace(made, state=BookingState.LAPSED) if _has_lapsed(made, known.get(name)) else made
        if made != known.get(name):
            tx.bookings.save(made)
            known[name] = made
        tx.bookings.put_meeting(made.id, change.after.id)


def _has_lapsed(made: Booking, known: Booking | None) -> bool:
    """Say whether an option has lapsed: it stays so until its source confirms it, or gives it longer."""
    return (
        known is not None
        and known.state is BookingState.LAPSED
        and (made.state, made.reply_by) == (BookingState.OPTION_SENT, known.reply_by)
    )


def _state(tx: Transaction, link: Link, known: Booking | None) -> BookingState:
    """Return how a booking stands: as the firmest of its meetings. One date of a series that is off ends nothing."""
    state = BookingState.CANCELLED if link.gone_at is not None else link.item.state
    if known is None or state.rank >= known.state.rank:
        return state
    others = tx.sync.linked([one for one in tx.bookings.meetings_of(known.id) if one != link.meeting]).values()
    states = [one.item.state for one in others if one.gone_at is None and one.item.booking == link.item.booking]
    return max([state, *states], key=lambda one: one.rank)


def _tell_desk(tx: Transaction, changes: Sequence[Change], taken: Taken, who: Acting) -> None:
    """Ask a person where the source and the house see it differently, and no longer where they do not."""
    for change in changes:
        meeting, link, ask = change.after, change.link, change.ruling.ask
        if ask is not None:
            ask_desk(tx, meeting.id, ask, link.source, _facts(meeting, link.item), who)
        for kind in _IN_USE - {ask} if change.before is not None else ():
            settle(tx, meeting.id, kind, who)
    tell_doubled(tx, taken, who)


def _facts(meeting: Meeting, item: Item) -> dict[str, str]:
    times = {"said_starts_at": item.starts_at.isoformat(), "said_ends_at": item.ends_at.isoformat()}
    return meeting_facts(meeting) | {"said_room": item.room} | times
