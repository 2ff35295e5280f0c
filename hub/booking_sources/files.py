"""Files that somebody else writes: read whole, or not at all."""

from pathlib import Path

from hub.booking_ports import SourceAway, SourceWrong

MOST_BYTES = 64 * 1024 * 1024
"""A larger file is not looked at."""


def read_whole(path: Path) -> bytes:
    """Read a file that nobody writes at the moment. Raises SourceAway, SourceWrong."""
    try:
        before = path.stat()
        if before.st_size > MOST_BYTES:
            raise SourceWrong(f"{path.name} is larger than {MOST_BYTES >> 20} MB; leave old bookings out")
        data = path.read_bytes()
        after = path.stat()
    except FileNotFoundError:
        raise SourceAway(f"{path.name} is not there; see whether the program that writes it runs") from None
    except (PermissionError, IsADirectoryError):
        raise SourceWrong(f"{path.name} cannot be read; let this program's user read it, and name a file") from None
    except OSError:
        raise SourceAway(f"{path.name} cannot be read at the moment; see whether its disk is there") from None
    if (before.st_mtime_ns, before.st_size, before.st_ino) != (after.st_mtime_ns, after.st_size, after.st_ino):
        raise SourceAway(f"{path.name} is being written; ask again") from None
    return data
