"""A printer behind CUPS: a slip goes in as a PDF of its true size, and leaves no trace in the spool."""

import io
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from devices.pi.ipp import Attributes, IppError, Operation, Server, Value
from devices.printing import PaperOut, Picture, PrinterLost

SOCKET = "/run/cups/cups.sock"
"""Where CUPS of this machine listens (Debian)."""

_USER = "yingbin"
_LOOK_S = 0.3
_STOPPED = 5
"""printer-state (RFC 8011, 5.4.11)."""

_CANCELED, _COMPLETED = 7, 9
"""job-state from the first of these on: it is over (RFC 8011, 5.3.7)."""

_NO_PAPER = ("media-empty", "media-needed")
_NOT_THERE = ("offline", "connecting-to-device", "shutdown", "timed-out", "cups-missing", "cover-open", "media-jam")
_MM_AN_INCH = 25.4
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueuePatience:
    """How long, in seconds, a slip may take, and for how long a complaint must last to be believed.

    CUPS hears of its printer from jobs alone: a complaint about the last one stands until the next is under way.
    """

    print_s: float = 60.0
    settle_s: float = 3.0


class CupsPrinter:
    """One queue of a CUPS server. Jobs bear no name of a guest, and are purged with their files when they are over."""

    def __init__(
        self,
        queue: str,
        *,
        dots_per_mm: int,
        wait: Callable[[float], object],
        server: str = "",
        media: str = "",
        patience: QueuePatience | None = None,
    ) -> None:
        """``wait`` pauses for seconds. An empty ``server`` is this machine's own."""
        self._queue = queue
        self._server = Server(server or SOCKET)
        self._media = media
        self._dots_per_mm = dots_per_mm
        self._wait = wait
        self._patience = patience or QueuePatience()
        self._disproved: frozenset[str] = frozenset()

    def check(self) -> None:
        """Look whether it could print now, as far as the last slip told. Raises PaperOut and PrinterLost."""
        self._look(complaints=True)

    def print(self, picture: Picture) -> None:
        """Print one slip. Raises PaperOut and PrinterLost when it is not out; it is out of the queue then, too."""
        self._look(complaints=False)
        asked: dict[str, Value] = {"job-name": "slip", "document-format": "application/pdf"}
        found = self._ask(Operation.PRINT_JOB, asked, self._pdf(picture), self._media)
        (job,) = found.get("job-id", [0])
        try:
            self._await_end(int(job))
        finally:
            self._purge(int(job))
        self._disproved = self._reasons(self._ask(Operation.GET_PRINTER_ATTRIBUTES, {}))

    def close(self) -> None:
        """Do nothing: nothing is held between slips."""

    def _look(self, *, complaints: bool) -> None:
        found = self._ask(Operation.GET_PRINTER_ATTRIBUTES, {})
        reasons = self._reasons(found)
        if found.get("printer-state") == [_STOPPED] or found.get("printer-is-accepting-jobs") == [False]:
            raise PrinterLost(f"queue {self._queue} is stopped ({', '.join(reasons)}); start it with cupsenable")
        reasons -= self._disproved
        if complaints and any(reason.startswith(_NO_PAPER) for reason in reasons):
            raise PaperOut(f"queue {self._queue} has no paper")
        if complaints and any(reason.startswith(_NOT_THERE) for reason in reasons):
            raise PrinterLost(f"queue {self._queue} does not reach its printer ({', '.join(reasons)})")

    def _await_end(self, job: int) -> None:
        began = time.monotonic()
        while True:
            found = self._ask(Operation.GET_JOB_ATTRIBUTES, {"job-id": job})
            state = int(found.get("job-state", [0])[0])
            if state == _COMPLETED:
                return
            if state >= _CANCELED:
                reasons = ", ".join(map(str, found.get("job-state-reasons", [])))
                raise PrinterLost(f"queue {self._queue} gave a slip up ({reasons})")
            waited_s = time.monotonic() - began
            self._look(complaints=waited_s >= self._patience.settle_s)
            if waited_s > self._patience.print_s:
                raise PrinterLost(f"queue {self._queue} has not printed a slip in {self._patience.print_s:g} s")
            self._wait(_LOOK_S)

    @staticmethod
    def _reasons(found: Attributes) -> frozenset[str]:
        return frozenset(str(reason) for reason in found.get("printer-state-reasons", []))

    def _purge(self, job: int) -> None:
        """Take the job out with its files: they show a guest's name. Where that fails, CUPS keeps them for a day."""
        try:
            self._ask(Operation.CANCEL_JOB, {"job-id": job, "purge-job": True})
        except PrinterLost as problem:
            _log.warning("a slip may still lie in the spool of CUPS: %s", problem)

    def _ask(self, operation: Operation, asked: dict[str, Value], document: bytes = b"", media: str = "") -> Attributes:
        try:
            return self._server.ask(self._queue, operation, {"requesting-user-name": _USER, **asked}, document, media)
        except (OSError, IppError) as problem:
            raise PrinterLost(f"queue {self._queue} cannot be used: {problem}") from problem

    def _pdf(self, picture: Picture) -> bytes:
        white = bytes(byte ^ 0xFF for byte in picture.rows)
        image = Image.frombytes("1", (picture.width, picture.height), white)
        written = io.BytesIO()
        image.save(written, "PDF", resolution=self._dots_per_mm * _MM_AN_INCH)
        return written.getvalue()
