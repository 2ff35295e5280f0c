"""The house: its names and zone, rooms, doors, and the ways from each door's kiosk."""

import zoneinfo
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hub.domain.meetings import NO_WORDS, Door, Place, Room, Venue
from hub.domain.room_devices import RoomDevice
from hub.domain.room_set_ups import RoomSetUps
from hub.domain.watch_settings import SensorSettings
from hub.domain.words import Words
from hub.venue_files.room_devices import read_devices
from hub.venue_files.set_ups import read_set_ups
from hub.venue_files.short import short_words
from hub.venue_files.table import ARROWS, DEVICE, KEY, Table
from hub.venue_files.watching import read_sensors

_NAME = 40
"""Longest telephone number or floor, in characters."""

EXIT = "exit"
"""Key of the place that kiosks show while everybody leaves the house: the emergency exit from where each stands."""

SIGN = {"zh": 18, "en": 48}
"""Characters of a sign that is read while leaving."""

MOST_PEOPLE = 100_000

PAGES = frozenset({"checks", "conditions", "conditions.csv", "devices", "kiosks", "spares", "swap", "waiting"})
"""Pages below /rooms: a room of this name could not be opened there."""


class RoomEntry(NamedTuple):
    """One of [[rooms]]; ``devices`` are all that stand in it, None where the file does not name them.

    ``class_`` is by what it is watched, ``sensors`` what holds for single devices, ``set_ups`` whom
    it seats how; None as for ``devices``.
    """

    room: Room
    devices: tuple[RoomDevice, ...] | None
    class_: str | None = None
    sensors: tuple[SensorSettings, ...] | None = None
    set_ups: RoomSetUps | None = None


def read_zone(table: Table, name: str) -> ZoneInfo | None:
    """Read an IANA time zone; None after noting that there is no such zone."""
    key = table.text(name, needed=True)
    try:
        return ZoneInfo(key) if key else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        table.wrong(name, f"there is no time zone {key!r}", "use an IANA name, as Asia/Shanghai")
        return None


def read_venue(table: Table) -> Venue | None:
    """Read [venue]; None after noting what is wrong."""
    name = table.words("name", needed=True)
    zone = read_zone(table, "zone")
    parking = table.words("parking") or NO_WORDS
    phone = table.text("phone", longest=_NAME)
    notes, about = (table.words(key) or NO_WORDS for key in ("notes", "about"))
    assembly = short_words(table, "assembly", SIGN, "say the place alone") if table.has("assembly") else NO_WORDS
    table.close()
    if not (name and zone and assembly):
        return None
    return Venue(name=name, zone=zone.key, parking=parking, phone=phone, notes=notes, about=about, assembly=assembly)


def read_room(table: Table, classes: Collection[str]) -> RoomEntry | None:
    """Read one of [[rooms]]; None after noting what is wrong. ``classes`` are all classes of rooms that are known."""
    key, name = table.key("key"), table.words("name", needed=True)
    if key in PAGES:
        table.wrong("key", f"{key!r} is the address of a page about rooms", "choose another key")
    floor = table.text("floor", longest=_NAME)
    way_out = table.words("exit") or NO_WORDS
    safe = _safe_capacity(table)
    devices, sensors, set_ups = read_devices(table), read_sensors(table), read_set_ups(table, safe)
    class_ = table.text("class") if table.has("class") else None
    table.close()
    if class_ and class_ not in classes:
        remedy = f"add [room_classes.{class_}], or use one of {', '.join(sorted(classes)) or 'those you add'}"
        table.wrong("class", f"there is no class {class_!r}", remedy)
    if not (key and name):
        return None
    room = Room(key=key, name=name, floor=floor, exit=way_out, safe_capacity=safe)
    return RoomEntry(room, devices, class_, sensors, set_ups)


def read_door(table: Table) -> Door | None:
    """Read one of [[doors]]; None after noting what is wrong."""
    device, name = table.key("device", DEVICE), table.words("name", needed=True)
    table.close()
    return Door(device=device, name=name) if device and name else None


def read_place(table: Table, doors: Iterable[str]) -> Place | None:
    """Read one of [[places]]; None after noting what is wrong. ``doors`` are all devices that are known."""
    device, key = table.key("device", DEVICE), table.key("key", KEY)
    name, way = table.words("name", needed=True), table.words("way", needed=True)
    arrow = table.text("arrow") or "ahead"
    step_free_way = table.words("step_free_way")
    if key == EXIT:
        _check_sign(table, {"way": way, "step_free_way": step_free_way})
    table.close()
    if device and device not in doors:
        table.wrong("device", f"there is no door with the device {device!r}", "add it to [[doors]], or correct it")
    if arrow not in ARROWS:
        table.wrong("arrow", f"{arrow!r} is no direction", f"use one of {', '.join(ARROWS)}")
        arrow = ARROWS[0]
    if not (device and key and name and way):
        return None
    return Place(device=device, key=key, name=name, way=way, arrow=arrow, step_free_way=step_free_way)


def _check_sign(table: Table, told: Mapping[str, Words | None]) -> None:
    """Note what could not be read at a glance by somebody who has to leave the house: both languages, few words."""
    for name, text in told.items():
        for language, most in SIGN.items() if text else ():
            said = getattr(text, language)
            if not said or len(said) > most:
                problem = f"has {len(said)} characters in {language}; while everybody leaves, 1 to {most} can be read"
                table.wrong(name, problem, 'write { zh = "…", en = "…" }, as on a sign')


def _safe_capacity(table: Table) -> int:
    """Read how many people a room may hold at once; 0 where the house does not say."""
    value = table.value("safe_capacity")
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_PEOPLE:
        remedy = "write how many may be inside at once by the fire certificate, as 120, or leave it out"
        table.wrong("safe_capacity", f"{value!r} is no number of people", remedy)
        return 0
    return value
