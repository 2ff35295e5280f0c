"""Whether anybody came to a booked meeting, and what may be concluded from silence (reference C.3.5). Pure; UTC.

Silence proves nothing while a door could not report; and no machine gives away what was paid for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

LOOK_EVERY = timedelta(minutes=1)
AWAY_AFTER = 3 * LOOK_EVERY
"""With longer between two looks the hub itself was away, and that time counts as blind."""

AIR_RISES_PPM = 200.0
"""So much more carbon dioxide than at the first look is people's breath."""


class Action(StrEnum):
    """What the house does about a room that nobody comes to: nothing, tell people, or have it free again."""

    NONE = "none"
    NOTIFY = "notify"
    RELEASE = "release"


class NoShowState(StrEnum):
    """How far it is with one meeting.

    ``SUSPECT``: nobody was seen, but doors or sensors could not report. ``ASKED``: a person is to decide whether the
    room is given up. ``CONTESTED``: it was, somebody came after all, and others have it now. ``CLEARED``: somebody is
    there, or a person keeps the room. ``MISSED``: nobody came until its end; ``UNKNOWN``: nobody can say.
    """

    WATCHED = "watched"
    WARNED = "warned"
    SUSPECT = "suspect"
    ASKED = "asked"
    RELEASED = "released"
    CONTESTED = "contested"
    CLEARED = "cleared"
    MISSED = "missed"
    UNKNOWN = "unknown"


LOOKED_AT = frozenset(
    {NoShowState.WATCHED, NoShowState.WARNED, NoShowState.SUSPECT, NoShowState.ASKED, NoShowState.RELEASED}
)
"""What is looked at again at the next round."""


class Sign(StrEnum):
    """What speaks for somebody being there; any one of them is enough (C.3.5, ``evidence``)."""

    GUESTS = "guests"
    STAFF = "staff"
    AGENDA = "agenda"
    REQUEST = "request"
    PRESENCE = "presence"
    AIR = "air"
    DEVICE = "device"


class Verdict(StrEnum):
    """What is to be done about one meeting now."""

    WAIT = "wait"
    WARN = "warn"
    SUSPECT = "suspect"
    ASK = "ask"
    RELEASE = "release"
    USED = "used"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The house's numbers; all are settings.

    ``rooms`` are rooms (by key) of which another action holds. ``clients``: what a client has booked is watched too.
    ``asks``: a person decides about each release. Counted from the start, people are sent to look after ``warn_after``
    and the room counts as empty after ``grace``; signs count from ``opens_before`` on. Left alone is what lasts
    ``exempt_from`` or longer, and what was booked within ``exempt_booked`` of its start. ``blind_share`` is the share
    of the time for which doors may have been unable to report. A sensor has to feel somebody for ``present_for``.
    After ``strikes`` dates of a series in a row its owner is to be asked; 0: never.
    """

    action: Action = Action.NOTIFY
    rooms: Mapping[str, Action] = field(default_factory=dict)
    clients: bool = False
    asks: bool = True
    opens_before: timedelta = timedelta(minutes=30)
    warn_after: timedelta = timedelta(minutes=5)
    grace: timedelta = timedelta(minutes=10)
    exempt_from: timedelta = timedelta(hours=8)
    exempt_booked: timedelta = timedelta(hours=2)
    blind_share: float = 0.2
    present_for: timedelta = timedelta(minutes=2)
    strikes: int = 3

    def of_room(self, room: str) -> Action:
        """Return what is done in a room."""
        return self.rooms.get(room, self.action)


POLICY = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One booked meeting, as far as it matters here: its live times, its room, who pays, and when it was booked."""

    room: str
    starts_at: datetime
    ends_at: datetime
    client: bool = False
    paid: bool = False
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one look finds. ``signs`` are those that need no time; ``presence``: a sensor feels somebody now.

    ``air_ppm`` is the room's carbon dioxide, ``things`` what runs there now (points). ``nobody``: a person went to look
    and found nobody. ``deaf`` are doors and sensors that cannot report now; ``ears`` is how many there are that could.
    """

    expected: int = 0
    arrived: int = 0
    signs: frozenset[Sign] = frozenset()
    presence: bool = False
    air_ppm: float | None = None
    things: frozenset[str] = frozenset()
    nobody: bool = False
    deaf: tuple[str, ...] = ()
    ears: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShow:
    """How far it is with one meeting, and on what that rests: kept for good, so that it can be billed and undone.

    It is watched from ``since`` on for a start at ``starts_at``, and was looked at at ``looked_at``. ``blind`` is for
    how much of that time a door or a sensor could not report, ``present`` for how long a sensor has felt somebody
    without a break. ``air_ppm`` and ``things`` are as at the first look. ``by`` is who decided last.
    """

    meeting: str
    state: NoShowState
    starts_at: datetime
    since: datetime
    looked_at: datetime
    blind: timedelta = timedelta()
    present: timedelta = timedelta()
    air_ppm: float | None = None
    things: frozenset[str] = frozenset()
    signs: frozenset[Sign] = frozenset()
    expected: int = 0
    arrived: int = 0
    deaf: tuple[str, ...] = ()
    nobody: bool = False
    warned_at: datetime | None = None
    released_at: datetime | None = None
    by: str = ""

    @property
    def gave_up(self) -> bool:
        """Say whether the room was given up and is not the meeting's again."""
        return self.released_at is not None

    @property
    def nobody_came(self) -> bool:
        """Say whether nobody came, as far as that can be said."""
        return self.state in {NoShowState.RELEASED, NoShowState.MISSED}

    def blind_share(self, now: datetime) -> float:
        """Return for which share of the time a door or a sensor could not report, 0 to 1."""
        return self.blind / max(now - self.since, LOOK_EVERY)


def watches(case: Case, policy: Policy) -> bool:
    """Say whether somebody has to come to a meeting, or the house does something about it."""
    lasts = case.ends_at - case.starts_at
    late = case.made_at is not None and case.starts_at - case.made_at < policy.exempt_booked
    ours = policy.clients or not (case.client or case.paid)
    return policy.of_room(case.room) is not Action.NONE and ours and lasts < policy.exempt_from and not late


def begun(meeting: str, case: Case, policy: Policy) -> NoShow:
    """Return a meeting that nobody has looked at yet."""
    since = case.starts_at - policy.opens_before
    return NoShow(meeting=meeting, state=NoShowState.WATCHED, starts_at=case.starts_at, since=since, looked_at=since)


def looked(before: NoShow, seen: Seen, policy: Policy, now: datetime) -> NoShow:
    """Return how it stands after one more look."""
    gap = max(now - before.looked_at, timedelta())
    first = before.looked_at == before.since
    was_away = gap > AWAY_AFTER
    present = before.present + gap if seen.presence and not was_away else timedelta()
    air = seen.air_ppm if before.air_ppm is None else before.air_ppm
    things = seen.things if first else before.things
    signs = set(seen.signs)
    if present >= policy.present_for:
        signs.add(Sign.PRESENCE)
    if seen.air_ppm is not None and air is not None and seen.air_ppm - air >= AIR_RISES_PPM:
        signs.add(Sign.AIR)
    if seen.things - things:
        signs.add(Sign.DEVICE)
    return replace(
        before,
        looked_at=now,
        blind=before.blind + (gap if was_away or seen.deaf else timedelta()),
        present=present,
        air_ppm=air,
        things=things,
        signs=frozenset(signs),
        expected=seen.expected,
        arrived=seen.arrived,
        deaf=seen.deaf,
        nobody=seen.nobody,
    )


def judge(row: NoShow, case: Case, policy: Policy, now: datetime, *, ears: int) -> Verdict:
    """Say what is to be done. ``ears`` is how many doors and sensors could report; without any, silence says nothing.

    Nothing is concluded before somebody was warned, and had the rest of ``grace`` to go and look.
    """
    if row.signs:
        return Verdict.USED
    if now >= case.ends_at:
        return Verdict.OVER
    if row.state is NoShowState.RELEASED or not (ears or row.nobody) or now < case.starts_at + policy.warn_after:
        return Verdict.WAIT
    if row.warned_at is None:
        return Verdict.WARN
    is_empty = now >= max(case.starts_at + policy.grace, row.warned_at + (policy.grace - policy.warn_after))
    if not is_empty:
        return Verdict.WAIT
    return _conclude(row, case, policy, now)


def _conclude(row: NoShow, case: Case, policy: Policy, now: datetime) -> Verdict:
    is_blind = bool(row.deaf) or row.blind_share(now) > policy.blind_share
    if is_blind and not row.nobody:
        return Verdict.SUSPECT
    by_itself = policy.of_room(case.room) is Action.RELEASE and not policy.asks
    doubted = case.paid or case.client or row.state in {NoShowState.SUSPECT, NoShowState.ASKED} or is_blind
    return Verdict.RELEASE if by_itself and not doubted else Verdict.ASK


_STATES = {
    Verdict.USED: NoShowState.CLEARED,
    Verdict.WARN: NoShowState.WARNED,
    Verdict.SUSPECT: NoShowState.SUSPECT,
    Verdict.ASK: NoShowState.ASKED,
    Verdict.RELEASE: NoShowState.RELEASED,
}


def after(row: NoShow, verdict: Verdict, now: datetime) -> NoShow:
    """Return how it stands after a verdict."""
    if verdict is Verdict.WAIT:
        return row
    if verdict is Verdict.OVER:
        return replace(row, state=_at_the_end(row))
    then = replace(row, state=_STATES[verdict])
    if verdict is Verdict.WARN:
        return replace(then, warned_at=now)
    return replace(then, released_at=now) if verdict is Verdict.RELEASE else then


def _at_the_end(row: NoShow) -> NoShowState:
    """Say what is to be kept of a meeting that is over: only who could be seen is missed."""
    if row.state in {NoShowState.ASKED, NoShowState.RELEASED}:
        return NoShowState.MISSED
    return NoShowState.UNKNOWN
