"""What the hub may tell a device to do, and what the device answers (DESIGN 5 ``down/command``, ``up/ack``)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from devices.contract.envelope import Envelope
from devices.contract.fields import Count, Key, Readings, Uuid
from devices.contract.limits import Items, Number, Text

MOST_OF_PICTURE = 15_600
"""Longest picture in base64: with the envelope around it, it fits into one message."""


class CommandKind(StrEnum):
    """What the hub may tell a device to do."""

    RESEND = "resend"
    SCREENSHOT = "screenshot"
    SWITCH = "switch"
    SET_POINT = "set_point"
    IDENTIFY = "identify"


class SwitchTo(StrEnum):
    """What a switch is to do; ``cycle`` is off, a few seconds of rest, and on again."""

    ON = "on"
    OFF = "off"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Event numbers from ``first`` to ``last``, both meant."""

    first: Count
    last: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Envelope):
    """The hub tells a device to do something; the device answers with a CommandResult, or it has failed.

    ``resend``: let the events ``first`` to ``last`` of the run ``of_boot`` wait for an answer again (I9).
    ``screenshot``: send a picture of the screen, if no guest is at it.
    ``switch``: switch ``which`` on or off, or ``cycle`` it. ``set_point``: let ``which`` keep ``celsius`` degrees.
    ``identify``: blink or beep, so that somebody in the room finds the device.
    """

    kind: CommandKind
    of_boot: Uuid | None = None
    first: Count = 0
    last: Count = 0
    which: Key | None = None
    to: SwitchTo | None = None
    celsius: Annotated[float, Number(5, 40)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult(Envelope):
    """What became of a command. ``missing`` are events of the run ``of_boot`` that are not here any more.

    ``reason`` is why it was not obeyed: ``busy`` (a guest is at the screen), ``no_page`` (the page is not drawn),
    ``no_picture`` (nobody who could take one), ``unknown_which`` (nothing of that name here takes this command),
    ``out_of_range``, ``broken`` (it did not obey), ``late``, ``retained``. ``readings`` is what the device reads of
    itself afterwards: what it really did. ``picture`` is the screen as a WebP file in base64, taken at ``ts``.
    """

    command: Uuid
    ok: bool
    reason: Key | None = None
    picture: Annotated[str, Text(MOST_OF_PICTURE, pattern="[A-Za-z0-9+/]*={0,2}")] = ""
    of_boot: Uuid | None = None
    missing: Annotated[tuple[Span, ...], Items(100)] = ()
    readings: Readings | None = None


_NEEDS = {
    CommandKind.RESEND: ("of_boot",),
    CommandKind.SWITCH: ("which", "to"),
    CommandKind.SET_POINT: ("which", "celsius"),
}


def lacks(command: Command) -> str:
    """Return the name of a field that a command of this kind cannot do without; empty when it has all."""
    return next((name for name in _NEEDS.get(command.kind, ()) if getattr(command, name) is None), "")


def set_point_of(which: str) -> str:
    """Return the key under which a device reports the temperature that ``which`` is to keep."""
    return f"{which}_set_point"


def wanted(command: Command) -> dict[str, float | str]:
    """Return what a device reads of itself once it has obeyed; empty where nothing can be read."""
    if command.which and command.kind is CommandKind.SWITCH:
        return {command.which: SwitchTo.ON.value if command.to is not SwitchTo.OFF else SwitchTo.OFF.value}
    if command.which and command.kind is CommandKind.SET_POINT and command.celsius is not None:
        return {set_point_of(command.which): command.celsius}
    return {}
