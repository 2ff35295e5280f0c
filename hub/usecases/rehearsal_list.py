"""A meeting's rehearsal list as it stands, and what the hub finds by itself of it (R78, R82)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from hub.device_ports import DeviceRecord
from hub.domain.bands import Band, Measure
from hub.domain.field_devices import FieldDevice, Standing
from hub.domain.meetings import Meeting
from hub.domain.point_uses import measure_of
from hub.domain.readings import Quality, Reading
from hub.domain.rehearsals import (
    DEVICE,
    HUB,
    KIOSK,
    OWNER,
    ROLES,
    Item,
    Known,
    Line,
    Mark,
    Part,
    Rehearsal,
    Result,
    items,
    not_ready,
    with_marks,
)
from hub.domain.room_checks import CheckLine, look_over
from hub.domain.roster import (
    NO_STAFFING,
    NOBODY_ROSTERED,
    acknowledged,
    edition_of,
    needs_minutes,
    of_meeting,
)
from hub.domain.staff import LONGEST_DUTY
from hub.ports import Transaction
from hub.usecases.acknowledge_role import playbooks_in_force
from hub.usecases.kiosk_health import State, state, worries
from hub.usecases.rehearsal_calls import WORRY
from hub.usecases.room_inside import inside_of

EXCUSED = "excused"
"""The hub's note of a device that a technician knows of: it passes."""


NO_OWNER = "no_owner"
"""The hub's note of a segment for which nobody answers (R7)."""


MISSING, NOBODY = "missing", "nobody"
"""The hub's notes of people who have not acknowledged their part (names follow), and of nobody for the minutes."""


@dataclass(frozen=True, slots=True)
class Felt:
    """The room's temperature in degrees Celsius as a sensor says, and the band it should be in; None: any is right."""

    value: float
    band: Band | None

    @property
    def right(self) -> bool:
        """Say whether it is in its band."""
        return self.band is None or self.band.side(self.value, None) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All that the list and the hub's own findings are made of."""

    known: Known
    checked: Mapping[str, CheckLine]
    stations: Mapping[str, DeviceRecord]
    felt: Felt | None
    at: datetime


def surroundings(tx: Transaction, meeting: Meeting, now: datetime) -> Surroundings:
    """Read what the hub knows of a meeting's room, the kiosks and the guests."""
    inside = inside_of(tx, meeting.room)
    devices = {one.id for one in inside.devices}
    checked = {line.key: line for line in look_over(inside, now) if line.key in devices}
    felt = temperature(tx, meeting.room, now)
    known = Known(
        things=inside.places,
        labels={one.thing: one.label for one in tx.assets.all() if one.room == meeting.room and one.thing},
        devices={key: checked[key].name for key in sorted(checked)},
        serves={one.id: one.thing for one in inside.devices},
        kiosks={device: door.name for device, door in sorted(tx.meetings.doors().items())},
        feels=felt is not None,
        guests=tx.attendance.counts([meeting.id])[meeting.id].guests.expected,
        sheet=tx.house_work.sheet(meeting.id),
        materials=tx.materials.of_meeting(meeting.id),
        **_people(tx, meeting),
    )
    stations = {record.id: record for record in tx.devices.all()}
    return Surroundings(known=known, checked=checked, stations=stations, felt=felt, at=now)


class _People(TypedDict):
    rostered: int
    unsure: tuple[str, ...]
    minutes: bool
    minutes_taker: str


def _people(tx: Transaction, meeting: Meeting) -> _People:
    """Read who works for a meeting, who of them does not know their part yet, and who takes the minutes."""
    people = {one.key: one for one in tx.staff.all()}
    staffing = tx.roster.staffing([meeting.id]).get(meeting.id, NO_STAFFING)
    far = LONGEST_DUTY
    shifts = of_meeting(tx.staff.shifts(meeting.doors_at - far, meeting.ends_at + far), meeting) if people else []
    in_force = edition_of(playbooks_in_force(tx)) if shifts else ""
    told = acknowledged(shifts, people, tx.roster.playbooks_known(), in_force) if shifts else NOBODY_ROSTERED
    taker = people.get(staffing.minutes_taker)
    return {
        "rostered": told.people,
        "unsure": told.missing,
        "minutes": needs_minutes(staffing, tx.roster.minutes_from()),
        "minutes_taker": taker.name if taker and taker.active else "",
    }


def read_rehearsal(tx: Transaction, meeting: Meeting, around: Surroundings) -> Rehearsal:
    """Return a meeting's list with how each line was found; what people are there for is looked at anew each time.

    Once the rehearsal has passed that line rests like the others which the hub looks at.
    """
    course = tx.rehearsals.courses([meeting.id]).get(meeting.id)
    marks = tx.rehearsals.marks(meeting.id) if course else ()
    rehearsal = Rehearsal(lines=with_marks(items(meeting, around.known), marks), course=course)
    if course and course.passed_at:
        return rehearsal
    fresh = {line.item.key: mark for line, mark in found_by_hub(rehearsal, around, around.at, [Part.PEOPLE])}
    return replace(rehearsal, lines=tuple(Line(one.item, fresh.get(one.item.key, one.mark)) for one in rehearsal.lines))


def found_by_hub(
    rehearsal: Rehearsal, around: Surroundings, now: datetime, parts: Collection[Part] = tuple(Part)
) -> Iterator[tuple[Line, Mark]]:
    """Look at all that the hub looks at by itself; returns each line of these parts with how it is now."""
    for line in rehearsal.lines:
        if line.item.by_hub and line.item.part in parts:
            flaw, note, counted = _find(line.item, around, now)
            result = Result.FAILED if flaw else Result.PASSED
            mark = Mark(line=line.item.key, result=result, by=HUB, at=now, note=note, counted=counted)
            yield line, mark


def temperature(tx: Transaction, room: str, now: datetime) -> Felt | None:
    """Return what the room's sensors say now, the one that is wrong before one that is right; None without any."""
    settings = tx.watch_settings.all()
    here = {one.id: one for one in tx.field_devices.all() if _feels(one, room)}
    points = [one for one in tx.field_devices.points() if one.device in here and not one.gone]
    air = {
        point.id: point
        for point in points
        if measure_of(point, here[point.device], [one for one in points if one.device == point.device], settings)
        is Measure.TEMPERATURE
    }
    felt = []
    for key, reading in sorted(tx.readings.latest(list(air)).items()) if air else ():
        device = air[key].device
        if reading.value is not None and _is_fresh(reading, now, settings.silence(device, room).total_seconds()):
            felt.append(Felt(reading.value, settings.band(Measure.TEMPERATURE, device, room)))
    return min(felt, key=lambda one: one.right, default=None)


def band_of(tx: Transaction, room: str) -> Band | None:
    """Return the band of a room's temperature where no device has one of its own."""
    return tx.watch_settings.all().band(Measure.TEMPERATURE, "", room)


def _find(item: Item, around: Surroundings, now: datetime) -> tuple[bool, str, float | None]:
    """Say whether something is wrong, what in the hub's own word, and what was measured."""
    if item.what == KIOSK:
        record = around.stations.get(item.source) or DeviceRecord(id=item.source)
        stands = state(record, now)
        said = "" if stands is State.ONLINE else stands.value
        said = said or next((f"{WORRY}{one}" for one in worries(record.health or {})), "")
        return bool(said), said, None
    if item.what == OWNER:
        return True, NO_OWNER, None
    if item.part is Part.PEOPLE:
        return _find_people(item, around.known)
    if item.what == DEVICE:
        line = around.checked[item.source]
        if line.excused:
            return False, EXCUSED, None
        return line.flaw is not None, ".".join(filter(None, (line.flaw or "", line.detail))), None
    felt = around.felt
    return felt is None or not felt.right, "", felt.value if felt else None


def _find_people(item: Item, known: Known) -> tuple[bool, str, float | None]:
    if item.what == ROLES:
        unsure = known.unsure
        return bool(unsure), f"{MISSING}.{'、'.join(unsure)}" if unsure else "", known.rostered - len(unsure)
    return not known.minutes_taker, "" if known.minutes_taker else NOBODY, None


def _feels(device: FieldDevice, room: str) -> bool:
    return device.room == room and device.standing is Standing.ADMITTED and device.available is not False


def _is_fresh(reading: Reading, now: datetime, silence_s: float) -> bool:
    return reading.quality is Quality.LIVE and (now - reading.at).total_seconds() <= silence_s


def doubts(tx: Transaction, meeting: Meeting, now: datetime) -> Sequence[CheckLine]:
    """Return why a meeting's room is not ready by its rehearsal; nothing where none was asked for or begun."""
    around = surroundings(tx, meeting, now)
    rehearsal = read_rehearsal(tx, meeting, around)
    if rehearsal.course is None:
        return ()
    fresh = {line.item.key: mark for line, mark in found_by_hub(rehearsal, around, now)}
    return list(not_ready(Line(line.item, fresh.get(line.item.key, line.mark)) for line in rehearsal.lines))
