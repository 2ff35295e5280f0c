"""What guests ask of the hub at the screen: sent, sent again while nobody answers, and the answers given to who waits.

Requests are not durable: a guest stands there, and what was not answered within seconds is told them as it is.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.contract.messages import Request, RequestAnswer

AGAIN_S = 1.0
"""Seconds after which a request that nobody answered is sent again, under the same id."""


@dataclass(slots=True)
class _Wish:
    answered: threading.Event = field(default_factory=threading.Event)
    answer: RequestAnswer | None = None


class Wishes:
    """Waits for answers on the guest's own thread; the thread that brings them never waits."""

    def __init__(self, send: Callable[[Request], bool], on_news: Callable[[RequestAnswer], None]) -> None:
        """Take the way to the hub, and who hears every answer as it comes, on the link's thread: it must be quick."""
        self._send = send
        self._on_news = on_news
        self._wishes: dict[str, _Wish] = {}
        self._lock = threading.Lock()

    def ask(self, request: Request, within_s: float) -> RequestAnswer | None:
        """Send a request and wait for its first answer; None when none came within ``within_s`` seconds."""
        wish = _Wish()
        with self._lock:
            self._wishes[request.id] = wish
        try:
            left_s = within_s
            while left_s > 0 and self._send(request) and not wish.answered.wait(min(AGAIN_S, left_s)):
                left_s -= AGAIN_S
        finally:
            with self._lock:
                del self._wishes[request.id]
        return wish.answer

    def tell(self, answer: RequestAnswer) -> None:
        """Hand an answer to who waits for it, and to who shows how things stand."""
        with self._lock:
            wish = self._wishes.get(answer.id)
        if wish is not None:
            wish.answer = answer
            wish.answered.set()
        self._on_news(answer)
