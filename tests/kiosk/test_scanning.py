import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from devices.fake.scanner import FileScanner
from devices.scanner import Scanner
from kiosk import scanning
from kiosk.scanning import LOST_AFTER_MS, Scanning
from tests.conftest import WAIT_S
from tests.kiosk.cards import FixedClock

Wait = Callable[[Callable[[], object]], None]


class Table:
    """A simulated scanner that is read by a thread of its own."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.clock = FixedClock()
        self.seen: list[str] = []
        self.trouble: Exception | None = None
        self.scanning = Scanning(self.open, self.see, self.clock)
        self.thread = threading.Thread(target=self.scanning.run, daemon=True)
        self.thread.start()

    def open(self) -> Scanner:
        """Open the scanner, or fail as told."""
        if self.trouble:
            raise self.trouble
        return FileScanner(self.file, threading.Event().wait)

    def see(self, texts: Sequence[str]) -> None:
        """Note what was read."""
        self.seen += texts

    def scan(self, text: str) -> None:
        """Scan a code."""
        with self.file.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """Give a scanner whose plug is in."""
    monkeypatch.setattr(scanning, "REOPEN_S", 0.01)
    (tmp_path / "codes.txt").touch()
    made = Table(tmp_path / "codes.txt")
    yield made
    made.scanning.stop()
    made.thread.join(WAIT_S)
    assert not made.thread.is_alive()


def test_each_scanned_code_is_handed_on(table: Table, wait_until: Wait) -> None:
    """One after the other."""
    wait_until(lambda: table.scanning.works)
    for text in ("FIRST", "SECOND", "FIRST"):
        table.scan(text)
    wait_until(lambda: len(table.seen) == 3)
    assert table.seen == ["FIRST", "SECOND", "FIRST"]


def test_a_scanner_that_is_pulled_out_is_lost_after_some_seconds_and_read_again_when_it_is_back(
    table: Table, wait_until: Wait, caplog: pytest.LogCaptureFixture
) -> None:
    """A scanner that only restarts is not told of; the log names the trouble once."""
    wait_until(lambda: table.scanning.works)
    table.file.unlink()
    wait_until(lambda: not table.scanning.works)
    assert not table.scanning.lost
    table.clock.ms += LOST_AFTER_MS + 1
    wait_until(lambda: table.scanning.lost)
    assert caplog.text.count("no code scanner at") == 1
    table.scan("AFTER")
    wait_until(lambda: table.seen)
    assert table.seen == ["AFTER"]
    assert not table.scanning.lost


def test_a_scanner_driver_that_raises_anything_is_opened_again(table: Table, wait_until: Wait) -> None:
    """Not only what the port names."""
    table.trouble = ValueError("a driver's own mistake")
    table.file.unlink()
    wait_until(lambda: not table.scanning.works)
    table.trouble = None
    table.scan("AFTER")
    wait_until(lambda: table.seen == ["AFTER"])
