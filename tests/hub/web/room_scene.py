"""A venue of 24 rooms with 12 devices each, as technicians see it: names long and short, most well, some not."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from hub.device_ports import DeviceRecord
from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing, Supply
from hub.domain.meetings import Room
from hub.domain.readings import Quality, Reading
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.domain.words import Words
from hub.ports import Store, Transaction
from tests.hub.build import meeting
from tests.hub.web.scene import NOW

ROOM_NAMES = (
    ("启明厅", "Daybreak"),
    ("云栖国际会议中心三层多功能厅（东侧）", "Yunqi International Centre, third-floor function hall, east wing"),
    ("竹", "Bamboo"),
    ("董事会议室", "Boardroom"),
    ("301", "301"),
    ("新闻发布厅", "Press briefing room"),
)

MEASURES: tuple[tuple[str, str, Quantity, str, float], ...] = (
    ("node", "temperature", Quantity.TEMPERATURE, "°C", 22.4),
    ("node", "humidity", Quantity.HUMIDITY, "%", 46),
    ("node", "co2", Quantity.CARBON_DIOXIDE, "ppm", 640),
    ("pot-1", "weight", Quantity.WEIGHT, "kg", 1.42),
    ("pot-2", "weight", Quantity.WEIGHT, "kg", 0.86),
    ("plug", "power", Quantity.POWER, "W", 184),
    ("plug", "switch", Quantity.STATE, "", 0),
    ("projector", "state", Quantity.STATE, "", 0),
    ("door", "contact", Quantity.STATE, "", 0),
    ("window", "contact", Quantity.STATE, "", 0),
    ("motion", "occupancy", Quantity.STATE, "", 0),
    ("light", "illuminance", Quantity.ILLUMINANCE, "lx", 320),
    ("button", "event", Quantity.EVENT, "", 0),
    ("air", "temperature", Quantity.TEMPERATURE, "°C", 21.8),
    ("screen", "power", Quantity.POWER, "W", 92),
)
DEVICES = (
    "node",
    "pot-1",
    "pot-2",
    "plug",
    "projector",
    "door",
    "window",
    "motion",
    "light",
    "button",
    "air",
    "screen",
)
TITLES = {
    "node": "环境传感器",
    "pot-1": "茶壶 1",
    "pot-2": "茶壶 2",
    "plug": "Shelly Plug S Gen3 讲台插座",
    "projector": "投影仪",
    "door": "门",
    "window": "窗",
    "motion": "人体感应",
    "light": "照度",
    "button": "服务按钮",
    "air": "空调",
    "screen": "Interactive flat panel 86″ (front)",
}
CLASSES = {"contact": "door", "occupancy": "occupancy"}


def furnish_rooms(store: Store, rooms: int = 24, now: datetime = NOW) -> Store:
    """Fill the venue. Room 3 has a fault, 5 is offline, 7 too hot, 9 worked on, 11 silent, 13 empty."""
    with store.write() as tx:
        for number in range(1, rooms + 1):
            zh, en = ROOM_NAMES[(number - 1) % len(ROOM_NAMES)]
            key = f"room-{number:02}"
            floor = str(1 + number // 8)
            tx.meetings.save_room(Room(key=key, name=Words(f"{zh}{number}", f"{en} {number}"), floor=floor))
            if number != 13:
                _furnish(tx, key, now)
            begins = now + timedelta(minutes=10 * number - 60)
            title = Words(f"第{number}场：二〇二六年度合作伙伴大会", f"Session {number} of the partners’ convention")
            tx.meetings.save(
                meeting(
                    f"s{number}",
                    room=key,
                    title=title,
                    doors_at=begins - timedelta(minutes=15),
                    starts_at=begins,
                    ends_at=begins + timedelta(hours=1),
                    agenda=(),
                )
            )
        kind, name = DeviceKind.PROJECTOR, Words("投影仪", "Projector")
        rooms_with = ("room-01", "room-03")
        tx.room_devices.put([RoomDevice(room=room, key="projector", kind=kind, name=name) for room in rooms_with])
        _trouble(tx, now)
        tx.feed.touch([("field_device", ""), ("room", ""), ("condition", ""), ("meeting", "")])
    return store


def _furnish(tx: Transaction, room: str, now: datetime) -> None:
    for name in DEVICES:
        tx.field_devices.save(
            FieldDevice(
                id=f"{room}-{name}",
                publisher=f"{room}-{name}",
                identity=f"{room}-{name}",
                name=TITLES[name],
                maker="ESPHome",
                model="ESP32-C3",
                software="2026.10.0",
                supply=Supply.BATTERY if name in {"door", "window", "motion", "button"} else Supply.MAINS,
                standing=Standing.ADMITTED,
                room=room,
                announced_at=now - timedelta(days=3),
                available=True,
                available_at=now - timedelta(hours=20),
                heard_at=now - timedelta(seconds=8),
            )
        )
    points = [
        Point(
            id=f"{room}-{name}.{key}",
            device=f"{room}-{name}",
            key=key,
            component="sensor",
            name={"temperature": "温度", "humidity": "湿度", "co2": "CO₂", "weight": "重量", "power": "功率"}.get(
                key, key
            ),
            quantity=quantity,
            unit=unit,
            config={"device_class": CLASSES.get(key, key), "state_topic": f"{room}-{name}/sensor/{key}/state"},
        )
        for name, key, quantity, unit, _ in MEASURES
    ]
    tx.field_devices.save_points(points)
    values = {
        f"{room}-{name}.{key}": value
        for name, key, quantity, _, value in MEASURES
        if quantity not in {Quantity.STATE, Quantity.EVENT}
    }
    said = [
        Reading(
            point=point.id,
            at=now - timedelta(seconds=8),
            value=values.get(point.id),
            text="" if point.id in values else "off",
            quality=Quality.RESTORED if point.key == "switch" else Quality.LIVE,
        )
        for point in points
    ]
    tx.readings.add(said)


def _trouble(tx: Transaction, now: datetime) -> None:
    task = raise_task(TaskKind.HUB_FAULT, "projector", task_id="t-projector", at=now, facts={})
    tx.tasks.raise_all([task])
    minute = timedelta(minutes=1)
    kinds = (
        ("c-fault", Cause.FAULT, SubjectKind.DEVICE, "room-03-projector", "room-03", None, None, "lamp", task.id),
        ("c-off", Cause.OFFLINE, SubjectKind.ROOM, "room-05", "room-05", None, None, "", ""),
        ("c-hot", Cause.TOO_HIGH, SubjectKind.POINT, "room-07-node.temperature", "room-07", 28.6, 27.0, "", ""),
        ("c-stale", Cause.STALE, SubjectKind.DEVICE, "room-11-door", "room-11", None, None, "", ""),
    )
    for number, (key, cause, about, subject, room, value, limit, detail, called) in enumerate(kinds):
        tx.conditions.save(
            Condition(
                id=key,
                cause=cause,
                about=about,
                subject=subject,
                room=room,
                since=now - (12 + number) * minute,
                opened_at=now - (11 + number) * minute,
                value=value,
                limit=limit,
                detail=detail,
                task=called,
            )
        )
    for name in DEVICES:
        offline = tx.field_devices.get(f"room-05-{name}")
        assert offline is not None
        key = f"c-{offline.id}"
        opened = now - 12 * minute
        tx.conditions.save(
            Condition(
                id=key,
                cause=Cause.OFFLINE,
                about=SubjectKind.DEVICE,
                subject=offline.id,
                room="room-05",
                since=opened,
                opened_at=opened,
                hidden_by="c-off",
            )
        )
    excused = tx.field_devices.get("room-09-projector")
    assert excused is not None
    values = {name: getattr(excused, name) for name in FieldDevice.__dataclass_fields__}
    tx.field_devices.save(
        FieldDevice(**values | {"excused_until": now + timedelta(hours=2), "excuse": "maintenance", "available": False})
    )


def announce_stranger(store: Store, key: str = "stranger", now: datetime = NOW) -> None:
    """Let a device announce itself that nobody has admitted, with three values, for room 3 by its English name."""
    with store.write() as tx:
        tx.field_devices.save(
            FieldDevice(
                id=key,
                publisher="zigbee2mqtt",
                identity="0x00158d0001a2b3c4",
                name="Aqara <b>temperature</b>",
                maker="Aqara",
                model="WSDCGQ11LM",
                area="Bamboo 3",
                supply=Supply.BATTERY,
                announced_at=now - timedelta(minutes=4),
            )
        )
        quantities = (Quantity.TEMPERATURE, Quantity.HUMIDITY, Quantity.BATTERY)
        tx.field_devices.save_points(
            Point(id=f"{key}.{q}", device=key, key=q, component="sensor", name=q.capitalize(), quantity=q)
            for q in quantities
        )
        tx.feed.touch([("field_device", key)])


def a_day(start: datetime, minutes: int = 1440, base: float = 21.5) -> Iterator[tuple[datetime, float]]:
    """Give a temperature for each minute: warmer by day, with a gap of 40 minutes and a hot hour."""
    for minute in range(minutes):
        if 500 <= minute < 540:
            continue
        wave = 1.8 * math.sin(2 * math.pi * minute / 1440) + 0.15 * math.sin(minute / 7)
        hot = 4.5 if 1300 <= minute < 1360 else 0.0
        yield start + timedelta(minutes=minute), round(base + wave + hot, 2)


def remember(store: Store, point: str, now: datetime = NOW) -> None:
    """Give a point a history of a day."""
    with store.write() as tx:
        tx.readings.add([Reading(point=point, at=at, value=value) for at, value in a_day(now - timedelta(days=1))])


def station(store: Store, *capabilities: str, now: datetime = NOW) -> None:
    """Make the air conditioner of room 1 one of our own stations."""
    with store.write() as tx:
        tx.devices.save(
            DeviceRecord(
                id="room-01-air", kind="room", status="online", status_at=now, seen_at=now, capabilities=capabilities
            )
        )
