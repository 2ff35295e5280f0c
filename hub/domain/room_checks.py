"""Half an hour before a meeting its room is looked over: every device that speaks, and whatever was reported broken.

R85: 全面檢查。確保設備正常運行; R38: a room is not ready while anything in it is missing or at fault. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.conditions import Condition
from hub.domain.field_devices import FieldDevice, Standing, Supply
from hub.domain.meetings import Meeting
from hub.domain.room_devices import RoomDevice
from hub.domain.words import Words

BEFORE = timedelta(minutes=30)
"""How long before a meeting's start its room is checked (checklist T15)."""

HEARD_WITHIN = {Supply.MAINS: timedelta(minutes=15), Supply.BATTERY: timedelta(hours=25)}
"""A device that was not heard for so long says nothing of how it is now."""


class Flaw(StrEnum):
    """Why something fails the check.

    ``REHEARSAL``: it failed when the meeting was rehearsed; ``INSPECTION``: somebody is still to look at the equipment.
    """

    OFFLINE = "offline"
    SILENT = "silent"
    CONDITION = "condition"
    FAULT = "fault"
    REHEARSAL = "rehearsal"
    INSPECTION = "inspection"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One thing that was looked at. ``key`` is a device's id, or the key of a place in the room.

    ``flaw`` is None where it passed. ``detail`` is what a condition is, in its own word, or what a person noted.
    ``excused``: a technician knows of it, so it fails nothing.
    """

    key: str
    name: Words
    flaw: Flaw | None = None
    detail: str = ""
    excused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCheck:
    """One look at a room for a meeting: by whom (``hub`` where it came by itself), when (UTC), and what was found."""

    meeting: str
    room: str
    at: datetime
    by: str
    lines: tuple[CheckLine, ...]

    @property
    def failed(self) -> tuple[CheckLine, ...]:
        """Return what must be seen to."""
        return tuple(line for line in self.lines if line.flaw and not line.excused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What is known of a room: its devices, what is open about them (by subject), and its places.

    ``faults`` are the keys of places whose device somebody has reported broken.
    """

    devices: Sequence[FieldDevice]
    conditions: Mapping[str, Condition]
    places: Sequence[RoomDevice]
    faults: Collection[str]


def look_over(inside: Inside, now: datetime) -> tuple[CheckLine, ...]:
    """Look at everything in a room, the flawed first."""
    return flawed_first([*_devices(inside, now), *_places(inside)])


def flawed_first(lines: Iterable[CheckLine]) -> tuple[CheckLine, ...]:
    """Return the lines in the order in which people need them."""
    return tuple(sorted(lines, key=lambda line: (line.flaw is None, line.excused)))


def _devices(inside: Inside, now: datetime) -> Iterator[CheckLine]:
    for device in inside.devices:
        if device.standing is not Standing.ADMITTED:
            continue
        flaw, detail = _flaw(device, inside.conditions, now)
        name = next((one.name for one in inside.places if one.key == device.thing), Words(device.name, device.name))
        excused = flaw is not None and device.excused(now)
        yield CheckLine(key=device.id, name=name, flaw=flaw, detail=detail, excused=excused)


def _flaw(device: FieldDevice, conditions: Mapping[str, Condition], now: datetime) -> tuple[Flaw | None, str]:
    if device.available is False:
        return Flaw.OFFLINE, ""
    about = [one for subject, one in conditions.items() if subject == device.id or subject.startswith(f"{device.id}.")]
    if about:
        return Flaw.CONDITION, min(about, key=lambda one: one.opened_at).cause.value
    if device.heard_at is None or now - device.heard_at > HEARD_WITHIN[device.supply]:
        return Flaw.SILENT, ""
    return None, ""


def _places(inside: Inside) -> Iterator[CheckLine]:
    """Name what people have reported broken."""
    for place in inside.places:
        if place.key in inside.faults:
            yield CheckLine(key=place.key, name=place.name, flaw=Flaw.FAULT)


def check_at(meeting: Meeting, before: timedelta = BEFORE) -> datetime:
    """Return when a meeting's room is checked."""
    return meeting.starts_at - before
