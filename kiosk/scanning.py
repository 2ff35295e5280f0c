"""The scanner beside the camera: its codes go the same way, and it is found again when it was pulled out."""

import logging
import threading
from collections.abc import Callable, Sequence

from devices.ports import Clock
from devices.scanner import Scanner, ScannerLost

REOPEN_S = 2.0
LOST_AFTER_MS = 6_000
"""A scanner that is away for so long is lost; one that only restarts is not told of."""

_TURN_S = 0.5
_log = logging.getLogger(__name__)


class Scanning:
    """Reads a scanner until it is stopped; ``run`` is for a thread of its own."""

    def __init__(
        self, open_scanner: Callable[[], Scanner], seen: Callable[[Sequence[str]], None], clock: Clock
    ) -> None:
        """Take how to open the scanner (anew, each time it was lost), and what acts on a code."""
        self._open_scanner = open_scanner
        self._seen = seen
        self._clock = clock
        self._stopping = threading.Event()
        self._works = False
        self._alive_ms = clock.monotonic_ms()
        self._told = ""

    @property
    def works(self) -> bool:
        """Say whether a code can be scanned at this moment."""
        return self._works

    @property
    def lost(self) -> bool:
        """Say whether the scanner has been away for a while."""
        return not self._works and self._clock.monotonic_ms() - self._alive_ms > LOST_AFTER_MS

    def run(self) -> None:
        """Read until ``stop``; a scanner that is lost is looked for every two seconds, whatever the trouble."""
        self._alive_ms = self._clock.monotonic_ms()
        while not self._stopping.is_set():
            try:
                self._read()
            except ScannerLost as problem:
                self._tell(str(problem))
            except Exception as problem:  # noqa: BLE001 - a driver may raise anything; a kiosk goes on
                self._tell(f"the code scanner failed: {problem!r}")
            self._works = False
            self._stopping.wait(REOPEN_S)

    def stop(self) -> None:
        """End within a moment."""
        self._stopping.set()

    def _read(self) -> None:
        scanner = self._open_scanner()
        try:
            while not self._stopping.is_set():
                text = scanner.read(_TURN_S)
                self._works, self._told = True, ""
                self._alive_ms = self._clock.monotonic_ms()
                if text is not None:
                    self._seen([text])
        finally:
            scanner.close()

    def _tell(self, problem: str) -> None:
        if problem != self._told:
            _log.warning("%s", problem)
        self._told = problem
