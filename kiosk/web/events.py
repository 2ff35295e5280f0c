"""The event stream: each change of the screen, what stands around it, and a ping while nothing changes."""

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from math import ceil
from typing import Any

from flask import Response

from devices.contract.messages import Need
from devices.ports import Clock
from devices.server import is_over
from devices.texts import LANGUAGE_TAGS
from kiosk.board import ScreenBoard
from kiosk.screen import Screen, staff_notice
from kiosk.speech import Speech
from kiosk.web.pages import Pages

PING_MS = 15_000
"""Milliseconds without a change after which the page is told that all is well; it worries after 20 s."""

_TURN_S = 1.0


class Streams:
    """Server-sent events for a few pages at once.

    ``screen`` brings HTML anew; ``around`` a warning before the end (seconds left, else null) and the speech (its
    volume while it is heard, else null): neither touches what a guest reads or types.
    """

    def __init__(  # noqa: PLR0913 - what is shown, how, and how often
        self,
        board: ScreenBoard,
        pages: Pages,
        needs: Callable[[], Collection[Need]],
        clock: Clock,
        *,
        speech: Speech | None,
        run: str,
        most: int,
    ) -> None:
        """Take what is shown and how; ``run`` names this run of the program, ``most`` bounds the streams."""
        self._board = board
        self._pages = pages
        self._needs = needs
        self._clock = clock
        self._speech = speech
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
        told = (False, None)
        while not is_over(environ):
            version, screen = self._board.wait(sent_version, _TURN_S)
            if version != sent_version:
                sent_version, sent_ms = version, self._clock.monotonic_ms()
                yield self._event("screen", self._drawn(screen), version)
            around = self._around()
            if (around["warning_s"] is not None, around["volume"]) != told:
                told, sent_ms = (around["warning_s"] is not None, around["volume"]), self._clock.monotonic_ms()
                yield self._event("around", around, version)
            if self._clock.monotonic_ms() - sent_ms >= PING_MS:
                sent_ms = self._clock.monotonic_ms()
                yield self._event("ping", {}, version)

    def _drawn(self, screen: Screen) -> dict[str, Any]:
        look = self._board.preferences
        html = self._pages.fragment(screen, large=look.large)
        return {"html": html, "lang": LANGUAGE_TAGS[screen.language], "theme": look.theme, "large": look.large}

    def _around(self) -> dict[str, Any]:
        warning_s = self._board.warning_s()
        volume = self._speech.volume if self._speech else None
        return {"warning_s": None if warning_s is None else ceil(warning_s), "volume": volume}

    def _event(self, name: str, data: dict[str, Any], version: int) -> str:
        told = data | {
            "now_ms": int(self._clock.now().timestamp() * 1000),
            "notice": self._pages.notice(staff_notice(self._needs())),
        }
        return f"id: {self._run}.{version}\nevent: {name}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"
