"""The shipped simulated scanner: each line that is appended to a text file is a code that was scanned."""

from collections import deque
from collections.abc import Callable
from pathlib import Path

from devices.scanner import ScannerLost

_TURN_S = 0.02


class FileScanner:
    """A scanner that follows a UTF-8 file; without the file it is unplugged. An empty line is no code.

    ``wait`` pauses the thread for seconds (such as ``Event.wait``, so that a stop is noticed at once).
    """

    def __init__(self, file: Path, wait: Callable[[float], object]) -> None:
        """Keep the file's path; nothing is opened before the first ``read``."""
        self._file = file
        self._wait = wait
        self._offset = 0
        self._codes: deque[str] = deque()

    def read(self, timeout_s: float) -> str | None:
        """Return the next code, or None after a moment (``timeout_s`` at most) without. Raises ScannerLost."""
        self._take()
        if not self._codes and timeout_s > 0:
            self._wait(min(timeout_s, _TURN_S))
            self._take()
        return self._codes.popleft() if self._codes else None

    def close(self) -> None:
        """Do nothing: the file is not held open."""

    def _take(self) -> None:
        try:
            with self._file.open("rb") as file:
                file.seek(self._offset)
                fresh = file.read()
        except OSError as problem:
            raise ScannerLost(f"no code scanner at {self._file}: {problem.strerror}") from problem
        complete = fresh[: fresh.rfind(b"\n") + 1]
        self._offset += len(complete)
        lines = complete.decode("utf-8", "replace").split("\n")
        self._codes.extend(line.removesuffix("\r") for line in lines if line.removesuffix("\r"))
