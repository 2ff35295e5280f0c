"""Answers what takes a search, in a thread of its own, and clears away what is kept for a time only.

The writer's thread hands a search on once its batch is stored. What gets lost here is asked again by the kiosk.
"""

import logging
import queue
import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta

from devices.contract.messages import Request
from devices.ports import Clock
from hub.domain.name_search import NameIndex, Readings
from hub.outgoing import Outgoing
from hub.ports import Store, StoreUnavailable
from hub.usecases.asking import Asking, Service, refusal
from hub.usecases.clear_away import clear_away
from hub.usecases.find_guest import Names, serve_find

WAITING = 50
"""Searches that may wait; who asks then is refused, and a person is called."""

CLEARED_EVERY_MS = 600_000
_IDLE_S = 5.0
_log = logging.getLogger(__name__)


class Enquiries:
    """Searches for guests. ``ask`` may be called from any thread and never waits."""

    def __init__(
        self,
        store: Store,
        outgoing: Outgoing,
        *,
        clock: Clock,
        service: Service,
        readings: Readings,
        cards_kept: timedelta = timedelta(days=180),
    ) -> None:
        """Take the parts. ``readings`` knows how Chinese characters are read."""
        self._store = store
        self._outgoing = outgoing
        self._clock = clock
        self._service = service
        self._cards_kept = cards_kept
        self._names = Names(NameIndex(readings))
        self._waiting: queue.Queue[tuple[str, Request] | None] = queue.Queue(WAITING)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="enquiries", daemon=True)
        self._cleared_ms: int | None = None
        self.counts: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the search in hand and end."""
        self._stopping.set()
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        self._thread.join(10)

    @property
    def alive(self) -> bool:
        """Say whether searches are answered."""
        return self._thread.is_alive()

    def ask(self, device: str, request: Request) -> None:
        """Take a search; refuse it when too many wait."""
        try:
            self._waiting.put_nowait((device, request))
        except queue.Full:
            self.counts["refused.too_many_questions"] += 1
            self._outgoing.send(self._outgoing.told([(device, refusal(request, "too_many_questions"))]))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except StoreUnavailable:
                self.counts["store_unavailable"] += 1
                self._stopping.wait(1)
            except Exception:  # noqa: BLE001 - the next guest's search is to be answered
                self.counts["failed"] += 1
                _log.exception("a search for a guest failed; the next one is tried")
                self._stopping.wait(1)

    def _turn(self) -> None:
        try:
            asked = self._waiting.get(timeout=_IDLE_S)
        except queue.Empty:
            self._names.follow(self._store, self._clock.now())  # so that the next search need not
            asked = None
        if asked is not None:
            self._answer(*asked)
        self._clear()

    def _answer(self, device: str, request: Request) -> None:
        now = self._clock.now()
        meetings = self._names.follow(self._store, now)
        found = self._names.index.search(request.text, meetings)
        with self._store.write() as tx:
            asking = Asking(tx=tx, device=device, request=request, now=now, service=self._service)
            answer = serve_find(asking, found, self._names)
        if answer is None:
            self.counts["same_id"] += 1
            return
        self.counts["answered"] += 1
        if answer.reason:
            self.counts[f"refused.{answer.reason}"] += 1
        self._outgoing.send(self._outgoing.told([(device, answer)]))

    def _clear(self) -> None:
        now_ms = self._clock.monotonic_ms()
        if self._cleared_ms is not None and now_ms - self._cleared_ms < CLEARED_EVERY_MS:
            return
        with self._store.write() as tx:
            clear_away(tx, self._cards_kept, self._clock.now())
        self._cleared_ms = now_ms
