from threading import Thread

import pytest

from kiosk.usage import IN_A_ROW_MS, MOST, WINDOW_MS, UsageMeter

START = 5_000_000


class Now:
    """Milliseconds that move only when told."""

    def __init__(self) -> None:
        self.ms = START

    def __call__(self) -> int:
        """Return them."""
        return self.ms


@pytest.fixture
def now() -> Now:
    """Give the moment."""
    return Now()


@pytest.fixture
def meter(now: Now) -> UsageMeter:
    """Give a meter that begins now."""
    return UsageMeter(now)


def test_nobody_was_there(meter: UsageMeter, now: Now) -> None:
    """No scans, and no time that nobody measured."""
    now.ms += 60_000
    figures = meter.figures()
    assert (figures.scans, figures.p50_ms, figures.p95_ms, figures.busy) == (0, None, None, 0.0)
    assert (figures.minutes, figures.row, figures.longest_row) == (15, 0, 0)


def test_half_and_nineteen_of_twenty_guests_had_their_answer_so_soon(meter: UsageMeter, now: Now) -> None:
    """Nearest rank: a time that a guest really waited."""
    for took in range(1, 101):
        now.ms += 1_000
        meter.scanned(f"code {took}", took)
    assert (meter.figures().p50_ms, meter.figures().p95_ms, meter.figures().scans) == (50, 95, 100)


def test_what_is_older_than_a_quarter_of_an_hour_counts_no_more(meter: UsageMeter, now: Now) -> None:
    """Neither scans, nor stays, nor rows."""
    meter.shows(guest=True, at_ms=now.ms)
    meter.scanned("a", 900)
    now.ms += 2_000
    meter.scanned("b", 900)
    meter.shows(guest=False, at_ms=now.ms + 8_000)
    now.ms += WINDOW_MS + 10_000
    meter.scanned("c", 40)
    figures = meter.figures()
    assert (figures.scans, figures.p95_ms, figures.busy, figures.longest_row) == (1, 40, 0.0, 1)


def test_the_screens_time_with_a_guest_is_a_share_of_what_was_measured(meter: UsageMeter, now: Now) -> None:
    """One who stands there now counts too; a kiosk that has just begun does not claim a quarter of an hour."""
    meter.shows(guest=False, at_ms=now.ms)
    meter.shows(guest=True, at_ms=now.ms + 10_000)
    meter.shows(guest=True, at_ms=now.ms + 20_000)
    meter.shows(guest=False, at_ms=now.ms + 40_000)
    meter.shows(guest=True, at_ms=now.ms + 90_000)
    now.ms += 100_000
    assert meter.figures().busy == 0.4


def test_guests_who_come_right_after_one_another_are_a_row(meter: UsageMeter, now: Now) -> None:
    """It goes on as long as the next one is there in time; the longest one is remembered."""
    for code in ("a", "b", "c"):
        meter.scanned(code, 50)
        now.ms += IN_A_ROW_MS
    assert (meter.figures().row, meter.figures().longest_row) == (3, 3)
    now.ms += 1
    assert (meter.figures().row, meter.figures().longest_row) == (0, 3)
    meter.scanned("d", 50)
    assert (meter.figures().row, meter.figures().longest_row) == (1, 3)


def test_one_guest_who_holds_the_code_up_again_is_no_row(meter: UsageMeter, now: Now) -> None:
    """The same code is the same guest, also at the head of a row."""
    for code in ("a", "a", "b", "b"):
        meter.scanned(code, 50)
        now.ms += 3_000
    assert (meter.figures().row, meter.figures().scans) == (2, 4)
    now.ms += IN_A_ROW_MS
    meter.scanned("b", 50)
    assert meter.figures().row == 1


def test_a_storm_of_scans_needs_no_more_memory(meter: UsageMeter, now: Now) -> None:
    """The newest are kept."""
    for number in range(MOST + 500):
        now.ms += 1
        meter.scanned(str(number), 5)
        meter.shows(guest=bool(number % 2), at_ms=now.ms)
    assert meter.figures().scans == MOST
    assert len(meter._stays) <= MOST


def test_threads_may_scan_and_ask_at_once(meter: UsageMeter, now: Now) -> None:
    """The camera's, the scanner's and the uplink's."""

    def scan() -> None:
        for _ in range(200):
            meter.scanned("x", 1)

    threads = [Thread(target=scan) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert meter.figures().scans <= 800
    assert meter.figures().scans == 800
    assert now.ms == START
