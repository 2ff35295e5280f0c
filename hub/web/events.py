"""The event stream of a page: what changed, with its place in the feed, and a ping while nothing does.

Each event's ``id`` is a position of the feed; a page that was away names the last one it heard (``?since=`` or the
browser's own ``Last-Event-ID``) and is told what it has missed. A stream pings only while the database answers, so
that a page never calls old data fresh.

Who is called is told at once, with what their tablet shows, so that it need not ask; nobody is told of another's
alerts. Whoever shows a list only is told of it a moment later, once for what changes together (decision 51).
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, copy_current_request_context, request
from werkzeug.exceptions import ServiceUnavailable

from devices.ports import Clock
from devices.server import is_over
from hub.domain.accounts import SessionTimes
from hub.domain.errors import InvalidInput
from hub.ports import Change, StoreUnavailable
from hub.usecases.sessions import ACCESS
from hub.web.alert_lines import AlertLine
from hub.web.alerts import lines_here
from hub.web.parts import shelf
from hub.web.visitor import Visitor, forget, visitor
from hub.web.watch import PAGE_KINDS, RECEIPTS, FeedWatch

PING_MS = 15_000
"""Milliseconds of silence after which a page is told that all is well; it worries after 20 s."""

PATIENCE_S = 0.1
"""Seconds without another change after which pages with a list are told of it: who is called comes first."""

PATIENCE_TIMES = 3
"""So often that is waited for; then they are told, however much is going on."""

_TURN_S = 1.0
_ACCESS = frozenset({ACCESS})
_LISTS = frozenset({"tasks", RECEIPTS})
_LARGEST = 2**63 - 1

pages = Blueprint("events", __name__)


@pages.get("/events")
def follow() -> Response:
    """Open a stream of the kinds named by ``?kinds=tasks,arrivals``, all when none is named."""
    parts, places = shelf().parts, shelf().streams
    kinds = _kinds(request.args.get("kinds", ""))
    since = _position(request.headers.get("Last-Event-ID") or request.args.get("since", ""))
    here = visitor()
    who = here.session.id if here.account and here.session else here.tablet.id if here.tablet else ""
    look = copy_current_request_context(_look_again)
    gate = Gate(here, parts.sessions, parts.clock, look)
    shown = copy_current_request_context(partial(_shown_to, here.rings_for))
    story = Story(parts.watch, parts.clock, kinds, Ear(here.rings_for, here.person), shown, gate.is_open)
    begin = story.catch_up(since)
    if not places.take(who):
        raise ServiceUnavailable(retry_after=5)
    answer = Response(story.tell(begin, partial(is_over, request.environ)), content_type="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy in front must hand each event on at once
    answer.call_on_close(partial(places.give_back, who))
    return answer


@dataclass(frozen=True, slots=True)
class Ear:
    """Whose alerts ring at a page, and under which name it knows them: a locked tablet knows none."""

    rings_for: str = ""
    person: str = ""


class Gate:
    """Whether whoever opened a stream may still hear it: until they leave, are shut out, or touch nothing any more."""

    def __init__(self, here: Visitor, times: SessionTimes, clock: Clock, look: Callable[[], Visitor]) -> None:
        """Take who opened it; ``look`` says who is there by now."""
        self._here, self._times, self._clock, self._look = here, times, clock, look
        self._until = self._end_of(here)

    def is_open(self, changed: bool) -> bool:  # noqa: FBT001 - as it says
        """Look again where anybody's access has ``changed``, or the session would be over by now."""
        if not changed and (self._until is None or self._clock.now() < self._until):
            return True
        try:
            found = self._look()
        except StoreUnavailable:
            return False
        self._until = self._end_of(found)
        return _who(found) == _who(self._here)

    def _end_of(self, here: Visitor) -> datetime | None:
        return self._times.ends_at(here.session) if here.session else None


def _who(here: Visitor) -> tuple[object, ...]:
    """Return what must not change while a stream is open."""
    return here.session.id if here.session else "", here.tablet.id if here.tablet else "", here.rings_for, here.may


def _look_again() -> Visitor:
    forget()
    return visitor()


class Story:
    """What one page is told."""

    def __init__(
        self,
        watch: FeedWatch,
        clock: Clock,
        kinds: Collection[str],
        ear: Ear = Ear(),
        alerts: Callable[[], Sequence[AlertLine] | None] = lambda: None,
        still: Callable[[bool], bool] = lambda _: True,
    ) -> None:
        """Take where changes come from, and the kinds that the page shows.

        ``ear`` is who hears it; ``alerts`` gives what their tablet shows now, or None where it is to ask itself.
        ``still`` says whether they may still hear, and is told whether anybody's access has changed.
        """
        self._watch = watch
        self._clock = clock
        self._kinds = kinds
        self._ear = ear
        self._alerts = alerts
        self._still = still

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
        seen, waited = position, 0
        yield from first
        told_ms = self._clock.monotonic_ms()
        while not (over() or self._watch.stopped):
            head = self._watch.wait(seen, PATIENCE_S if waited else _TURN_S)
            if not self._still(head > seen and bool(self._watch.changes(seen, _ACCESS))):
                yield self._event("reload", None)  # which leads to where people sign in
                return
            changes = self._changes(position) if head > position else ()
            more, seen = head != seen, head
            if changes and more and waited < PATIENCE_TIMES and all(one.kind in _LISTS for one in changes):
                waited += 1
                continue
            news = [self._event("reload", head)] if head < position else [self._told(one) for one in changes]
            if not news and self._watch.answering and self._clock.monotonic_ms() - told_ms >= PING_MS:
                news = [self._event("ping", None)]
            position, waited = head, 0
            if news:
                yield from news
                told_ms = self._clock.monotonic_ms()

    def _changes(self, since: int) -> list[Change]:
        """Return what concerns this page: of alerts, only those of whoever works at it."""
        found = self._watch.changes(since, self._kinds)
        return [one for one in found if one.kind != "alerts" or one.key == self._ear.rings_for]

    def _news(self, since: int) -> list[str]:
        return [self._told(one) for one in self._changes(since)]

    def _told(self, one: Change) -> str:
        shown = self._alerts() if one.kind == "alerts" else None
        more = {} if shown is None else {"alerts": [asdict(line) for line in shown]}
        return self._event(one.kind, one.seq, self._ear.person if one.kind == "alerts" else one.key, **more)

    def _event(self, name: str, position: int | None, key: str = "", **more: object) -> str:
        data = {"key": key, "now_ms": milliseconds(self._clock.now())} | more
        place = "" if position is None else f"id: {position}\n"
        return f"{place}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def milliseconds(moment: datetime) -> int:
    """Write an instant as scripts count: milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def _shown_to(by: str) -> Sequence[AlertLine] | None:
    """Return what rings for a person at this browser; nothing where somebody else works there by now."""
    forget()
    try:
        return lines_here() if visitor().rings_for == by else []
    except StoreUnavailable:
        return None


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
