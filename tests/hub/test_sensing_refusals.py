import json
from functools import partial

import pytest

from tests.hub.sensors import START, STATE, TEMPERATURE, Rooms, Wait, make_house, sensor

pytestmark = pytest.mark.broker


def test_what_nobody_can_believe_is_counted_and_the_old_value_stays(rooms: Rooms, wait_until: Wait) -> None:
    """Not a number, a torn-off probe, memory read as a number, 16 KiB and more."""
    rooms.say(TEMPERATURE, sensor(), retain=True)
    wait_until(lambda: rooms.hears(1))
    rooms.say(STATE, "20")
    for junk in ("nan", "inf", "-127", "1e300", "warm", "9" * 17_000):
        rooms.sensor("hall-node")
        rooms.say_raw(STATE, junk.encode(), by="hall-node")
    wait_until(lambda: rooms.devices()["hall-node"].refused == 6)
    assert rooms.latest()["Temperature"].value == 20
    assert rooms.devices()["hall-node"].refused_why
    assert rooms.reasons() == ["too_large"]


def test_a_clock_twenty_years_off_does_not_move_a_reading(rooms: Rooms, wait_until: Wait) -> None:
    """The time of arrival stands in for a time that cannot be."""
    rooms.say(TEMPERATURE, sensor(value_template="{{ value_json.t }}"), retain=True)
    wait_until(lambda: rooms.hears(1))
    for number, said in enumerate(("2006-05-04T09:00:00Z", "2046-05-04T09:00:00Z", "2026-05-04T08:59:30Z"), 1):
        rooms.say(STATE, {"t": number, "ts": said})
        wait_until(partial(lambda least: rooms.door.counts["readings"] >= least, number))
    with rooms.store.read() as tx:
        latest = next(iter(tx.readings.latest().values()))
    assert (latest.at, latest.value) == (START, 2.0)


@pytest.mark.parametrize(
    ("topic", "said", "reason"),
    [
        (TEMPERATURE, b"{not json", "json"),
        (TEMPERATURE, sensor(state_topic="#"), "topic_wildcard"),
        (TEMPERATURE, sensor(state_topic="hall-node/+/state"), "topic_wildcard"),
        (TEMPERATURE, sensor(state_topic="$SYS/broker/uptime"), "topic_reserved"),
        (TEMPERATURE, sensor(state_topic="yingbin/v1/hall/kiosk-2/tele"), "trespass"),
        (TEMPERATURE, sensor(availability_topic="zigbee2mqtt/bridge/state"), "trespass"),
        (TEMPERATURE, sensor(json_attributes_topic="x", command_topic="plug-7/set"), None),
        (TEMPERATURE, sensor(state_topic="homeassistant/status"), "trespass"),
        (TEMPERATURE, sensor(value_template="{% for a in range(9) %}{% for b in range(9) %}{% endfor %}"), "template"),
    ],
)
def test_what_cannot_be_used_is_on_the_page_once_with_its_reason(
    plain: Rooms, wait_until: Wait, topic: str, said: object, reason: str | None
) -> None:
    """However often it comes, and over a restart when the broker keeps it."""
    plain.open()
    plain.say(topic, said, retain=True)
    plain.settle()
    plain.say(topic, said, retain=True)
    plain.settle()
    plain.close()
    plain.open()
    plain.settle()
    found = plain.quarantined()
    if reason is None:
        assert not found
        return
    assert [(item.reason, item.times) for item in found] == [(reason, 1)]
    assert found[0].detail
    assert found[0].leaf == topic
    assert not plain.points()
    wait_until(lambda: plain.link is not None and plain.link.connected)


def test_entities_that_cannot_be_used_are_on_the_page_and_the_device_works_without_them(
    rooms: Rooms, wait_until: Wait
) -> None:
    """Those of one reason in one row, which names the option of the first."""
    good = {"p": "sensor", "uniq_id": "u1", "stat_t": STATE}
    bad = {f"bad{number}": {"p": "sensor", "uniq_id": f"b{number}", "stat_t": "#"} for number in range(3)}
    said = {
        "dev": {"ids": "node"},
        "o": {"name": "x"},
        "cmps": {"good": good, **bad, "odd": {"p": "sensor", "uniq_id": "odd"}},
    }
    rooms.say("homeassistant/device/hall-node/config", said, retain=True)
    wait_until(lambda: rooms.hears(1))
    rooms.say("homeassistant/device/hall-node/config", said, retain=True)
    rooms.settle()
    found = {item.reason: item for item in rooms.quarantined()}
    assert sorted(found) == ["required", "topic_wildcard"]
    assert found["topic_wildcard"].field == "components.bad0.state_topic"
    assert "2 more of its entities too, such as components.bad1.state_topic" in found["topic_wildcard"].detail
    assert [item.times for item in found.values()] == [1, 1]
    assert len(rooms.points()) == 1


def test_a_second_device_with_the_same_unique_id_is_ignored_with_the_reason(rooms: Rooms, wait_until: Wait) -> None:
    """ESPHome's old way gives the same ids in every room (golden table)."""
    rooms.say(TEMPERATURE, sensor(), retain=True)
    wait_until(rooms.points)
    other = sensor(state_topic="zigbee2mqtt/x", device={"identifiers": ["z"]})
    rooms.say("homeassistant/sensor/0x2/temperature/config", other, by="zigbee2mqtt")
    wait_until(lambda: rooms.reasons() == ["duplicate_id"])
    assert TEMPERATURE in rooms.quarantined()[0].detail
    assert list(rooms.devices()) == ["hall-node"]


def test_a_message_of_a_megabyte_is_refused_where_a_technician_sees_it(plain: Rooms, wait_until: Wait) -> None:
    """As a state and as an announcement; the next reading comes through."""
    plain.open()
    plain.say(TEMPERATURE, sensor(), retain=True)
    wait_until(lambda: plain.hears(1))
    plain.say_raw(STATE, b"9" * 1_000_000, by="hall-node")
    plain.say_raw("homeassistant/device/hall-node/config", b"{" * 1_000_000, by="hall-node")
    wait_until(lambda: plain.reasons() == ["too_large", "too_large"])
    assert all("1000000 bytes" in item.detail and len(item.payload) < 16_384 for item in plain.quarantined())
    plain.say(STATE, "20")
    wait_until(plain.latest)


def test_ten_thousand_entities_of_one_device_leave_two_hundred(plain: Rooms, wait_until: Wait) -> None:
    """And one line on the page, not ten thousand: those would push all others out."""
    plain.open()
    link = plain.sensor("hall-node")
    for number in range(10_000):
        said = json.dumps(sensor(unique_id=f"u{number}")).encode()
        link.publish(f"homeassistant/sensor/hall-node/t{number}/config", said, qos=0)
    wait_until(lambda: plain.door.counts["announcements"] >= 10_000)
    plain.settle()
    assert len(plain.points()) == 200
    assert plain.reasons() == ["too_many_points"]
    assert plain.door.counts["announcements_dropped"] == 0


def test_a_house_has_bounds_for_devices_and_points(plain: Rooms, wait_until: Wait) -> None:
    """Settings: so many devices of a publisher, so many points in all."""
    plain.open(make_house(devices_per_publisher=2, points=3))
    for number in range(4):
        said = sensor(unique_id=f"u{number}", device={"identifiers": [f"node-{number}"]})
        plain.say(f"homeassistant/sensor/hall-node/t{number}/config", said, retain=True)
    wait_until(lambda: plain.reasons() == ["too_many_devices"])
    assert len(plain.devices()) == 2
    for number in range(5, 8):
        said = sensor(unique_id=f"u{number}", device={"identifiers": ["node-0"]})
        plain.say(f"homeassistant/sensor/hall-node/t{number}/config", said, retain=True)
    wait_until(lambda: plain.reasons() == ["too_many_devices", "too_many_points"])
    assert len(plain.points()) == 3
