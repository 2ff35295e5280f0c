"""The event stream of a page: what changed, with its place in the feed, and a ping while nothing does.

Each event's ``id`` is a position of the feed; a page that was away names the last one it heard (``?since=`` or the
browser's own ``Last-Event-ID``) and is told what it has missed. A stream pings only while the database answers, so
that a page never calls old data fresh.
"""

import json
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, request
from werkzeug.exceptions import ServiceUnavailable

from devices.ports import Clock
from devices.server import is_over
from hub.domain.errors import InvalidInput
from hub.web.parts import shelf
from hub.web.watch import PAGE_KINDS, FeedWatch

PING_MS = 15_000
"""Milliseconds of silence after which a page is told that all is well; it worries after 20 s."""

_TURN_S = 1.0
_LARGEST = 2**63 - 1

pages = Blueprint("events", __name__)


@pages.get("/events")
def follow() -> Response:
    """Open a stream of the kinds named by ``?kinds=tasks,arrivals``, all when none is named."""
    parts, places = shelf().parts, shelf().streams
    kinds = _kinds(request.args.get("kinds", ""))
    since = _position(request.headers.get("Last-Event-ID") or request.args.get("since", ""))
    story = Story(parts.watch, parts.clock, kinds)
    begin = story.catch_up(since)
    if not places.take():
        raise ServiceUnavailable(retry_after=5)
    answer = Response(story.tell(begin, partial(is_over, request.environ)), content_type="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy in front must hand each event on at once
    answer.call_on_close(places.give_back)
    return answer


class Story:
    """What one page is told."""

    def __init__(self, watch: FeedWatch, clock: Clock, kinds: Collection[str]) -> None:
        """Take where changes come from, and the kinds that the page shows."""
        self._watch = watch
        self._clock = clock
        self._kinds = kinds

    def catch_up(self, since: int | None) -> tuple[int, list[str]]:
        """Return the position to go on from, and what to say first. Raises StoreUnavailable."""
        head = self._watch.head
        if since is None:
            return head, [self._event("hello", head)]
        if since > head:  # the database is an older one: nothing on the page is sure
            return head, [self._event("reload", head)]
        return head, [*self._news(since), self._event("hello", head)]

    def tell(self, begin: tuple[int, list[str]], over: Callable[[], bool]) -> Iterator[str]:
        """Give events until ``over`` says that nobody listens."""
        position, first = begin
        yield from first
        told_ms = self._clock.monotonic_ms()
        while not (over() or self._watch.stopped):
            head = self._watch.wait(position, _TURN_S)
            news = self._since_then(position, head)
            if not news and self._watch.answering and self._clock.monotonic_ms() - told_ms >= PING_MS:
                news = [self._event("ping", None)]
            position = head
            if news:
                yield from news
                told_ms = self._clock.monotonic_ms()

    def _since_then(self, position: int, head: int) -> list[str]:
        if head < position:
            return [self._event("reload", head)]
        return self._news(position) if head > position else []

    def _news(self, since: int) -> list[str]:
        return [self._event(one.kind, one.seq, one.key) for one in self._watch.changes(since, self._kinds)]

    def _event(self, name: str, position: int | None, key: str = "") -> str:
        data = {"key": key, "now_ms": milliseconds(self._clock.now())}
        place = "" if position is None else f"id: {position}\n"
        return f"{place}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def milliseconds(moment: datetime) -> int:
    """Write an instant as scripts count: milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def _kinds(text: str) -> frozenset[str]:
    wanted = frozenset(text.split(",")) if text else frozenset(PAGE_KINDS)
    if not wanted <= frozenset(PAGE_KINDS):
        raise InvalidInput("kinds", "names something that pages do not show", f"choose of {', '.join(PAGE_KINDS)}")
    return wanted


def _position(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > _LARGEST:
        raise InvalidInput("since", "is no position of the feed", "give a whole number, or leave it out")
    return int(text)
