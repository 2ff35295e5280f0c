"""The audit log's heads, written down once a day outside of the database: a log that was cut off or made anew shows.

One line each, ``2026-12-01T03:00:00+00:00 number:hash``, with ``:sealed`` behind what went as its term was over; the
same goes to the program's own log, which may be kept on another machine (ASVS 16.4.3).
"""

import logging
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hub.domain.audit_chain import Head, read_head

_log = logging.getLogger(__name__)


class AuditHeads:
    """A file that is only added to."""

    def __init__(self, path: Path) -> None:
        """Keep the file's place."""
        self._path = path

    def note(self, head: Head, at: datetime) -> None:
        """Write a head down. Never raises for the disk: the log has it as well."""
        _log.info("the audit log %s %s", "is sealed up to" if head.sealed else "stands at", head)
        try:
            self._path.touch(mode=0o600)
            with self._path.open("a", encoding="ascii") as file:
                file.write(f"{at.isoformat(timespec='seconds')} {head}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            _log.warning("%s cannot be written: %s", self._path, problem)

    def kept(self) -> Sequence[Head]:
        """Return what was written down; nothing where there is no file. Raises ValueError for a line that is none."""
        try:
            lines = self._path.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return []
        return [read_head(line.partition(" ")[2]) for line in lines if line.strip()]
