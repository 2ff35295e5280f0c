"""A hall where a meeting is rehearsed: a projector with a spare, lights, a thermometer, a kiosk, three guests."""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.device_ports import DeviceRecord
from hub.domain.assets import Asset, AssetState
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing
from hub.domain.meetings import Door, Meeting
from hub.domain.readings import Reading
from hub.domain.rehearsals import Line, Rehearsal, Result
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.rehearsal_list import read_rehearsal, surroundings
from hub.usecases.rehearse import Said, mark_line
from tests.hub.build import T0, at, furnished, meeting
from tests.hub.usecases.working import by

PASSED, FAILED, NOT_YET = Result.PASSED, Result.FAILED, Result.NOT_YET
LAUNCH = meeting(doors_at=at(3 * 86_400), starts_at=at(3 * 86_400 + 3_600), ends_at=at(3 * 86_400 + 10_800))
"""A launch in three days."""

THERMOMETER = "node-hall.temperature"


def furnish_hall(store: Store) -> Store:
    """Give the hall its equipment; all of it is well."""
    projector = RoomDevice(room="hall", key="projector", kind=DeviceKind.PROJECTOR, name=Words("投影仪", "Projector"))
    lights = RoomDevice(room="hall", key="lights", kind=DeviceKind.LIGHTS, name=Words("灯光", "Lights"), position=1)
    node = FieldDevice(id="node-hall", publisher="n", identity="n", name="Node", announced_at=T0, room="hall")
    felt = Point(id=THERMOMETER, device="node-hall", key="temperature", component="sensor", name="Temperature")
    with furnished(store).write() as tx:
        tx.meetings.save(LAUNCH)
        tx.meetings.save_door(Door(device="kiosk-1", name=Words("东门", "East Gate")))
        tx.room_devices.put([projector, lights])
        tx.assets.put(
            [
                Asset(label="PJ-1", kind=DeviceKind.PROJECTOR, state=AssetState.IN_USE, room="hall", thing="projector"),
                Asset(label="PJ-9", kind=DeviceKind.PROJECTOR, floor="1", shelf=Words("B 柜", "Shelf B")),
            ]
        )
        tx.field_devices.save(replace(node, standing=Standing.ADMITTED, available=True))
        tx.field_devices.save_points([replace(felt, quantity=Quantity.TEMPERATURE, unit="°C")])
    hear(store, T0)
    return store


def hear(store: Store, now: datetime, degrees: float = 22.4, **health: object) -> None:
    """Let the thermometer and the kiosk speak."""
    with store.write() as tx:
        tx.field_devices.heard({"node-hall": now})
        tx.readings.add([Reading(point=THERMOMETER, at=now, value=degrees)])
        record = DeviceRecord(id="kiosk-1", kind="kiosk", status="online", status_at=now, seen_at=now)
        tx.devices.save(replace(record, health={"camera_ok": True, "unacked": 0, **health}))


def listed(store: Store, now: datetime = T0, about: Meeting = LAUNCH) -> Rehearsal:
    """Return the list as it stands."""
    with store.read() as tx:
        return read_rehearsal(tx, about, surroundings(tx, about, now))


def line(store: Store, key: str, now: datetime = T0) -> Line:
    """Return one line of it."""
    found = listed(store, now).line(key)
    assert found
    return found


def say(  # noqa: PLR0913 - a line as people say it
    store: Store,
    key: str,
    result: Result = PASSED,
    now: datetime = T0,
    *,
    note: str = "",
    counted: float | None = None,
    wanted: int | None = None,
) -> None:
    """Let 小陈 say how a line is."""
    said = Said(result=result, note=note, counted=counted, wanted=wanted)
    with store.write() as tx:
        about = tx.meetings.get([LAUNCH.id])[LAUNCH.id]
        mark_line(tx, about, key, said, by("小陈", now))


def pass_all(store: Store, now: datetime = T0) -> None:
    """Pass every line that people look at."""
    for one in listed(store, now).lines:
        if not one.item.by_hub:
            say(store, one.item.key, now=now)


def open_of(store: Store, kind: TaskKind) -> list[Task]:
    """Return the open tasks of a kind."""
    with store.read() as tx:
        return [task for task in tx.tasks.open() if task.kind is kind]


def before(hours: float) -> datetime:
    """Return the instant so long before the launch."""
    return LAUNCH.starts_at - timedelta(hours=hours)
