import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from devices.camera import CameraLost, Frame
from devices.contract.cards import Words
from devices.contract.credential import short
from devices.contract.messages import Answer, CheckInEvent, Verdict
from devices.ids import uuid7
from devices.texts import Texts
from kiosk import loop as loop_module
from kiosk import screen
from kiosk.board import ScreenBoard
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.journey import Journey
from kiosk.loop import Loop
from kiosk.outbox import Outbox
from kiosk.reception import Reception
from kiosk.roster import Roster
from kiosk.screen import Kind
from kiosk.steps.screens import CardOffer
from kiosk.web import create_app
from tests.conftest import WAIT_S
from tests.kiosk.cards import CARD, CODE, LOOKUP_KEY, FixedClock, usual_page

NOISE: list[Frame] = [np.random.default_rng(n).integers(60, 200, (48, 64, 3), np.uint8) for n in range(2)]
BLACK: list[Frame] = [np.full((48, 64, 3), level, np.uint8) for level in (3, 5)]
TEXTS = Path(loop_module.__file__).parent / "texts"
Wait = Callable[[Callable[[], object]], None]


class Lens:
    """A camera that gives frames as long as it is fed, or is unplugged."""

    def __init__(self) -> None:
        self.unplugged = threading.Event()
        self.scene, self.stuck = NOISE, False
        self.given = 0
        self.closed = 0

    def read(self) -> Frame | None:
        """Give a frame."""
        if self.unplugged.is_set():
            raise CameraLost("unplugged")
        threading.Event().wait(0.002)
        self.given += 1
        return self.scene[self.given % len(self.scene)]

    def close(self) -> None:
        """Count; a stuck driver has a new picture then."""
        self.closed += 1
        if self.stuck:
            self.scene = [np.roll(self.scene[0], 16, axis=0)]


class Eye:
    """Reads what the test holds up."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.broken = False

    def read(self, frame: Frame) -> Sequence[str]:
        """Return what is held."""
        assert frame.shape == NOISE[0].shape
        if self.broken:
            raise ValueError("a decoder's own mistake")
        return list(self.held)


class Stand:
    """A loop with everything real but lens and eye."""

    def __init__(self, database: Database) -> None:
        self.lens, self.eye, self.clock = Lens(), Eye(), FixedClock()
        clock, self.scanner_works = self.clock, False
        identity = Identity("house", "kiosk-1", uuid7(), clock, uuid7, Words(zh="东门", en="East"), lambda: True)
        roster = Roster(database)
        roster.apply(usual_page())
        self.outbox = Outbox(database, identity.boot)
        self.asked: list[CheckInEvent] = []
        self.hub_answers = threading.Event()
        self.hub_answers.set()
        self.board = ScreenBoard(screen.idle(), clock)
        reception = Reception(
            identity, roster, self.outbox, lookup_key=LOOKUP_KEY, ask=self.ask, hub_reachable=lambda: True
        )
        self.reception = reception
        self.loop = Loop(
            identity,
            lambda: self.lens,
            self.eye,
            reception,
            self.board,
            roster,
            divert=Journey(identity, self.board, roster, reception, lambda _request, _within_s: None).scanned,
            scanner_works=lambda: self.scanner_works,
        )
        self.thread = threading.Thread(target=self.loop.run, daemon=True)
        self.thread.start()

    def ask(self, event: CheckInEvent) -> Answer | None:
        """Note what the screen shows while the hub is asked."""
        assert self.kind() is Kind.READING
        self.asked.append(event)
        self.hub_answers.wait(WAIT_S)
        return None

    def pass_ms(self, ms: int) -> bool:
        """Let time pass."""
        self.clock.ms += ms
        return True

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


def test_a_camera_that_stays_away_is_told_to_staff_and_guests_and_forgotten_when_it_is_back(
    stand: Stand, wait_until: Wait
) -> None:
    """Not for a hiccup; after some seconds guests are sent to a person, or to the scanner where one works."""
    wait_until(lambda: stand.loop.health().camera_ok)
    stand.lens.unplugged.set()
    wait_until(lambda: stand.lens.closed > 2)
    assert not stand.loop.eye_lost
    assert stand.kind() is Kind.IDLE
    stand.clock.ms += loop_module.LOST_AFTER_MS + 1
    assert stand.loop.eye_lost
    wait_until(lambda: stand.kind() is Kind.NO_EYE)
    stand.scanner_works = True
    wait_until(lambda: stand.kind() is Kind.USE_SCANNER)
    stand.lens.unplugged.clear()
    wait_until(lambda: not stand.loop.eye_lost)
    stand.clock.ms += 300
    wait_until(lambda: stand.kind() is Kind.IDLE)


@pytest.mark.parametrize(
    ("scene", "stuck"), [(NOISE[:1], False), (NOISE[:1], True), (BLACK, False)], ids=["frozen", "stuck", "black"]
)
def test_a_camera_whose_picture_freezes_or_goes_black_is_opened_anew_and_counts_as_lost(
    stand: Stand, wait_until: Wait, scene: list[Frame], *, stuck: bool
) -> None:
    """It gives frames, and is dead all the same; opening it alone does not make it live."""
    wait_until(lambda: stand.loop.health().camera_ok)
    stand.lens.scene, stand.lens.stuck = scene, stuck
    given = stand.lens.given
    wait_until(lambda: stand.lens.given > given + 5)
    assert stand.lens.closed == 0
    wait_until(lambda: stand.pass_ms(500) and stand.lens.closed >= 3)
    assert stand.loop.eye_lost
    assert not stand.loop.health().camera_ok
    wait_until(lambda: stand.kind() is Kind.NO_EYE)
    stand.lens.scene, stand.lens.stuck = NOISE, False
    wait_until(lambda: not stand.loop.eye_lost)


def test_no_word_on_the_camera_is_laid_over_a_guest_s_greeting(stand: Stand, wait_until: Wait) -> None:
    """A guest who came by the scanner reads in peace."""
    stand.lens.unplugged.set()
    wait_until(lambda: stand.lens.closed > 0)
    stand.loop.seen([CODE])
    assert stand.kind() is Kind.WELCOME
    stand.clock.ms += loop_module.LOST_AFTER_MS + 1
    closed = stand.lens.closed
    wait_until(lambda: stand.lens.closed > closed + 2)
    assert stand.loop.eye_lost
    assert stand.kind() is Kind.WELCOME


def test_a_frame_that_the_decoder_stumbles_over_does_not_end_the_loop(
    stand: Stand, wait_until: Wait, caplog: pytest.LogCaptureFixture
) -> None:
    """The next frame is read; the log says it once."""
    stand.eye.broken = True
    given = stand.lens.given
    wait_until(lambda: stand.lens.given > given + 20)
    stand.eye.broken = False
    stand.eye.held = [CODE]
    wait_until(lambda: stand.kind() is Kind.WELCOME)
    assert caplog.text.count("could not be decoded") == 1
    assert stand.lens.closed == 0


def test_a_camera_driver_that_raises_anything_is_opened_again(stand: Stand, wait_until: Wait) -> None:
    """Not only what the port names."""
    stand.lens.read = lambda: 1 / 0  # type: ignore[assignment, method-assign, return-value]
    wait_until(lambda: stand.lens.closed > 1)
    del stand.lens.read
    stand.eye.held = [CODE]
    wait_until(lambda: stand.kind() is Kind.WELCOME)


def test_a_code_seen_by_camera_and_scanner_is_one_scan(stand: Stand, wait_until: Wait) -> None:
    """Both go the same way, one at a time."""
    stand.eye.held = [CODE]
    wait_until(lambda: stand.kind() is Kind.WELCOME)
    threads = [threading.Thread(target=stand.loop.seen, args=([CODE],), daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert len(stand.asked) == 1
    assert stand.kind() is Kind.WELCOME


def test_a_code_from_the_scanner_waits_until_the_camera_s_is_answered(stand: Stand, wait_until: Wait) -> None:
    """One guest after the other, whichever reader they use."""
    stand.hub_answers.clear()
    stand.eye.held = [CODE]
    wait_until(lambda: len(stand.asked) == 1)
    other = threading.Thread(target=stand.loop.seen, args=([short(1).text],), daemon=True)
    other.start()
    other.join(0.1)
    assert other.is_alive()
    assert len(stand.asked) == 1
    stand.hub_answers.set()
    other.join(WAIT_S)
    wait_until(lambda: len(stand.asked) == 2)
    assert stand.kind() is Kind.UNKNOWN


def test_a_business_card_is_offered_and_never_kept_as_a_check_in(
    stand: Stand, wait_until: Wait, caplog: pytest.LogCaptureFixture
) -> None:
    """Until its guest agrees it is on the screen alone: not in the outbox, not in a log (R95)."""
    caplog.set_level(0)
    stand.eye.held = ["BEGIN:VCARD\nVERSION:3.0\nFN:Jane Roe\nTEL:+1 555 0100\nEND:VCARD"]
    wait_until(lambda: stand.kind() is Kind.BUSINESS_CARD)
    offer = stand.board.current()[1]
    assert isinstance(offer, CardOffer)
    assert (offer.card.name, offer.card.phone) == ("Jane Roe", "+1 555 0100")
    assert stand.asked == []
    assert stand.outbox.backlog().unanswered == 0
    assert "Roe" not in caplog.text
    stand.eye.held = [CODE]
    wait_until(lambda: stand.kind() is Kind.WELCOME)


HOSTILE = {
    "controls": "".join(map(chr, range(32))) + "\x7f\x1b[2J",
    "largest": "A" * 4_296,
    "largest digits": "9" * 7_089,
    "largest of ours": "Y2" + "%*+-./:" * 613,
    "sql": "Y1'); DROP TABLE events; --",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ config }}{% raw %}${7*7}",
    "right to left": "\u202e\u2066Y1ABC\ufeff",
    "half a symbol": "\ud800 alone",
    "null": "\x00",
    "blank": " ",
    "chinese": "会议" * 800,
    "endless card": "BEGIN:VCARD\n" + "FN;ENCODING=QUOTED-PRINTABLE:=\n" * 130,
    "card of html": "MECARD:N:<script>alert(1)</script>,\x1b[31m{{7*7}};TEL:javascript:1;;",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_code_is_answered_in_words_of_ours_and_the_next_guest_is_served(
    stand: Stand, wait_until: Wait, text: str
) -> None:
    """Through the loop to the page's HTML: nothing of it runs, nothing of it is shown but a card's cleaned name."""
    with create_app(
        stand.board,
        press=lambda _version, _pressed: True,
        hub_connected=lambda: True,
        texts=Texts.load(TEXTS),
        clock=stand.clock,
        zone=ZoneInfo("Asia/Shanghai"),
    ).test_client() as page:
        stand.eye.held = [text]
        wait_until(lambda: stand.kind() not in {Kind.IDLE, Kind.READING})
        html = page.get("/", headers={"Host": "localhost"}).get_data(as_text=True)
        stage = html[html.index("<main") : html.index("</main>")]
        assert "<h1>" in stage
        assert "<script" not in stage
        assert "<img" not in stage
        if stand.kind() is not Kind.BUSINESS_CARD:
            assert text.strip() == "" or text.strip() not in html
        assert not any(symbol in stage for symbol in "\x00\x1b\u202e\ud800")
        stand.eye.held = [CODE]
        wait_until(lambda: stand.kind() is Kind.WELCOME)


def test_a_code_over_which_the_reception_stumbles_sends_its_guest_to_a_person(
    stand: Stand, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours costs one guest a walk to the desk, and nobody else anything."""
    receive = stand.reception.receive
    monkeypatch.setattr(stand.reception, "receive", lambda *_: 1 / 0)
    stand.eye.held = [CODE]
    wait_until(lambda: stand.kind() is Kind.OUT_OF_ORDER)
    monkeypatch.setattr(stand.reception, "receive", receive)
    stand.eye.held = [short(1).text]
    wait_until(lambda: stand.kind() is Kind.UNKNOWN)


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
