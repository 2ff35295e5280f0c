"""A real espeak-ng speaks; a program that stands in for aplay hears what a sound card would."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from devices.pi.speech import AplaySpeaker, CannotSpeak, EspeakVoice
from devices.speech import Sound

TONE = Sound(8_000, (10_000 * np.sin(np.arange(8_000) / 4)).astype("<i2").tobytes())
"""One second."""


@pytest.fixture
def aplay(tmp_path: Path) -> str:
    """Return a program that keeps its arguments and what it is given to play."""
    program = tmp_path / "aplay"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\nexec cat > {tmp_path}/heard\n', encoding="ascii")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("language", "text", "least_s", "most_s"),
    [
        ("zh", "王总，您好！欢迎参加新款AI产品发布会。", 3, 12),
        ("en", "Welcome, Ms Li. Zone A, Row 12, Seat 18.", 2, 10),
    ],
)
def test_it_speaks_both_languages_at_a_measured_pace(language: str, text: str, least_s: float, most_s: float) -> None:
    """Sound of a plausible length, in memory, and not silence."""
    sound = EspeakVoice().speak(text, language)
    assert sound.rate == 22_050
    assert least_s < sound.seconds < most_s
    assert np.abs(np.frombuffer(sound.samples, "<i2")).max() > 3_000


def test_mandarin_is_spoken_as_mandarin() -> None:
    """The same signs by the English voice would be spelled out: "Chinese letter" for each."""
    assert EspeakVoice().speak("您好", "zh").seconds < 2


def test_a_text_is_no_command_and_has_a_bound() -> None:
    """What stands on a screen is read, not run; a text without end is cut."""
    voice = EspeakVoice()
    assert 0 < voice.speak("--version $(reboot) <break time='99s'/>", "en").seconds < 20
    assert voice.speak("a " * 100_000, "en").seconds < 600


def test_a_voice_that_is_not_there_says_what_to_install() -> None:
    """For the self-check and the log; and to speak fails clearly."""
    absent = EspeakVoice("espeak-absent")
    assert "apt-get install espeak-ng" in absent.problem
    assert EspeakVoice().problem == ""
    with pytest.raises(CannotSpeak, match="FileNotFoundError"):
        absent.speak("Hello", "en")


def test_all_of_a_sound_reaches_the_one_output_that_was_named(aplay: str, tmp_path: Path) -> None:
    """As raw samples of its rate, each made as loud as asked."""
    AplaySpeaker("plughw:CARD=Headphones", aplay).play(TONE, lambda: 0.5, lambda: True)
    heard = np.frombuffer((tmp_path / "heard").read_bytes(), "<i2")
    assert len(heard) == 8_000
    assert abs(int(heard.max()) - 5_000) <= 2
    arguments = (tmp_path / "arguments").read_text(encoding="ascii").split()
    assert arguments[arguments.index("-D") + 1] == "plughw:CARD=Headphones"
    assert arguments[arguments.index("-r") + 1] == "8000"


def test_the_volume_acts_while_it_speaks(aplay: str, tmp_path: Path) -> None:
    """A press is heard within the sentence."""
    asked: list[float] = []

    def volume() -> float:
        asked.append(1.0 if len(asked) < 10 else 0.1)
        return asked[-1]

    AplaySpeaker("default", aplay).play(TONE, volume, lambda: True)
    heard = np.abs(np.frombuffer((tmp_path / "heard").read_bytes(), "<i2"))
    assert heard[:2_000].max() > 9_000
    assert heard[-2_000:].max() < 1_100


def test_it_is_silent_at_once_when_it_is_not_wanted_any_more(tmp_path: Path) -> None:
    """Even by a player that takes what it gets slowly, as a sound card does."""
    slow = tmp_path / "aplay"
    slow.write_text("#!/bin/sh\nexec sleep 600\n", encoding="ascii")
    slow.chmod(0o755)
    turns: list[int] = []

    def wanted() -> bool:
        turns.append(1)
        return len(turns) < 3

    begun = time.monotonic()
    AplaySpeaker("default", str(slow)).play(TONE, lambda: 1.0, wanted)
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    "problem_of",
    [lambda cards: AplaySpeaker("plughw:CARD=Headphones", "sh", cards), lambda _: AplaySpeaker("x", "aplay-absent")],
    ids=["no card", "no program"],
)
def test_what_is_missing_is_named_with_its_remedy(problem_of: Callable[[Path], AplaySpeaker], tmp_path: Path) -> None:
    """A technician reads what to plug in or to install."""
    assert any(word in problem_of(tmp_path).problem for word in ("plug it in", "apt-get install alsa-utils"))


def test_a_card_that_is_there_is_no_problem(tmp_path: Path) -> None:
    """As the kernel lists it."""
    (tmp_path / "Headphones").mkdir()
    assert AplaySpeaker("plughw:CARD=Headphones,DEV=0", "sh", tmp_path).problem == ""


def test_an_output_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """The program's exit code counts, not that it was started."""
    failing = tmp_path / "aplay"
    failing.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    failing.chmod(0o755)
    with pytest.raises(CannotSpeak, match="cannot play to plughw:CARD=Gone"):
        AplaySpeaker("plughw:CARD=Gone", str(failing)).play(TONE, lambda: 1.0, lambda: True)
