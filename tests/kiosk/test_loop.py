import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from devices.camera import CameraLost, Frame
from devices.contract.cards import Words
from devices.contract.credential import short
from devices.contract.messages import Answer, CheckInEvent, Verdict
from devices.ids import uuid7
from kiosk import loop as loop_module
from kiosk import screen
from kiosk.board import ScreenBoard
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.loop import Loop
from kiosk.outbox import Outbox
from kiosk.reception import Reception
from kiosk.roster import Roster
from kiosk.screen import Kind
from tests.conftest import WAIT_S
from tests.kiosk.cards import CARD, CODE, LOOKUP_KEY, FixedClock, usual_page

BLANK: Frame = np.zeros((2, 2, 3), np.uint8)
Wait = Callable[[Callable[[], object]], None]


class Lens:
    """A camera that gives frames as long as it is fed, or is unplugged."""

    def __init__(self) -> None:
        self.unplugged = threading.Event()
        self.closed = 0

    def read(self) -> Frame | None:
        """Give a frame."""
        if self.unplugged.is_set():
            raise CameraLost("unplugged")
        threading.Event().wait(0.002)
        return BLANK

    def close(self) -> None:
        """Count."""
        self.closed += 1


class Eye:
    """Reads what the test holds up."""

    def __init__(self) -> None:
        self.held: list[str] = []

    def read(self, frame: Frame) -> Sequence[str]:
        """Return what is held."""
        assert frame is BLANK
        return list(self.held)


class Stand:
    """A loop with everything real but lens and eye."""

    def __init__(self, database: Database) -> None:
        self.lens, self.eye, clock = Lens(), Eye(), FixedClock()
        identity = Identity("house", "kiosk-1", Words(zh="东门", en="East"), uuid7(), clock, uuid7, lambda: True)
        roster = Roster(database)
        roster.apply(usual_page())
        self.outbox = Outbox(database, identity.boot)
        self.asked: list[CheckInEvent] = []
        self.board = ScreenBoard(screen.idle(), clock)
        reception = Reception(
            identity, roster, self.outbox, lookup_key=LOOKUP_KEY, ask=self.ask, hub_reachable=lambda: True
        )
        self.loop = Loop(identity, lambda: self.lens, self.eye, reception, self.board, roster)
        self.thread = threading.Thread(target=self.loop.run, daemon=True)
        self.thread.start()

    def ask(self, event: CheckInEvent) -> Answer | None:
        """Note what the screen shows while the hub is asked."""
        assert self.kind() is Kind.READING
        self.asked.append(event)
        return None

    def kind(self) -> Kind:
        """Return what the screen shows."""
        return self.board.current()[1].kind


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    """Run a loop; a lost camera is tried again quickly."""
    monkeypatch.setattr(loop_module, "REOPEN_S", 0.01)
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    made = Stand(database)
    yield made
    made.loop.stop()
    made.thread.join(WAIT_S)
    database.close()


def test_a_code_in_view_is_answered_once_with_feedback_first(stand: Stand, wait_until: Wait) -> None:
    """The screen says at once that the code was seen; the answer follows."""
    stand.eye.held = [CODE]
    wait_until(lambda: stand.kind() is Kind.WELCOME)
    wait_until(lambda: stand.loop.health().frames_per_s > 0 or len(stand.asked) == 1)
    assert len(stand.asked) == 1


def test_two_codes_at_once_are_asked_to_come_one_by_one(stand: Stand, wait_until: Wait) -> None:
    """Nobody is checked in by mistake (fault 59)."""
    stand.eye.held = [CODE, short(1).text]
    wait_until(lambda: stand.kind() is Kind.TWO_CODES)
    assert stand.asked == []


def test_a_bad_code_never_blocks_the_next_guest(stand: Stand, wait_until: Wait) -> None:
    """Unknown, foreign and odd texts are answered, and the line goes on."""
    for text in (short(1).text, "https://example.com", "\x00\x1b[31m", "x" * 4_296, "'; DROP TABLE events; --"):
        stand.eye.held = [text]
        wait_until(lambda: stand.kind() in {Kind.UNKNOWN, Kind.FOREIGN})
        stand.eye.held = []
    stand.eye.held = [CODE]
    wait_until(lambda: stand.kind() is Kind.WELCOME)


def test_a_lost_camera_is_opened_again(stand: Stand, wait_until: Wait) -> None:
    """The heartbeat says that the eye is gone, and the kiosk sees again once it is back."""
    wait_until(lambda: stand.loop.health().camera_ok)
    stand.lens.unplugged.set()
    wait_until(lambda: not stand.loop.health().camera_ok and stand.lens.closed > 1)
    stand.lens.unplugged.clear()
    wait_until(lambda: stand.loop.health().camera_ok)


def test_a_late_word_of_the_hub_changes_the_screen_of_that_guest_only(stand: Stand, wait_until: Wait) -> None:
    """The seat comes half a second later; the next guest is never shown it."""
    stand.eye.held = [CODE]
    wait_until(lambda: stand.kind() is Kind.WELCOME)
    stand.loop.late(Answer(id=uuid7(), verdict=Verdict.REVOKED, card=CARD))
    assert stand.kind() is Kind.WELCOME
    stand.loop.late(Answer(id=stand.asked[0].id, verdict=Verdict.REVOKED, card=CARD))
    assert stand.kind() is Kind.REVOKED


def test_a_full_disk_sends_the_guest_to_a_person(
    stand: Stand, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No welcome without a record, and no silence either (fault 16)."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stand.outbox, "record", full)
    stand.eye.held = [CODE]
    wait_until(lambda: stand.kind() is Kind.OUT_OF_ORDER)
