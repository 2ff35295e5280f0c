import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.topics import is_id
from hub.domain.announcements import AnnouncedDevice, AnnouncedPoint, Announcement
from hub.domain.announcing import House, decide, matching_room
from hub.domain.device_register import Bounds, Decision, DeviceRegister, device_id
from hub.domain.field_devices import Quantity, Standing, Supply
from hub.domain.meetings import Room
from hub.domain.publishers import Ground
from hub.domain.words import Words

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
ROOMS = (Room(key="jade", name=Words("翡翠厅", "Jade Hall")), Room(key="pine", name=Words("松厅", "Pine Room")))
GROUND = Ground(site="hall", prefix="homeassistant", enrolled=frozenset({"kiosk-1"}), trusted=frozenset({"node"}))
HOUSE = House(ground=GROUND, rooms=ROOMS)


def point(number: int, **changes: object) -> AnnouncedPoint:
    """Return one temperature below ``node``."""
    root = changes.pop("root", "node")
    fields: dict[str, object] = {
        "unique_id": f"u{number}",
        "key": f"t{number}",
        "component": "sensor",
        "name": f"Temperature {number}",
        "quantity": Quantity.TEMPERATURE,
        "unit": "°C",
        "config": {"unique_id": changes.get("unique_id", f"u{number}"), "state_topic": f"{root}/{number}"},
        "topics": frozenset({f"{root}/{number}"}),
    }
    return AnnouncedPoint(**(fields | changes))  # type: ignore[arg-type]


def said(topic: str, *points: AnnouncedPoint, **device: object) -> Announcement:
    """Return an announcement on ``topic``."""
    about = AnnouncedDevice(**({"identity": "box"} | device))  # type: ignore[arg-type]
    return Announcement(topic=topic, device=about, points=points)


def gone(topic: str, *, hands_over: bool = False) -> Announcement:
    """Return a withdrawal."""
    return Announcement(topic=topic, hands_over=hands_over)


def play(register: DeviceRegister, announcements: Sequence[Announcement], house: House = HOUSE) -> list[Decision]:
    """Let announcements come one after the other; returns what each changed."""
    decisions = []
    for announcement in announcements:
        decision = decide(register, announcement, house, NOW)
        register.put(decision.devices.values(), decision.points.values())
        decisions.append(decision)
    return decisions


def names(register: DeviceRegister) -> dict[str, str]:
    """Return the topic of each point that is there."""
    return {one.id: one.topic for device in register.devices for one in register.live(device)}


def reasons(decisions: Sequence[Decision]) -> list[str]:
    """Return why things were refused."""
    return [refusal.reason for decision in decisions for refusal in decision.refusals]


def test_the_same_again_changes_nothing() -> None:
    """Retained announcements come again at each start."""
    register = DeviceRegister()
    announcement = said("a", point(1), point(2), name="Box", area="Jade Hall", via="bridge")
    first, second = play(register, [announcement, announcement])
    assert first.changes
    assert not second.changes


def test_an_update_keeps_what_stays_and_lets_go_what_is_no_longer_named() -> None:
    """On one topic the newer takes the place of the older."""
    register = DeviceRegister()
    play(register, [said("a", point(1), point(2)), said("a", point(2, name="New"), point(3))])
    device = next(iter(register.devices))
    assert {one.name for one in register.live(device)} == {"New", "Temperature 3"}
    assert len(register.points(device)) == 3


def test_a_device_without_points_is_gone_and_comes_back_as_it_was() -> None:
    """With its room and standing; its withdrawn points are the same ones again."""
    register = DeviceRegister()
    play(register, [said("a", point(1))])
    device = next(iter(register.devices.values()))
    register.put([replace(device, room="pine")], [])
    play(register, [gone("a")])
    assert register.devices[device.id].standing is Standing.GONE
    play(register, [said("a", point(1))])
    back = register.devices[device.id]
    assert (back.standing, back.room, len(register.points(device.id))) == (Standing.ADMITTED, "pine", 1)


def test_a_stranger_that_was_admitted_comes_back_admitted_and_one_that_waited_waits() -> None:
    """Withdrawing and announcing anew is what a firmware update looks like."""
    register = DeviceRegister()
    stranger = said("a", point(1, root="strange"))
    for standing, expected in (
        (Standing.QUARANTINED, Standing.QUARANTINED),
        (Standing.ADMITTED, Standing.ADMITTED),
        (Standing.REFUSED, Standing.REFUSED),
    ):
        play(register, [stranger])
        device = next(iter(register.devices.values()))
        register.put([replace(device, standing=standing)], [])
        play(register, [gone("a"), stranger])
        assert register.devices[device.id].standing is expected


def test_a_second_device_of_an_admitted_publisher_comes_in_by_itself() -> None:
    """The technician has admitted who speaks, not one lamp."""
    register = DeviceRegister()
    play(register, [said("a", point(1, root="strange"), identity="one")])
    first = next(iter(register.devices.values()))
    assert first.standing is Standing.QUARANTINED
    register.put([replace(first, standing=Standing.ADMITTED)], [])
    play(register, [said("b", point(2, root="strange"), identity="two")])
    assert {one.standing for one in register.devices.values()} == {Standing.ADMITTED}


def test_a_used_unique_id_on_another_topic_is_refused_and_the_first_one_stays() -> None:
    """Also when the second comes from another device (golden table)."""
    register = DeviceRegister()
    decisions = play(register, [said("a", point(1)), said("b", point(1)), said("c", point(1), identity="other")])
    assert reasons(decisions) == ["duplicate_id", "duplicate_id"]
    assert list(names(register).values()) == ["a"]
    assert len(register.devices) == 1


def test_a_stranger_in_quarantine_cannot_keep_others_out() -> None:
    """Else anybody could take the names of what is to come."""
    register = DeviceRegister()
    decisions = play(register, [said("x", point(1, root="strange")), said("a", point(1))])
    assert not reasons(decisions)
    assert sorted(names(register).values()) == ["a", "x"]


def test_a_device_moves_from_single_topics_to_one_and_nothing_goes_meanwhile() -> None:
    """Home Assistant's migration: say that it moves, announce anew, clear the old topics."""
    register = DeviceRegister()
    play(register, [said("a", point(1)), said("b", point(2))])
    decisions = play(
        register,
        [
            gone("a", hands_over=True),
            gone("b", hands_over=True),
            said("whole", point(1), point(2)),
            gone("a"),
            gone("b"),
        ],
    )
    assert not reasons(decisions)
    assert all(not one.gone for decision in decisions for one in decision.points.values())
    assert set(names(register).values()) == {"whole"}


def test_a_topic_that_names_another_device_now_lets_the_first_one_go() -> None:
    """A module was put into another socket."""
    register = DeviceRegister()
    play(register, [said("a", point(1), identity="one"), said("a", point(1), identity="two")])
    assert {one.identity: one.standing for one in register.devices.values()} == {
        "one": Standing.GONE,
        "two": Standing.ADMITTED,
    }


def test_topics_that_say_less_take_nothing_away() -> None:
    """ESPHome names the device in full once, and by its identifiers alone elsewhere."""
    register = DeviceRegister()
    full = {"name": "Box", "maker": "M", "model": "X", "software": "1", "supply": Supply.BATTERY}
    play(register, [said("a", point(1), **full), said("b", point(2))])
    device = next(iter(register.devices.values()))
    assert (device.name, device.maker, device.supply) == ("Box", "M", Supply.BATTERY)


def test_what_a_person_said_of_a_devices_supply_holds_when_it_is_announced_again() -> None:
    """Each start brings all announcements again; a sensor on a battery may have been given a plug."""
    register = DeviceRegister()
    play(register, [said("a", point(1)), said("b", point(2), supply=Supply.BATTERY)])
    device = next(iter(register.devices.values()))
    assert device.supply is Supply.BATTERY
    register.put([replace(device, supply=Supply.MAINS)], [])
    play(register, [said("a", point(1)), said("b", point(2), supply=Supply.BATTERY)])
    assert register.devices[device.id].supply is Supply.MAINS


@pytest.mark.parametrize(
    ("area", "room"),
    [("jade", "jade"), ("JADE  hall", "jade"), ("松厅", "pine"), ("Attic", None), ("", None), ("twin", None)],
)
def test_a_suggested_area_is_a_room_where_that_is_plain(area: str, room: str | None) -> None:
    """By key or by name in either language; two rooms of one name are nobody's guess."""
    twins = (Room(key="t1", name=Words("双", "Twin")), Room(key="t2", name=Words("双二", "Twin")))
    assert matching_room(area, (*ROOMS, *twins)) == room


def test_a_room_that_a_technician_took_away_is_not_suggested_again() -> None:
    """Only a new area is a new suggestion."""
    register = DeviceRegister()
    play(register, [said("a", point(1), area="jade")])
    device = next(iter(register.devices.values()))
    assert device.room == "jade"
    register.put([replace(device, room=None)], [])
    play(register, [said("a", point(1), area="jade", name="Renamed")])
    assert register.devices[device.id].room is None
    play(register, [said("a", point(1), area="pine")])
    assert register.devices[device.id].room == "pine"


def test_bounds_refuse_what_is_too_much_and_say_of_whom() -> None:
    """Each told once: by device, by publisher, by house."""
    house = House(ground=GROUND, bounds=Bounds(points_per_device=2, devices_per_publisher=2, points=4))
    register = DeviceRegister()
    decisions = play(
        register,
        [
            said("a", *(point(number) for number in range(3)), identity="one"),
            said("b", point(10), point(11), identity="two"),
            said("c", point(20), identity="three"),
            said("d", point(30, root="strange"), point(31, root="strange"), identity="four"),
        ],
        house,
    )
    found = [(one.reason, one.about) for decision in decisions for one in decision.refusals]
    one = device_id("node", "one")
    assert found == [("too_many_points", one), ("too_many_devices", "node"), ("too_many_points", "*")]
    assert register.count(Standing.ADMITTED) == 4
    assert register.count(Standing.QUARANTINED) == 1


def test_a_device_that_keeps_renaming_its_points_does_not_grow_for_ever() -> None:
    """What is gone is kept for its history, up to a bound (I13)."""
    house = House(ground=GROUND, bounds=Bounds(rows_per_device=5))
    register = DeviceRegister()
    decisions = play(register, [said("a", point(number)) for number in range(9)], house)
    assert "too_many_points" in reasons(decisions)
    assert all(len(register.points(device)) <= 5 for device in register.devices)


def test_a_trespass_leaves_everything_as_it_was() -> None:
    """As an invalid update does in Home Assistant."""
    register = DeviceRegister()
    decisions = play(register, [said("a", point(1)), said("a", point(1, root="other"), point(2))])
    assert reasons(decisions) == ["trespass"]
    assert list(names(register).values()) == ["a"]


def test_nobody_puts_words_into_the_mouth_of_a_device_of_ours() -> None:
    """Its topics are its own, and so is where it announces itself: the broker lets nobody else write there."""
    register = DeviceRegister()
    tele = point(1, root="yingbin/v1/hall/kiosk-1")
    assert reasons(play(register, [said("homeassistant/sensor/other/config", tele, identity="smoke")])) == ["trespass"]
    assert not register.devices
    assert not reasons(play(register, [said("homeassistant/device/kiosk-1/config", tele, identity="kiosk-1")]))


def test_our_own_devices_keep_their_names_and_strangers_cannot_take_them() -> None:
    """An agent's id is its device's id: what its button asks for is for the room it was put into."""
    assert device_id("kiosk-1", "kiosk-1") == "kiosk-1"
    assert device_id("node", "kiosk-1") != "kiosk-1"


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_every_device_gets_an_id_that_is_one(publisher: str, identity: str) -> None:
    """Whatever it calls itself: for topics, addresses of pages and files."""
    assert is_id(device_id(publisher, identity))
    assert device_id(publisher, identity) == device_id(publisher, identity)


EVENTS = [
    said("a", point(1), identity="one"),
    said("a", point(1), point(2), identity="one"),
    said("b", point(2), identity="one"),
    said("b", point(3), identity="two", via="one"),
    said("c", point(1), identity="two"),
    said("d", point(4, root="strange"), identity="three"),
    gone("a"),
    gone("b"),
    gone("a", hands_over=True),
    gone("c"),
    gone("d"),
]


@given(st.lists(st.sampled_from(EVENTS), max_size=14))
def test_whatever_comes_in_whatever_order_the_register_stays_sound(events: list[Announcement]) -> None:
    """One point for each unique id of those who are admitted; a device that is there has a point; counts are true."""
    register = DeviceRegister()
    for announcement in events:
        play(register, [announcement])
        again = decide(register, announcement, HOUSE, NOW + timedelta(hours=1))
        if not announcement.hands_over:
            assert not again.points, announcement
        live = [one for device in register.devices for one in register.live(device)]
        known = [one.config["unique_id"] for one in live if register.devices[one.device].standing is Standing.ADMITTED]
        assert len(known) == len(set(known))
        for device in register.devices.values():
            assert bool(register.live(device.id)) == (device.standing is not Standing.GONE)
        fresh = DeviceRegister(
            register.devices.values(),
            itertools.chain.from_iterable(register.points(device).values() for device in register.devices),
        )
        for standing in Standing:
            assert fresh.count(standing) == register.count(standing)
