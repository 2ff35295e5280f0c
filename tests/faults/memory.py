"""Where tests that open thousands of databases keep them: in memory, where the machine has such a place."""

from pathlib import Path

_SHARED = Path("/dev/shm")  # noqa: S108 - the folders in it are made by tempfile
FOLDER = _SHARED if _SHARED.is_dir() else None
"""For tempfile's ``dir``; None for its usual place."""
