"""A receipt printer that speaks ESC/POS, over the network, USB or a serial line.

Commands and status bits are those of Epson's "ESC/POS Command Reference", which other makers follow: ``DLE EOT n``
(status, answered at once), ``GS r 1`` (paper status, answered in its turn: all before it is printed), ``GS v 0``
(raster picture) and ``GS V 66 0`` (feed and cut).
"""

import os
import select
import socket
import stat
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from devices.printing import PaperOut, Picture, PrinterLost

_RESET = b"\x1b@"
_CUT = b"\x1dVB\x00"
_FEED = b"\x1bd\x04"
_PAPER_IN_TURN = b"\x1dr\x01"
_BAND_ROWS = 128
"""Rows of dots sent at once: more than the buffers of small printers hold."""

_OFFLINE, _CAUSE, _PAPER = 1, 2, 4
_IS_OFFLINE = 0x08
_COVER_OPEN, _STOPPED, _ERROR = 0x04, 0x20, 0x40
_PAPER_END = 0x60


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, the printer may take to be reached, to answer, to take more, and to print a slip."""

    connect_s: float = 3.0
    answer_s: float = 2.0
    stall_s: float = 10.0
    print_s: float = 20.0


class EscPosPrinter:
    """Opens the printer for each slip, so that one that was away is found again, and others may use it between."""

    def __init__(
        self,
        connect: Callable[[float], int],
        *,
        tells_status: bool = True,
        cuts: bool = True,
        patience: Patience | None = None,
    ) -> None:
        """``connect`` (seconds) returns a descriptor that does not block, see ``over_network`` and ``over_device``.

        With ``tells_status`` off nothing is asked: a printer without a way back.
        """
        self._connect = connect
        self._tells_status = tells_status
        self._end = _CUT if cuts else _FEED
        self._patience = patience or Patience()
        self._knows_in_turn: bool | None = None

    def check(self) -> None:
        """Look whether it could print now. Raises PaperOut and PrinterLost."""
        with self._line() as line:
            self._look(line)

    def print(self, picture: Picture) -> None:
        """Print one slip. Raises PaperOut and PrinterLost when it is not out, or not whole."""
        with self._line() as line:
            self._look(line)
            for part in _commands(picture):
                line.write(part)
            line.write(self._end)
            if self._tells_status:
                self._await_end(line)

    def close(self) -> None:
        """Do nothing: nothing is held between slips."""

    @contextmanager
    def _line(self) -> Iterator["_Line"]:
        try:
            descriptor = self._connect(self._patience.connect_s)
        except (OSError, termios.error) as problem:
            raise PrinterLost(f"the printer cannot be reached: {problem}") from problem
        try:
            yield _Line(descriptor, self._patience)
        except OSError as problem:
            raise PrinterLost(f"the printer went away: {problem}") from problem
        finally:
            os.close(descriptor)

    def _look(self, line: "_Line") -> None:
        if not self._tells_status:
            return
        if line.ask(_PAPER) & _PAPER_END == _PAPER_END:
            raise PaperOut("the printer has no paper")
        if line.ask(_OFFLINE) & _IS_OFFLINE:
            cause = line.ask(_CAUSE)
            if cause & _STOPPED:
                raise PaperOut("the printer has no paper")
            reason = "its cover is open" if cause & _COVER_OPEN else "it has an error" if cause & _ERROR else "offline"
            raise PrinterLost(f"the printer does not print: {reason}")

    def _await_end(self, line: "_Line") -> None:
        """Wait until all is printed. One that never knew the question, and has no complaint, counts as done."""
        if self._knows_in_turn is False:
            self._look(line)
            return
        line.write(_PAPER_IN_TURN)
        deadline = time.monotonic() + self._patience.print_s
        while time.monotonic() < deadline:
            if line.heard_in_turn(self._patience.answer_s):
                self._knows_in_turn = True
                return
            self._look(line)
        if self._knows_in_turn:
            raise PrinterLost("the printer took a slip and does not say that it is out: it may be jammed")
        self._knows_in_turn = False


class _Line:
    """Bytes to and from the printer, each wait bounded."""

    def __init__(self, descriptor: int, patience: Patience) -> None:
        self._descriptor = descriptor
        self._patience = patience

    def write(self, data: bytes) -> None:
        """Hand over all of it. Raises PrinterLost when the printer takes nothing for too long, and OSError."""
        rest = memoryview(data)
        while rest:
            _, writable, _ = select.select([], [self._descriptor], [], self._patience.stall_s)
            if not writable:
                raise PrinterLost(f"the printer took nothing for {self._patience.stall_s:g} s: it may be jammed")
            rest = rest[os.write(self._descriptor, rest[:4096]) :]

    def ask(self, status: int) -> int:
        """Return one status byte (DLE EOT). Raises PrinterLost when there is no answer."""
        while self._read(0):
            pass  # answers to dots that happened to look like questions
        self.write(bytes((0x10, 0x04, status)))
        deadline = time.monotonic() + self._patience.answer_s
        while (left_s := deadline - time.monotonic()) > 0:
            found = [byte for byte in self._read(left_s) if byte & 0x93 == 0x12]  # noqa: PLR2004 - fixed bits of the answer
            if found:
                return found[-1]
        raise PrinterLost("the printer does not answer; if it never does, set printer.tells_status = false")

    def heard_in_turn(self, within_s: float) -> bool:
        """Wait for the answer to GS r, which is told from the others by its bits 4 and 7."""
        deadline = time.monotonic() + within_s
        while (left_s := deadline - time.monotonic()) > 0:
            if any(byte & 0x90 == 0 for byte in self._read(left_s)):
                return True
        return False

    def _read(self, within_s: float) -> bytes:
        readable, _, _ = select.select([self._descriptor], [], [], within_s)
        if not readable:
            return b""
        found = os.read(self._descriptor, 256)
        if not found and stat.S_ISSOCK(os.fstat(self._descriptor).st_mode):
            raise PrinterLost("the printer hung up")
        return found


def over_network(host: str, port: int) -> Callable[[float], int]:
    """Return what reaches a printer by TCP (port 9100 as a rule)."""

    def connect(within_s: float) -> int:
        opened = socket.create_connection((host, port), within_s)
        opened.settimeout(0)
        return opened.detach()

    return connect


def over_device(path: str, baud: int = 0) -> Callable[[float], int]:
    """Return what opens a device file: USB (``/dev/usb/lp0``), or a serial line when ``baud`` is not 0."""

    def connect(_: float) -> int:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        if baud:
            try:
                tty.setraw(descriptor)
                settings = termios.tcgetattr(descriptor)
                settings[4] = settings[5] = getattr(termios, f"B{baud}")
                settings[2] |= termios.CLOCAL | termios.CREAD
                termios.tcsetattr(descriptor, termios.TCSANOW, settings)
            except BaseException:
                os.close(descriptor)
                raise
        return descriptor

    return connect


def _commands(picture: Picture) -> Iterator[bytes]:
    yield _RESET
    across = picture.bytes_a_row
    for first in range(0, picture.height, _BAND_ROWS):
        rows = min(_BAND_ROWS, picture.height - first)
        header = b"\x1dv0\x00" + across.to_bytes(2, "little") + rows.to_bytes(2, "little")
        yield header + picture.rows[first * across : (first + rows) * across]
