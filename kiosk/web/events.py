"""The event stream: each change of the screen, and a ping while nothing changes."""

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from flask import Response

from devices.contract.messages import Need
from devices.ports import Clock
from devices.server import is_over
from devices.texts import LANGUAGE_TAGS
from kiosk.board import ScreenBoard
from kiosk.screen import staff_notice
from kiosk.web.pages import Pages

PING_MS = 15_000
"""Milliseconds without a change after which the page is told that all is well; it worries after 20 s."""

_TURN_S = 1.0


class Streams:
    """Server-sent events for a few pages at once."""

    def __init__(
        self, board: ScreenBoard, pages: Pages, needs: Callable[[], Collection[Need]], clock: Clock, run: str, most: int
    ) -> None:
        """Take what is shown and how; ``run`` names this run of the program, ``most`` bounds the streams."""
        self._board = board
        self._pages = pages
        self._needs = needs
        self._clock = clock
        self._run = run
        self._free = threading.BoundedSemaphore(most)

    def respond(self, environ: Mapping[str, Any]) -> Response:
        """Open a stream; 503 when there are too many, so that the buttons keep their threads."""
        if not self._free.acquire(blocking=False):
            return Response("too many streams\n", status=503, content_type="text/plain")
        response = Response(self._events(environ), content_type="text/event-stream")
        response.call_on_close(self._free.release)
        return response

    def _events(self, environ: Mapping[str, Any]) -> Iterator[str]:
        sent_version, sent_ms = 0, 0
        while not is_over(environ):
            version, screen = self._board.wait(sent_version, _TURN_S)
            now_ms = self._clock.monotonic_ms()
            if version != sent_version:
                sent_version, sent_ms = version, now_ms
                data = {"html": self._pages.fragment(screen), "lang": LANGUAGE_TAGS[screen.language]}
                yield self._event("screen", data, version)
            elif now_ms - sent_ms >= PING_MS:
                sent_ms = now_ms
                yield self._event("ping", {}, version)

    def _event(self, name: str, data: dict[str, Any], version: int) -> str:
        told = data | {
            "now_ms": int(self._clock.now().timestamp() * 1000),
            "notice": self._pages.notice(staff_notice(self._needs())),
        }
        return f"id: {self._run}.{version}\nevent: {name}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"
