"""Venue files: TOML that describes a house, its doors and ways, and its meetings. Every mistake is found at once."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.domain.drinks import STANDARD_MENU
from hub.domain.errors import InvalidInput
from hub.domain.local_time import BadMoment
from hub.usecases.findings import Finding, mistakes
from hub.usecases.venue_plan import House, VenueFile
from hub.venue_files.answers import read_answers
from hub.venue_files.assets import read_asset
from hub.venue_files.drinks import read_menu
from hub.venue_files.each_once import each_once
from hub.venue_files.house import read_door, read_place, read_room, read_venue
from hub.venue_files.lines import Lines
from hub.venue_files.meetings import read_meeting
from hub.venue_files.moments import read_day
from hub.venue_files.playbooks import read_playbooks, standard_playbooks
from hub.venue_files.staff import read_shifts, read_staff
from hub.venue_files.table import Report, Table
from hub.venue_files.watching import read_classes

__all__ = ["MOST_BYTES", "Reading", "load", "read", "standard_playbooks"]

MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, and everything to be said about it. With a mistake among the findings it must not be used."""

    file: VenueFile
    findings: tuple[Finding, ...]

    def usable(self) -> bool:
        """Say whether there is no mistake."""
        return not mistakes(self.findings)


def load(path: Path, house: House, on_date: date | None = None) -> Reading:
    """Read a file from disk, as ``read``. Raises InvalidInput, also when it cannot be opened."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise InvalidInput("file", f"cannot be read: {problem.strerror}", "check its name and rights") from problem
    return read(data, house, on_date)


def read(data: bytes, house: House, on_date: date | None = None) -> Reading:
    """Read a file. ``house`` is what the hub knows already; ``on_date`` moves all meetings so that the first is then.

    Raises InvalidInput when it is no TOML in UTF-8.
    """
    tables, text = _parse(data)
    report = Report(Lines(text))
    top = Table(tables, "", report)
    moved = _moved_by(tables, on_date)
    inner = top.table("venue")
    venue = read_venue(inner) if inner else None
    classes, menu = read_classes(top), read_menu(top)
    known_classes = house.classes | {one.key for one in classes}
    entries = each_once(
        top.tables("rooms"), lambda table: read_room(table, known_classes), lambda entry: entry.room.key, "key"
    )
    rooms = tuple(entry.room for entry in entries)
    doors = each_once(top.tables("doors"), read_door, lambda door: door.device, "device")
    devices = house.doors | {door.device for door in doors}
    places = each_once(
        top.tables("places"),
        lambda table: read_place(table, devices),
        lambda place: (place.device, place.key),
        "key",
    )
    floors = house.floors | {room.floor for room in rooms if room.floor}
    staff = read_staff(top, {*house.rooms, *(room.key for room in rooms), *floors, *devices})
    known = replace(
        house,
        staff=house.staff | {one.key for one in staff or ()},
        zone=venue.zone if venue else house.zone,
        rooms={**house.rooms, **{room.key: room.name for room in rooms}},
        places={**house.places, **{place.key: place.name for place in places}},
        menu=house.menu if menu is None else frozenset(one.key for one in menu or STANDARD_MENU),
    )
    zone = ZoneInfo(known.zone) if known.zone else None
    meetings = each_once(
        top.tables("meetings"),
        lambda table: read_meeting(table, known, zone, moved),
        lambda meeting: meeting.key,
        "key",
    )
    answers, playbooks = read_answers(top), read_playbooks(top)
    assets = each_once(
        top.tables("assets"), lambda table: read_asset(table, known.rooms), lambda asset: asset.label, "label"
    )
    shifts = read_shifts(top, known.staff, {*house.styles, *(one.key for one in meetings)}, zone, moved)
    top.close()
    findings = sorted(report.findings, key=lambda finding: finding.line)
    file = VenueFile(
        venue=venue,
        rooms=rooms,
        devices={entry.room.key: entry.devices for entry in entries if entry.devices is not None},
        room_classes=classes,
        classes={entry.room.key: entry.class_ for entry in entries if entry.class_ is not None},
        sensors={entry.room.key: entry.sensors for entry in entries if entry.sensors is not None},
        set_ups=tuple(entry.set_ups for entry in entries if entry.set_ups),
        doors=doors,
        places=places,
        meetings=meetings,
        answers=answers,
        assets=assets,
        menu=menu,
        playbooks=playbooks,
        staff=staff,
        shifts=shifts,
    )
    return Reading(file, tuple(findings))


def _parse(data: bytes) -> tuple[dict[str, object], str]:
    if len(data) > MOST_BYTES:
        raise InvalidInput("file", f"is larger than {MOST_BYTES >> 20} MB", "give a venue file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise InvalidInput("encoding", f"is not UTF-8 in line {line}", "save the file as UTF-8") from problem
    try:
        return tomllib.loads(text), text
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise InvalidInput(
            "file", f"is no TOML: {problem}", "correct the line; texts need quotation marks"
        ) from problem


def _moved_by(tables: dict[str, object], on_date: date | None) -> timedelta:
    first = min(_days(tables.get("meetings")), default=None)
    return on_date - first if on_date and first else timedelta()


def _days(meetings: object) -> Iterator[date]:
    for table in meetings if isinstance(meetings, list) else ():
        try:
            yield read_day(table["date"])
        except (BadMoment, KeyError, TypeError):
            continue
