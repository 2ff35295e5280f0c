"""The desk that hands out slips: a short queue and a thread of its own, so that no greeting waits for a printer."""

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from devices.contract.messages import Need, Verdict
from devices.ports import Clock
from devices.printing import PaperOut, Picture, Printer, PrinterLost
from kiosk.badges.ledger import Ledger
from kiosk.badges.reprint import Reprint
from kiosk.reception import Result

MOST_WAITING = 16
"""Slips that wait at most; with more the guest gets none, and hears of it from nobody: the screen tells the seat."""

GUEST_WAITS_MS = 60_000
"""A slip that could not be printed for so long is given up: its guest has gone in. The next scan prints it."""

_LATE_WORD_MS = 1_000
_REMEMBERED = 64
_AGAIN_S = 2.0
_LOOK_S = 30.0
_END_S = 3.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    """One guest's slip. It may wait a moment for the hub's word, which brings the seat."""

    result: Result
    came_ms: int
    ready_ms: int


class SlipDesk:
    """Prints the slip of each guest who comes in here. Told by the reception, asked by the heartbeat.

    A guest who is in already gets a slip when this kiosk let them in and printed none (there was no paper, say), or
    when staff have just allowed another. No name is written to the log or to disk.
    """

    def __init__(
        self, printer: Printer, ledger: Ledger, reprint: Reprint, draw: Callable[[Result], Picture], clock: Clock
    ) -> None:
        """``draw`` makes the picture of a guest's slip; it may raise sqlite3.Error."""
        self._printer = printer
        self._ledger = ledger
        self._reprint = reprint
        self._draw = draw
        self._clock = clock
        self._changed = threading.Condition()
        self._jobs: dict[str, _Job] = {}
        self._served: deque[str] = deque(maxlen=_REMEMBERED)
        self._stopping = False
        self._need: Need | None = None
        self._thread = threading.Thread(target=self._run, name="slips", daemon=True)

    def start(self) -> None:
        """Begin to look after the printer and to print."""
        self._thread.start()

    def stop(self) -> None:
        """End after the slip in hand; those that wait are not printed."""
        with self._changed:
            self._stopping = True
            self._jobs.clear()
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(_END_S)
        self._printer.close()

    def needs(self) -> tuple[Need, ...]:
        """Return what a person must see to at the printer."""
        return (self._need,) if self._need else ()

    def take(self, result: Result) -> None:
        """Take a result from the reception. Returns at once and never raises; a later word replaces an earlier one."""
        with self._changed:
            card = result.card
            if not result.verdict.admits or card is None or result.event in self._served:
                self._jobs.pop(result.event, None)
                return
            now_ms = self._clock.monotonic_ms()
            before = self._jobs.get(result.event)
            if before is None and len(self._jobs) >= MOST_WAITING:
                _log.warning("%d slips wait for the printer; one more is not printed", len(self._jobs))
                return
            if before is not None:  # a late word knows nothing of an arrival before the scan
                result = replace(result, arrived_here=before.result.arrived_here)
            done = result.from_hub or card.seat is not None
            came_ms = before.came_ms if before else now_ms
            self._jobs[result.event] = _Job(result, came_ms, now_ms if done else came_ms + _LATE_WORD_MS)
            self._changed.notify_all()

    def _run(self) -> None:
        self._look()
        while not self._stopping:
            job = self._next()
            try:
                if job is None:
                    self._look()
                else:
                    self._serve(job)
            except sqlite3.Error as problem:
                _log.error("a slip is not printed, because the database fails: %s", problem)
            except Exception as problem:  # noqa: BLE001 - one guest's slip must not end all others
                _log.error("a slip is not printed: %s", type(problem).__name__)

    def _next(self) -> _Job | None:
        """Wait for a slip whose time has come; None when there was none for a while."""
        with self._changed:
            until_ms = self._clock.monotonic_ms() + int(_LOOK_S * 1000)
            while not self._stopping:
                now_ms = self._clock.monotonic_ms()
                ready = next((job for job in self._jobs.values() if job.ready_ms <= now_ms), None)
                if ready is not None:
                    self._served.append(ready.result.event)
                    return self._jobs.pop(ready.result.event)
                if now_ms >= until_ms:
                    break
                due_ms = min([until_ms, *(job.ready_ms for job in self._jobs.values())])
                self._changed.wait(max(0.01, (due_ms - now_ms) / 1000))
            return None

    def _serve(self, job: _Job) -> None:
        card = job.result.card
        if card is None:
            return
        due = job.result.verdict is Verdict.WELCOME or job.result.arrived_here is not None
        first = due and self._ledger.claim(card.invitation)
        if not first and not self._reprint.take(self._clock.monotonic_ms()):
            return
        printed = False
        try:
            printed = self._print(self._draw(job.result), job.came_ms)
        finally:
            if first and not printed:
                self._ledger.release(card.invitation)

    def _print(self, picture: Picture, came_ms: int) -> bool:
        """Print, again and again until it works or the guest has gone; say whether a slip came out."""
        while not self._stopping:
            if self._attempt(lambda: self._printer.print(picture)):
                return True
            if self._clock.monotonic_ms() - came_ms >= GUEST_WAITS_MS:
                _log.warning("a slip is given up: the printer was not ready in time")
                return False
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, _AGAIN_S)
        return False

    def _look(self) -> None:
        self._attempt(self._printer.check)

    def _attempt(self, act: Callable[[], None]) -> bool:
        """Use the printer, and keep what it needs; log each change once."""
        need: Need | None = None
        words = ""
        try:
            act()
        except PaperOut as problem:
            need, words = Need.PAPER_OUT, str(problem)
        except PrinterLost as problem:
            need, words = Need.PRINTER_LOST, str(problem)
        if need is not self._need:
            _log.log(logging.WARNING if need else logging.INFO, "printer: %s", words or "ready")
        self._need = need
        return need is None
