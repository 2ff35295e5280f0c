from dataclasses import replace

import pytest

from hub.domain.assets import Asset, AssetState
from hub.domain.conditions import Cause, Condition, Note, SubjectKind
from hub.domain.errors import Refused
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing, Supply
from hub.domain.readings import Quality, Reading
from hub.domain.room_devices import DeviceKind
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import at, furnish

NODE = FieldDevice(id="hall-node", publisher="hall-node", identity="aabbcc", name="Hall node", announced_at=at(0))
TEMPERATURE = Point(
    id="hall-node.temperature", device="hall-node", key="temperature", component="sensor", name="Temperature"
)
COLD = Condition(
    id="c-1",
    cause=Cause.TOO_LOW,
    about=SubjectKind.POINT,
    subject=TEMPERATURE.id,
    room="hall",
    since=at(0),
    opened_at=at(20),
)


def test_a_field_device_and_its_points_come_back_whole_and_are_changed_in_place(store: Store) -> None:
    """Also when every field is told."""
    full = replace(
        NODE,
        maker="M",
        model="X",
        software="1",
        area="启明厅",
        via="bridge",
        supply=Supply.BATTERY,
        standing=Standing.ADMITTED,
        room="hall",
        thing="projector",
        called="讲台",
        available=False,
        available_at=at(1),
        heard_at=at(2),
        excused_until=at(3),
        excuse="maintenance",
    )
    degrees = replace(TEMPERATURE, quantity=Quantity.TEMPERATURE, unit="°C", said_unit="°F")
    told = replace(degrees, expires_s=120.0, topic="t", config={"a": 1})
    with store.write() as tx:
        furnish(tx)
        tx.field_devices.save(NODE)
        tx.field_devices.save_points([TEMPERATURE])
        assert tx.field_devices.get("hall-node") == NODE
        tx.field_devices.save(full)
        tx.field_devices.save_points([told, replace(told, id="hall-node.x", key="x", gone=True)])
    with store.read() as tx:
        assert tx.field_devices.all() == [full]
        assert tx.field_devices.get("nobody") is None
        assert tx.field_devices.point(told.id) == told
        assert [point.id for point in tx.field_devices.points("hall-node")] == [told.id, "hall-node.x"]
        assert tx.field_devices.points("nobody") == []
    with store.write() as tx:
        tx.field_devices.heard({"hall-node": at(9)})
        tx.field_devices.heard({})
    with store.read() as tx:
        assert tx.field_devices.get("hall-node") == replace(full, heard_at=at(9))


def test_the_latest_reading_is_the_newest_whatever_came_last(store: Store) -> None:
    """A reading that was under way for long does not take the place of a newer one."""
    with store.write() as tx:
        tx.field_devices.save(NODE)
        tx.field_devices.save_points([TEMPERATURE])
        tx.readings.add([Reading(point=TEMPERATURE.id, at=at(2), value=21.0), Reading(point=TEMPERATURE.id, at=at(1))])
        tx.readings.add([Reading(point=TEMPERATURE.id, at=at(1), value=5.0)])
        tx.readings.add([])
    with store.read() as tx:
        assert tx.readings.latest() == {TEMPERATURE.id: Reading(point=TEMPERATURE.id, at=at(2), value=21.0)}
        assert tx.readings.latest(["nothing"]) == {}
    with store.write() as tx:
        word = Reading(point=TEMPERATURE.id, at=at(3), text="on", quality=Quality.RESTORED)
        tx.readings.add([word])
        assert tx.readings.latest([TEMPERATURE.id]) == {TEMPERATURE.id: word}


def test_a_cause_has_one_open_condition_for_a_subject(store: Store) -> None:
    """Once it is over there may be another (I5)."""
    with store.write() as tx:
        tx.conditions.save(COLD)
        with pytest.raises(Refused), tx.savepoint():
            tx.conditions.save(replace(COLD, id="c-2"))
        tx.conditions.save(replace(COLD, over_at=at(60), value=17.5, limit=18.0, detail="d", hidden_by="x", task="t"))
        tx.conditions.save(replace(COLD, id="c-2", opened_at=at(90)))
        assert [one.id for one in tx.conditions.open()] == ["c-2"]
    with store.read() as tx:
        assert [one.id for one in tx.conditions.of_subjects([COLD.subject], at(0))] == ["c-2", "c-1"]
        assert [one.id for one in tx.conditions.of_subjects([COLD.subject], at(61))] == ["c-2"]
        assert tx.conditions.of_subjects(["other"], at(0)) == []
        assert tx.conditions.of_subjects([COLD.subject], at(0))[1].value == 17.5
        assert tx.conditions.get("c-1") == tx.conditions.of_subjects([COLD.subject], at(0))[1]
        assert tx.conditions.get("c-9") is None
    with store.write() as tx:
        tx.conditions.forget(at(61))
        assert [one.id for one in tx.conditions.of_subjects([COLD.subject], at(0))] == ["c-2"]


def test_what_people_made_of_a_condition_comes_back_whole(store: Store) -> None:
    """Who, when and in which words; text that looks like SQL or JSON is text."""
    notes = (Note(at=at(31.5), by="小李", text='"}]; DROP'), Note(at=at(32), by="小陈", text="好"))
    full = replace(COLD, acked_by="小李", acked_at=at(31.25), assignee="小陈", cleared_by="小王", notes=notes)
    with store.write() as tx:
        tx.conditions.save(full)
    with store.read() as tx:
        assert tx.conditions.open() == [full]


def test_an_asset_comes_back_whole_and_a_place_holds_one(store: Store) -> None:
    """Two pieces in one place, or two that are one device, are refused by the database."""
    spare = Asset(label="PRJ-2", kind=DeviceKind.PROJECTOR)
    full = Asset(
        label="PRJ-1",
        kind=DeviceKind.PROJECTOR,
        model="M",
        state=AssetState.IN_USE,
        room="hall",
        thing="projector",
        shelf=Words("架", "Shelf"),
        floor="1F",
        device="pj-one",
        tested_at=at(1),
        tested_by="Li",
        since=at(2),
    )
    with store.write() as tx:
        furnish(tx)
        tx.assets.put([spare, full])
    with store.write() as tx:
        assert tx.assets.all() == [full, spare]
        assert tx.assets.get("PRJ-1") == tx.assets.in_place("hall", "projector") == full
        assert tx.assets.get("X") is None
        assert tx.assets.in_place("hall", "lights") is None
        with pytest.raises(Refused), tx.savepoint():
            tx.assets.put([replace(spare, state=AssetState.IN_USE, room="hall", thing="projector")])
        with pytest.raises(Refused), tx.savepoint():
            tx.assets.put([replace(spare, device="pj-one")])
        away = replace(full, state=AssetState.REPAIR, room=None, thing="")
        tx.assets.put([away, replace(spare, state=AssetState.IN_USE, room="hall", thing="projector")])
        assert tx.assets.in_place("hall", "projector") == replace(
            spare, state=AssetState.IN_USE, room="hall", thing="projector"
        )


def test_all_conditions_of_the_last_days_are_read_newest_first(store: Store) -> None:
    """Open ones however old, closed ones that were open since then, no more than wanted."""
    old = replace(COLD, id="c-old", subject="x", over_at=at(30))
    closed = replace(COLD, id="c-2", subject="y", opened_at=at(40), over_at=at(60))
    with store.write() as tx:
        for one in (COLD, old, closed):
            tx.conditions.save(one)
    with store.read() as tx:
        assert [one.id for one in tx.conditions.since(at(31), 9)] == ["c-2", "c-1"]
        assert [one.id for one in tx.conditions.since(at(31), 1)] == ["c-2"]
