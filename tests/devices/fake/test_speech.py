"""The speaker that nobody hears behaves as one does, and remembers."""

from devices.fake.speech import SilentSpeaker
from devices.speech import Sound

SECOND = Sound(1_000, bytes(2_000))


def test_it_takes_as_long_as_the_sound_and_remembers_what_it_played() -> None:
    """A second of sound takes a second of waiting."""
    waited: list[float] = []
    speaker = SilentSpeaker(waited.append)
    speaker.play(SECOND, lambda: 0.5, lambda: True)
    assert abs(sum(waited) - SECOND.seconds) < 0.06
    assert speaker.played == [(SECOND, 0.5)]
    assert speaker.problem == ""


def test_it_stops_when_it_is_not_wanted() -> None:
    """As a real one: at its next turn."""
    waited: list[float] = []
    SilentSpeaker(waited.append).play(SECOND, lambda: 1.0, lambda: len(waited) < 2)
    assert len(waited) == 2
