"""Hands at work beside a real board."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pytest

from devices.fake.hands import FakeButton, FakeBuzzer, FakeLamp, FakePresence, FakeRelay
from devices.hands import HandLost, Light, Note
from kiosk.board import ScreenBoard
from kiosk.hands.settings import Lights
from kiosk.hands.signals import WARNING
from kiosk.hands.work import Hands, Parts
from kiosk.screen import Kind, Screen, idle, reading
from tests.kiosk.cards import FixedClock

Wait = Callable[[Callable[[], object]], None]
LIGHTS = Lights()


class Broken:
    """A lamp and a buzzer whose pins fail."""

    def __init__(self) -> None:
        self.asked = 0

    def show(self, light: Light) -> None:
        """Fail."""
        self.asked += 1
        raise HandLost(f"no {light.colour}")

    def play(self, melody: Sequence[Note]) -> None:
        """Fail otherwise than agreed."""
        raise OSError(len(melody))

    def close(self) -> None:
        """Fail at the end, too."""
        raise OSError("gone")


class Remembering(FakeLamp):
    """A simulated lamp that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Light] = []

    def show(self, light: Light) -> None:
        """Remember."""
        self.shown.append(light)


class Melodies(FakeBuzzer):
    """A simulated buzzer that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.played: list[Sequence[Note]] = []

    def play(self, melody: Sequence[Note]) -> None:
        """Remember."""
        self.played.append(melody)

    def has_played(self, melodies: Sequence[Sequence[Note]]) -> bool:
        """Say whether these were played, and nothing else."""
        return self.played == list(melodies)


@pytest.fixture
def clock() -> FixedClock:
    """Give a clock that the test moves."""
    return FixedClock()


@pytest.fixture
def board(clock: FixedClock) -> ScreenBoard:
    """Give a board that shows idle."""
    return ScreenBoard(idle(), clock)


@pytest.fixture
def at_work(board: ScreenBoard) -> Iterator[Callable[[Parts], Hands]]:
    """Give a function that sets hands to work; they are stopped after the test."""
    made: list[Hands] = []

    def start(parts: Parts, call: Callable[[], None] = lambda: None) -> Hands:
        hands = Hands(parts, board, LIGHTS, call)
        made.append(hands)
        hands.start()
        return hands

    yield start
    for hands in made:
        hands.stop()


def test_lamp_and_buzzer_follow_the_screen(board: ScreenBoard, at_work: Callable[..., Hands], wait_until: Wait) -> None:
    """Ready, seen, welcome; each as it appears."""
    lamp, buzzer = Remembering(), FakeBuzzer()
    at_work(Parts(lamp=lamp, buzzer=buzzer))
    wait_until(lambda: lamp.shown == [LIGHTS.ready])
    board.show(reading("a"))
    wait_until(lambda: lamp.shown[-1] == LIGHTS.seen)
    wait_until(lambda: buzzer.hertz == 0)
    board.show(Screen(kind=Kind.WELCOME, scan_id="a"))
    wait_until(lambda: lamp.shown[-1] == LIGHTS.welcome)
    wait_until(lambda: buzzer.hertz > 0)


def test_that_a_screen_will_end_soon_is_heard_once_and_again_only_after_more_time_was_taken(
    at_work: Callable[..., Hands], board: ScreenBoard, clock: FixedClock, wait_until: Wait
) -> None:
    """The guest may look elsewhere (G12); the same buzzer, as loud as all else it says, and none where it is off."""
    buzzer = Melodies()
    hands = at_work(Parts(buzzer=buzzer))
    board.show(Screen(kind=Kind.HELP, asks=True))
    for told in ([WARNING], [WARNING, WARNING]):
        clock.ms += 41_000
        wait_until(partial(buzzer.has_played, told))
        board.touch()
        wait_until(lambda: not hands._warned)
    board.show(reading("a"))
    wait_until(lambda: len(buzzer.played) == 3)
    assert buzzer.played[:2] == [WARNING, WARNING]
    assert WARNING not in buzzer.played[2:]


def test_a_part_that_fails_is_left_out_and_logged_once(
    board: ScreenBoard, at_work: Callable[..., Hands], wait_until: Wait, caplog: pytest.LogCaptureFixture
) -> None:
    """The others go on, and it is tried again: a plug may have been loose."""
    broken, buzzer = Broken(), FakeBuzzer()
    hands = at_work(Parts(lamp=broken, buzzer=buzzer))
    for number in range(3):
        board.show(reading(str(number)))
        asked = broken.asked
        wait_until(lambda: buzzer.hertz > 0)
        assert broken.asked >= asked
        wait_until(lambda: buzzer.hertz == 0)
    hands.stop()
    assert caplog.text.count("the lamp is left out") == 1


def test_the_help_button_does_what_the_screen_s_does(at_work: Callable[..., Hands]) -> None:
    """One press, one call."""
    calls: list[int] = []
    button = FakeButton()
    at_work(Parts(help_button=button), lambda: calls.append(1))
    button.press()
    assert calls == [1]


def test_others_are_told_when_somebody_comes(board: ScreenBoard) -> None:
    """Whoever wakes the display may listen."""
    sensor, told = FakePresence(), list[bool]()
    hands = Hands(Parts(presence=sensor), board, LIGHTS, lambda: None)
    hands.on_presence(told.append)
    hands.start()
    assert hands.someone_here is False
    sensor.set(here=True)
    assert hands.someone_here
    sensor.set(here=False)
    hands.stop()
    assert told == [True, False]
    assert Hands(Parts(), board, LIGHTS, lambda: None).someone_here is None


def test_stopping_puts_every_part_to_rest_whatever_one_of_them_does(board: ScreenBoard, wait_until: Wait) -> None:
    """The door is shut first."""
    relay, lamp = FakeRelay(), FakeLamp()
    hands = Hands(Parts(door=relay, lamp=lamp, buzzer=Broken()), board, LIGHTS, lambda: None)
    hands.start()
    relay.pulse(3_600)
    wait_until(lambda: relay.is_on and any(lamp.rgb))
    hands.stop()
    assert not relay.is_on
    assert lamp.rgb == (0, 0, 0)


def test_a_kiosk_tells_which_hands_it_has() -> None:
    """By names that the wire allows."""
    assert Parts(help_button=FakeButton(), door=FakeRelay()).names() == ("help-button", "door")
