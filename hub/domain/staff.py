"""The people who work here: what each may do, who is at work now, and the tablets they sign in at. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.allowances import Allowance
from hub.domain.errors import InvalidInput, Locked, NotYours
from hub.domain.task_kinds import RULES, Role
from hub.domain.tasks import Task
from hub.domain.words import Language

LONGEST_BREAK = timedelta(minutes=60)
BREAK = timedelta(minutes=15)
"""A break ends by itself, so that nobody stays away by mistake (S13)."""

PIN_DIGITS = 6
MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=5)
"""After so many wrong codes in a row a tablet takes none for a while."""

WRONG_CODES = Allowance(30, timedelta(hours=1))
"""Wrong codes at one tablet, whatever right ones come between: who has a PIN guesses no other one with its help."""

JOIN_WITHIN = timedelta(minutes=15)
"""So long a tablet may join with the code it was given."""

LONGEST_DUTY = timedelta(hours=16)
"""Whoever forgets to sign out is not called for longer."""


class CodeKind(StrEnum):
    """By what a person signs in at a tablet."""

    PIN = "pin"
    BADGE = "badge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One person of the house, known by ``key`` in files and by ``name``, which nobody else has, everywhere else.

    ``roles`` are the teams they work in (R63), ``leads`` those they lead; a supervisor leads all. ``zones`` are keys of
    rooms, floors or kiosks; none means the whole house. ``skills`` are languages and whatever else the house names.
    ``pager`` is the id of the one they wear. ``by_hand``: a person added them on the page, so that a venue file which
    does not name them does not send them away.
    """

    key: str
    name: str
    roles: frozenset[Role]
    leads: frozenset[Role] = frozenset()
    zones: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    pager: str = ""
    language: Language = Language.ZH
    active: bool = True
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When a person (by key) is to be at work (UTC), as the roster says.

    ``acknowledged_at`` is when they said that they know their part (R81). ``meeting`` is the key of the one that it is
    for, empty for the whole house; ``role`` the team they work in then, None for all of theirs. ``by_hand``: it was
    made on the page, and a venue file does not take it away. ``told_at`` is when a lead was told that its person is not
    here.
    """

    staff: str
    starts_at: datetime
    ends_at: datetime
    acknowledged_at: datetime | None = None
    meeting: str = ""
    role: Role | None = None
    by_hand: bool = False
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Somebody is at work now, since they signed in.

    ``break_until`` is when their break ends; ``seen_at`` when one of their devices was last heard of; ``flooded``: they
    were asked too often lately, and only what is most urgent rings (S12). Instants are UTC.
    """

    person: str
    since: datetime
    break_until: datetime | None = None
    seen_at: datetime | None = None
    flooded: bool = False

    def away(self, now: datetime) -> bool:
        """Say whether the person is on a break."""
        return self.break_until is not None and now < self.break_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """Somebody was at work from ``since`` to ``until`` (UTC)."""

    person: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablet:
    """A device at which people sign in. ``person`` is who has; ``tries`` counts wrong codes in a row.

    One with a ``room`` (its key) is that room's panel: it shows and asks for that room alone; nobody signs in there.
    ``battery`` is how full it is in per cent, ``charging`` whether it is plugged in; None where it does not say.
    """

    id: str
    name: str
    joined_at: datetime
    person: str = ""
    signed_in_at: datetime | None = None
    seen_at: datetime | None = None
    tries: int = 0
    locked_until: datetime | None = None
    battery: int | None = None
    charging: bool | None = None
    room: str = ""

    def runs_low(self, below: int) -> bool:
        """Say whether its battery is under so many per cent, and not being charged."""
        return self.battery is not None and self.battery < below and not self.charging


def may_do(person: Staff | None, task: Task) -> bool:
    """Say whether a task is one of a person's (R67): their team's, or anything for a supervisor.

    Where the house keeps no list of its people (None) everybody does everything.
    """
    if person is None or Role.SUPERVISOR in person.roles:
        return True
    rule = RULES[task.kind]
    return bool(person.roles & ({rule.owner} | rule.helpers))


def check_may_do(person: Staff | None, task: Task) -> None:
    """Raise NotYours where a task is not a person's."""
    if not may_do(person, task):
        raise NotYours(RULES[task.kind].owner)


def leads(person: Staff, role: Role) -> bool:
    """Say whether a person leads a team."""
    return role in person.leads or Role.SUPERVISOR in person.roles


def begin_break(duty: Duty, now: datetime, lasts: timedelta = BREAK) -> Duty:
    """Send a person on a break that ends by itself. Raises InvalidInput."""
    if not timedelta() < lasts <= LONGEST_BREAK:
        raise InvalidInput("minutes", "is no length of a break", f"give 1 to {LONGEST_BREAK // timedelta(minutes=1)}")
    return replace(duty, break_until=now + lasts)


def check_not_locked(tablet: Tablet, now: datetime) -> None:
    """Raise Locked while a tablet takes no codes; a clock that was set back locks nobody out for longer."""
    if tablet.locked_until is not None and now < tablet.locked_until <= now + LOCKED_FOR:
        raise Locked(tablet.locked_until)


def tried_in_vain(tablet: Tablet, now: datetime) -> Tablet:
    """Count a wrong code; the last of ``MOST_TRIES`` locks the tablet."""
    tries = tablet.tries + 1
    if tries < MOST_TRIES:
        return replace(tablet, tries=tries)
    return locked(tablet, now)


def locked(tablet: Tablet, now: datetime) -> Tablet:
    """Let a tablet take no codes for a while."""
    return replace(tablet, tries=0, locked_until=now + LOCKED_FOR)


def signed_in(tablet: Tablet, person: str, now: datetime) -> Tablet:
    """Let a person work at a tablet."""
    return replace(tablet, person=person, signed_in_at=now, tries=0, locked_until=None)


def signed_out(tablet: Tablet) -> Tablet:
    """Let the tablet be anybody's."""
    return replace(tablet, person="", signed_in_at=None)


def tidy_code(text: str) -> str:
    """Return a PIN or badge code as it is compared: what a finger or a scanner adds is taken away."""
    return re.sub(r"[\s-]", "", text).upper()[:200]


def no_two_alike(people: Iterable[Staff]) -> None:
    """Raise InvalidInput where two people have one name: then nobody could tell whose a task is."""
    seen: dict[str, str] = {}
    for one in people:
        other = seen.setdefault(one.name, one.key)
        if other != one.key:
            raise InvalidInput("name", f"{one.name!r} is also that of {other!r}", "add what tells them apart")
