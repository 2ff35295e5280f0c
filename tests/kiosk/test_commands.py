import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.cards import Words
from devices.contract.codec import UnreadableMessage
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.ids import uuid7
from kiosk.commands import EXPIRY, read_command
from kiosk.identity import Identity
from tests.kiosk.cards import MORNING, FixedClock

BOOT = uuid7()


def identity(*, synced: bool = True) -> Identity:
    """Make a kiosk whose clock stands at the morning."""
    return Identity("house", "kiosk-1", uuid7(), FixedClock(), uuid7, Words(zh="东门", en="East"), lambda: synced)


def resend(**changes: Any) -> Command:  # noqa: ANN401 - a command's fields
    """Make a command to send some events again."""
    plain = {"id": uuid7(), "ts": MORNING, "boot": uuid7(), "seq": 1, "kind": CommandKind.RESEND, "of_boot": BOOT}
    return Command(**{**plain, "first": 1, "last": 9, **changes})


def other_kind(command: Command) -> bytes:
    """Write the command as one this release does not know."""
    return json.dumps({**json.loads(codec.encode(command)), "kind": "open_the_roof"}).encode()


def test_a_command_to_send_again_is_obeyed() -> None:
    """It is read as it was written."""
    command = resend()
    assert read_command(codec.encode(command), identity(), retained=False) == command


@pytest.mark.parametrize(
    ("command", "write", "retained"),
    [
        (resend(), codec.encode, True),
        (resend(ts=MORNING - EXPIRY - timedelta(seconds=1)), codec.encode, False),
        (resend(first=5, last=4), codec.encode, False),
        (resend(), other_kind, False),
    ],
)
def test_a_command_that_must_not_be_obeyed_is_refused_by_name(
    command: Command,
    write: Callable[[Command], bytes],
    retained: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Retained, too old, upside down, or of another kind: the hub hears that it failed."""
    found = read_command(write(command), identity(), retained=retained)
    assert isinstance(found, CommandResult)
    assert (found.command, found.ok) == (command.id, False)


def test_a_kiosk_whose_clock_is_not_set_calls_no_command_old() -> None:
    """The broker lets commands expire all the same."""
    command = resend(ts=MORNING - timedelta(days=20_000))
    assert read_command(codec.encode(command), identity(synced=False), retained=False) == command


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"v":1,"id":"nobody"}'])
def test_a_command_that_does_not_name_itself_cannot_be_answered(payload: bytes) -> None:
    """It is dropped and counted like any nonsense."""
    with pytest.raises(UnreadableMessage):
        read_command(payload, identity(), retained=False)
