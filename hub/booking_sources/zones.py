"""The time zones that a calendar names: of the world's list, of Windows, or described in the calendar itself."""

import io
import re
from collections.abc import Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from hub.booking_sources.bad_events import BadEvent
from hub.booking_sources.content_lines import Component
from hub.domain.words import Words

_LONGEST_NAME = 100
_MOST_CHANGES = 200
_RULE = re.compile(r"FREQ=YEARLY(;(INTERVAL=1|UNTIL=\w{8,16}|WKST=\w\w|BY(MONTH|DAY|MONTHDAY)=[\w,+-]{1,40}))*")
_KEPT = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})


class Zones:
    """The zones of one calendar. ``own`` is the source's: that of all-day and floating times."""

    def __init__(self, own: ZoneInfo, calendar: Component | None = None) -> None:
        """Take the source's zone and the calendar that may describe others."""
        self.own = own
        self._described: Mapping[str, Component] = {
            name.value: one
            for one in (calendar.components("VTIMEZONE") if calendar else ())
            if (name := one.first("TZID"))
        }
        self._known: dict[str, tzinfo] = {}

    def named(self, name: str) -> tzinfo:
        """Return a zone. Raises BadEvent for one that nobody knows."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> tzinfo:
        described = self._described.get(name)
        place = described.first("X-LIC-LOCATION") if described else None
        parts = name.split("/")
        # Some programs write their own name before the zone's: /mozilla.org/20050126_1/Europe/Berlin.
        ends = ["/".join(parts[at:]) for at in range(1, len(parts) - 1)]
        for one in (name, WINDOWS_TO_OLSON.get(name, ""), place.value if place else "", *ends):
            found = _of_the_world(one)
            if found:
                return found
        if described:
            return _of_description(name, described)
        said = repr(name[:_LONGEST_NAME])
        remedy = Words(
            "请选用 Asia/Shanghai 这样的时区，或让日历自带时区说明（VTIMEZONE）",
            "choose a zone as Asia/Shanghai, or let the calendar describe it (VTIMEZONE)",
        )
        raise BadEvent("TZID", Words(f"没有时区 {said}", f"there is no time zone {said}"), remedy)


def _of_the_world(name: str) -> ZoneInfo | None:
    if not name or len(name) > _LONGEST_NAME:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _of_description(name: str, described: Component) -> tzinfo:
    """Read a zone's description (RFC 5545 section 3.6.5); its rules may recur by the year only."""
    changes = [one for kind in ("STANDARD", "DAYLIGHT") for one in described.components(kind)]
    shown = repr(name[:_LONGEST_NAME])
    problem = Words(f"日历里对时区 {shown} 的说明有误", f"the zone {shown} is described wrongly")
    wrong = BadEvent("TZID", problem, Words("请换一个时区", "choose another zone"))
    said = ["BEGIN:VTIMEZONE", "TZID:zone"]
    for change in changes[:_MOST_CHANGES]:
        kept = [one for wanted in sorted(_KEPT) for one in change.lines(wanted)]
        if any(one.name == "RRULE" and not _RULE.fullmatch(one.value) for one in kept):
            raise wrong
        said += [f"BEGIN:{change.name}", *(f"{one.name}:{one.value}" for one in kept), f"END:{change.name}"]
    try:
        found: tzinfo = tzical(io.StringIO("\n".join([*said, "END:VTIMEZONE"]))).get()
    except (ValueError, IndexError, TypeError):
        raise wrong from None
    return found
