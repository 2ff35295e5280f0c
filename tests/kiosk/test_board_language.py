"""The board turns a screen's language when asked, and keeps no one's for the next guest."""

from dataclasses import replace

from kiosk.board import ScreenBoard
from kiosk.eyes.hints import Reason
from kiosk.screen import hint, idle, reading, staff_called
from tests.kiosk.boards import StillClock, shown, welcome


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
