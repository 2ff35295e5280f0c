"""Another maker's device is told what to be: a row, sent by the door for sensors, done when the device reports it.

It has 10 s; a yes alone would be no proof, and most makers' devices give none.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hub.domain.commands import NO_ANSWER, CommandState, DeviceCommand
from hub.domain.errors import InvalidInput, NotFound
from hub.domain.field_devices import Standing
from hub.domain.pace import real
from hub.domain.point_commands import SET, WITHIN, command_topic, fits, obeyed
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.command_device import KEPT

OBEYED = "point_obeyed"
"""A timer, by the command's id: look whether the device reports what it was told to be."""

LOOK_EVERY = timedelta(seconds=1)
AT_ONCE = 20


def command_point(tx: Transaction, point: str, value: float | str, who: Deciding) -> DeviceCommand:
    """Tell a device to let one of its points be something. What it is being told already is not told twice.

    Raises NotFound for a point, InvalidInput for one that cannot be set, or not to that.
    """
    found = tx.field_devices.point(point)
    device = tx.field_devices.get(found.device) if found and not found.gone else None
    if found is None or device is None or device.standing is not Standing.ADMITTED:
        raise NotFound(f"no admitted device has a point {point!r}")
    if not command_topic(found):
        raise InvalidInput("point", f"{point} cannot be told anything", "choose a switch, a number or a climate")
    if not fits(found, value):
        raise InvalidInput("value", f"{point} cannot be {value!r}", "stay within what the device announces")
    parameters: dict[str, object] = {"point": point, "value": value}
    for other in tx.commands.of_device(device.id, who.at - real(WITHIN)):
        if other.open(who.at) and other.parameters == parameters:
            return other
    command = DeviceCommand(
        id=who.ids(),
        device=device.id,
        kind=SET,
        parameters=parameters,
        who=who.actor,
        created_at=who.at,
        expires_at=who.at + real(WITHIN),
    )
    tx.commands.forget(who.at - KEPT)
    tx.commands.add(command)
    tx.timers.put([Timer(rule=OBEYED, subject=command.id, due_at=who.at + LOOK_EVERY)])
    tx.records.audit(who.actor, "command.set", f"{point} {value}", who.at)
    tx.feed.touch([("field_device", device.id)])
    return command


def take_points_to_send(tx: Transaction, who: Deciding) -> Sequence[DeviceCommand]:
    """Take what waits to be told to other makers' devices, and note that it is sent; send it after the commit."""
    waiting = tx.commands.waiting(who.at, AT_ONCE, points=True)
    taken = [replace(command, state=CommandState.SENT, sent_at=who.at) for command in waiting]
    for command in taken:
        tx.commands.save(command)
    return taken


def refuse_point(tx: Transaction, command: str, why: str, who: Deciding) -> None:
    """Note that a command never left: it has failed, and nobody waits for it."""
    found = tx.commands.get(command)
    if found and found.state in {CommandState.WAITING, CommandState.SENT}:
        tx.timers.remove(OBEYED, [command])
        _end(tx, replace(found, state=CommandState.FAILED, answered_at=who.at, problem=why))


def look_whether_obeyed(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """End a command by what its device reports; look again while there is time."""
    command = tx.commands.get(timer.subject)
    if command is None or command.state not in {CommandState.WAITING, CommandState.SENT}:
        return
    point, value = str(command.parameters["point"]), command.parameters["value"]
    wanted = value if isinstance(value, str) else float(value)  # type: ignore[arg-type]
    reading = tx.readings.latest([point]).get(point)
    if command.sent_at and obeyed(wanted, reading, command.sent_at):
        _end(tx, replace(command, state=CommandState.DONE, answered_at=who.at))
    elif who.at >= command.expires_at:
        _end(tx, replace(command, state=CommandState.FAILED, answered_at=who.at, problem=NO_ANSWER))
    else:
        tx.timers.put([Timer(rule=OBEYED, subject=command.id, due_at=who.at + LOOK_EVERY)])


def _end(tx: Transaction, command: DeviceCommand) -> None:
    tx.commands.save(command)
    tx.feed.touch([("field_device", command.device)])
