"""What the hub may tell this kiosk to do, and what it answers (DESIGN 5, I9)."""

from datetime import timedelta

from devices.contract import codec
from devices.contract.codec import UnreadableMessage
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.contract.envelope import Envelope
from devices.contract.messages import Clock
from kiosk.identity import Identity
from kiosk.outbox import Outbox

EXPIRY = timedelta(seconds=30)
"""A command older than this is not obeyed: whoever gave it has given it up (DESIGN 5)."""


def read_command(payload: bytes, identity: Identity, *, retained: bool) -> Command | CommandResult:
    """Read a command from the wire: the command to obey, or the refusal to answer.

    Refused are kinds unknown here, retained ones, those older than 30 real seconds by a clock that is set, and a
    ``resend`` that names no run or is upside down. Raises UnreadableMessage when it does not even name itself.
    """
    try:
        command = codec.decode(payload, Command)
    except UnreadableMessage:
        unknown = codec.decode(payload, Envelope)
        return refusal(identity, unknown.id)
    late = identity.clock_state() is Clock.SYNCED and identity.clock.now() - command.ts > EXPIRY * identity.speed
    if retained or late or not _makes_sense(command):
        return refusal(identity, command.id)
    return command


def refusal(identity: Identity, command: str, reason: str | None = None) -> CommandResult:
    """Answer that a command is not obeyed, and why (CommandResult names the reasons)."""
    return CommandResult(**identity.stamp(), command=command, ok=False, reason=reason)


def resend(command: Command, identity: Identity, outbox: Outbox) -> CommandResult:
    """Let the events the hub names wait for an answer again, and say which of them are not here any more.

    Raises sqlite3.Error; the hub asks again.
    """
    boot = command.of_boot or ""
    missing = outbox.requeue(boot, command.first, command.last)
    return CommandResult(**identity.stamp(), command=command.id, ok=True, of_boot=boot, missing=tuple(missing))


def _makes_sense(command: Command) -> bool:
    return command.kind is not CommandKind.RESEND or (command.of_boot is not None and command.first <= command.last)
