import json

import pytest

from devices.announcing import ONLINE, Component, Entity, Nameplate, TooLarge, announce, no_longer
from devices.contract.envelope import MAX_BYTES

PLATE = Nameplate(
    site="hall-a", device="room-1", name="Grand hall", model="room agent", software="test 1", area="Grand hall"
)
WARM = Entity(key="air_temperature", name="Air", device_class="temperature", unit="°C", expires_s=60)


def test_a_device_says_what_the_discovery_format_asks_for() -> None:
    """Device, origin and components are there, each component has platform and unique id (iot-conventions 1.2)."""
    topic, payload = announce(PLATE, [WARM, ONLINE])
    found = json.loads(payload)
    assert topic == "homeassistant/device/room-1/config"
    assert found["dev"]["ids"] == ["room-1"]
    assert found["o"]["name"]
    assert found["avty_mode"] == "all"
    assert [one["t"] for one in found["avty"]] == ["yingbin/v1/hall-a/hub/state", "yingbin/v1/hall-a/room-1/state"]
    assert set(found["cmps"]) == {"air_temperature", "online"}
    for key, one in found["cmps"].items():
        assert one["p"] in {"sensor", "binary_sensor"}
        assert one["uniq_id"] == f"room-1_{key}"
        assert one["stat_t"].startswith("yingbin/v1/hall-a/room-1/")
    assert found["cmps"]["air_temperature"]["exp_aft"] == 60


def test_words_of_a_switch_and_of_an_event_are_named() -> None:
    """Home Assistant's defaults are ON and OFF; ours are small letters."""
    relay = Entity(key="lights", name="Lights", component=Component.BINARY_SENSOR)
    button = Entity(key="button", name="Button", component=Component.EVENT, options=("tea", "help"))
    mode = Entity(key="mode", name="Mode", options=("heat", "cool"))
    found = json.loads(announce(PLATE, [relay, button, mode])[1])["cmps"]
    assert (found["lights"]["pl_on"], found["lights"]["pl_off"]) == ("on", "off")
    assert found["button"]["evt_typ"] == ["tea", "help"]
    assert found["mode"]["ops"] == ["heat", "cool"]


def test_what_an_earlier_announcement_had_is_removed_by_naming_it_with_nothing_else() -> None:
    """Left out, a component would stay for ever in a Home Assistant."""
    before = announce(PLATE, [WARM, ONLINE])[1]
    gone = no_longer(before, [ONLINE])
    assert gone == {"air_temperature": "sensor"}
    found = json.loads(announce(PLATE, [ONLINE], gone=gone)[1])["cmps"]
    assert found["air_temperature"] == {"p": "sensor"}


@pytest.mark.parametrize(
    "before", [b"", b"{", b"[]", b"null", b'{"cmps":[]}', b'{"cmps":{"a":1}}', b'{"cmps":{"a":{"p":"x"}}}', b"[" * 9999]
)
def test_what_was_no_announcement_of_ours_removes_nothing(before: bytes) -> None:
    """Whoever could write there cannot make a device fail."""
    assert no_longer(before, [WARM]) == {}


def test_a_point_that_stands_twice_is_a_mistake() -> None:
    """One of the two would silently not exist."""
    with pytest.raises(ValueError, match="air_temperature"):
        announce(PLATE, [WARM, WARM])


def test_more_than_a_message_holds_is_refused_with_the_size() -> None:
    """The broker would drop the connection."""
    many = [Entity(key=f"point_{number}", name="x" * 60) for number in range(200)]
    with pytest.raises(TooLarge, match=str(MAX_BYTES)):
        announce(PLATE, many)


def test_64_points_of_an_agent_fit() -> None:
    """As many readings as a message may have."""
    many = [Entity(key=f"point_number_{number}", name="A point with a name") for number in range(64)]
    assert len(announce(PLATE, many)[1]) <= MAX_BYTES
