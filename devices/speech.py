"""What speaks to a guest, as Protocols: a voice makes sound of a text, a speaker lets one person hear it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

_BYTES_A_SAMPLE = 2


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono sound: signed 16-bit little-endian ``samples``, ``rate`` of them a second."""

    rate: int
    samples: bytes = field(repr=False)

    @property
    def seconds(self) -> float:
        """Return how long it lasts."""
        return len(self.samples) / _BYTES_A_SAMPLE / self.rate


class Voice(Protocol):
    """Reads a text aloud into memory, never into a file: the text may name a guest."""

    @property
    def problem(self) -> str:
        """Return why it cannot speak and what to do about it, for a technician; empty when it can."""

    def speak(self, text: str, language: str) -> Sound:
        """Speak a text in ``zh`` or ``en``. Raises DeviceError when no sound came of it in a few seconds."""


class Speaker(Protocol):
    """The one place where speech is heard, which ought to be private: a headphone jack, or a handset."""

    @property
    def problem(self) -> str:
        """Return why nothing can be heard and what to do about it, for a technician; empty when all is well."""

    def play(self, sound: Sound, volume: Callable[[], float], wanted: Callable[[], bool]) -> None:
        """Play to the end, or until it is not ``wanted`` any more; returns when it is silent.

        Both are asked many times a second; ``volume`` goes from 0 to 1. Raises DeviceError.
        """
