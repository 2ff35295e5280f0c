"""Printing a slip once more: staff allow it at this machine, and the guest holds the code before the camera again.

A kiosk knows no names but by a guest's own code, so that the guest must be there; and what guests can touch offers
no such thing. What is allowed is a file beside the database, which only the kiosk's user and root may write. The
command and the kiosk are two processes, and only one of them may have the database open.
"""

from contextlib import suppress
from pathlib import Path

LASTS_MS = 120_000
"""For so long, in milliseconds, one more slip may be had."""

_NAME = "reprint"


class Reprint:
    """The permission to print one slip again. Times are milliseconds since the machine's boot, in both processes."""

    def __init__(self, data: Path) -> None:
        """Take the kiosk's data folder."""
        self._path = data / _NAME

    def allow(self, now_ms: int) -> None:
        """Allow it from now on, for two minutes. Raises OSError."""
        self._path.write_text(str(now_ms), encoding="ascii")
        self._path.chmod(0o644)  # root may have written it, and the kiosk must read it

    def take(self, now_ms: int) -> bool:
        """Use the permission up; False when there is none, or it is too old."""
        try:
            allowed_ms = int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return False
        with suppress(OSError):
            self._path.unlink()
        return 0 <= now_ms - allowed_ms <= LASTS_MS and not self._path.exists()
