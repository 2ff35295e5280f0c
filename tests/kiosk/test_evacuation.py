"""Everybody is to leave: one screen stands whatever happens at the kiosk, until an online hub says that it is over."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.cards import EvacuationCard, PlaceCard, Words
from devices.contract.messages import HubState, ItemKind, Progress, RequestKind, Status
from devices.ids import uuid7
from kiosk.board import ScreenBoard
from kiosk.database import Database
from kiosk.evacuation import Evacuation, WayOut
from kiosk.eyes.hints import Reason
from kiosk.roster import Roster
from kiosk.screen import EXIT, Kind, hint, idle
from kiosk.steps.turns import Press
from tests.kiosk.boards import welcome
from tests.kiosk.cards import HUB, MORNING, FixedClock, item, page
from tests.kiosk.touched import Touched

FIRE = EvacuationCard(incident=uuid7(), kind="fire", since=MORNING, assembly=Words(zh="东广场", en="East square"))
EXIT_WAY = PlaceCard(
    place=EXIT,
    name=Words(zh="东门", en="East Gate"),
    way=Words(zh="身后的东门", en="The East Gate behind you"),
    arrow="back",
    step_free_way=Words(zh="坡道", en="The ramp"),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Open a kiosk's file."""
    opened = Database(tmp_path / "kiosk.sqlite3")
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def board() -> ScreenBoard:
    """Return a board that shows idle, Chinese first."""
    return ScreenBoard(idle(), FixedClock())


@pytest.fixture
def roster(database: Database) -> Roster:
    """Return a roster that knows the exit from here."""
    known = Roster(database)
    assert known.apply(page(item(ItemKind.PLACE, f"kiosk-1/{EXIT}", 1, codec.dump_card(EXIT_WAY))))
    return known


def ear(database: Database, board: ScreenBoard, roster: Roster) -> Evacuation:
    """Return what hears of it, as after a start."""
    return Evacuation(database, roster.places, board.stand, "zh")


def says(card: EvacuationCard | None, status: Status = Status.ONLINE) -> HubState:
    """Return what the hub says of itself."""
    return HubState(id=uuid7(), ts=MORNING, boot=uuid7(), seq=1, status=status, incarnation=HUB, evacuation=card)


def test_the_exit_from_here_is_shown_until_an_online_hub_says_that_it_is_over(
    database: Database, board: ScreenBoard, roster: Roster
) -> None:
    """With the way, the step-free one, and where to gather; the hub's farewell and its will end nothing."""
    heard = ear(database, board, roster)
    board.show(welcome("a"))
    heard.hear(says(FIRE))
    shown = board.current()[1]
    assert isinstance(shown, WayOut)
    assert (shown.why, shown.drill, shown.languages) == ("fire", False, ("zh", "en"))
    assert shown.exit is not None
    assert (shown.exit.words, shown.exit.arrow, shown.step_free) == (EXIT_WAY.way, "back", EXIT_WAY.step_free_way)
    assert shown.assembly == FIRE.assembly
    heard.hear(says(None, Status.OFFLINE))
    assert board.current()[1] is shown
    heard.hear(says(None))
    assert board.current()[1] == idle()


def test_a_kiosk_that_starts_anew_while_it_is_cut_off_goes_on_with_what_it_was_told(
    database: Database, board: ScreenBoard, roster: Roster
) -> None:
    """What ended is not shown again either."""
    ear(database, board, roster).hear(says(FIRE))
    after = ScreenBoard(idle(), FixedClock())
    heard = ear(database, after, roster)
    heard.recall()
    assert after.current()[1].kind is Kind.EVACUATE
    heard.hear(says(None))
    last = ScreenBoard(idle(), FixedClock())
    ear(database, last, roster).recall()
    assert last.current()[1] == idle()


def test_a_kind_of_a_newer_hub_and_a_house_that_named_no_exit_still_send_everybody_out(
    database: Database, board: ScreenBoard
) -> None:
    """And the way is put in as soon as the roster has it, without a new word of the hub."""
    roster = Roster(database)
    heard = ear(database, board, roster)
    heard.hear(says(replace(FIRE, kind="gas_leak", drill=True, assembly=None)))
    shown = board.current()[1]
    assert isinstance(shown, WayOut)
    assert (shown.why, shown.drill, shown.exit, shown.assembly) == ("other", True, None, None)
    assert roster.apply(page(item(ItemKind.PLACE, f"kiosk-1/{EXIT}", 1, codec.dump_card(EXIT_WAY))))
    heard.show()
    shown = board.current()[1]
    assert isinstance(shown, WayOut)
    assert shown.exit is not None


def test_what_was_kept_and_cannot_be_read_keeps_no_kiosk_from_starting(
    database: Database, board: ScreenBoard, roster: Roster
) -> None:
    """The hub says it again."""
    with database.write() as connection:
        connection.execute("INSERT INTO facts (name, value) VALUES ('evacuation', '{')")
    heard = ear(database, board, roster)
    heard.recall()
    assert board.current()[1] == idle()
    heard.hear(says(FIRE))
    assert board.current()[1].kind is Kind.EVACUATE


def test_nothing_that_happens_at_the_kiosk_takes_the_way_out_away(board: ScreenBoard) -> None:
    """Scans, remarks of the eye, touches, late answers, messages; the language may be turned, and both stay there."""
    out = WayOut(exit=None)
    board.stand(out)
    version, _ = board.current()
    board.show(welcome("a"))
    board.over_idle(hint(Reason.DARK))
    board.cover(welcome("b"))
    board.leave()
    board.touch()
    assert not board.update("a", welcome("a"))
    assert not board.turn(version, welcome("a"))
    assert not board.amend(version, welcome("a"))
    assert not board.back(version)
    assert board.current() == (version, out)
    assert board.switch_language() == "en"
    assert board.current()[1].languages == ("en", "zh")
    board.stand(out)
    assert board.current()[1].languages == ("en", "zh")
    board.stand(None)
    assert board.current()[1] == idle()


def test_whoever_cannot_leave_alone_calls_a_person_and_nobody_is_checked_in_by_touch(
    database: Database, board: ScreenBoard, roster: Roster
) -> None:
    """The hub is asked for help; the screen says so, also after the next word of the hub."""
    touched = Touched(database, board, FixedClock())
    heard = ear(database, board, roster)
    heard.hear(says(FIRE))
    assert not touched.touch("no_code")
    assert not touched.touch("services")
    assert touched.hub.asked == []
    assert touched.touch("help")
    assert [one.kind for one in touched.hub.asked] == [RequestKind.HELP]
    assert board.current()[1].called
    heard.show()
    assert board.current()[1].called
    touched.journey.call()
    assert len(touched.hub.asked) == 2


def test_a_call_that_nobody_heard_is_not_said_to_be_heard(
    database: Database, board: ScreenBoard, roster: Roster
) -> None:
    """The hub is away, or refuses."""
    touched = Touched(database, board, FixedClock())
    ear(database, board, roster).hear(says(FIRE))
    touched.hub.there = False
    touched.touch("help")
    touched.hub.there = True
    touched.hub.answers[RequestKind.HELP] = {"progress": Progress.REFUSED}
    touched.touch("help")
    assert not board.current()[1].called
    assert not touched.journey.press(0, Press("help"))
