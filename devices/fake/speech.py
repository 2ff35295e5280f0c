"""A speaker for demos and tests: nobody hears it, it takes as long as the sound does, and remembers what it played."""

from collections.abc import Callable

from devices.speech import Sound

_TURN_S = 0.05


class SilentSpeaker:
    """Plays to nobody, in real time by ``wait``, which sleeps for so many seconds."""

    def __init__(self, wait: Callable[[float], object]) -> None:
        """Take how to wait."""
        self._wait = wait
        self.played: list[tuple[Sound, float]] = []
        """Each sound with the volume it ended at."""

    @property
    def problem(self) -> str:
        """Return nothing: it never fails."""
        return ""

    def play(self, sound: Sound, volume: Callable[[], float], wanted: Callable[[], bool]) -> None:
        """Let the time of the sound pass while it is wanted."""
        left_s = sound.seconds
        while left_s > 0 and wanted():
            self._wait(min(_TURN_S, left_s))
            left_s -= _TURN_S
        self.played.append((sound, volume()))
