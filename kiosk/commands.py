"""What the hub may tell this kiosk to do, and what it answers (I9)."""

from datetime import timedelta

from devices.contract import codec
from devices.contract.codec import UnreadableMessage
from devices.contract.messages import Clock, Command, CommandResult, Envelope
from kiosk.identity import Identity
from kiosk.outbox import Outbox

EXPIRY = timedelta(seconds=30)
"""A command older than this is not obeyed: whoever gave it has given it up (DESIGN 5)."""


def read_command(payload: bytes, identity: Identity, *, retained: bool) -> Command | CommandResult:
    """Read a command from the wire: the command to obey, or the refusal to answer.

    Refused are other kinds than ``resend``, retained ones, and those older than 30 s by a clock that is set.
    Raises UnreadableMessage when it does not even name itself.
    """
    try:
        command = codec.decode(payload, Command)
    except UnreadableMessage:
        unknown = codec.decode(payload, Envelope)
        return CommandResult(**identity.stamp(), command=unknown.id, ok=False)
    late = identity.clock_state() is Clock.SYNCED and identity.clock.now() - command.ts > EXPIRY
    if retained or late or command.first > command.last:
        return CommandResult(**identity.stamp(), command=command.id, ok=False)
    return command


def resend(command: Command, identity: Identity, outbox: Outbox) -> CommandResult:
    """Let the events the hub names wait for an answer again, and say which of them are not here any more.

    Raises sqlite3.Error; the hub asks again.
    """
    missing = outbox.requeue(command.of_boot, command.first, command.last)
    return CommandResult(
        **identity.stamp(), command=command.id, ok=True, of_boot=command.of_boot, missing=tuple(missing)
    )
