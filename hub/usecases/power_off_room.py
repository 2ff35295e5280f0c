"""After a meeting its room's equipment is switched off, and has to report that it is (R160: 關閉設備電源).

Only what a technician has named as a thing of the room (a projector, a screen), never a plug of unknown use; and not
when the next meeting is near. What still reports that it is on is a task for the technician.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from devices.contract.commands import CommandKind, SwitchTo
from hub.domain.commands import CommandState, DeviceCommand
from hub.domain.field_devices import FieldDevice, Point, Standing
from hub.domain.meetings import Meeting
from hub.domain.pace import real
from hub.domain.point_commands import OFF, ON, WITHIN, command_topic
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.actual_end import actual_end
from hub.usecases.call_staff import call
from hub.usecases.command_device import command_device
from hub.usecases.command_point import command_point
from hub.usecases.strike_room import equipment_is_off

POWER_OFF, LEFT_ON = "power_off", "left_on"
"""Timers, by the meeting: its room is switched off; look what is still on."""

AFTER = timedelta(minutes=15)
"""How long after a meeting's end its room is switched off: people still pack, and talks run over."""

NEXT = timedelta(minutes=60)
"""A meeting that begins so soon finds everything on."""

LOOK_AFTER = WITHIN + timedelta(seconds=5)


def set_power_off(tx: Transaction, meetings: Iterable[Meeting], now: datetime, after: timedelta = AFTER) -> None:
    """Set the timers of these meetings that are not over; repeating it changes nothing."""
    meetings = list(meetings)
    due = {one.id: one.ends_at + after for one in meetings if not one.cancelled and one.ends_at + after > now}
    tx.timers.remove(POWER_OFF, [one.id for one in meetings if one.id not in due])
    tx.timers.put(Timer(rule=POWER_OFF, subject=meeting, due_at=at) for meeting, at in due.items())


def fire_power_off(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Switch off what is on, unless somebody needs the room. Long after an outage it is nobody's business any more."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled or who.at - timer.due_at > NEXT or _is_needed(tx, meeting, who.at):
        return
    ends_at = actual_end(tx, meeting, who.at)
    if ends_at > who.at:  # somebody still speaks
        tx.timers.put([replace(timer, due_at=ends_at + AFTER)])
        return
    told = [_switch_off(tx, device, which, point, who) for device, which, point in _on(tx, meeting.room)]
    if told:
        tx.timers.put([Timer(rule=LEFT_ON, subject=meeting.id, due_at=who.at + real(LOOK_AFTER))])
    elif _is_off(tx, meeting.room):
        equipment_is_off(tx, meeting, who.at)


def fire_left_on(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Call the technician to what did not go off."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None:
        return
    failed = [device for device in _devices(tx, meeting.room) if _failed(tx, device, who.at)]
    if not failed:
        if _is_off(tx, meeting.room):
            equipment_is_off(tx, meeting, who.at)
        return
    room = next(one for one in tx.meetings.rooms() if one.key == meeting.room)
    names = {one.key: one.name for one in tx.room_devices.of_room(room.key)}
    facts = {
        "room": room.key,
        "room_zh": room.name.zh,
        "room_en": room.name.en,
        "what_zh": "、".join(names[one.thing].zh if one.thing in names else one.name for one in failed),
        "what_en": ", ".join(names[one.thing].en if one.thing in names else one.name for one in failed),
    }
    call(tx, raise_task(TaskKind.LEFT_ON, room.key, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id))


def _on(tx: Transaction, room: str) -> list[tuple[FieldDevice, str, Point]]:
    """Return what is on and can be switched: its device, what our own agent calls it (else empty), and its point."""
    found = _switchable(tx, room)
    latest = tx.readings.latest([point.id for _, _, point in found])
    return [one for one in found if one[2].id in latest and latest[one[2].id].text == ON]


def _is_off(tx: Transaction, room: str) -> bool:
    """Say whether all that can be switched in a room reports that it is off; nothing there is no report."""
    found = [point.id for _, _, point in _switchable(tx, room)]
    latest = tx.readings.latest(found) if found else {}
    return bool(found) and all(point in latest and latest[point].text == OFF for point in found)


def _switchable(tx: Transaction, room: str) -> list[tuple[FieldDevice, str, Point]]:
    return [
        (device, which, point)
        for device in _devices(tx, room)
        for point in tx.field_devices.points(device.id)
        if not point.gone
        for which in [_which(tx, device, point)]
        if which or (point.component == "switch" and command_topic(point))
    ]


def _which(tx: Transaction, device: FieldDevice, point: Point) -> str:
    """Return what our own agent can switch and reports with this point: a relay's state, or a projector's light."""
    station = tx.devices.get(device.publisher)
    unique_id = str(point.config.get("unique_id", ""))
    able = (one.partition(":") for one in (station.capabilities if station else ()))
    names = [name for kind, _, name in able if kind == CommandKind.SWITCH]
    return next((name for name in names if unique_id.endswith((f"_{name}", f"_{name}_lit"))), "")


def _switch_off(tx: Transaction, device: FieldDevice, which: str, point: Point, who: Deciding) -> DeviceCommand:
    if which:
        told = {"which": which, "to": SwitchTo.OFF.value}
        return command_device(tx, device.publisher, CommandKind.SWITCH, who, told)
    return command_point(tx, point.id, OFF, who)


def _devices(tx: Transaction, room: str) -> Sequence[FieldDevice]:
    return [
        one for one in tx.field_devices.all() if one.room == room and one.thing and one.standing is Standing.ADMITTED
    ]


def _failed(tx: Transaction, device: FieldDevice, now: datetime) -> bool:
    lately = now - real(LOOK_AFTER + WITHIN)
    told: Sequence[DeviceCommand] = [
        *tx.commands.of_device(device.id, lately),
        *(tx.commands.of_device(device.publisher, lately) if device.publisher != device.id else ()),
    ]
    return any(one.state is CommandState.FAILED and OFF in one.parameters.values() for one in told)


def _is_needed(tx: Transaction, over: Meeting, now: datetime) -> bool:
    """Say whether a meeting has the room now, or soon."""
    soon = tx.meetings.between(now, now + NEXT)
    return any(one.room == over.room and one.id != over.id and not one.cancelled for one in soon)
