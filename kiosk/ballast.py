"""Room kept free for the worst day: a file that is thrown away so that one more check-in fits on a full disk."""

import logging
import os
import secrets
from pathlib import Path

SIZE = 2 << 20
"""Bytes of the ballast: some thousand events."""

_BLOCK = 512
_log = logging.getLogger(__name__)


class Ballast:
    """A file of real blocks beside the database (fault 16)."""

    def __init__(self, path: Path, size: int = SIZE) -> None:
        """Remember the file; ``place`` makes it."""
        self._path = path
        self._size = size

    @property
    def held(self) -> bool:
        """Say whether the ballast is there in full."""
        try:
            found = self._path.stat()
        except OSError:
            return False
        return found.st_size >= self._size and found.st_blocks * _BLOCK >= self._size

    def place(self) -> bool:
        """Make the file where it is missing and as much room again would be left; say whether it is there now."""
        if self.held:
            return True
        try:
            self._path.unlink(missing_ok=True)
            if free_bytes(self._path.parent) < 2 * self._size:
                return False
            self._write()
        except OSError as problem:
            _log.warning("no room can be kept free beside the database: %s", problem)
            self.drop()
            return False
        return True

    def drop(self) -> bool:
        """Throw the file away; say whether that made room."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def _write(self) -> None:
        """Fill it with random bytes, because some disks store nothing for zeros."""
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(self._size))
            file.flush()
            os.fsync(file.fileno())


def free_bytes(folder: Path) -> int:
    """Return the bytes this program may still write on the disk of ``folder``. Raises OSError."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
