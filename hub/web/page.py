"""Draws a page, or one part of it: a live page fetches the part that changed and puts it in place."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request
from markupsafe import Markup

from devices.texts import clock_time, day, same_day
from hub.domain.errors import NotFound
from hub.domain.meetings import Venue
from hub.domain.permissions import Permission
from hub.domain.words import Words
from hub.ports import Transaction
from hub.web.language import Tongue, tongue
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.times import ago
from hub.web.vips import say_vip
from hub.web.visitor import visitor

Parts = Mapping[str, Callable[[], object]]
"""What each part of a page shows; made only when it is drawn."""

NO_HOUSE = Venue(name=Words("会场", "The venue"), zone="UTC")
"""Stands for the house before one was imported."""

_SCRIPT_WORDS = (
    "agenda.left",
    "agenda.over_time",
    "ago.now",
    "ago.minutes",
    "ago.hours",
    "ago.days",
    "left.left",
    "left.minutes",
    "left.over",
    "live.lost",
    "live.not_sent",
    "live.kept",
    "live.kept_all",
    "live.kept_accepted",
    "live.kept_finished",
    "live.kept_later",
    "live.kept_dropped",
    "task.finish",
)


def draw(template: str, parts: Parts, **values: object) -> Response:
    """Draw ``template`` with all its parts, or only the one named by ``?part=``. Raises NotFound for an unknown one."""
    wanted = request.args.get("part")
    since = shelf().parts.watch.head  # before anything is read, so that no change falls between page and stream
    if wanted is None:
        made = {name: make() for name, make in parts.items()}
        return make_response(render_template(template, **_frame(since), **values, **made))
    if wanted not in parts:
        raise NotFound(f"this page has no part {wanted!r}")
    fragment = f"{template.removesuffix('.html')}/{wanted}.html"
    return make_response(render_template(fragment, **_words(), **values, **{wanted: parts[wanted]()}))


def fragment(template: str, **values: object) -> Markup:
    """Draw a piece of a page to be put into another template."""
    return Markup(render_template(template, **_words(), **values))  # noqa: S704 - the template has escaped it


def house() -> Venue:
    """Return the venue, or a stand-in before it was imported."""
    return shelf().recent.get("house", _house)


def house_zone() -> ZoneInfo:
    """Return the zone of the house's clocks."""
    return ZoneInfo(house().zone)


def now() -> datetime:
    """Return the hub's time, aware UTC."""
    return shelf().parts.clock.now()


def _house(tx: Transaction) -> Venue:
    return tx.meetings.venue() or NO_HOUSE


def _words() -> dict[str, object]:
    """Return what every template needs to write."""
    said, moment = tongue(), now()

    def at(when: datetime, zone: ZoneInfo | None = None) -> str:
        return clock_time(when, zone or house_zone())

    def on(when: datetime, zone: ZoneInfo | None = None) -> str:
        return day(when, zone or house_zone(), said.language)

    def to_the_second(when: datetime, zone: ZoneInfo | None = None) -> str:
        return f"{when.astimezone(zone or house_zone()):%H:%M:%S}"

    return {
        "tongue": said,
        "say": said.say,
        "read": said.read,
        "clock": at,
        "second": to_the_second,
        "day": on,
        "moment": lambda when: at(when) if same_day(when, moment, house_zone()) else f"{on(when)} {at(when)}",
        "ago": lambda when: ago(said, when, moment),
        "now": moment,
        "say_vip": lambda level: say_vip(level, said),
    }


def _frame(since: int) -> dict[str, object]:
    """Return what stands around every page."""
    said = tongue()
    return {
        **_words(),
        "house": house(),
        "since": since,
        "person": person(),
        "account": visitor().account,
        "is_in": visitor().session is not None,
        "looks": Permission.LOOK in visitor().may,
        "speed": shelf().parts.speed,
        "here": request.full_path.removesuffix("?"),
        "script_words": _script_words(said),
    }


def _script_words(said: Tongue) -> dict[str, str]:
    """Return the sentences that the script fills in as time passes, with their places left open."""
    return {key: said.texts.by_language[said.language][key] for key in _SCRIPT_WORDS}
