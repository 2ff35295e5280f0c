"""The board warns before it ends a screen, and tells whoever waits."""

import threading
import time

from kiosk.board import ScreenBoard
from kiosk.screen import Kind, Screen, idle, staff_called
from tests.conftest import WAIT_S
from tests.kiosk.boards import StillClock, shown, welcome


def test_waiting_returns_at_once_when_there_is_news_and_after_the_time_when_there_is_none(
    board: ScreenBoard, clock: StillClock
) -> None:
    """A page that missed a change hears of it without waiting."""
    version, _ = board.current()
    assert board.wait(version, 0) == (version, idle("zh"))
    assert board.wait(version - 1, 60) == (version, idle("zh"))
    board.show(welcome("a"))
    clock.forward(45)
    assert board.wait(version + 1, 60) == (version + 2, idle("zh"))


def test_a_waiting_thread_is_woken_by_a_scan(board: ScreenBoard) -> None:
    """The page hears of a scan while it waits, not at its next turn."""
    seen: list[Screen] = []
    waiting = threading.Thread(target=lambda: seen.append(board.wait(board.current()[0], 60)[1]), daemon=True)
    waiting.start()
    end = time.monotonic() + WAIT_S
    while not seen and time.monotonic() < end:
        board.show(welcome("a"))
        waiting.join(0.02)
    assert seen == [welcome("a")]


def asking(scan_id: str = "a") -> Screen:
    """Return a screen that waits for the guest's input."""
    return Screen(kind=Kind.WELCOME, languages=("en",), scan_id=scan_id, asks=True)


def test_a_screen_that_asks_warns_after_forty_seconds_and_ends_twenty_later(
    board: ScreenBoard, clock: StillClock
) -> None:
    """Nobody is cut off unwarned, and nothing of a guest who has gone stays (G12)."""
    board.show(asking())
    clock.forward(39.9)
    assert board.warning_s() is None
    clock.forward(0.1)
    assert board.warning_s() == 20
    clock.forward(19.9)
    assert shown(board) == asking()
    clock.forward(0.1)
    assert board.warning_s() is None
    assert shown(board) == idle("zh")


def test_a_warned_guest_may_take_more_time_ten_times_and_more(board: ScreenBoard, clock: StillClock) -> None:
    """Each touch gives the whole time again, without drawing the screen anew (WCAG 2.2.1)."""
    board.show(asking())
    version, _ = board.current()
    for _ in range(12):
        clock.forward(59)
        assert board.warning_s() == 1
        board.touch()
        assert board.warning_s() is None
    assert board.current() == (version, asking())
    clock.forward(60)
    assert shown(board) == idle("zh")


def test_a_touch_before_the_warning_puts_it_off(board: ScreenBoard, clock: StillClock) -> None:
    """Forty seconds count from the last touch or key, not from the first sight."""
    board.show(asking())
    clock.forward(39)
    board.touch()
    clock.forward(39)
    assert board.warning_s() is None
    clock.forward(1)
    assert board.warning_s() == 20


def test_the_next_scan_waits_for_no_warning(board: ScreenBoard, clock: StillClock) -> None:
    """Two clocks: a reader is warned, a queue is served at once."""
    board.show(asking())
    clock.forward(41)
    board.show(welcome("b"))
    assert shown(board) == welcome("b")
    assert board.warning_s() is None


def test_who_reads_a_greeting_or_a_refusal_is_warned_and_a_passing_message_ends_by_itself(
    board: ScreenBoard, clock: StillClock
) -> None:
    """Twenty seconds before the end of what takes time to read; idle and a message of eight seconds have no warning."""
    board.show(welcome("a"))
    clock.forward(24.9)
    assert board.warning_s() is None
    clock.forward(0.1)
    assert board.warning_s() == 20
    board.cover(staff_called(reached=True))
    assert board.warning_s() is None
    clock.forward(8)
    assert shown(board) == welcome("a")
    assert board.warning_s() is None
    clock.forward(15)
    assert board.warning_s() == 20
    clock.forward(20)
    board.switch_language()
    assert board.warning_s() is None


def test_a_waiting_page_is_told_of_a_touch_and_of_a_warning(board: ScreenBoard, clock: StillClock) -> None:
    """The version stays, so nothing a guest has typed is drawn over, but the wait ends."""
    board.show(asking())
    version, _ = board.current()
    clock.forward(39.999)
    begun = time.monotonic()
    assert board.wait(version, WAIT_S)[0] == version
    waiting = threading.Thread(target=board.wait, args=(version, WAIT_S), daemon=True)
    waiting.start()
    while waiting.is_alive() and time.monotonic() < begun + WAIT_S / 2:
        board.touch()
        waiting.join(0.02)
    assert time.monotonic() < begun + WAIT_S / 2
