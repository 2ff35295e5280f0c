"""What any scanner promises, kept by the real one (over a pipe, with the kernel's own events) and the shipped fake."""

import errno
import os
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from devices.fake.scanner import FileScanner
from devices.pi.scanner import EventScanner, grab_exclusively
from devices.scanner import Scanner, ScannerLost
from tests.keyboard import packed

CODES = ("Y1" + "0123456789ABCDEFGHJKMX", "https://example.com/?a=1&b=%20", '{"x": [\'~\', "|"]}')


class Bench(Protocol):
    """A scanner on a table: plugged in, typed on, pulled out."""

    def make(self) -> Scanner:
        """Return what reads it."""

    def plug(self) -> None:
        """Put the plug in."""

    def scan(self, text: str) -> None:
        """Scan a code."""

    def unplug(self) -> None:
        """Pull the plug."""


class PipeBench:
    """The real reader on a pipe in the place of ``/dev/input/event*``; what it grabs is noted."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "usb-Maker_Scanner_123-event-kbd"
        self.pattern = folder / "usb-*-event-kbd"
        self.grabbed: list[str] = []
        self._at_ms = 0
        self._end: int | None = None

    def make(self) -> EventScanner:
        """Return the reader."""
        return EventScanner(
            self.pattern, lambda device: self.grabbed.append(str(Path(f"/proc/self/fd/{device}").readlink()))
        )

    def plug(self) -> None:
        """Make the pipe and hold it open."""
        os.mkfifo(self.path)
        self._end = os.open(self.path, os.O_RDWR)

    def scan(self, text: str) -> None:
        """Write the kernel's events."""
        self.write(packed(text, self._at_ms))
        self._at_ms += 1_000

    def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        assert self._end is not None
        os.write(self._end, data)

    def unplug(self) -> None:
        """Close the pipe and take it away."""
        if self._end is not None:
            os.close(self._end)
            self.path.unlink()
        self._end = None


class FileBench:
    """The shipped fake."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "codes.txt"

    def make(self) -> FileScanner:
        """Return the fake."""
        return FileScanner(self.path, threading.Event().wait)

    def plug(self) -> None:
        """Make its file."""
        self.path.touch()

    def scan(self, text: str) -> None:
        """Append a line."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def unplug(self) -> None:
        """Take its file away."""
        self.path.unlink(missing_ok=True)


@pytest.fixture(params=[PipeBench, FileBench], ids=["pi", "fake"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Give a scanner that is not plugged in yet."""
    made: Bench = request.param(tmp_path)
    yield made
    made.unplug()


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[PipeBench]:
    """Give the real reader on a pipe that is plugged in."""
    made = PipeBench(tmp_path)
    made.plug()
    yield made
    made.unplug()


def read_all(scanner: Scanner, turns: int = 40) -> list[str]:
    """Read until nothing more comes."""
    found = (scanner.read(0) for _ in range(turns))
    return [code for code in found if code is not None]


def test_each_code_is_read_once_in_its_order(bench: Bench) -> None:
    """Capitals, addresses, braces; nothing of the key that ends them."""
    bench.plug()
    scanner = bench.make()
    assert scanner.read(0) is None
    for code in CODES:
        bench.scan(code)
    assert read_all(scanner) == list(CODES)
    assert scanner.read(0.01) is None
    scanner.close()


def test_a_scanner_that_is_not_there_is_lost_and_its_place_is_named(bench: Bench) -> None:
    """The text says where it was looked for."""
    with pytest.raises(ScannerLost, match=r"no code scanner at .*(usb-|codes)"):
        bench.make().read(0)


def test_a_scanner_that_is_pulled_out_is_lost_and_read_again_when_it_is_back(bench: Bench) -> None:
    """The next guest's code is read after the plug is in again."""
    bench.plug()
    scanner = bench.make()
    bench.scan("BEFORE")
    assert read_all(scanner) == ["BEFORE"]
    bench.unplug()
    with pytest.raises(ScannerLost):
        scanner.read(0)
    scanner.close()
    bench.plug()
    again = bench.make()
    assert again.read(0) is None
    bench.scan("AFTER")
    assert read_all(again) == ["AFTER"]
    again.close()


def test_the_device_is_taken_for_this_program_alone_before_anything_is_read(pipe: PipeBench) -> None:
    """Otherwise a code would type into the page."""
    scanner = pipe.make()
    scanner.read(0)
    assert pipe.grabbed == [str(pipe.path)]
    scanner.read(0)
    assert len(pipe.grabbed) == 1
    scanner.close()


def test_a_device_that_another_program_holds_or_that_is_no_keyboard_is_lost_with_the_reason(tmp_path: Path) -> None:
    """The kernel's own answer to the real request, for a file that is no input device."""
    file = tmp_path / "no-device"
    file.write_bytes(b"")
    with pytest.raises(ScannerLost, match="it is no input device"):
        EventScanner(file).read(0)

    def busy(_: int) -> None:
        raise OSError(errno.EBUSY, "busy")

    with pytest.raises(ScannerLost, match="another program holds it"):
        EventScanner(file, busy).read(0)


def test_the_request_for_the_grab_is_the_kernel_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """``_IOW('E', 0x90, int)`` with 1."""
    asked: list[tuple[int, int, int]] = []
    monkeypatch.setattr("fcntl.ioctl", lambda *arguments: asked.append(arguments))
    grab_exclusively(7)
    size_of_int = struct.calcsize("@i")
    assert asked == [(7, 1 << 30 | size_of_int << 16 | ord("E") << 8 | 0x90, 1)]


def test_events_that_arrive_in_pieces_are_put_together(pipe: PipeBench) -> None:
    """However the bytes come."""
    scanner = pipe.make()
    data = packed("PIECES")
    found = []
    for start in range(0, len(data), 7):
        pipe.write(data[start : start + 7])
        found.append(scanner.read(0))
    assert [code for code in found if code] == ["PIECES"]
    scanner.close()


def test_a_code_of_which_events_were_lost_is_dropped(pipe: PipeBench) -> None:
    """The kernel's own notice (SYN_DROPPED); the next code is read."""
    scanner = pipe.make()
    pipe.write(packed("HAL", end=None) + struct.pack("@llHHi", 0, 0, 0, 3, 0) + packed("F"))
    assert read_all(scanner) == []
    pipe.scan("WHOLE")
    assert read_all(scanner) == ["WHOLE"]
    scanner.close()


def test_the_largest_code_is_read_whole(pipe: PipeBench, wait_until: Callable[[Callable[[], object]], None]) -> None:
    """4,296 characters, several pipes full of events."""
    text = "Y1" * 2148
    scanner = pipe.make()
    assert scanner.read(0) is None
    typing = threading.Thread(target=pipe.scan, args=(text,), daemon=True)
    typing.start()
    found: list[str] = []

    def read_on() -> list[str]:
        found.extend(read_all(scanner))
        return found

    wait_until(read_on)
    assert found == [text]
    typing.join()
    scanner.close()
