"""The shipped simulated printer: speaks ESC/POS over TCP as a receipt printer does, and keeps each slip as a picture.

``python -m devices.fake.printer FOLDER`` runs one by itself. The pictures show what guests would read: personal data.
"""

import argparse
import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from devices.printing import Picture, Printer

KEPT = 200
"""Pictures that are kept; older ones are removed, and an earlier run's are written over."""

_TICK_S = 0.05
_DARK, _PAPER_END, _PAPER_END_IN_TURN = 0x12, 0x60, 0x0C
_log = logging.getLogger(__name__)


class FakePrinter:
    """One printer on a ``port`` of loopback. Set ``paper``, ``cover_open`` and ``jammed`` as a person's hands would.

    Without paper, open or jammed it takes bytes until its buffer is full, answers for its status and prints nothing.
    ``knows_in_turn`` off is a cheap printer, which does not know GS r.
    """

    def __init__(self, folder: Path, port: int = 0, buffer: int = 4_096) -> None:
        """Listen at once; port 0 takes a free one. Raises OSError. ``folder`` takes ``slip-0001.png`` and on."""
        self.paper = True
        self.cover_open = False
        self.jammed = False
        self.knows_in_turn = True
        self.slips: list[Path] = []
        self._count = 0
        self._folder = folder
        self._buffer = buffer
        self._closing = threading.Event()
        folder.mkdir(parents=True, exist_ok=True)
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(_TICK_S)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="simulated printer", daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        """Say whether it prints at the moment."""
        return self.paper and not self.cover_open and not self.jammed

    def close(self) -> None:
        """Hang up; harmless the second time."""
        self._closing.set()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(_TICK_S)
                try:
                    self._talk(connection)
                except OSError as problem:
                    _log.info("the connection to the simulated printer broke: %s", problem)

    def _talk(self, connection: socket.socket) -> None:
        paper = _Paper(self._keep, lambda: self._answer_in_turn(connection))
        tail = b""
        while not self._closing.is_set():
            if len(paper.waiting) < self._buffer or self.ready:
                try:
                    data = connection.recv(1_024)
                except TimeoutError:
                    data = None
                if data == b"":
                    return
                if data:
                    tail = self._answer_at_once(connection, tail + data)
                    paper.waiting += data
            else:
                self._closing.wait(_TICK_S)
            while self.ready and paper.step():
                pass

    def _answer_at_once(self, connection: socket.socket, data: bytes) -> bytes:
        """Answer each DLE EOT in what came, as real ones do even between dots; return what may be half of one."""
        at = data.find(b"\x10\x04")
        while 0 <= at < len(data) - 2:
            if data[at + 2] in {1, 2, 4}:
                connection.sendall(bytes((self._status(data[at + 2]),)))
            at = data.find(b"\x10\x04", at + 2)
        return data[-2:] if data[-2:] == b"\x10\x04" else data[-1:] if data[-1:] == b"\x10" else b""

    def _status(self, which: int) -> int:
        if which == 1:
            return _DARK | (0 if self.ready or self.jammed else 0x08)
        if which == 2:  # noqa: PLR2004 - the causes of being offline
            return _DARK | (0x04 if self.cover_open else 0) | (0 if self.paper else 0x20)
        return _DARK | (0 if self.paper else _PAPER_END)

    def _answer_in_turn(self, connection: socket.socket) -> None:
        if self.knows_in_turn:
            connection.sendall(bytes((0 if self.paper else _PAPER_END_IN_TURN,)))

    def _keep(self, slip: Image.Image) -> None:
        self._count += 1
        path = self._folder / f"slip-{self._count:04}.png"
        slip.save(path)
        self.slips.append(path)
        for old in self.slips[:-KEPT]:
            old.unlink(missing_ok=True)
        del self.slips[:-KEPT]
        _log.info("the simulated printer printed %s", path.name)


class SimulatedPrinter:
    """A kiosk's simulated printer: the real driver, on a simulated printer of its own."""

    def __init__(self, fake: FakePrinter, driver: Printer) -> None:
        """Take both."""
        self._fake = fake
        self._driver = driver

    def check(self) -> None:
        """Look whether it could print now. Raises PaperOut and PrinterLost."""
        self._driver.check()

    def print(self, picture: Picture) -> None:
        """Print one slip. Raises PaperOut and PrinterLost."""
        self._driver.print(picture)

    def close(self) -> None:
        """Switch the simulated printer off."""
        self._driver.close()
        self._fake.close()


class _Paper:
    """What was received and not yet printed, and the strip since the last cut."""

    def __init__(self, keep: Callable[[Image.Image], None], answer: Callable[[], None]) -> None:
        self.waiting = b""
        self._bands: list[Image.Image] = []
        self._keep = keep
        self._answer = answer

    def step(self) -> bool:
        """Obey one command; False when it is not all there yet."""
        data = self.waiting
        length = self._length(data)
        if length is None or len(data) < length:
            return False
        self.waiting = data[length:]
        if data[:2] == b"\x1dv":
            width, height = 8 * int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
            self._bands.append(Image.frombytes("1", (width, height), bytes(255 - byte for byte in data[8:length])))
        elif data[:2] in {b"\x1dV", b"\x1bd"}:
            self._cut()
        elif data[:2] == b"\x1dr":
            self._answer()
        return True

    @staticmethod
    def _length(data: bytes) -> int | None:
        """Return how long the command in front is; None when that cannot be told yet."""
        if len(data) < 2:  # noqa: PLR2004 - a command has two bytes at least
            return None
        if data[:2] == b"\x1dv":
            if len(data) < 8:  # noqa: PLR2004 - the length of a picture's header
                return None
            return 8 + int.from_bytes(data[4:6], "little") * int.from_bytes(data[6:8], "little")
        return {b"\x1b@": 2, b"\x1bd": 3, b"\x1dV": 4, b"\x1dr": 3, b"\x10\x04": 3}.get(data[:2], 1)

    def _cut(self) -> None:
        if not self._bands:
            return
        strip = Image.new("1", (max(band.width for band in self._bands), sum(band.height for band in self._bands)), 1)
        top = 0
        for band in self._bands:
            strip.paste(band, (0, top))
            top += band.height
        self._bands = []
        self._keep(strip)


def main(arguments: list[str] | None = None) -> int:
    """Run one printer until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m devices.fake.printer", description="A simulated ESC/POS printer")
    parser.add_argument("folder", type=Path, help="where the slips are written as pictures")
    parser.add_argument("--port", type=int, default=9_100, help="port on loopback (default: 9100)")
    parsed = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")  # noqa: TID251 - a printer on a screen
    printer = FakePrinter(parsed.folder, parsed.port)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        printer.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
