"""The desk of slips: a printer that does as it is told, a real database."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract.cards import SeatLabel
from devices.contract.messages import Need, Verdict
from devices.ids import uuid7
from devices.ports import DeviceError
from devices.printing import PaperOut, Picture, PrinterLost
from kiosk.badges import desk as desk_module
from kiosk.badges.desk import GUEST_WAITS_MS, MOST_WAITING, SlipDesk
from kiosk.badges.ledger import Ledger
from kiosk.badges.reprint import Reprint
from kiosk.database import Database
from kiosk.reception import Result
from tests.conftest import WAIT_S
from tests.kiosk.cards import CARD, MEETING, MORNING, FixedClock

Wait = Callable[[Callable[[], object]], None]


class Press:
    """A printer that keeps what it prints, is slow, or fails."""

    def __init__(self) -> None:
        self.printed: list[bytes] = []
        self.problem: DeviceError | None = None
        self.attempts = 0
        self.free = threading.Event()
        self.free.set()

    def check(self) -> None:
        """Fail, if told to."""
        if self.problem is not None:
            raise self.problem

    def print(self, picture: Picture) -> None:
        """Keep it."""
        self.attempts += 1
        assert self.free.wait(WAIT_S)
        self.check()
        self.printed.append(picture.rows)

    def close(self) -> None:
        """Do nothing."""


def draw(result: Result) -> Picture:
    """Make a picture that names guest and seat."""
    assert result.card is not None
    seat = result.card.seat.number if result.card.seat else "none"
    return Picture(8, 1, f"{result.card.name} {seat}".encode())


class Bench:
    """A desk with what it works with."""

    def __init__(self, folder: Path, press: Press | None = None) -> None:
        self.press, self.clock = press or Press(), FixedClock()
        self.database = Database(folder / "kiosk.sqlite3")
        self.database.open()
        self.reprint = Reprint(folder)
        self.desk = SlipDesk(self.press, Ledger(self.database), self.reprint, draw, self.clock)

    def close(self) -> None:
        """Stop everything."""
        self.press.free.set()
        self.desk.stop()
        self.database.close()

    def serve(self, result: Result, wait_until: Wait) -> None:
        """Take a result and wait until the desk has done with it: then it prints for somebody else."""
        self.desk.take(result)
        other = welcome(invitation=uuid7(), name="last")
        self.desk.take(other)
        wait_until(lambda: self.press.printed and self.press.printed[-1] == b"last 5")
        self.press.printed.pop()


def welcome(*, from_hub: bool = True, **changes: object) -> Result:
    """Make the result of a guest's first scan."""
    card = replace(CARD, **changes)  # type: ignore[arg-type]
    return Result(event=uuid7(), verdict=Verdict.WELCOME, card=card, meeting=MEETING, from_hub=from_hub)


def again(*, here: bool = True) -> Result:
    """Make the result of a later scan by the same guest, who came in here or elsewhere."""
    return replace(welcome(), verdict=Verdict.ALREADY_IN, arrived_here=MORNING if here else None)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Give a running desk, which tries again quickly."""
    monkeypatch.setattr(desk_module, "_AGAIN_S", 0.01)
    made = Bench(tmp_path)
    made.desk.start()
    yield made
    made.close()


def test_a_guest_gets_one_slip_however_often_the_code_is_held(bench: Bench, wait_until: Wait) -> None:
    """At the first scan; and nobody who is turned away gets one."""
    for result in (welcome(), again(), welcome(), replace(welcome(), verdict=Verdict.REVOKED)):
        bench.serve(result, wait_until)
    bench.serve(replace(welcome(), card=None), wait_until)
    assert bench.press.printed == ["王建国 5".encode()]


def test_a_restarted_kiosk_prints_no_second_slip(bench: Bench, wait_until: Wait, tmp_path: Path) -> None:
    """What was printed is on disk."""
    bench.serve(welcome(), wait_until)
    bench.close()
    other = Bench(tmp_path)
    other.desk.start()
    other.serve(again(), wait_until)
    other.close()
    assert other.press.printed == []


def test_staff_can_have_one_slip_printed_again(bench: Bench, wait_until: Wait) -> None:
    """The next guest who holds a code again gets it; once."""
    bench.serve(welcome(), wait_until)
    bench.reprint.allow(bench.clock.ms)
    bench.serve(again(), wait_until)
    bench.serve(again(), wait_until)
    assert len(bench.press.printed) == 2


def test_who_came_in_at_another_door_got_the_slip_there(bench: Bench, wait_until: Wait) -> None:
    """None is printed here, unless staff say so."""
    bench.serve(again(here=False), wait_until)
    assert bench.press.printed == []
    bench.reprint.allow(bench.clock.ms)
    bench.serve(again(here=False), wait_until)
    assert len(bench.press.printed) == 1


def test_a_slip_waits_a_moment_for_the_seat_the_hub_gives(bench: Bench, wait_until: Wait) -> None:
    """A late word brings it up to date; after the slip it changes nothing."""
    own = welcome(seat=None, from_hub=False)
    late = replace(own, card=replace(CARD, seat=SeatLabel(zone="B", row="1", number="9")), from_hub=True)
    bench.desk.take(own)
    bench.serve(late, wait_until)
    bench.reprint.allow(bench.clock.ms)
    bench.serve(late, wait_until)
    assert bench.press.printed == ["王建国 9".encode()]
    assert bench.reprint.take(bench.clock.ms), "what staff allow is for the next scan"


def test_without_a_word_of_the_hub_the_slip_is_printed_after_a_second(bench: Bench, wait_until: Wait) -> None:
    """The seat is shown by a person then."""
    own = welcome(seat=None, from_hub=False)
    bench.desk.take(own)
    bench.clock.ms += 1_000
    bench.desk.take(welcome(invitation=uuid7()))
    wait_until(lambda: len(bench.press.printed) == 2)
    assert "王建国 none".encode() in bench.press.printed


def test_a_withdrawn_guest_s_waiting_slip_is_not_printed(bench: Bench, wait_until: Wait) -> None:
    """The hub knew better."""
    own = welcome(seat=None, from_hub=False)
    bench.desk.take(own)
    bench.serve(replace(own, verdict=Verdict.REVOKED), wait_until)
    bench.clock.ms += 5_000
    bench.serve(welcome(invitation=uuid7(), name="other"), wait_until)
    assert bench.press.printed == [b"other 5"]


@pytest.mark.parametrize(
    ("problem", "need"), [(PaperOut("no paper"), Need.PAPER_OUT), (PrinterLost("off"), Need.PRINTER_LOST)]
)
def test_a_printer_in_need_calls_a_person_and_prints_when_it_was_helped(
    bench: Bench, wait_until: Wait, problem: DeviceError, need: Need
) -> None:
    """The guest at the screen still gets the slip."""
    bench.press.problem = problem
    bench.desk.take(welcome())
    wait_until(lambda: bench.press.attempts > 2)
    assert bench.desk.needs() == (need,)
    bench.press.problem = None
    wait_until(lambda: bench.press.printed)
    wait_until(lambda: bench.desk.needs() == ())


def test_an_idle_desk_looks_after_its_printer(
    tmp_path: Path, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Staff hear of it before a guest waits, and the call ends when all is well."""
    monkeypatch.setattr(desk_module, "_LOOK_S", 0.0)
    bench = Bench(tmp_path)
    bench.press.problem = PaperOut("no paper")
    bench.desk.start()
    wait_until(lambda: bench.desk.needs() == (Need.PAPER_OUT,))
    bench.press.problem = None
    wait_until(lambda: bench.desk.needs() == ())
    bench.close()


def test_a_guest_who_has_gone_in_gets_no_stale_slip_and_a_fresh_one_at_the_next_scan(
    bench: Bench, wait_until: Wait
) -> None:
    """No name lies in the tray for the next one to read."""
    bench.press.problem = PrinterLost("off")
    bench.desk.take(welcome())
    wait_until(lambda: bench.press.attempts > 0)
    bench.clock.ms += GUEST_WAITS_MS
    tried = bench.press.attempts + 1
    bench.desk.take(welcome(invitation=uuid7(), name="next"))
    wait_until(lambda: bench.press.attempts > tried)
    bench.press.problem = None
    wait_until(lambda: bench.press.printed == [b"next 5"])
    bench.serve(again(), wait_until)
    assert bench.press.printed == [b"next 5", "王建国 5".encode()]


def test_a_slow_printer_holds_nobody_and_its_queue_is_bounded(bench: Bench, wait_until: Wait) -> None:
    """The reception is answered at once; what is too much is left out (I13)."""
    bench.press.free.clear()
    bench.desk.take(welcome())
    wait_until(lambda: bench.press.attempts == 1)
    for _ in range(MOST_WAITING + 5):
        bench.desk.take(welcome(invitation=uuid7()))
    bench.press.free.set()
    wait_until(lambda: len(bench.press.printed) == 1 + MOST_WAITING)
    bench.serve(again(), wait_until)
    assert len(bench.press.printed) == 1 + MOST_WAITING


def test_one_slip_that_cannot_be_made_ends_no_other(
    bench: Bench, wait_until: Wait, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is its guest named in the log; the next scan tries again."""

    def fail(result: Result) -> Picture:
        raise (sqlite3.OperationalError("disk") if result.event == second.event else ValueError("王建国"))

    first, second = welcome(), welcome(invitation=uuid7())
    monkeypatch.setattr(bench.desk, "_draw", fail)
    bench.desk.take(first)
    bench.desk.take(second)
    wait_until(lambda: "database fails" in caplog.text)
    monkeypatch.setattr(bench.desk, "_draw", draw)
    bench.serve(again(), wait_until)
    assert len(bench.press.printed) == 1
    assert "王" not in caplog.text
