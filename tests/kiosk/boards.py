"""What the tests of the board share: a clock that moves only when told, and screens to show."""

from datetime import UTC, datetime

from kiosk.board import ScreenBoard
from kiosk.screen import Kind, Screen


class StillClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        """Begin a minute after boot."""
        self.ms = 60_000

    def now(self) -> datetime:
        """Return the same wall time always; the board never asks for it."""
        return datetime(2026, 12, 31, tzinfo=UTC)

    def monotonic_ms(self) -> int:
        """Return milliseconds since boot."""
        return self.ms

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.ms += int(seconds * 1000)


def welcome(scan_id: str, language: str = "en") -> Screen:
    """Return a greeting that lasts 45 seconds."""
    return Screen(kind=Kind.WELCOME, languages=(language,), scan_id=scan_id, lasts_s=45.0, title=scan_id)


def shown(board: ScreenBoard) -> Screen:
    """Return what is on screen."""
    return board.current()[1]
