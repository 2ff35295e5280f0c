"""Something happens that the house must answer at once: its states, its steps, and what closing it needs. Pure.

The table is that of the trade's own plan (C.3.4): reported, responding, contained, resolved, reviewed, closed; a false
alarm ends it, and what turns out not to be over is reopened. All instants are UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.errors import InvalidInput, NotFound, NotOpen, Refused
from hub.domain.playbooks import EVACUATES, IncidentKind, Playbook, PlaybookStep
from hub.domain.task_kinds import Role
from hub.domain.words import Words

LONGEST_NOTE = 500
MOST_MINUTES, MOST_PEOPLE = 10_000, 100_000
HOUSE = ""
"""The room of an incident that is not in one room: the whole house."""


class IncidentState(StrEnum):
    """Where an incident stands."""

    REPORTED = "reported"
    RESPONDING = "responding"
    CONTAINED = "contained"
    RESOLVED = "resolved"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    FALSE_ALARM = "false_alarm"
    REOPENED = "reopened"


class IncidentMove(StrEnum):
    """What can happen to an incident. The words stand in the audit log, after ``incident.``."""

    RESPOND = "respond"
    CONTAIN = "contain"
    RESOLVE = "resolve"
    REVIEW = "review"
    CLOSE = "close"
    DISMISS = "dismiss"
    REOPEN = "reopen"


_S = IncidentState
MOVES: dict[IncidentMove, dict[IncidentState, IncidentState]] = {
    IncidentMove.RESPOND: dict.fromkeys((_S.REPORTED, _S.REOPENED), _S.RESPONDING),
    IncidentMove.CONTAIN: dict.fromkeys((_S.REPORTED, _S.RESPONDING, _S.REOPENED), _S.CONTAINED),
    IncidentMove.RESOLVE: dict.fromkeys((_S.RESPONDING, _S.CONTAINED), _S.RESOLVED),
    IncidentMove.REVIEW: {_S.RESOLVED: _S.REVIEWED},
    IncidentMove.CLOSE: {_S.REVIEWED: _S.CLOSED},
    IncidentMove.DISMISS: dict.fromkeys((_S.REPORTED, _S.RESPONDING), _S.FALSE_ALARM),
    IncidentMove.REOPEN: dict.fromkeys((_S.RESOLVED, _S.REVIEWED, _S.CLOSED, _S.FALSE_ALARM), _S.REOPENED),
}
"""All that can happen, and where it leads."""

ACTIVE = frozenset({_S.REPORTED, _S.RESPONDING, _S.CONTAINED, _S.REOPENED})
"""States in which people are at work on it, and its steps can be ticked."""

OVER = frozenset({_S.CLOSED, _S.FALSE_ALARM})
"""States in which nothing is left to do. What is resolved stays open until it is reviewed and has an outcome (R66)."""


class Impact(StrEnum):
    """What the client had of it (R132: 客戶不受影響)."""

    NONE = "none"
    DELAY = "delay"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident. ``room`` is a room's key, or ``HOUSE``; ``place`` is what people call it.

    ``drill``: an exercise (應急演練), counted apart. ``told_at`` is when the superior was told (R130), and
    ``first_step_at`` when a person first ticked a step (R133). ``fault`` is the task of the device that failed.
    ``about`` is what it is about, in the words of somebody there. ``amount`` are minutes of delay or people affected.
    ``note`` is what was found at the review, ``outcome`` how it ended.
    """

    id: str
    kind: IncidentKind
    room: str
    place: Words
    reported_by: str
    reported_at: datetime
    told_at: datetime
    drill: bool = False
    state: IncidentState = IncidentState.REPORTED
    meeting: str | None = None
    fault: str = ""
    first_step_at: datetime | None = None
    contained_at: datetime | None = None
    resolved_at: datetime | None = None
    ended_at: datetime | None = None
    impact: Impact | None = None
    amount: int = 0
    note: str = ""
    outcome: str = ""
    about: str = ""
    reopened: int = 0

    @property
    def active(self) -> bool:
        """Say whether people are at work on it."""
        return self.state in ACTIVE

    @property
    def answered_within(self) -> timedelta | None:
        """Return how long it took from the report to the first step; None before that (R133)."""
        return self.first_step_at - self.reported_at if self.first_step_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStep:
    """One step of an incident's own copy of its playbook: later changes of the playbook do not touch it.

    It is to be done ``within`` so long of the report, or of the reopening. ``late_at`` is when the supervisor was told
    that it is overdue.
    """

    position: int
    key: str
    words: Words
    owner: Role
    within: timedelta
    due_at: datetime
    phone: str = ""
    human: bool = True
    done_at: datetime | None = None
    done_by: str = ""
    late_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted:
    """A person who was found safe at a roll call: by whom and when. ``person`` is an invitation, or one more on it."""

    person: str
    by: str
    at: datetime


def steps_of(playbook: Playbook, at: datetime) -> tuple[IncidentStep, ...]:
    """Return an incident's own steps, with their targets counted from its report."""
    return tuple(_step(number, one, at) for number, one in enumerate(playbook.steps, 1))


def _step(position: int, one: PlaybookStep, at: datetime) -> IncidentStep:
    return IncidentStep(
        position=position,
        key=one.key,
        words=one.words,
        owner=one.owner,
        within=one.within,
        due_at=at + one.within,
        phone=one.phone,
        human=one.human,
    )


def move(incident: Incident, what: IncidentMove, at: datetime) -> Incident:
    """Return the incident in the state that a move leads to. Raises NotOpen where the table has no such move.

    Raises Refused where what the move needs is missing: the client impact to resolve it (R132), an outcome to close it.
    """
    target = MOVES[what].get(incident.state)
    if target is None:
        raise NotOpen(f"an incident that is {incident.state} cannot {what}")
    if what in {IncidentMove.RESOLVE, IncidentMove.CLOSE} and incident.impact is None:
        raise Refused("say first what the client had of it: nothing, a delay, or people affected")
    if what is IncidentMove.CLOSE and not incident.outcome:
        raise Refused("say first how it ended")
    moved = replace(incident, state=target)
    if what is IncidentMove.CONTAIN:
        return replace(moved, contained_at=at)
    if what is IncidentMove.RESOLVE:
        return replace(moved, resolved_at=at, contained_at=incident.contained_at or at)
    if what is IncidentMove.REOPEN:
        return replace(moved, contained_at=None, resolved_at=None, ended_at=None, reopened=incident.reopened + 1)
    return replace(moved, ended_at=at) if target in OVER else moved


def with_impact(incident: Incident, impact: Impact, amount: int) -> Incident:
    """Note what the client had of it (R132). Raises InvalidInput for a number that cannot be."""
    if impact is Impact.NONE:
        return replace(incident, impact=impact, amount=0)
    most = MOST_MINUTES if impact is Impact.DELAY else MOST_PEOPLE
    if not 1 <= amount <= most:
        what = "minutes of delay" if impact is Impact.DELAY else "people affected"
        raise InvalidInput("amount", f"{amount} cannot be the {what}", f"give a whole number from 1 to {most:,}")
    return replace(incident, impact=impact, amount=amount)


def said(text: str, field: str, *, needed: bool = False) -> str:
    """Return what a person wrote, tidied. Raises InvalidInput, naming its field."""
    tidy = " ".join(text.split())
    if needed and not tidy:
        raise InvalidInput(field, "is empty", "write at least a word")
    if len(tidy) > LONGEST_NOTE or not (tidy.isprintable() or not tidy):
        raise InvalidInput(field, "is too long or not readable", f"give up to {LONGEST_NOTE} characters")
    return tidy


def tick(steps: Sequence[IncidentStep], position: int, by: str, at: datetime, *, person: bool) -> IncidentStep:
    """Tick a step, or take the tick back. Raises NotFound; Refused where only a person may tick it (R134)."""
    step = next((one for one in steps if one.position == position), None)
    if step is None:
        raise NotFound("this incident has no such step")
    if step.human and not person:
        raise Refused("only a person can say that this is done")
    if step.done_at:
        return replace(step, done_at=None, done_by="")
    return replace(step, done_at=at, done_by=by)


def next_of(steps: Iterable[IncidentStep], owner: Role) -> IncidentStep | None:
    """Return the first step that a role has still to do; None when it has done all of its own."""
    return next((one for one in steps if one.owner is owner and one.done_at is None), None)


def freezes(incidents: Iterable[Incident]) -> bool:
    """Say whether the comfort of rooms has to wait: there is a fire or an earthquake, and it is no drill (C.3.4)."""
    return any(one.active and one.kind in EVACUATES and not one.drill for one in incidents)


def evacuation(incidents: Iterable[Incident]) -> Incident | None:
    """Return the incident for which everybody is shown the way out, a real one before a drill; None without any."""
    found = [one for one in incidents if one.active and one.kind in EVACUATES]
    return min(found, key=lambda one: (one.drill, one.reported_at), default=None)
