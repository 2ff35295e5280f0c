"""A guest is too cold: the room's air conditioning is set 2 °C higher, and it has to report that it is (R155).

Logistics see the task from the first moment. When the device reports its new set-point within 10 s the work is done,
and the guest is asked ten minutes later. When it does not, that is a fault for the technician, and the task stays with
people; so it does where nothing in the room can be set, or it is at its limit.
"""

from dataclasses import replace
from datetime import timedelta

from devices.contract.commands import CommandKind
from devices.contract.topics import HUB
from hub.domain.air import AirControl, air_control, next_set_point
from hub.domain.commands import CommandState, DeviceCommand
from hub.domain.incidents import freezes
from hub.domain.meetings import Room
from hub.domain.readings import Quality
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.room_wishes import RoomWish, wish_task
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import OWNED, UNDONE, Step, Task, TaskState, finish
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import ask_when_due
from hub.usecases.call_staff import call
from hub.usecases.command_device import command_device
from hub.usecases.command_point import command_point
from hub.usecases.keep_task import keep

CHANGED = "air_changed"
"""A timer, by the task: look whether the air conditioning has done what it was told."""

FROZEN = timedelta(minutes=1)
"""While there is a fire or an earthquake no air conditioning is told anything; so much later it is looked at again."""

LOOK_EVERY = timedelta(seconds=1)

AIR, COMMAND, SET_TO = "air", "command", "set_to"
"""Facts of a task: how it stands with the device, which command it is, and to what it is set, in °C."""

ASKED, DONE, FAILED, AT_LIMIT = "asked", "done", "failed", "at_limit"
"""How it stands: told, reported, silent for 10 s, or not to be set any further."""


def fire_change(tx: Transaction, timer: Timer, who: Deciding, times: TaskTimes) -> None:
    """Tell the room's air conditioning what a task asks for; people do it where it cannot."""
    task = tx.tasks.get(timer.subject)
    if task is None or task.state not in UNDONE:
        return
    if freezes(tx.incidents.open()):
        tx.timers.put([replace(timer, due_at=who.at + FROZEN)])
        return
    room = _room_of(tx, task)
    control = _control(tx, room, times) if room else None
    set_now = tx.readings.latest([control.point.id]).get(control.point.id) if control else None
    if control is None or set_now is None or set_now.value is None or set_now.quality is Quality.STALE:
        _leave_to_people(tx, task, {})  # nobody knows what it is set to: two degrees more would be a guess
        return
    wanted = next_set_point(control, set_now.value, float(task.facts.get("degrees") or 0))
    if wanted is None:
        _leave_to_people(tx, task, {AIR: AT_LIMIT, SET_TO: f"{set_now.value:g}"})
        return
    command = _tell(tx, control, wanted, who)
    tx.timers.put([Timer(rule=CHANGED, subject=task.id, due_at=who.at + LOOK_EVERY)])
    _keep(tx, task, {AIR: ASKED, COMMAND: command.id, SET_TO: f"{wanted:g}"})


def fire_changed(tx: Transaction, timer: Timer, who: Deciding, times: TaskTimes) -> None:
    """Go on with the task as the device's report, or its silence, says."""
    task = tx.tasks.get(timer.subject)
    if task is None or task.facts.get(AIR) != ASKED:
        return
    command = tx.commands.get(task.facts[COMMAND])
    if command and command.state in {CommandState.WAITING, CommandState.SENT}:
        tx.timers.put([Timer(rule=CHANGED, subject=task.id, due_at=who.at + LOOK_EVERY)])
    elif command and command.state is CommandState.DONE:
        _done(tx, _keep(tx, task, {AIR: DONE}), who, times)
    else:
        _leave_to_people(tx, task, {AIR: FAILED})
        _report_fault(tx, task, command, who)


def _control(tx: Transaction, room: str, times: TaskTimes) -> AirControl | None:
    return air_control(
        room,
        tx.field_devices.all(),
        tx.field_devices.points(),
        least=times.comfort_least,
        most=times.comfort_most,
        able={one.id: one.capabilities for one in tx.devices.all()},
    )


def _done(tx: Transaction, task: Task, who: Deciding, times: TaskTimes) -> None:
    """Call the work done, unless a person has said so meanwhile; the guest is asked when there is something to feel."""
    if task.state in UNDONE:
        done = keep(tx, task, finish(task, HUB, who.at), Step.FINISH, HUB, who.at)
        ask_when_due(tx, done, HUB, who.at, times)


def _tell(tx: Transaction, control: AirControl, wanted: float, who: Deciding) -> DeviceCommand:
    if control.which:
        told = {"which": control.which, "celsius": wanted}
        return command_device(tx, control.device.publisher, CommandKind.SET_POINT, who, told)
    return command_point(tx, control.point.id, wanted, who)


def _report_fault(tx: Transaction, task: Task, command: DeviceCommand | None, who: Deciding) -> None:
    """Call the technician to the air conditioning that does not answer."""
    key = _room_of(tx, task)
    room = next((one for one in tx.meetings.rooms() if one.key == key), None)
    if room is None:
        return
    device = tx.field_devices.get(command.device) if command else None
    fault = wish_task(
        room,
        RoomWish.BROKEN,
        _air_of(tx, room, device.thing if device else ""),
        task_id=who.ids(),
        at=who.at,
        meeting=task.meeting,
        step=0,
    )
    call(tx, replace(fault, facts=fault.facts | {"reason": "no_answer"}))


def _air_of(tx: Transaction, room: Room, thing: str) -> RoomDevice | None:
    """Return what the panel calls the air conditioning, so that its fault is one task whoever reports it (I5)."""
    here = tx.room_devices.of_room(room.key)
    named = [one for one in here if one.key == thing]
    return next(iter([*named, *(one for one in here if one.kind is DeviceKind.AIR)]), None)


def _room_of(tx: Transaction, task: Task) -> str:
    """Return the room a guest is in: the panel's, else that of the guest's meeting."""
    if task.facts.get("room"):
        return task.facts["room"]
    meeting = tx.meetings.get([task.meeting]).get(task.meeting) if task.meeting else None
    return meeting.room if meeting else ""


def _leave_to_people(tx: Transaction, task: Task, facts: dict[str, str]) -> None:
    """Let anybody take a task that the hub itself had done in an earlier round."""
    if task.accepted_by == HUB and task.state in OWNED:
        task = replace(task, state=TaskState.NEW, accepted_by="", accepted_at=None)
    task = replace(task, held_until=None, attend_at=task.created_at)
    _keep(tx, task, facts)


def _keep(tx: Transaction, task: Task, facts: dict[str, str]) -> Task:
    changed = replace(task, facts=task.facts | facts)
    tx.tasks.save(changed)
    tx.feed.touch([("tasks", "")])
    return changed
