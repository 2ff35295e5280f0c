"""The board shows the newest guest at once, falls back to idle, and keeps no one's language."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.board import ScreenBoard
from kiosk.eyes.hints import Reason
from kiosk.screen import Kind, Screen, hint, idle, no_eye, reading, staff_called
from tests.conftest import WAIT_S


class StillClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        """Begin a minute after boot."""
        self.ms = 60_000

    def now(self) -> datetime:
        """Return the same wall time always; the board never asks for it."""
        return datetime(2026, 12, 31, tzinfo=UTC)

    def monotonic_ms(self) -> int:
        """Return milliseconds since boot."""
        return self.ms

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.ms += int(seconds * 1000)


@pytest.fixture
def clock() -> StillClock:
    """Return a clock that moves only when told."""
    return StillClock()


@pytest.fixture
def board(clock: StillClock) -> ScreenBoard:
    """Return a board that shows idle, Chinese first."""
    return ScreenBoard(idle("zh"), clock)


def welcome(scan_id: str, language: str = "en") -> Screen:
    """Return a greeting that lasts 45 seconds."""
    return Screen(kind=Kind.WELCOME, languages=(language,), scan_id=scan_id, lasts_s=45.0, title=scan_id)


def shown(board: ScreenBoard) -> Screen:
    """Return what is on screen."""
    return board.current()[1]


def test_a_screen_is_there_at_once_and_has_a_new_version(board: ScreenBoard) -> None:
    """Every change counts the version up."""
    before, screen = board.current()
    assert screen == idle("zh")
    board.show(welcome("a"))
    after, screen = board.current()
    assert screen == welcome("a")
    assert after > before


def test_a_screen_goes_back_to_idle_after_its_time(board: ScreenBoard, clock: StillClock) -> None:
    """Not before, and the version tells."""
    board.show(welcome("a"))
    version, _ = board.current()
    clock.forward(44.9)
    assert board.current() == (version, welcome("a"))
    clock.forward(0.1)
    assert board.current() == (version + 1, idle("zh"))


def test_the_next_scan_replaces_the_last_at_once_and_gets_its_full_time(board: ScreenBoard, clock: StillClock) -> None:
    """Nobody waits until another has finished reading."""
    board.show(welcome("a"))
    clock.forward(44)
    board.show(welcome("b"))
    clock.forward(44)
    assert shown(board) == welcome("b")


def test_a_late_answer_replaces_only_its_own_scans_screen(board: ScreenBoard, clock: StillClock) -> None:
    """The hub's answer for one guest never appears to the next one, nor on an idle screen."""
    seated = replace(welcome("a"), title="with seat")
    board.show(reading("a"))
    assert board.update("a", seated)
    assert shown(board) == seated
    board.show(welcome("b"))
    assert not board.update("a", seated)
    assert shown(board) == welcome("b")
    clock.forward(60)
    assert not board.update("b", seated)
    assert not board.update("", seated)
    assert shown(board) == idle("zh")


def test_a_message_covers_the_screen_and_lets_it_come_back_to_be_read(board: ScreenBoard, clock: StillClock) -> None:
    """After a press on help near the end of a greeting, the greeting returns for fifteen seconds and a warning."""
    board.show(welcome("a"))
    clock.forward(40)
    board.cover(staff_called(reached=True))
    assert shown(board).kind is Kind.STAFF_COMING
    clock.forward(8)
    assert shown(board) == welcome("a")
    clock.forward(34)
    assert shown(board) == welcome("a")
    clock.forward(1)
    assert shown(board) == idle("zh")


def test_a_message_takes_no_reading_time_away(board: ScreenBoard, clock: StillClock) -> None:
    """Help pressed early leaves the greeting its own 45 seconds."""
    board.show(welcome("a"))
    clock.forward(1)
    board.cover(staff_called(reached=True))
    clock.forward(8)
    assert shown(board) == welcome("a")
    clock.forward(35.9)
    assert shown(board) == welcome("a")
    clock.forward(0.1)
    assert shown(board) == idle("zh")


def test_beneath_a_message_late_answers_still_arrive_and_new_guests_still_come_first(
    board: ScreenBoard, clock: StillClock
) -> None:
    """A covered greeting is brought up to date; a new scan sweeps message and greeting away; two presses are one."""
    seated = replace(welcome("a"), title="with seat")
    board.show(welcome("a"))
    board.cover(staff_called(reached=True))
    board.cover(staff_called(reached=True))
    assert board.update("a", seated)
    assert not board.update("b", seated)
    assert shown(board).kind is Kind.STAFF_COMING
    clock.forward(8)
    assert shown(board) == seated
    board.cover(staff_called(reached=True))
    board.show(welcome("b"))
    clock.forward(9)
    assert shown(board) == welcome("b")


def test_a_message_over_idle_leaves_idle_behind(board: ScreenBoard, clock: StillClock) -> None:
    """Help can be called without a code."""
    board.cover(staff_called(reached=False))
    clock.forward(12)
    assert shown(board) == idle("zh")


def test_the_language_button_keeps_the_step_and_gives_time_to_read(board: ScreenBoard, clock: StillClock) -> None:
    """The same guest, the same screen, the other language, and a late answer follows it."""
    board.show(welcome("a", "zh"))
    clock.forward(40)
    assert board.switch_language() == "en"
    assert shown(board) == welcome("a", "en")
    clock.forward(40)
    assert board.update("a", welcome("a", "zh"))
    assert shown(board) == welcome("a", "en")
    assert board.switch_language() == "zh"
    assert shown(board) == welcome("a", "zh")


def test_the_next_guest_starts_in_the_houses_language_again(board: ScreenBoard, clock: StillClock) -> None:
    """A choice ends with its guest, whether another comes or the screen falls back."""
    board.show(welcome("a", "zh"))
    board.switch_language()
    board.show(welcome("b", "zh"))
    assert shown(board).language == "zh"
    board.switch_language()
    clock.forward(45)
    assert shown(board) == idle("zh")
    board.show(reading("c"))
    assert shown(board).language == "zh"


def test_a_choice_made_on_the_idle_screen_counts_for_the_scan_that_follows(
    board: ScreenBoard, clock: StillClock
) -> None:
    """Who turns to English and then shows a code is answered in English; who walks away leaves nothing behind."""
    board.switch_language()
    assert shown(board) == replace(idle("en"))
    board.show(reading("a"))
    board.update("a", welcome("a", "zh"))
    assert shown(board).language == "en"
    clock.forward(45)
    board.switch_language()
    clock.forward(30)
    assert shown(board) == idle("zh")
    board.switch_language()
    board.switch_language()
    clock.forward(1000)
    board.show(welcome("b", "en"))
    assert shown(board).language == "en"


def test_the_houses_language_leads_and_a_known_guests_own_language_wins(clock: StillClock) -> None:
    """In an English house screens in both languages begin in English; a message follows the guest it covers."""
    board = ScreenBoard(idle("en"), clock)
    board.show(reading("a"))
    assert shown(board).languages == ("en", "zh")
    board.show(welcome("a", "zh"))
    assert shown(board).languages == ("zh",)
    board.cover(staff_called(reached=True))
    assert shown(board).languages == ("zh", "en")


def test_a_covered_screen_turns_its_language_too(board: ScreenBoard, clock: StillClock) -> None:
    """What comes back from under a message is in the language chosen on it."""
    board.show(welcome("a", "zh"))
    board.cover(staff_called(reached=True))
    board.switch_language()
    assert shown(board).languages == ("en", "zh")
    clock.forward(8)
    assert shown(board).language == "en"


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


def test_a_guest_may_leave_at_once(board: ScreenBoard) -> None:
    """First a message is put away, then the step and the language chosen for it; on idle nothing happens."""
    board.show(welcome("a", "zh"))
    board.switch_language()
    board.cover(staff_called(reached=True))
    board.leave()
    assert shown(board) == welcome("a", "en")
    board.leave()
    version, screen = board.current()
    assert screen == idle("zh")
    board.leave()
    assert board.current() == (version, idle("zh"))


def test_a_remark_lies_over_idle_only_and_goes_when_it_is_taken_away(board: ScreenBoard, clock: StillClock) -> None:
    """A guest's greeting is never covered, nor is the answer to the help button."""
    board.over_idle(no_eye(scanner=False))
    assert shown(board).kind is Kind.NO_EYE
    board.over_idle(None)
    assert shown(board) == idle("zh")
    board.show(welcome("a"))
    board.over_idle(no_eye(scanner=False))
    board.over_idle(None)
    assert shown(board) == welcome("a")
    clock.forward(45)
    board.cover(staff_called(reached=True))
    board.over_idle(no_eye(scanner=False))
    assert shown(board).kind is Kind.STAFF_COMING


def test_a_remark_that_goes_on_is_no_change_and_one_that_is_not_laid_anew_lapses(
    board: ScreenBoard, clock: StillClock
) -> None:
    """The page does not flicker, and a hanging eye leaves no word behind."""
    board.over_idle(hint(Reason.FAR))
    version, _ = board.current()
    for _ in range(10):
        clock.forward(5)
        board.over_idle(hint(Reason.FAR))
    assert board.current()[0] == version
    board.over_idle(hint(Reason.DARK))
    assert board.current()[0] == version + 1
    clock.forward(9)
    assert shown(board) == idle("zh")


def test_a_remark_keeps_the_language_that_was_chosen_for_the_scan_that_follows(board: ScreenBoard) -> None:
    """Who turned to English and needs help with the code is helped, and greeted, in English."""
    board.switch_language()
    board.over_idle(hint(Reason.DARK))
    assert shown(board).language == "en"
    board.over_idle(None)
    assert shown(board).language == "en"
    board.over_idle(hint(Reason.DARK))
    board.show(reading("a"))
    assert shown(board).language == "en"


def test_the_answer_to_the_help_button_leaves_idle_behind_where_a_remark_was(
    board: ScreenBoard, clock: StillClock
) -> None:
    """The eye lays its remark anew if it still holds."""
    board.over_idle(hint(Reason.DARK))
    board.cover(staff_called(reached=True))
    clock.forward(9)
    assert shown(board) == idle("zh")
