"""What the staff of the event day do about each kind of task, tap by tap; how it went is for the hub to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.demo.rooms import OLD, SPARE
from hub.demo.tablet import Tablet
from hub.domain.incidents import next_of
from hub.domain.meetings import Meeting
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.tasks import Task, TaskState
from hub.ports import Store
from hub.usecases.incident_calls import INCIDENT, OF_ROLE
from hub.usecases.roll_call import read_roll
from hub.usecases.swap_asset import SWAPPED_AT, is_fault

SERVED_C = "62"
"""As warm a hot drink is served, in °C, and the person who brought it writes it down."""

_WALKS = timedelta(seconds=75)
"""So long the technician walks to the shelf and back with the spare."""

_STEP_TAKES = timedelta(seconds=20)
_SETS_UP = timedelta(minutes=4)
_ROLL = "roll_call"


@dataclass(frozen=True, slots=True)
class Hands:
    """Whoever does it, at which tablet; ``works_s`` is how long most things take them, in the house's seconds."""

    name: str
    tablet: Tablet
    store: Store
    works_s: float


Deed = Callable[[Task, Hands, datetime], str]
"""Does the next step of a task if it is time; returns what was done, for the terminal. Raises NotTaken."""


@dataclass(slots=True)
class Deeds:
    """What is done about which kind of task. ``troubles`` says of each task whose tap was not taken why."""

    meeting: Meeting
    troubles: dict[str, str] = field(default_factory=dict)

    def of(self, task: Task) -> Deed:
        """Return what is done about a task."""
        if task.state is TaskState.DONE:
            return _hear
        special: Mapping[TaskKind, Deed] = {
            TaskKind.SIGN_OFF: self._sign,
            TaskKind.SET_UP_LATE: self._sign,
            TaskKind.SPEAKER_LATE: self._stand_in,
            TaskKind.INCIDENT_REVIEW: _review,
            TaskKind.REHEARSAL: _keep,
            TaskKind.DEVICE_FAULT: _mend,
            TaskKind.ROOM_CLIMATE: _mend,
            TaskKind.DRINK: _serve,
        }
        if task.kind in OF_ROLE.values():
            return _tick_team
        return special.get(task.kind, _finish)

    def _sign(self, task: Task, hands: Hands, now: datetime) -> str:
        if not _worked(task, hands, now):
            return ""
        hands.tablet.tap(f"/staff/meetings/{self.meeting.key}/house-work/sign")
        return "has looked at the hall and signs the set-up"

    def _stand_in(self, task: Task, hands: Hands, now: datetime) -> str:
        if not _worked(task, hands, now):
            return ""
        other, path = task.facts["other"], f"/staff/meetings/{self.meeting.key}/agenda"
        hands.tablet.tap(path, do="stand_in", part=task.facts["segment"], other=other)
        return f"puts {task.facts['instead_en']} before {task.facts['what_en']}: the presenter is not here yet"


def _worked(task: Task, hands: Hands, now: datetime, takes: timedelta | None = None) -> bool:
    spent = takes if takes is not None else timedelta(seconds=hands.works_s)
    return task.accepted_at is not None and now >= task.accepted_at + spent


def _finish(task: Task, hands: Hands, now: datetime) -> str:
    """Tick what there is to tick, and say done. What clears itself is only looked at until it has."""
    if not _worked(task, hands, now, _SETS_UP if RULES[task.kind].whole else None):
        return ""
    for step in task.open_steps():
        hands.tablet.tap(f"/staff/tasks/{task.id}/ticks/{step}")
    hands.tablet.tap(f"/staff/tasks/{task.id}/finish")
    return f"has done it: {task.kind.value.replace('_', ' ')}"


def _serve(task: Task, hands: Hands, now: datetime) -> str:
    if not _worked(task, hands, now):
        return ""
    hands.tablet.tap(f"/staff/tasks/{task.id}/served", temperature=SERVED_C)
    return f"has served {task.facts.get('note') or 'tea'}"


def _mend(task: Task, hands: Hands, now: datetime) -> str:
    """Swap a dead projector for the spare by two scans; wait until anything else is well again."""
    if is_fault(task) and task.facts.get("thing") == "projector":
        if SWAPPED_AT in task.facts or not _worked(task, hands, now, _WALKS):
            return ""
        hands.tablet.tap(f"/rooms/swap/{task.id}", old=OLD, new=SPARE)
        return f"swaps {OLD} for {SPARE} by two scans"
    if "cause" in task.facts and "gone" not in task.facts:
        return ""
    return _finish(task, hands, now)


def _hear(task: Task, hands: Hands, now: datetime) -> str:
    """Ask the guest, once it is time, and hear that all is fine; what a room's panel asks the room itself answers."""
    if not task.asked_at or "room" in task.facts or now < task.asked_at + _STEP_TAKES:
        return ""
    hands.tablet.tap(f"/staff/tasks/{task.id}/fine")
    return "hears that it helped"


def _keep(task: Task, hands: Hands, now: datetime) -> str:  # noqa: ARG001 - as all deeds
    """Leave it as it is: a list that was to be signed yesterday stays somebody's."""
    return ""


def _tick_team(task: Task, hands: Hands, now: datetime) -> str:
    """Do the team's next step of an incident; the roll call finds everybody who is inside first."""
    incident = task.facts[INCIDENT]
    with hands.store.read() as tx:
        step = next_of(tx.incidents.steps(incident), RULES[task.kind].owner)
        found = tx.incidents.get(incident)
        roll = read_roll(tx, found, now) if found and step and step.key == _ROLL else ()
    if step is None or not _worked(task, hands, now, _STEP_TAKES):
        return ""
    missing = [one.person for room in roll for one in room.people if one.safe is None]
    for person in missing:
        hands.tablet.tap(f"/staff/incidents/{incident}/roll/{person}", safe="yes")
    hands.tablet.tap(f"/staff/incidents/{incident}/steps/{step.position}")
    counted = f" ({len(missing)} people found)" if missing else ""
    return f"{'drill' if found and found.drill else 'incident'}: {step.words.en}{counted}"


def _review(task: Task, hands: Hands, now: datetime) -> str:
    if not _worked(task, hands, now):
        return ""
    path = f"/staff/incidents/{task.facts[INCIDENT]}"
    hands.tablet.tap(f"{path}/review", note="Everybody knew where to go; the west door stuck a little.")
    hands.tablet.tap(f"{path}/close", outcome="The caretaker planes the west door.")
    return "writes down what the drill has shown, and closes it"
