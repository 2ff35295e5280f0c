"""Whom something that is wrong in a room calls, and with which words. Pure.

Wrongs with the same subject of a call are one task: three pots of a room are one round, and a projector that is away
and that somebody reports at the panel is one fault (I5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hub.domain.bands import CLIMATE
from hub.domain.conditions import Cause, SubjectKind
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.meetings import Room
from hub.domain.room_devices import LONGEST_NAME, RoomDevice
from hub.domain.room_use import EMPTY_ROOM, RoomUse
from hub.domain.room_wishes import RoomWish, wish_key
from hub.domain.severity import is_fault
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.tasks import Task, key_of, raise_task
from hub.domain.words import Words
from hub.domain.wrongs import Wrong

CALM = timedelta(minutes=30)
"""Within how long a fault is seen to while nobody needs the room (R118: at once while a meeting runs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the house is like now. ``things`` are what stands in rooms, by room and key; ``uses`` is by room."""

    rooms: Mapping[str, Room] = field(default_factory=dict)
    things: Mapping[tuple[str, str], RoomDevice] = field(default_factory=dict)
    devices: Mapping[str, FieldDevice] = field(default_factory=dict)
    points: Mapping[str, Point] = field(default_factory=dict)
    stations: Mapping[str, Words] = field(default_factory=dict)
    uses: Mapping[str, RoomUse] = field(default_factory=dict)

    def use(self, wrong: Wrong) -> RoomUse:
        """Return how the room is used that something is wrong in; a kiosk at a door serves them all."""
        if wrong.about is SubjectKind.STATION and wrong.room is None:
            return max(self.uses.values(), key=lambda use: (use.live, use.soon), default=EMPTY_ROOM)
        return self.uses.get(wrong.room or "", EMPTY_ROOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who is called: ``dedupe`` is the task's. ``calm``: nobody needs the room at the moment."""

    kind: TaskKind
    dedupe: str
    calm: bool = False

    def task(self, facts: dict[str, str], *, task_id: str, at: datetime, meeting: str | None) -> Task:
        """Make the task."""
        subject = self.dedupe.removeprefix(key_of(self.kind, ""))
        made = raise_task(self.kind, subject, task_id=task_id, at=at, facts=facts, meeting=meeting)
        return calmed(made) if self.calm else made


def calmed(task: Task) -> Task:
    """Return a fault that nobody waits for now."""
    return replace(task, due_at=task.created_at + CALM, facts=task.facts | {"calm": "yes"})


def pressed(task: Task, at: datetime) -> Task:
    """Return a fault that somebody waits for from now on: a meeting has begun."""
    facts = {name: value for name, value in task.facts.items() if name != "calm"}
    return replace(task, due_at=min(task.due_at, at + RULES[task.kind].within), facts=facts)


def call_for(wrong: Wrong, house: House, now: datetime) -> Call | None:
    """Say whom it calls; None while nobody is called: it is explained, excused, or nobody is there to mind."""
    device = house.devices.get(wrong.device)
    use = house.use(wrong)
    if wrong.hidden_by or (device and device.excused(now)):
        return None
    if wrong.pot:
        held = not use.soon or use.quiet_until is not None or not wrong.room
        return None if held else Call(kind=TaskKind.DRINK, dedupe=wish_key(wrong.room or "", RoomWish.TEA))
    if wrong.measure in CLIMATE and wrong.cause is not Cause.FLAPPING:
        subject = f"room {wrong.room}:{wrong.measure}"
        return Call(kind=TaskKind.ROOM_CLIMATE, dedupe=key_of(TaskKind.ROOM_CLIMATE, subject)) if use.soon else None
    if wrong.idle and not use.soon:
        return None  # what does not run while nobody needs it is no fault
    if is_fault(wrong.cause, wrong.about, device):
        return Call(kind=TaskKind.DEVICE_FAULT, dedupe=_fault_key(wrong, device), calm=not use.live)
    return Call(kind=TaskKind.DEVICE_CHECK, dedupe=key_of(TaskKind.DEVICE_CHECK, f"device {wrong.device}"))


def facts_of(wrong: Wrong, house: House) -> dict[str, str]:
    """Say what a task is about: where, what, how much, and since when."""
    room, device, point = house.rooms.get(wrong.room or ""), house.devices.get(wrong.device), None
    facts = {"cause": wrong.cause.value, "about": wrong.about.value, "since": wrong.since.isoformat()}
    if room:
        facts |= {"room": room.key, "room_zh": room.name.zh, "room_en": room.name.en}
    if wrong.about is SubjectKind.STATION:
        name = house.stations.get(wrong.subject, Words(wrong.subject, wrong.subject))
        facts |= {"device": wrong.subject, "door_zh": name.zh, "door_en": name.en}
    if device:
        thing = house.things.get((device.room or "", device.thing))
        called = thing.name if thing else Words(*(_short(device.name, most) for most in LONGEST_NAME.values()))
        facts |= {"source": device.id, "thing": device.thing or device.id, "thing_zh": called.zh, "thing_en": called.en}
        facts |= {"called": device.name} if device.name not in {called.zh, called.en} and not thing else {}
    if wrong.about is SubjectKind.POINT:
        point = house.points.get(wrong.subject)
    if wrong.value is not None:
        unit = "%" if wrong.pot and wrong.measure is None else point.unit if point else ""
        facts |= {"value": f"{wrong.value:.1f}".removesuffix(".0"), "unit": unit}
        facts |= {"limit": f"{wrong.limit:g}"} if wrong.limit is not None else {}
    facts |= {"measure": wrong.measure.value} if wrong.measure else {}
    facts |= {"note": RoomWish.TEA.value} if wrong.pot else {}
    facts |= {"detail": wrong.detail or (point.name if point and wrong.measure is None else "")}
    return {name: value for name, value in facts.items() if value}


def _fault_key(wrong: Wrong, device: FieldDevice | None) -> str:
    if device and device.room and device.thing:
        return wish_key(device.room, RoomWish.BROKEN, device.thing)
    return key_of(TaskKind.DEVICE_FAULT, f"{wrong.about} {wrong.subject}" if device is None else f"device {device.id}")


def _short(name: str, most: int) -> str:
    """Return a name that its maker gave as it fits a glance."""
    return name if len(name) <= most else f"{name[:most]}…"
