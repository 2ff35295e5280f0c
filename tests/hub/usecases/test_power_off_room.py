"""After a meeting the room's equipment goes off, and says so, on both databases (R160)."""

from dataclasses import replace

import pytest

from hub.device_ports import DeviceRecord
from hub.domain.field_devices import FieldDevice, Point, Standing
from hub.domain.readings import Reading
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.task_kinds import TaskKind
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.command_device import take_to_send
from hub.usecases.command_point import take_points_to_send
from hub.usecases.power_off_room import set_power_off
from tests.hub.build import at, furnished, meeting
from tests.hub.usecases.working import Floor, by

END = int((meeting().ends_at - at(0)).total_seconds())
DUE = END + 15 * 60
PLUG = Point(
    id="plug-pj.relay",
    device="plug-pj",
    key="relay",
    component="switch",
    name="Plug",
    config={"command_topic": "plug-pj/set"},
)


def plug(key: str, thing: str) -> FieldDevice:
    """Return a plug of the hall."""
    told = FieldDevice(id=key, publisher=key, identity=key, name=key, announced_at=at(0), standing=Standing.ADMITTED)
    return replace(told, room="hall", thing=thing)


def says(store: Store, point: str, word: str, seconds: float) -> None:
    """Let a plug report how it stands."""
    with store.write() as tx:
        tx.readings.add([Reading(point=point, at=at(seconds), text=word)])


@pytest.fixture
def house(store: Store) -> Store:
    """Give a hall with a projector's plug, a plug of unknown use, and both switched on."""
    other = replace(PLUG, id="plug-x.relay", device="plug-x", config={"command_topic": "plug-x/set"})
    with furnished(store).write() as tx:
        tx.room_devices.put(
            [RoomDevice(room="hall", key="projector", kind=DeviceKind.PROJECTOR, name=Words("投影仪", "Projector"))]
        )
        for device in (plug("plug-pj", "projector"), plug("plug-x", "")):
            tx.field_devices.save(device)
        tx.field_devices.save_points([PLUG, other])
        set_power_off(tx, [meeting()], at(0))
    for point in (PLUG.id, other.id):
        says(store, point, "on", 5)
    return store


def sent(store: Store, seconds: float) -> list[object]:
    """Return which points are told to be what."""
    with store.write() as tx:
        return [one.parameters for one in take_points_to_send(tx, by("hub", at(seconds)))]


def walk(store: Store, first: int, last: int) -> None:
    """Let time pass second by second."""
    for second in range(first, last + 1):
        Floor(store).until(at(second))


def test_what_is_named_goes_off_a_quarter_of_an_hour_after_the_end(house: Store) -> None:
    """A plug of unknown use stays on: a refrigerator may hang on it. What has gone off calls nobody."""
    floor = Floor(house)
    floor.until(at(DUE - 1))
    assert sent(house, DUE - 1) == []
    floor.until(at(DUE))
    assert sent(house, DUE) == [{"point": PLUG.id, "value": "off"}]
    says(house, PLUG.id, "off", DUE + 2)
    walk(house, DUE + 1, DUE + 20)
    assert floor.open() == []


def test_what_stays_on_is_a_task_for_the_technician(house: Store) -> None:
    """Named as the room's panel names it."""
    Floor(house).until(at(DUE))
    sent(house, DUE)
    walk(house, DUE + 1, DUE + 20)
    (task,) = Floor(house).open()
    assert (task.kind, task.facts["what_zh"], task.facts["room"]) == (TaskKind.LEFT_ON, "投影仪", "hall")


def test_a_projector_behind_our_own_agent_goes_off_by_the_agents_command(house: Store) -> None:
    """What the agent says it can switch, where the room's own light of it is on."""
    lit = replace(PLUG, id="agent-1.lit", device="agent-1", component="binary_sensor")
    with house.write() as tx:
        tx.field_devices.save(plug("agent-1", "projector"))
        tx.devices.save(DeviceRecord(id="agent-1", kind="room", capabilities=("identify", "switch:beamer")))
        tx.field_devices.save_points(
            [
                replace(lit, config={"unique_id": "agent-1_beamer_lit"}),
                replace(lit, id="agent-1.door", config={"unique_id": "agent-1_door"}),
            ]
        )
    for point in (lit.id, "agent-1.door"):
        says(house, point, "on", 5)
    Floor(house).until(at(DUE))
    with house.write() as tx:
        (command,) = take_to_send(tx, at(DUE))
    assert (command.device, command.kind, command.parameters) == ("agent-1", "switch", {"which": "beamer", "to": "off"})
    sent(house, DUE)
    says(house, PLUG.id, "off", DUE + 2)
    walk(house, DUE + 1, DUE + 20)
    assert [one.facts["what_zh"] for one in Floor(house).open()] == ["投影仪"]


@pytest.mark.parametrize("why", ["next", "off", "cancelled", "late"])
def test_nothing_is_switched_off_that_is_needed_or_off_already(house: Store, why: str) -> None:
    """The next meeting is near; it is off; there was no meeting; or the hub was away and comes back much later."""
    with house.write() as tx:
        if why == "next":
            soon = at(DUE + 3_000)
            tx.meetings.save(
                replace(meeting("next"), doors_at=soon, starts_at=soon, ends_at=at(DUE + 9_000), number=77)
            )
        if why == "cancelled":
            tx.meetings.save(replace(meeting(), cancelled=True))
    if why == "off":
        says(house, PLUG.id, "off", 6)
    Floor(house).until(at(DUE + (4_000 if why == "late" else 0)))
    assert sent(house, DUE) == []


def test_the_time_moves_with_the_meeting(house: Store) -> None:
    """A talk that runs over keeps its projector; a cancelled one has no timer; repeating it changes nothing."""
    who: Deciding = by("x", at(0))
    with house.write() as tx:
        longer = replace(meeting(), ends_at=at(END + 600))
        set_power_off(tx, [longer], who.at)
        set_power_off(tx, [longer], who.at)
        assert [one.due_at for one in tx.timers.of_rule("power_off")] == [at(DUE + 600)]
        set_power_off(tx, [replace(longer, cancelled=True)], who.at)
        assert tx.timers.of_rule("power_off") == []
