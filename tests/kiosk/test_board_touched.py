"""What a touch may do to the board: only to the screen it was meant for."""

from dataclasses import replace

import pytest

from kiosk.board import ScreenBoard
from kiosk.screen import Kind, Screen, idle
from tests.kiosk.cards import FixedClock

GREETING = Screen(kind=Kind.WELCOME, languages=("en",), scan_id="a", lasts_s=45.0)
STEP = Screen(kind=Kind.HELP, languages=("en",), lasts_s=60.0)


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that the test moves."""
    return FixedClock()


@pytest.fixture
def board(clock: FixedClock) -> ScreenBoard:
    """Return a board that shows idle, Chinese first."""
    return ScreenBoard(idle(), clock)


def test_a_touch_turns_only_the_screen_it_was_meant_for(board: ScreenBoard) -> None:
    """All four ways; a late one changes nothing."""
    late, _ = board.current()
    board.show(GREETING)
    before = board.current()
    assert not board.turn(late, STEP)
    assert not board.amend(late, STEP)
    assert not board.back(late)
    assert not board.revise(lambda screen: screen if screen.kind is Kind.VIP else None)
    assert board.current() == before


def test_a_step_over_a_greeting_leads_on_to_others_and_back_to_it(board: ScreenBoard, clock: FixedClock) -> None:
    """Seat and way are there again, with time to read, by touch or when the step had its time."""
    board.show(GREETING)
    assert board.turn(board.current()[0], STEP, over=True)
    assert board.turn(board.current()[0], replace(STEP, kind=Kind.TOLD))
    assert board.back(board.current()[0])
    assert board.current()[1] == GREETING
    assert board.turn(board.current()[0], STEP, over=True)
    clock.ms += 60_000
    assert board.current()[1] == GREETING


def test_back_from_a_step_over_nothing_is_idle_in_the_house_s_language(board: ScreenBoard) -> None:
    """And a code replaces a step, with whatever it lay on."""
    board.switch_language()
    board.turn(board.current()[0], STEP)
    board.back(board.current()[0])
    assert board.current()[1] == idle()
    board.show(GREETING)
    board.turn(board.current()[0], STEP, over=True)
    board.show(replace(GREETING, scan_id="b"))
    board.back(board.current()[0])
    assert board.current()[1] == idle()


def test_what_is_typed_is_kept_under_the_same_version_with_all_the_time_again(
    board: ScreenBoard, clock: FixedClock
) -> None:
    """The page is not drawn anew, and a guest who types is not cut off."""
    board.turn(board.current()[0], STEP)
    version, _ = board.current()
    clock.ms += 59_000
    assert board.amend(version, replace(STEP, title="W"))
    clock.ms += 59_000
    assert board.current() == (version, replace(STEP, title="W"))
    clock.ms += 1_000
    assert board.current()[1] == idle()


def test_a_revision_finds_its_screen_shown_or_covered(board: ScreenBoard) -> None:
    """Who accepted is told to the guest who asked, also when they look at something else meanwhile."""

    def change(screen: Screen) -> Screen | None:
        return replace(screen, staff="Mei") if screen.scan_id == "a" else None

    board.show(GREETING)
    version, _ = board.current()
    assert board.revise(change)
    assert board.current() == (version + 1, replace(GREETING, staff="Mei"))
    board.show(GREETING)
    board.turn(board.current()[0], STEP, over=True)
    assert board.revise(change)
    assert board.current()[1] == STEP
    board.back(board.current()[0])
    assert board.current()[1] == replace(GREETING, staff="Mei")


def test_the_language_a_guest_chose_leads_through_all_steps(board: ScreenBoard) -> None:
    """Whatever the step was made in."""
    board.switch_language()
    board.turn(board.current()[0], replace(STEP, languages=("zh",)))
    assert board.current()[1].language == "en"
    board.revise(lambda screen: replace(screen, languages=("zh",)))
    assert board.current()[1].language == "en"
