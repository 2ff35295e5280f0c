"""The port to a printer of slips, and the picture it is given."""

from dataclasses import dataclass
from typing import Protocol

from devices.ports import DeviceError


class PrinterLost(DeviceError):
    """The printer is not to be had: switched off, unplugged, open, jammed, or its queue is stopped."""

    code = "printer_lost"


class PaperOut(DeviceError):
    """The printer has no paper."""

    code = "paper_out"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in black and white. ``rows`` are bytes of eight dots each, the first one highest, 1 is black.

    Each row begins with a new byte: the form of both PBM and ESC/POS.
    """

    width: int
    height: int
    rows: bytes

    @property
    def bytes_a_row(self) -> int:
        """Return how many bytes one row of dots takes."""
        return (self.width + 7) // 8


class Printer(Protocol):
    """Prints slips, one after the other; used by one thread. Calls may take a minute."""

    def check(self) -> None:
        """Look whether it could print now. Raises PaperOut and PrinterLost."""

    def print(self, picture: Picture) -> None:
        """Print one slip and return when it is out, as far as the printer tells.

        Raises PaperOut and PrinterLost when it is not, or not whole: print it again then.
        """

    def close(self) -> None:
        """Give up what it holds; a simulated one writes no more."""
