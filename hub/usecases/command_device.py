"""A device is told what to do, and answers, or has failed after 30 s (DESIGN 5 ``down/command``, ``up/ack``).

Any process may give a command, a web process without a link too: it is a row first. A process with a link sends what
waits (``hub.outgoing``). Giving up needs no link either: it is a timer.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from devices.contract import codec
from devices.contract.commands import Command, CommandKind, CommandResult, lacks, wanted
from hub.domain.commands import LASTS, NO_ANSWER, CommandState, DeviceCommand, lasts
from hub.domain.errors import InvalidInput, NotFound
from hub.domain.pace import real
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding

UNANSWERED = "command"
PICTURE_OLD = "forget_screenshots"
"""Timers: a command by its id; a picture of a device's screen by the device."""

PICTURES_KEPT = timedelta(days=1)
KEPT = timedelta(days=7)
AT_ONCE = 20
REFUSED = "refused"
"""Why a command failed whose device gave no reason: it does not know such a command, or got it too late."""

UNCONFIRMED = "unconfirmed"
"""Why a command failed whose device says yes, but does not report that it is as it was told to be."""

_BAD_PICTURE = "bad_picture"


def command_device(
    tx: Transaction, device: str, kind: CommandKind, who: Deciding, parameters: Mapping[str, object] | None = None
) -> DeviceCommand:
    """Tell a device to do something. The very same that it is being told already is not told twice.

    ``parameters`` are further fields of ``devices.contract.commands.Command``. Raises NotFound for a device that was
    never heard, InvalidInput for parameters that make no command.
    """
    if tx.devices.get(device) is None:
        raise NotFound(f"no device {device!r} was ever heard")
    command = DeviceCommand(
        id=who.ids(),
        device=device,
        kind=kind.value,
        parameters=dict(parameters or {}),
        who=who.actor,
        created_at=who.at,
        expires_at=who.at + lasts(kind),
    )
    _check(command, who)
    for other in tx.commands.of_device(device, who.at - real(LASTS)):
        if other.open(who.at) and (other.kind, other.parameters) == (command.kind, command.parameters):
            return other
    tx.commands.forget(who.at - KEPT)
    tx.commands.add(command)
    tx.timers.put([Timer(rule=UNANSWERED, subject=command.id, due_at=command.expires_at)])
    tx.records.audit(who.actor, f"command.{kind}", device, who.at)
    tx.feed.touch([("device", device)])
    return command


def take_to_send(tx: Transaction, now: datetime) -> Sequence[DeviceCommand]:
    """Take what waits, each for one process alone, and note that it is sent; it must be sent after the commit.

    Once is the promise: a process that dies before it has sent one leaves it to fail. A relay switched late is worse.
    """
    taken = [replace(command, state=CommandState.SENT, sent_at=now) for command in tx.commands.waiting(now, AT_ONCE)]
    for command in taken:
        tx.commands.save(command)
    return taken


def put_back(tx: Transaction, commands: Sequence[DeviceCommand]) -> None:
    """Let those wait again that found no way out of this process."""
    for command in commands:
        if tx.commands.get(command.id) == command:
            tx.commands.save(replace(command, state=CommandState.WAITING, sent_at=None))


def hear_answer(tx: Transaction, device: str, result: CommandResult, now: datetime) -> bool:
    """Take a device's answer; False when it is to none of these (``resend`` is no row). A late one changes nothing."""
    command = tx.commands.get(result.command)
    if command is None or command.device != device:
        return False
    if command.state is not CommandState.SENT:
        return True
    problem = "" if result.ok else result.reason or REFUSED
    if result.ok and command.kind == CommandKind.SCREENSHOT:
        problem = _keep_picture(tx, device, result.picture, now)
    if result.ok and not _confirmed(command, result, now):
        problem = UNCONFIRMED
    state = CommandState.FAILED if problem else CommandState.DONE
    tx.commands.save(replace(command, state=state, answered_at=now, problem=problem))
    tx.timers.remove(UNANSWERED, [command.id])
    tx.feed.touch([("device", device)])
    return True


def give_up(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Call a command failed that nobody has answered in time."""
    command = tx.commands.get(timer.subject)
    if command is None or command.state not in {CommandState.WAITING, CommandState.SENT}:
        return
    tx.commands.save(replace(command, state=CommandState.FAILED, answered_at=who.at, problem=NO_ANSWER))
    tx.feed.touch([("device", command.device)])


def forget_screenshots(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Remove a picture that is a day old; a newer one has moved the timer."""
    tx.screenshots.forget(who.at - PICTURES_KEPT)
    tx.feed.touch([("device", timer.subject)])


def message_of(command: DeviceCommand, seq: int, boot: str, now: datetime) -> bytes:
    """Write a command for the wire. Raises TypeError or UnreadableMessage for parameters that make none."""
    message = codec.encode(_message(command, seq, boot, now))
    codec.decode(message, Command)
    return message


def _message(command: DeviceCommand, seq: int, boot: str, now: datetime) -> Command:
    fields = {"id": command.id, "ts": now, "boot": boot, "seq": seq, "kind": CommandKind(command.kind)}
    return Command(**{**command.parameters, **fields})  # type: ignore[arg-type]


def _confirmed(command: DeviceCommand, result: CommandResult, now: datetime) -> bool:
    """Say whether a device that obeyed also reports what it is now, and not the contrary; a yes alone is no proof."""
    expected = wanted(codec.decode(codec.encode(_message(command, 0, result.boot, now)), Command))
    readings = result.readings or {}
    agrees = all(readings.get(key, value) == value for key, value in expected.items())
    return not expected or (bool(readings) and agrees)


def _check(command: DeviceCommand, who: Deciding) -> None:
    try:
        missing = lacks(codec.decode(message_of(command, 0, who.ids(), who.at), Command))
    except (TypeError, ValueError) as problem:
        raise InvalidInput("parameters", str(problem), f"give what a {command.kind} needs") from problem
    if missing:
        raise InvalidInput(missing, "is missing", f"give what a {command.kind} needs")


def _keep_picture(tx: Transaction, device: str, text: str, now: datetime) -> str:
    """Keep a picture for a day; returns what is wrong with it."""
    try:
        picture = base64.b64decode(text, validate=True)
    except binascii.Error:
        return _BAD_PICTURE
    if picture[:4] != b"RIFF" or picture[8:12] != b"WEBP":
        return _BAD_PICTURE
    tx.screenshots.put(device, picture, now)
    tx.timers.put([Timer(rule=PICTURE_OLD, subject=device, due_at=now + PICTURES_KEPT)])
    return ""
