"""What buttons in a room have asked for, until the hub has answered it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from devices.contract.messages import Progress, Request, RequestAnswer

AGAIN_MS = 2_000
LASTS_MS = 300_000
"""A wish that reached nobody for so long is given up: people have found another way, and nobody is sent for nothing."""

MOST = 8
"""Wishes kept while the hub is away; a button pressed in anger does not fill the memory."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Wish:
    request: Request
    until: int
    next_at: int = 0


class Wishes:
    """Sends each wish again, under the same id, until the hub has it."""

    def __init__(self, send: Callable[[Request], bool]) -> None:
        """Take how a request is sent; it says whether it found a way."""
        self._send = send
        self._lock = threading.Lock()
        self._waiting: dict[str, _Wish] = {}

    def add(self, request: Request, now: int) -> None:
        """Take a wish, in milliseconds of the machine. One that waits already is not asked twice."""
        with self._lock:
            if any(wish.request.kind is request.kind for wish in self._waiting.values()):
                return
            if len(self._waiting) < MOST:
                self._waiting[request.id] = _Wish(request, now + LASTS_MS)

    def again(self) -> None:
        """Send all that waits at once: there is a connection again."""
        with self._lock:
            for wish in self._waiting.values():
                wish.next_at = 0

    def answered(self, answer: RequestAnswer) -> None:
        """Forget a wish that the hub has taken or refused."""
        with self._lock:
            known = self._waiting.pop(answer.id, None)
        if known and answer.progress is Progress.REFUSED:
            _log.warning("the hub refused %s: %s", known.request.kind, answer.reason)

    def work(self, now: int) -> None:
        """Send what is due, and give up what is old."""
        with self._lock:
            for old in [key for key, wish in self._waiting.items() if now >= wish.until]:
                _log.warning("the hub did not answer; given up: %s", self._waiting.pop(old).request.kind)
            due = [wish for wish in self._waiting.values() if now >= wish.next_at]
            for wish in due:
                wish.next_at = now + AGAIN_MS
        for wish in due:
            self._send(wish.request)
