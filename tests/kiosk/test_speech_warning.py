"""Who has screens read aloud also hears that one will end soon; nobody else does (G12, G24)."""

from collections.abc import Callable
from functools import partial

import pytest

from devices.speech import Sound
from kiosk.board import ScreenBoard
from kiosk.screen import Kind, Screen
from kiosk.speech import Speech
from tests.kiosk.boards import StillClock

WaitUntil = Callable[[Callable[[], object]], None]
ASK = {"zh": "您还需要一点时间吗？", "en": "Do you need more time?"}


class Voice:
    """Makes a sound of nothing, and remembers of what."""

    problem = ""

    def __init__(self) -> None:
        """Begin silent."""
        self.spoken: list[str] = []

    def speak(self, text: str, language: str) -> Sound:
        """Remember."""
        self.spoken.append(text)
        return Sound(1_000, bytes(2 * len(language)))


class Speaker:
    """Remembers how loud it was, and whether it was to be heard."""

    problem = ""

    def __init__(self) -> None:
        """Begin silent."""
        self.played: list[tuple[float, bool]] = []

    def play(self, sound: Sound, volume: Callable[[], float], wanted: Callable[[], bool]) -> None:
        """Be through at once."""
        assert sound.rate
        self.played.append((volume(), wanted()))


@pytest.fixture
def voice() -> Voice:
    """Return a voice that remembers."""
    return Voice()


@pytest.fixture
def speaker() -> Speaker:
    """Return a speaker that remembers."""
    return Speaker()


@pytest.fixture
def speech(voice: Voice, speaker: Speaker, board: ScreenBoard) -> Speech:
    """Return speech with the words of the warning."""
    return Speech(voice, speaker, board, ASK)


def has_played(speaker: Speaker, count: int) -> bool:
    """Say whether so much was played by now."""
    return len(speaker.played) == count


def hear(speech: Speech, board: ScreenBoard, wait_until: WaitUntil) -> None:
    """Have the screen read aloud, to its end."""
    speech.toggle(*board.current(), "the screen")
    wait_until(lambda: speech.volume is None)


def test_who_listens_hears_each_warning_once_in_their_language(
    speech: Speech, board: ScreenBoard, clock: StillClock, speaker: Speaker, voice: Voice, wait_until: WaitUntil
) -> None:
    """Again when more time was taken and is over; and saying it takes nothing off the twenty seconds, nor adds any."""
    board.show(Screen(kind=Kind.HELP, languages=("en",), asks=True))
    hear(speech, board, wait_until)
    for said in (2, 3):
        clock.forward(41)
        wait_until(partial(has_played, speaker, said))
        assert speaker.played[-1] == (0.5, True)
        assert board.warning_s() == 19
        board.touch()
        wait_until(lambda: not speech._warned)
    assert voice.spoken == ["the screen", ASK["en"]]  # a fixed text is made once


def test_who_does_not_listen_or_has_heard_enough_hears_no_warning(
    speech: Speech, board: ScreenBoard, clock: StillClock, speaker: Speaker, wait_until: WaitUntil
) -> None:
    """Nor does the guest after one who listened."""
    board.show(Screen(kind=Kind.HELP, languages=("en",), asks=True))
    hear(speech, board, wait_until)
    board.listen(listens=False)
    wait_until(lambda: not speech._attending)
    clock.forward(41)
    assert board.warning_s() is not None
    hear(speech, board, wait_until)
    board.show(Screen(kind=Kind.WELCOME, languages=("en",), scan_id="next", lasts_s=45.0))
    wait_until(lambda: not speech._attending)
    assert not board.preferences.listens
    clock.forward(30)
    assert board.warning_s() is not None
    assert len(speaker.played) == 2
