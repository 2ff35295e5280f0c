"""Programs of the house that the demo starts beside the hub, as systemd would on their own machines."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_END_S = 10


class CannotShow(Exception):
    """The demo could not go on: one of its programs ended by itself. The text holds its last words."""

    code = "cannot_show"


class Program:
    """One program (``python -m …``) with a log of its own."""

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        """Keep what to start, and where it writes."""
        self._arguments = arguments
        self._log = log
        self.name = log.stem
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Say whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Return its process id, None before its start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, with arguments we made
                [sys.executable, "-m", *self._arguments],
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C ends the demo in order, not everything at once
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def stop(self) -> None:
        """End it in good order; by force when it does not."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def last_words(self) -> str:
        """Return the end of its log, for a person to read when it died."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2_000:]
