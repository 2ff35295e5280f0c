"""How the hub follows a booking source: what is known of it, and what a change there does here. Pure.

The table of reference C.6.6, in code. Facts of the day are the hub's; existence, room, times and subject are the
source's, until guests are inside: then a person decides.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hub.domain.source_items import BadItem, Item, Outcome

BRAKE_FROM = 3
BRAKE_SHARE = 0.2
"""One answer may take away so many coming meetings, or this share of them, whichever is more (rule 3)."""


class ConflictKind(StrEnum):
    """What a person is to decide between the source and the house."""

    MASS_DELETION = "mass_deletion"
    GONE_IN_USE = "gone_in_use"
    MOVED_IN_USE = "moved_in_use"
    DOUBLE_BOOKED = "double_booked"
    TOO_SMALL = "too_small"
    TARGET_GONE = "target_gone"
    WRITE_REFUSED = "write_refused"
    RESTORED = "restored"


class Decision(StrEnum):
    """What a person decided: the house's own word holds, the source's does, or there is nothing left to decide."""

    OPEN = "open"
    KEPT_OURS = "kept_ours"
    TOOK_THEIRS = "took_theirs"
    SETTLED = "settled"


_EITHER = (Decision.KEPT_OURS, Decision.TOOK_THEIRS)

_CHOICES: Mapping[ConflictKind, tuple[Decision, ...]] = {
    ConflictKind.MASS_DELETION: _EITHER,
    ConflictKind.GONE_IN_USE: _EITHER,
    ConflictKind.MOVED_IN_USE: _EITHER,
    ConflictKind.DOUBLE_BOOKED: _EITHER,
}
"""What a person may decide. All other kinds only tell, and are settled when somebody has seen them.

Of two that booked one room, ours is as it stands (who booked first has it), theirs is that the later one gets it.
"""


def choices(kind: ConflictKind) -> tuple[Decision, ...]:
    """Return what a person may decide about something of this kind."""
    return _CHOICES.get(kind, (Decision.SETTLED,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One thing that the source and the house see differently. ``subject`` is a meeting's id, or a collection.

    The same again is the same row: it was seen ``times``, at ``last_at`` for the last time. ``facts`` are the words
    and numbers that a page shows. ``by`` is who decided, or the hub itself where it settled.
    """

    id: str
    subject: str
    kind: ConflictKind
    source: str
    first_at: datetime
    last_at: datetime
    times: int = 1
    facts: Mapping[str, str] = field(default_factory=dict)
    decision: Decision = Decision.OPEN
    decided_at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """How far one collection of a source was read. ``full_at`` is when all of it was, ``ok_at`` when it last answered.

    ``failures`` in a row, ``trouble`` (the code of the error) and ``problem`` (what it says, in English) say how it is
    at the moment. While the brake holds an answer back, ``held``
    is the fingerprint of what would go; ``allowed`` is the one that a person has let through, or has not (``refused``).
    """

    source: str
    collection: str
    cursor: str | None = None
    tried_at: datetime | None = None
    ok_at: datetime | None = None
    full_at: datetime | None = None
    failures: int = 0
    trouble: str = ""
    problem: str = ""
    held: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a source said last of one meeting, and which meeting that is here.

    ``meeting`` is empty where there never was one, as of what was cancelled from the first. Of several entries for one
    meeting one ``leads``: the others are known and not followed. ``gone_at`` is since when the source does not name it
    any more: kept as a tombstone.
    """

    source: str
    collection: str
    key: str
    item: Item
    digest: str
    version: str
    meeting: str
    seen_at: datetime
    leads: bool = True
    gone_at: datetime | None = None

    @property
    def occurrence(self) -> str:
        """Return which date of a series it is, empty where there is one."""
        return self.item.occurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLink:
    """What of a source cannot be used at the moment, and since when."""

    source: str
    collection: str
    key: str
    bad: BadItem
    since: datetime


class Telling(StrEnum):
    """How far it is that a source is told."""

    WAITING = "waiting"
    TOLD = "told"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a source is to be told of a meeting, or was. ``id`` is the operation's, the same for each attempt."""

    id: str
    meeting: str
    source: str
    collection: str
    outcome: Outcome
    ends_at: datetime
    made_at: datetime
    next_at: datetime
    state: Telling = Telling.WAITING
    tries: int = 0
    problem: str = ""


class Phase(StrEnum):
    """How far a meeting is, as far as a source may still change it."""

    COMING = "coming"
    IN_USE = "in_use"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a meeting stands here: how far it is, where and when it is planned, and whether its room was given up.

    The times are those of the plan, not those of an agenda that runs late.
    """

    phase: Phase
    room: str
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False
    released: bool = False


def phase_of(starts_at: datetime, ends_at: datetime, now: datetime, *, checked_in: int) -> Phase:
    """Say how far a meeting is: it is in use from its start on, or from the first guest on, until its end."""
    if now >= ends_at:
        return Phase.OVER
    return Phase.IN_USE if checked_in or now >= starts_at else Phase.COMING


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a change at the source does here: to the meeting's words and people, its time and room, its existence.

    ``cancel`` is None where it stays as it is; ``restore`` undoes that its room was given up. ``ask`` is what a person
    decides instead.
    """

    words: bool = False
    place: bool = False
    cancel: bool | None = None
    restore: bool = False
    ask: ConflictKind | None = None


NOTHING = Ruling()


def rule(before: Item | None, item: Item | None, room: str, standing: Standing | None) -> Ruling:
    """Say what is to be done about what the source says now: ``item``, None where it is gone.

    ``before`` is what it said last, ``room`` the key of the house's room that ``item`` names, ``standing`` how the
    meeting stands here; both are None where it is new.
    """
    if item is None or item.state.is_off:
        return _gone(standing)
    if standing is None or before is None:
        return Ruling(words=True, place=True, cancel=False)
    if standing.phase is Phase.OVER:
        return Ruling(words=True)  # what was, was: the source's times do not change it
    if standing.released:
        later = item.starts_at > before.starts_at or item.ends_at > before.ends_at
        return Ruling(words=True, place=later, restore=later, ask=ConflictKind.RESTORED if later else None)
    moved = (room, item.starts_at, item.ends_at) != (standing.room, standing.starts_at, standing.ends_at)
    return (
        Ruling(words=True, place=moved, cancel=False)
        if standing.phase is Phase.COMING
        else _in_use(
            before,
            item,
            standing,
            moved=moved,
            same_start=(room, item.starts_at) == (standing.room, standing.starts_at),
        )
    )


def _in_use(before: Item, item: Item, standing: Standing, *, moved: bool, same_start: bool) -> Ruling:
    """Let a meeting with guests inside grow longer at once; whether it moves under them is for a person to say."""
    said_anew = (before.room, before.starts_at, before.ends_at) != (item.room, item.starts_at, item.ends_at)
    if not (moved and said_anew):
        return Ruling(words=True, cancel=False)
    longer = same_start and item.ends_at > standing.ends_at
    return Ruling(words=True, place=longer, cancel=False, ask=None if longer else ConflictKind.MOVED_IN_USE)


def _gone(standing: Standing | None) -> Ruling:
    if standing is None or standing.cancelled or standing.phase is Phase.OVER:
        return NOTHING
    if standing.phase is Phase.IN_USE:
        return Ruling(ask=ConflictKind.GONE_IN_USE)
    return Ruling(cancel=True)


def too_many_gone(gone: int, known: int) -> bool:
    """Say whether one answer would take away too much to be believed (rule 3).

    ``gone`` of ``known`` coming meetings. That all of several are gone is never believed; one alone may be.
    """
    if gone <= 1:
        return False
    return gone > max(BRAKE_FROM, BRAKE_SHARE * known) or gone == known


def refused(held: str) -> str:
    """Return what stands as ``Pull.allowed`` where a person keeps what would go: nobody asks about the same again."""
    return f"-{held}"


def fingerprint(keys: Collection[str]) -> str:
    """Return a hash of the keys that would go: what a person lets through is these, and no others."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:32]
