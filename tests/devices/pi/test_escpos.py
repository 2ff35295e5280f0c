"""The ESC/POS printer, against the shipped simulated one over TCP and over a serial line."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from devices.fake import printer as printer_module
from devices.fake.printer import FakePrinter
from devices.pi.escpos import EscPosPrinter, Patience, over_device, over_network
from devices.printing import PaperOut, Picture, PrinterLost

Wait = Callable[[Callable[[], object]], None]
QUICK = Patience(connect_s=1, answer_s=0.3, stall_s=0.3, print_s=0.6)


def picture(height: int = 300, byte: int = 0xA5) -> Picture:
    """Make a picture of stripes, 40 dots wide."""
    return Picture(40, height, bytes([byte]) * 5 * height)


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakePrinter]:
    """Run a simulated printer."""
    made = FakePrinter(tmp_path / "slips")
    yield made
    made.close()


@pytest.fixture
def printer(fake: FakePrinter) -> EscPosPrinter:
    """Give the driver of that printer."""
    return EscPosPrinter(over_network("127.0.0.1", fake.port), patience=QUICK)


def read(path: Path) -> Picture:
    """Read a slip back."""
    with Image.open(path) as image:
        return Picture(image.width, image.height, bytes(byte ^ 0xFF for byte in image.convert("1").tobytes()))


def test_what_is_printed_is_what_was_drawn_dot_by_dot(printer: EscPosPrinter, fake: FakePrinter) -> None:
    """Slip after slip, in bands; when the call returns the slip is out."""
    for byte in (0xA5, 0x01):
        printer.check()
        printer.print(picture(byte=byte))
    assert [read(path) for path in fake.slips] == [picture(byte=0xA5), picture(byte=0x01)]


def test_the_simulated_printer_keeps_the_newest_slips_only(
    printer: EscPosPrinter, fake: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They show what guests would read, and must not fill a disk (I13, I14)."""
    monkeypatch.setattr(printer_module, "KEPT", 2)
    for _ in range(3):
        printer.print(picture(8))
    assert sorted(path.name for path in fake._folder.iterdir()) == ["slip-0002.png", "slip-0003.png"]


def test_dots_that_look_like_questions_do_no_harm(printer: EscPosPrinter, fake: FakePrinter) -> None:
    """A real printer answers DLE EOT wherever it stands, in a picture, too; the answers are not taken for others."""
    asking = Picture(24, 200, b"\x10\x04\x01" * 200)
    printer.print(asking)
    printer.print(asking)
    assert [read(path) for path in fake.slips] == [asking, asking]


def test_a_printer_without_paper_says_so_before_anything_is_sent(printer: EscPosPrinter, fake: FakePrinter) -> None:
    """And prints again once there is paper."""
    fake.paper = False
    with pytest.raises(PaperOut):
        printer.check()
    with pytest.raises(PaperOut):
        printer.print(picture())
    fake.paper = True
    printer.print(picture())
    assert len(fake.slips) == 1


def test_paper_that_ends_within_a_slip_is_told(tmp_path: Path) -> None:
    """The slip is not taken for printed."""

    class Running(FakePrinter):
        def _status(self, which: int) -> int:
            found = super()._status(which)
            self.paper = self.paper and which != 1  # gone after the first look
            return found

    running = Running(tmp_path)
    driver = EscPosPrinter(over_network("127.0.0.1", running.port), patience=QUICK)
    with pytest.raises(PaperOut):
        driver.print(picture(100))
    running.close()
    assert running.slips == []


def test_an_open_cover_is_named(printer: EscPosPrinter, fake: FakePrinter) -> None:
    """Who comes to help knows what to look for."""
    fake.cover_open = True
    with pytest.raises(PrinterLost, match="cover is open"):
        printer.print(picture())


def test_a_jammed_printer_holds_nobody_for_long(printer: EscPosPrinter, fake: FakePrinter) -> None:
    """It takes nothing more, or never says that the slip is out; both end in time."""
    printer.print(picture(10))
    fake.jammed = True
    with pytest.raises(PrinterLost, match="jammed"):
        printer.print(picture(10))
    with pytest.raises(PrinterLost):
        printer.print(Picture(4_096, 4_000, bytes(512) * 4_000))


def test_a_printer_that_is_not_there_or_hangs_up_or_is_mute_is_lost(fake: FakePrinter) -> None:
    """With what to do about it."""
    fake.close()
    with pytest.raises(PrinterLost, match="cannot be reached"):
        EscPosPrinter(over_network("127.0.0.1", fake.port), patience=QUICK).check()
    with pytest.raises(PrinterLost, match="cannot be reached"):
        EscPosPrinter(over_device("/dev/no-such-printer"), patience=QUICK).check()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with pytest.raises(PrinterLost, match="tells_status"):
            EscPosPrinter(lambda _: os.dup(ours.fileno()), patience=QUICK).check()
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(PrinterLost, match="hung up"):
            EscPosPrinter(lambda _: os.dup(ours.fileno()), patience=QUICK).check()


def test_a_simple_printer_that_does_not_know_every_question_is_waited_for_once(fake: FakePrinter) -> None:
    """Without GS r a slip counts as printed when the printer has no complaint."""
    fake.knows_in_turn = False
    driver = EscPosPrinter(over_network("127.0.0.1", fake.port), patience=QUICK)
    driver.print(picture())
    assert driver._knows_in_turn is False
    driver.print(picture())
    fake.paper = False
    with pytest.raises(PaperOut):
        driver.print(picture())


def test_a_printer_that_tells_nothing_is_asked_nothing(fake: FakePrinter, wait_until: Wait) -> None:
    """The setting for a wire without a way back; some only feed and do not cut."""
    driver = EscPosPrinter(over_network("127.0.0.1", fake.port), tells_status=False, cuts=False, patience=QUICK)
    fake.paper = False
    driver.check()
    fake.paper = True
    driver.print(picture())
    wait_until(lambda: fake.slips)


def test_a_serial_printer_speaks_as_one_on_the_network(fake: FakePrinter) -> None:
    """Over a real terminal line; a byte is a byte, whatever the line would make of it."""
    try:
        ours, theirs = os.openpty()
    except OSError as problem:
        pytest.skip(f"this machine gives no terminal line: {problem}")
    other = over_network("127.0.0.1", fake.port)(1)
    os.set_blocking(ours, True)
    os.set_blocking(other, True)
    pumps = [threading.Thread(target=pump, args=ends, daemon=True) for ends in ((ours, other), (other, ours))]
    driver = EscPosPrinter(over_device(os.ttyname(theirs), 115_200), patience=Patience())
    with os.fdopen(over_device(os.ttyname(theirs), 115_200)(1)):  # raw before anything is pumped
        for one in pumps:
            one.start()
        driver.print(Picture(8, 256, bytes(range(256))))
    assert [read(path) for path in fake.slips] == [Picture(8, 256, bytes(range(256)))]
    os.close(theirs)


def pump(source: int, target: int) -> None:
    """Carry bytes until the line is cut."""
    try:
        while data := os.read(source, 4_096):
            os.write(target, data)
    except OSError:
        return
