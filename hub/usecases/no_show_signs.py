"""What speaks for somebody being in a room, and what could not report: gathered for all rooms of one look (C.3.5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.device_ports import DeviceRecord
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing
from hub.domain.meetings import Meeting
from hub.domain.no_show import NoShow, Seen, Sign
from hub.domain.plug_power import PlugState
from hub.domain.readings import Quality, Reading
from hub.domain.run_of_show import is_run
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Outcome, Task, key_of
from hub.ports import Transaction
from hub.usecases.kiosk_health import State, number, state

PUT_AWAY = timedelta(days=1)
"""A kiosk that was switched off for longer stands at no door today."""

FEELS_PEOPLE = frozenset({"motion", "moving", "occupancy", "presence"})
"""Home Assistant's device classes of sensors that feel somebody."""

ASKED_THERE = frozenset(
    {
        TaskKind.HELP,
        TaskKind.COMFORT,
        TaskKind.REQUEST,
        TaskKind.QUESTION,
        TaskKind.GUIDANCE,
        TaskKind.STATIONERY,
        TaskKind.DOCUMENTS,
    }
)
"""What only somebody who is there asks for; tea is brought by the clock too."""

SOMEBODY = "somebody_there"
"""The step that whoever went to look ticks; done without it, nobody was there."""


@dataclass(slots=True)
class _Room:
    """What the sensors of one room say now."""

    presence: bool = False
    air_ppm: float | None = None
    things: set[str] = field(default_factory=set)
    deaf: list[str] = field(default_factory=list)
    ears: int = 0


def seen_now(
    tx: Transaction, meetings: Sequence[Meeting], rows: Mapping[str, NoShow], now: datetime
) -> Mapping[str, Seen]:
    """Return what one look finds of each of these meetings. ``rows`` are what is known of them."""
    if not meetings:
        return {}
    keys = [one.id for one in meetings]
    counts = tx.attendance.counts(keys)
    since = min(row.since for row in rows.values())
    tasks = tx.tasks.since(since)
    errands = tx.tasks.latest([key_of(TaskKind.ROOM_EMPTY, key) for key in keys], since)
    doors, deaf = _doors(tx, now)
    rooms = _rooms(tx, {one.room for one in meetings}, now)
    found = {}
    for one in meetings:
        guests, room = counts[one.id].guests, rooms[one.room]
        listens = doors if guests.expected else 0  # without a guest list nobody can check in
        errand = errands.get(key_of(TaskKind.ROOM_EMPTY, one.id))
        signs = {Sign.GUESTS} if guests.arrived else set()
        signs |= {Sign.AGENDA} if is_run(one) else set()
        signs |= {Sign.STAFF} if errand and SOMEBODY in errand.ticked else set()
        signs |= {Sign.REQUEST} if _asked(one, rows[one.id], tasks) else set()
        found[one.id] = Seen(
            expected=guests.expected,
            arrived=guests.arrived,
            signs=frozenset(signs),
            presence=room.presence,
            air_ppm=room.air_ppm,
            things=frozenset(room.things),
            nobody=_looked_and_found_nobody(errand),
            deaf=(*(deaf if guests.expected else ()), *room.deaf),
            ears=listens + room.ears,
        )
    return found


def _asked(meeting: Meeting, row: NoShow, tasks: Iterable[Task]) -> bool:
    return any(
        one.kind in ASKED_THERE
        and one.created_at >= row.since
        and (one.meeting == meeting.id or one.facts.get("room") == meeting.room)
        for one in tasks
    )


def _looked_and_found_nobody(errand: Task | None) -> bool:
    return errand is not None and errand.outcome is Outcome.FINISHED and SOMEBODY not in errand.ticked


def _doors(tx: Transaction, now: datetime) -> tuple[int, tuple[str, ...]]:
    """Return how many kiosks stand at doors today, and which of them cannot report, or have something to report yet."""
    doors = tx.meetings.doors()
    there = [one for one in tx.devices.all() if one.id in doors and not _is_put_away(one, now)]
    return len(there), tuple(one.id for one in there if state(one, now) is not State.ONLINE or _has_unsent(one))


def _is_put_away(record: DeviceRecord, now: datetime) -> bool:
    return record.seen_at is None or now - record.seen_at > PUT_AWAY


def _has_unsent(record: DeviceRecord) -> bool:
    return bool(number(record.health or {}, "unacked"))


def _rooms(tx: Transaction, wanted: Iterable[str], now: datetime) -> Mapping[str, _Room]:
    rooms = {one: _Room() for one in wanted}
    devices = {
        one.id: one
        for one in tx.field_devices.all()
        if one.room in rooms and one.standing is Standing.ADMITTED and not one.excused(now)
    }
    points = [one for one in tx.field_devices.points() if one.device in devices and not one.gone]
    listening = [one for one in points if _feels(one) or one.quantity is Quantity.CARBON_DIOXIDE]
    readings = tx.readings.latest([one.id for one in listening]) if listening else {}
    for point in listening:
        device = devices[point.device]
        if point.id in readings:
            _hear(rooms[device.room or ""], point, device, readings[point.id])
    running = {key for key, plug in tx.watch_settings.plugs().items() if plug.state is PlugState.ON}
    for point in points:
        if point.id in running:
            rooms[devices[point.device].room or ""].things.add(point.id)
    return rooms


def _hear(room: _Room, point: Point, device: FieldDevice, said: Reading) -> None:
    room.ears += 1
    if device.available is False or said.quality is not Quality.LIVE:
        room.deaf.append(device.id)
    elif _feels(point):
        room.presence |= said.text == "on"
    else:
        room.air_ppm = max(room.air_ppm or 0.0, said.value or 0.0)


def _feels(point: Point) -> bool:
    return point.component == "binary_sensor" and point.config.get("device_class") in FEELS_PEOPLE
