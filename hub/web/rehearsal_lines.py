"""The lines of a rehearsal's list in one language: what is looked at, beside what it is compared with. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from devices.texts import clock_time
from hub.domain.bands import Band
from hub.domain.field_devices import Quantity
from hub.domain.house_work import NO_SHEET, FunctionSheet
from hub.domain.meetings import Meeting, SegmentKind
from hub.domain.rehearsals import (
    BACKDROP,
    DEVICE,
    DOCUMENT,
    KIOSK,
    LAYOUT,
    LIGHTS,
    STAGE,
    TEA_BREAK,
    TEMPERATURE,
    Line,
    Part,
    Rehearsal,
    Result,
)
from hub.usecases.rehearsal_list import MISSING, Felt
from hub.web.language import Tongue
from hub.web.values import number_text

ORDERED = frozenset({BACKDROP, LIGHTS, STAGE})
"""Lines that are compared with what was ordered (R79)."""

ICONS = {Result.PASSED: "check", Result.FAILED: "cross", Result.NOT_YET: "dots"}


@dataclass(frozen=True, slots=True)
class Read:
    """A list as read: the tasks that lead to a spare, by line, the temperature and its band, and what was ordered."""

    rehearsal: Rehearsal
    swaps: Mapping[str, str]
    felt: Felt | None
    band: Band | None
    sheet: FunctionSheet = NO_SHEET


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """One line as drawn. ``id`` names it on the page; ``beside`` is what it is compared with, ``said`` what was found.

    ``by``, ``at``: who found it, and when (UTC). ``counts``: pieces are counted, ``measures``: degrees are typed.
    ``wanted`` is how many pieces there should be; ``swap`` is the task that leads to a spare.
    """

    id: str
    key: str
    name: str
    icon: str
    result: Result
    beside: str
    said: str
    by: str
    at: datetime | None
    by_hub: bool
    counts: bool
    measures: bool
    wanted: int
    swap: str


def lines(meeting: Meeting, found: Read, tongue: Tongue, zone: ZoneInfo) -> Mapping[Part, Sequence[ShownLine]]:
    """Write the lines by part."""
    return {
        part: [
            _shown(f"{part}-{number}", line, meeting, found, tongue, zone)
            for number, line in enumerate(found.rehearsal.of(part), 1)
        ]
        for part in Part
    }


def _shown(place: str, line: Line, meeting: Meeting, found: Read, tongue: Tongue, zone: ZoneInfo) -> ShownLine:
    item, mark = line.item, line.mark
    asked = mark is not None and line.result is not Result.NOT_YET
    return ShownLine(
        id=place,
        key=item.key,
        name=tongue.read(item.name),
        icon=ICONS[line.result],
        result=line.result,
        beside=_beside(line, meeting, found, tongue, zone),
        said=_said(line, tongue),
        by=mark.by if mark and asked and not item.by_hub else "",
        at=mark.at if mark and asked else None,
        by_hub=item.by_hub,
        counts=item.part is Part.MATERIALS and item.what != DOCUMENT,
        measures=item.what == TEMPERATURE and not item.by_hub,
        wanted=line.wanted or 0,
        swap=found.swaps.get(item.key, ""),
    )


def _beside(line: Line, meeting: Meeting, found: Read, tongue: Tongue, zone: ZoneInfo) -> str:
    """Say what a person compares it with: the function sheet, the band, the label on the piece."""
    item = line.item
    if item.at:
        return clock_time(item.at, zone)
    if item.part is Part.SET_UP:
        return _ordered(item.what, meeting, found, tongue)
    if item.part is Part.MATERIALS:
        checked = item.what == DOCUMENT
        return tongue.say(f"rehearsal.check.{item.key[-1]}" if checked else "rehearsal.wanted", n=line.wanted or 0)
    if item.what == TEA_BREAK:
        breaks = (one for one in meeting.agenda if one.kind is SegmentKind.TEA_BREAK and one.place)
        return tongue.join(dict.fromkeys(tongue.read(one.place) for one in breaks if one.place))
    if item.what == TEMPERATURE:
        return tongue.join((_band(found, tongue), "" if item.by_hub else tongue.say("rehearsal.no_sensor")))
    return item.label or (item.source if item.what in {DEVICE, KIOSK} else "")


def _ordered(what: str, meeting: Meeting, found: Read, tongue: Tongue) -> str:
    words = getattr(found.sheet, what) if what in ORDERED else None
    style = tongue.say(f"rehearsal.style.{meeting.style}") if what == LAYOUT else ""
    return tongue.read(words) if words else style


def _band(found: Read, tongue: Tongue) -> str:
    band = found.felt.band if found.felt else found.band
    if band is None or band.low is None or band.high is None:
        return ""
    return tongue.say("rehearsal.band", low=f"{band.low:g}", high=f"{band.high:g}")


def _said(line: Line, tongue: Tongue) -> str:
    """Say what was found, beside that it passed or failed."""
    item, mark = line.item, line.mark
    if mark is None or line.result is Result.NOT_YET:
        return ""
    count = ""
    if mark.counted is not None:
        degrees = f"{number_text(mark.counted, Quantity.TEMPERATURE)} °C"
        count = degrees if item.what == TEMPERATURE else f"{mark.counted:g} / {line.wanted}"
    return tongue.join((count, _of_hub(mark.note, tongue) if item.by_hub else mark.note))


def _of_hub(note: str, tongue: Tongue) -> str:
    """Translate the hub's own word: ``offline``, ``worry.camera``, ``condition.too_high``."""
    kind, _, detail = note.partition(".")
    if not kind:
        return ""
    if kind == MISSING:
        return tongue.say("rehearsal.found.missing", names=detail)
    if kind == "worry":
        return tongue.say(f"device.worry.{detail}")
    words = tongue.say(f"rehearsal.found.{kind}")
    return tongue.say_or(f"room_check.cause.{detail}", words) if detail else words
