from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from devices.ids import uuid7
from hub.device_ports import DeviceRecord
from hub.domain.errors import InvalidInput, NotFound, Refused
from hub.domain.field_devices import FieldDevice, Point, Standing, Supply, thrown_out
from hub.domain.meetings import Room
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.words import Words
from hub.ports import Store, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.place_device import (
    Excuse,
    Place,
    admit_device,
    excuse_device,
    forget_device,
    place_device,
    refuse_device,
    throw_out_device,
    watch_device,
)
from tests.hub.build import T0, at

WHO = Deciding(actor="张强", at=T0, ids=uuid7)
NODE = FieldDevice(id="node", publisher="node", identity="aabb", name="room-node-7", announced_at=T0)
Step = Callable[[Transaction], object]


@pytest.fixture
def house(store: Store) -> Store:
    """Give a store with a hall, in which stands a projector, and one device that waits."""
    with store.write() as tx:
        tx.meetings.save_room(Room(key="hall", name=Words("大厅", "Hall")))
        kind, name = DeviceKind.PROJECTOR, Words("投影仪", "Projector")
        tx.room_devices.put([RoomDevice(room="hall", key="projector", kind=kind, name=name)])
        tx.field_devices.save(NODE)
    return store


def take(store: Store, step: Step) -> FieldDevice:
    """Take one step; return what the device is then."""
    with store.write() as tx:
        step(tx)
    with store.read() as tx:
        found = tx.field_devices.get("node")
    assert found is not None
    return found


def admitted(store: Store, **changes: object) -> Store:
    """Let the device be admitted already."""
    with store.write() as tx:
        tx.field_devices.save(replace(NODE, standing=Standing.ADMITTED, **changes))  # type: ignore[arg-type]
    return store


def test_admitting_a_device_chooses_its_room_its_thing_its_name_and_its_supply_in_one_step(house: Store) -> None:
    """Under the person's name, and pages and the watch over rooms hear of it (I12)."""
    place = Place(room="hall", thing="projector", called="  投影仪  插座 ", supply=Supply.BATTERY)
    with house.read() as tx:
        before = tx.feed.head()
    found = take(house, lambda tx: admit_device(tx, "node", place, WHO))
    assert (found.standing, found.room, found.thing) == (Standing.ADMITTED, "hall", "projector")
    assert (found.title, found.name, found.supply) == ("投影仪 插座", "room-node-7", Supply.BATTERY)
    with house.read() as tx:
        assert [change.key for change in tx.feed.after(before, ("field_device",), 9)] == ["node"]
        (step,) = tx.records.audited("node", T0, 9)
    assert (step.actor, step.action, step.at) == ("张强", "field_device.admit", T0)


def test_a_device_may_be_admitted_into_no_room_and_keeps_its_own_name(house: Store) -> None:
    """A gateway in the cellar serves all rooms."""
    found = take(house, lambda tx: admit_device(tx, "node", Place(), WHO))
    assert (found.standing, found.room, found.title, found.supply) == (
        Standing.ADMITTED,
        None,
        "room-node-7",
        Supply.MAINS,
    )


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (Place(room="nowhere"), "room"),
        (Place(room="hall", thing="kettle"), "thing"),
        (Place(thing="projector"), "thing"),
        (Place(called="x" * 61), "called"),
        (Place(called="a\x00b"), "called"),
        (Place(called="a\u202eb"), "called"),
    ],
)
def test_a_place_that_the_house_does_not_have_is_refused_by_its_field(house: Store, place: Place, field: str) -> None:
    """And nothing changes."""
    for step in (admit_device, place_device):
        admitted(house)
        with pytest.raises(InvalidInput) as refusal:
            take(house, lambda tx, step=step: step(tx, "node", place, WHO))  # type: ignore[misc]
        assert refusal.value.field == field


def test_a_refused_device_leaves_its_room_and_can_be_admitted_after_all(house: Store) -> None:
    """Refusing is no dead end: the technician was at the wrong door."""
    admitted(house, room="hall")
    found = take(house, lambda tx: refuse_device(tx, "node", WHO))
    assert (found.standing, found.room) == (Standing.REFUSED, None)
    assert take(house, lambda tx: admit_device(tx, "node", Place(room="hall"), WHO)).room == "hall"


def test_a_device_is_excused_until_a_time_and_then_watched_again_by_itself(house: Store) -> None:
    """Nobody has to remember it (T6, T10)."""
    admitted(house)
    until = at(3600)
    found = take(house, lambda tx: excuse_device(tx, "node", Excuse.MAINTENANCE, until, WHO))
    assert (found.excused(T0), found.excused(until), found.excuse) == (True, False, "maintenance")
    ended = take(house, lambda tx: watch_device(tx, "node", WHO))
    assert (ended.excused_until, ended.excuse) == (None, "")
    with house.read() as tx:
        actions = [step.action for step in tx.records.audited("node", T0, 9)]
    assert actions == ["field_device.watch", "field_device.excuse.maintenance"]
    assert take(house, lambda tx: watch_device(tx, "node", WHO)) == ended, "watched already"


@pytest.mark.parametrize("seconds", [-1, 0, 7 * 86_400 + 1])
def test_an_excuse_ends_within_seven_days(house: Store, seconds: float) -> None:
    """One without an end is a device that nobody watches any more."""
    admitted(house)
    with pytest.raises(InvalidInput) as refusal:
        take(house, lambda tx: excuse_device(tx, "node", Excuse.EXPECTED_OFF, at(seconds), WHO))
    assert refusal.value.field == "until"


@pytest.mark.parametrize(
    "step",
    [
        partial(place_device, device="node", place=Place(), who=WHO),
        partial(excuse_device, device="node", excuse=Excuse.MAINTENANCE, until=T0 + timedelta(hours=1), who=WHO),
        partial(watch_device, device="node", who=WHO),
    ],
)
def test_what_waits_for_a_technician_is_admitted_first(house: Store, step: Step) -> None:
    """A stranger is put nowhere by accident."""
    with pytest.raises(Refused, match="admit it first"):
        take(house, step)


def test_a_device_that_is_gone_is_forgotten_and_one_that_is_still_announced_does_not_come_back(house: Store) -> None:
    """Its row stays as a tombstone, so that its history keeps a name."""
    admitted(house, room="hall", available=False)
    assert take(house, lambda tx: forget_device(tx, "node", WHO)).standing is Standing.REFUSED
    gone = replace(NODE, standing=Standing.GONE, returns_as=Standing.ADMITTED, room="hall", available=True)
    take(house, lambda tx: tx.field_devices.save(gone))
    found = take(house, lambda tx: forget_device(tx, "node", WHO))
    assert (found.standing, found.room, found.name) == (Standing.GONE, None, "room-node-7")
    assert found.returns_as is Standing.QUARANTINED, "should it come back, a technician decides anew"


def test_a_device_that_is_online_is_not_forgotten(house: Store) -> None:
    """It would be silent on every page while it speaks."""
    admitted(house, available=True)
    with pytest.raises(Refused, match="unplug it first"):
        take(house, lambda tx: forget_device(tx, "node", WHO))


def test_a_device_that_has_gone_is_neither_admitted_nor_refused(house: Store) -> None:
    """Its announcement is withdrawn: there is nothing to decide upon."""
    take(house, lambda tx: tx.field_devices.save(replace(NODE, standing=Standing.GONE)))
    for step in (lambda tx: admit_device(tx, "node", Place(), WHO), lambda tx: refuse_device(tx, "node", WHO)):
        with pytest.raises(Refused):
            take(house, step)


def test_an_unknown_device_is_not_found(house: Store) -> None:
    """By any step."""
    steps: list[Step] = [
        lambda tx: admit_device(tx, "nobody", Place(), WHO),
        lambda tx: refuse_device(tx, "nobody", WHO),
        lambda tx: place_device(tx, "nobody", Place(), WHO),
        lambda tx: excuse_device(tx, "nobody", Excuse.MAINTENANCE, at(60), WHO),
        lambda tx: watch_device(tx, "nobody", WHO),
        lambda tx: forget_device(tx, "nobody", WHO),
    ]
    for step in steps:
        with pytest.raises(NotFound):
            take(house, step)


def test_a_device_that_was_stolen_is_thrown_out_while_it_is_online(house: Store) -> None:
    """Nothing waits for it, its history keeps its points, and it is a stranger until somebody admits it again."""
    admitted(house, room="hall", thing="projector", available=True)
    with house.write() as tx:
        tx.field_devices.save_points([Point(id="node.t", device="node", key="t", component="sensor", name="t")])
    found = take(house, lambda tx: throw_out_device(tx, "node", WHO))
    assert (found.standing, found.room, found.thing, found.available) == (Standing.REFUSED, None, "", False)
    assert found.thrown_out_at == WHO.at
    with house.read() as tx:
        assert [(one.id, one.gone) for one in tx.field_devices.points("node")] == [("node.t", True)]
        (step,) = tx.records.audited("node", T0, 9)
        assert (step.actor, step.action) == ("张强", "field_device.throw_out")
        assert thrown_out(tx.field_devices.all()) == {"node"}
    assert take(house, lambda tx: admit_device(tx, "node", Place(), WHO)).thrown_out_at is None


def test_a_bridge_speaks_on_for_its_other_devices() -> None:
    """One of its devices was thrown out, and one is gone anyway: it is barred with the last that is there."""
    out = replace(NODE, id="out", thrown_out_at=T0)
    gone = replace(NODE, id="gone", standing=Standing.GONE)
    refused = replace(NODE, id="refused", standing=Standing.REFUSED)
    assert thrown_out([NODE, out, gone]) == frozenset()
    assert thrown_out([out, gone, refused]) == {"node"}, "what nobody wants keeps no thief in"
    assert thrown_out([refused]) == frozenset()


def test_a_stolen_device_that_calls_itself_one_of_ours_is_thrown_out(house: Store) -> None:
    """What it says of itself keeps it in for nobody; one of ours speaks under its own name."""
    with house.write() as tx:
        tx.devices.save(DeviceRecord(id="kiosk-1"))
        tx.field_devices.save(replace(NODE, id="thief", identity="kiosk-1"))
        tx.field_devices.save(replace(NODE, id="kiosk-1", publisher="kiosk-1", identity="kiosk-1"))
    with house.write() as tx:
        assert throw_out_device(tx, "thief", WHO).thrown_out_at
        with pytest.raises(Refused, match="one of ours"):
            throw_out_device(tx, "kiosk-1", WHO)
