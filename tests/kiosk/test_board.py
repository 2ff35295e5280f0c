"""The board shows the newest guest at once, and falls back to what was there before."""

from dataclasses import replace

from kiosk.board import ScreenBoard
from kiosk.eyes.hints import Reason
from kiosk.screen import Kind, hint, idle, no_eye, reading, staff_called
from tests.kiosk.boards import StillClock, shown, welcome


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


def test_the_answer_to_the_help_button_leaves_idle_behind_where_a_remark_was(
    board: ScreenBoard, clock: StillClock
) -> None:
    """The eye lays its remark anew if it still holds."""
    board.over_idle(hint(Reason.DARK))
    board.cover(staff_called(reached=True))
    clock.forward(9)
    assert shown(board) == idle("zh")
