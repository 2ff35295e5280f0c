"""A screen is read aloud on request, to its end or to the next change, and no sound of a guest's name is kept."""

import threading
from collections.abc import Callable

import pytest

from devices.ports import DeviceError
from devices.speech import Sound
from kiosk.board import ScreenBoard
from kiosk.evacuation import WayOut
from kiosk.preferences import Preferences
from kiosk.screen import Kind, Screen, idle, reading, staff_called, two_codes
from kiosk.speech import KEPT_SOUNDS, Speech, is_fixed
from kiosk.steps.screens import Step
from tests.kiosk.web.samples import SCREENS, StillClock

GREETING = SCREENS["welcome-en"]


class CountingVoice:
    """Makes a second of silence of any text, and counts; ``broken`` makes none."""

    def __init__(self) -> None:
        """Begin in good order."""
        self.spoken: list[tuple[str, str]] = []
        self.broken = False
        self.problem = ""

    def speak(self, text: str, language: str) -> Sound:
        """Count."""
        if self.broken:
            raise DeviceError("no sound came")
        self.spoken.append((text, language))
        return Sound(1_000, bytes(2_000))


class HeldSpeaker:
    """Plays until it is not wanted or ``through`` is set, and tells the volume it is asked for."""

    def __init__(self) -> None:
        """Begin silent."""
        self.through = threading.Event()
        self.begun = threading.Event()
        self.silent = threading.Event()
        self.volumes: list[float] = []
        self.problem = ""

    def play(self, sound: Sound, volume: Callable[[], float], wanted: Callable[[], bool]) -> None:
        """Hold the sound."""
        assert sound.seconds == 1
        self.silent.clear()
        self.begun.set()
        while wanted() and not self.through.wait(0.005):
            self.volumes.append(volume())
        self.silent.set()


WaitUntil = Callable[[Callable[[], object]], None]


@pytest.fixture
def clock() -> StillClock:
    """Return a clock that moves only when told."""
    return StillClock()


@pytest.fixture
def board(clock: StillClock) -> ScreenBoard:
    """Return a board."""
    return ScreenBoard(idle("zh"), clock, Preferences(volume=3))


@pytest.fixture
def voice() -> CountingVoice:
    """Return a voice that counts."""
    return CountingVoice()


@pytest.fixture
def speaker() -> HeldSpeaker:
    """Return a speaker that plays until told."""
    return HeldSpeaker()


@pytest.fixture
def speech(voice: CountingVoice, speaker: HeldSpeaker, board: ScreenBoard) -> Speech:
    """Return speech over the three."""
    return Speech(voice, speaker, board)


def ask(speech: Speech, board: ScreenBoard, text: str = "Welcome") -> None:
    """Press the button on what stands there."""
    speech.toggle(*board.current(), text)


def test_nothing_is_said_unless_asked_and_the_volume_is_known_only_then(
    speech: Speech, board: ScreenBoard, speaker: HeldSpeaker, voice: CountingVoice, wait_until: WaitUntil
) -> None:
    """Scans and time are silent; a press speaks to the end."""
    board.show(GREETING)
    assert (voice.spoken, speech.volume) == ([], None)
    ask(speech, board)
    assert speaker.begun.wait(60)
    assert speech.volume == 3
    speaker.through.set()
    wait_until(lambda: speech.volume is None)
    assert voice.spoken == [("Welcome", "en")]


def test_a_second_press_ends_it(speech: Speech, board: ScreenBoard, speaker: HeldSpeaker) -> None:
    """Who has heard enough presses again."""
    board.show(GREETING)
    ask(speech, board)
    assert speaker.begun.wait(60)
    ask(speech, board)
    assert speaker.silent.wait(60)
    assert speech.volume is None


@pytest.mark.parametrize("change", ["next scan", "leaving", "help", "language"])
def test_any_change_of_the_screen_ends_it(
    speech: Speech, board: ScreenBoard, speaker: HeldSpeaker, wait_until: WaitUntil, change: str
) -> None:
    """The next guest never hears the last one's name."""
    board.show(GREETING)
    ask(speech, board)
    assert speaker.begun.wait(60)
    if change == "next scan":
        board.show(reading("scan-2"))
    elif change == "leaving":
        board.leave()
    elif change == "help":
        board.cover(staff_called(reached=True))
    else:
        board.switch_language()
    assert speaker.silent.wait(60)
    wait_until(lambda: speech.volume is None)


def test_who_listens_is_there(
    speech: Speech, board: ScreenBoard, speaker: HeldSpeaker, clock: StillClock, wait_until: WaitUntil
) -> None:
    """No time runs out while a screen is being read, and reading it leaves the full time after."""
    board.show(GREETING)
    ask(speech, board)
    assert speaker.begun.wait(60)
    for _ in range(5):
        clock.forward(40)
        wait_until(lambda: board.warning_s() is None)
    assert board.current()[1] == GREETING
    speaker.through.set()


def test_louder_and_quieter_act_at_once_within_bounds_and_end_with_the_guest(
    speech: Speech, board: ScreenBoard, speaker: HeldSpeaker, wait_until: WaitUntil
) -> None:
    """Five steps; nothing is drawn anew for it; the next guest begins at the house's volume."""
    board.show(GREETING)
    ask(speech, board)
    wait_until(lambda: speaker.volumes)
    version, _ = board.current()
    for _ in range(9):
        board.make_louder(1)
    wait_until(lambda: speaker.volumes[-1] == 1.0)
    assert (speech.volume, board.current()[0]) == (5, version)
    for _ in range(9):
        board.make_louder(-1)
    wait_until(lambda: speaker.volumes[-1] < 0.2)
    board.leave()
    assert board.preferences == Preferences(volume=3)


def test_sounds_of_fixed_texts_are_kept_within_bounds_and_those_of_guests_never(
    speech: Speech, voice: CountingVoice
) -> None:
    """Idle is made once; a greeting each time, and it leaves nothing behind in memory."""
    for _ in range(3):
        speech.sound(idle("zh"), "您好")
        speech.sound(GREETING, "Welcome, Ms Li")
    assert voice.spoken.count(("您好", "zh")) == 1
    assert voice.spoken.count(("Welcome, Ms Li", "en")) == 3
    for number in range(2 * KEPT_SOUNDS):
        speech.sound(two_codes("scan"), f"text {number}")
    speech.sound(two_codes("scan"), f"text {2 * KEPT_SOUNDS - 1}")
    assert len(voice.spoken) == 4 + 2 * KEPT_SOUNDS
    speech.sound(two_codes("scan"), "text 0")
    assert len(voice.spoken) == 5 + 2 * KEPT_SOUNDS


def test_only_a_screen_that_tells_nothing_but_its_kind_is_fixed() -> None:
    """A name, a seat, a meeting or a time makes it somebody's own, and so does any step of a journey by touch."""
    for name, screen in SCREENS.items():
        telling = screen.salutation or screen.seat or screen.meeting or screen.way or screen.opens_at or screen.at
        own = telling is not None or isinstance(screen, Step | WayOut) or bool(screen.staff)
        assert is_fixed(screen) != own, name
    assert is_fixed(Screen(kind=Kind.IDLE, asks=True))


def test_a_voice_or_speaker_that_fails_leaves_the_kiosk_at_work(
    speech: Speech, board: ScreenBoard, speaker: HeldSpeaker, voice: CountingVoice, wait_until: WaitUntil
) -> None:
    """Nothing is heard, the button is up again, and the next press may work."""
    board.show(GREETING)
    voice.broken = True
    ask(speech, board)
    wait_until(lambda: speech.volume is None)
    assert not speaker.begun.is_set()
    voice.broken = False
    ask(speech, board)
    assert speaker.begun.wait(60)
    speech.stop()
    assert speaker.silent.wait(60)
