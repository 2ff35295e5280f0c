"""Booking sources as people read them: how old the copy is, what is wrong, what was heard last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.alternatives import Alternative
from hub.domain.meetings import Meeting, Room
from hub.domain.syncing import BadLink, Conflict, ConflictKind, Link, Pull
from hub.domain.words import Words
from hub.following import Followed
from hub.ports import Transaction
from hub.usecases.find_alternatives import alternatives
from hub.web.language import Tongue

BAD = 50
"""Entries that cannot be used, on one page: the newest."""

HEARD = 12
"""Meetings of which something was heard, on one page: the newest."""

DECIDED = 6
"""Decisions on one page: the newest."""

OFFERS = 3
"""Other rooms or times offered for one meeting."""

OFFERED = frozenset({ConflictKind.DOUBLE_BOOKED, ConflictKind.TOO_SMALL})
"""Questions about a meeting that needs another place."""

_LACKING = 10
_LOOKED_AT = 100
LATE = timedelta(minutes=1)
"""From this age on a copy is pointed out; where a source is asked seldom, from three times that on."""

OLD = timedelta(minutes=15)
"""From this age on it may well be wrong."""

_DROPPED = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is known of booking sources. ``meetings`` are those that are spoken of, by id; ``rooms`` all, by key.

    ``bad`` are the newest entries that cannot be used, ``bad_counts`` how many there are, by source. ``offers`` are
    where meetings could be held that lack a room, or need a larger one, by meeting.
    """

    pulls: Sequence[Pull] = ()
    bad: Sequence[BadLink] = ()
    bad_counts: Mapping[str, int] = field(default_factory=dict)
    heard: Sequence[Link] = ()
    conflicts: Sequence[Conflict] = ()
    decided: Sequence[Conflict] = ()
    meetings: Mapping[str, Meeting] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    offers: Mapping[str, Sequence[Alternative]] = field(default_factory=dict)


def read_desk(tx: Transaction, now: datetime) -> Desk:
    """Read what the page shows."""
    conflicts = tx.sync.conflicts()
    newest = tx.sync.conflicts(open_only=False, limit=_LOOKED_AT)
    decided = sorted((one for one in newest if one.decided_at), key=lambda one: one.decided_at or one.last_at)
    heard = tx.sync.newest(HEARD)
    named = {one.subject for one in (*conflicts, *decided)} | {one.meeting for one in heard if one.meeting}
    meetings = tx.meetings.get(named)
    lacking = [one.subject for one in conflicts if one.kind in OFFERED and one.subject in meetings]
    return Desk(
        pulls=tx.sync.pulls(),
        bad=tx.sync.newest_bad(BAD),
        bad_counts=tx.sync.count_bad(),
        heard=heard,
        conflicts=conflicts,
        decided=decided[::-1][:DECIDED],
        meetings=meetings,
        rooms={room.key: room for room in tx.meetings.rooms()},
        offers={key: alternatives(tx, meetings[key], now)[:OFFERS] for key in lacking[:_LACKING]},
    )


class State(StrEnum):
    """How a source stands, worst last."""

    IN_STEP = "in_step"
    NEW = "new"
    LATE = "late"
    HELD = "held"
    AWAY = "away"
    NEVER = "never"


_WORST_LAST = tuple(State)


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that is held back though a person has decided: it may be let through after all."""

    collection: str
    held: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source. ``ok_at`` is how old the oldest part of its copy is, None before all of it was read once.

    ``trouble`` is why it cannot be read now, in the page's words, ``problem`` what was found, in English. ``held``:
    what was refused.
    """

    name: str
    kind: str
    state: State
    ok_at: datetime | None = None
    trouble: str = ""
    problem: str = ""
    parts: int = 1
    bad: int = 0
    held: tuple[Held, ...] = ()


def source_lines(sources: Mapping[str, Followed], desk: Desk, tongue: Tongue, now: datetime) -> list[SourceLine]:
    """Write a line for each source of the settings, in their order: the one that is believed first stands first."""
    return [_line(name, one, desk, tongue, now) for name, one in sources.items()]


def _line(name: str, one: Followed, desk: Desk, tongue: Tongue, now: datetime) -> SourceLine:
    pulls = [pull for pull in desk.pulls if pull.source == name]
    newest = max((pull.tried_at for pull in pulls if pull.tried_at), default=now)
    pulls = [pull for pull in pulls if pull.tried_at and newest - pull.tried_at < _DROPPED]  # others left the settings
    read = [pull.ok_at for pull in pulls if pull.ok_at]
    troubled = next((pull for pull in pulls if pull.problem), None)
    return SourceLine(
        name=name,
        kind=one.kind,
        state=max((_state(pull, one.every, now) for pull in pulls), key=_WORST_LAST.index, default=State.NEW),
        ok_at=min(read) if pulls and len(read) == len(pulls) else None,
        trouble=tongue.say(f"desk.trouble.{troubled.trouble}") if troubled else "",
        problem=troubled.problem if troubled else "",
        parts=len(pulls),
        bad=desk.bad_counts.get(name, 0),
        held=tuple(Held(pull.collection, pull.held) for pull in pulls if pull.held and pull.allowed.startswith("-")),
    )


def _state(pull: Pull, every: timedelta, now: datetime) -> State:
    if pull.ok_at is None:
        return State.NEVER if pull.failures else State.NEW
    age = now - pull.ok_at
    if age >= max(OLD, 3 * every):
        return State.AWAY
    if pull.held:
        return State.HELD
    return State.LATE if age >= max(LATE, 3 * every) else State.IN_STEP


@dataclass(frozen=True, slots=True)
class BadLine:
    """One entry that cannot be used; ``title`` is what it is called, or its key.

    ``field`` is empty where only the source itself has a word for it.
    """

    bad: BadLink
    title: str
    field: str


def bad_lines(desk: Desk, tongue: Tongue) -> list[BadLine]:
    """Write the newest entries that cannot be used."""
    return [
        BadLine(one, one.bad.title or one.key, tongue.say_or(f"desk.field.{one.bad.field.casefold()}", ""))
        for one in desk.bad
    ]


@dataclass(frozen=True, slots=True)
class HeardLine:
    """One meeting of which a source has said something; ``what`` is gone, off, known (from another source) or stands.

    ``key`` names the meeting here, empty where there is none.
    """

    link: Link
    what: str
    room: Words
    key: str


def heard_lines(desk: Desk) -> list[HeardLine]:
    """Write of which meetings something was heard last."""
    return [_heard(one, desk) for one in desk.heard]


def _heard(link: Link, desk: Desk) -> HeardLine:
    meeting = desk.meetings.get(link.meeting)
    room = desk.rooms.get(meeting.room) if meeting else None
    off = "gone" if link.gone_at else "off" if link.item.state.is_off else ""
    what = off or ("stands" if link.leads else "known")
    return HeardLine(link, what, room.name if room else Words(link.item.room, ""), meeting.key if meeting else "")
