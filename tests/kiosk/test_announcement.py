"""What a kiosk announces, read back by the hub's own reader of Home Assistant's discovery."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from devices.announcing import Nameplate
from devices.contract import codec
from devices.contract.messages import DeviceState, Heartbeat, Need, Status
from devices.contract.topics import Leaf, hub_state, topic
from devices.ids import uuid7
from hub.discovery import PointReader, read_announcement
from hub.domain.field_devices import Quantity
from kiosk.announcement import ENTITIES, announcement_of

NOW = datetime(2026, 12, 31, 1, 2, 3, tzinfo=UTC)
PLATE = Nameplate(site="hall-a", device="kiosk-1", name="East (kiosk-1)", model="kiosk", software="test")
TELE, STATE, HUB = topic("hall-a", "kiosk-1", Leaf.TELE), topic("hall-a", "kiosk-1", Leaf.STATE), hub_state("hall-a")


def stamp() -> dict[str, Any]:
    """Return an envelope."""
    return {"id": uuid7(), "ts": NOW, "boot": uuid7(), "seq": 1}


def readers() -> dict[str, PointReader]:
    """Announce, and read the announcement back."""
    found = read_announcement(*announcement_of(PLATE, wanted=True), "homeassistant")
    return {point.unique_id.partition("_")[2]: PointReader(point.component, point.config) for point in found.points}


def said(by: dict[str, PointReader], **health: Any) -> dict[str, float | str | None]:  # noqa: ANN401 - any field
    """Return what each point says after a heartbeat; nothing for a point that keeps what it said."""
    beat = Heartbeat(**stamp(), **({"max_seq": 9, "unacked": 3, "oldest_s": 1.5, "mono_ms": 5} | health))
    heard = {
        key: one.hear_state(TELE, codec.encode(beat), False, NOW)  # noqa: FBT003 - the reader's own signature
        for key, one in by.items()
        if TELE in one.state_topics
    }
    return {key: one.text or one.value for key, one in heard.items() if one}


def test_the_hub_reads_every_point_of_a_kiosk() -> None:
    """All of them, with the quantities that they are kept under."""
    found = read_announcement(*announcement_of(PLATE, wanted=True), "homeassistant")
    assert found.device is not None
    assert (found.device.identity, found.device.name) == ("kiosk-1", "East (kiosk-1)")
    points = {point.unique_id: point for point in found.points}
    assert set(points) == {f"kiosk-1_{entity.key}" for entity in ENTITIES}
    assert points["kiosk-1_cpu"].quantity is Quantity.TEMPERATURE


@pytest.mark.parametrize(
    ("health", "key", "value"),
    [
        ({"cpu_c": 51.5}, "cpu", 51.5),
        ({}, "cpu", None),
        ({}, "unsent", 3.0),
        ({"camera_ok": True}, "camera", "off"),
        ({"camera_ok": False}, "camera", "on"),
        ({}, "camera", None),
        ({"needs": (Need.PAPER_OUT,)}, "needs", "on"),
        ({}, "needs", "off"),
        ({"power_low": True}, "power", "on"),
    ],
)
def test_a_heartbeat_gives_each_point_its_value(health: dict[str, Any], key: str, value: float | str | None) -> None:
    """What a heartbeat does not tell is unknown, and not fine."""
    assert (said(readers(), **health)[key] or None) == value


@pytest.mark.parametrize(
    ("hub", "kiosk", "available"),
    [
        (Status.ONLINE, Status.ONLINE, True),
        (Status.ONLINE, Status.STOPPING, False),
        (Status.ONLINE, Status.OFFLINE, False),
        (Status.OFFLINE, Status.ONLINE, False),
    ],
)
def test_a_kiosk_is_available_while_it_and_the_hub_are_there(hub: Status, kiosk: Status, available: bool) -> None:  # noqa: FBT001 - a case
    """A clean stop is no less away than a cut cable; Home Assistant knows two words, our presence three."""
    reader = readers()["cpu"]
    for where, status in ((HUB, Status.ONLINE), (STATE, Status.ONLINE), (HUB, hub), (STATE, kiosk)):
        reader.hear_availability(where, codec.encode(DeviceState(**stamp(), status=status)))
    assert reader.available is available


def test_a_kiosk_that_shall_not_announce_itself_takes_its_announcement_back() -> None:
    """The empty retained payload removes the device."""
    where, payload = announcement_of(PLATE, wanted=False)
    assert (where, payload) == ("homeassistant/device/kiosk-1/config", b"")
    assert read_announcement(where, payload, "homeassistant").device is None


def test_the_message_is_small() -> None:
    """It is kept by the broker for each kiosk."""
    payload = announcement_of(PLATE, wanted=True)[1]
    assert len(payload) < 4_096
    assert json.loads(payload)["cmps"]["online"]["avty"] == []


def test_whether_a_kiosk_is_online_can_be_read_while_it_is_away() -> None:
    """The one point that does not vanish with its kiosk, and does not keep it available either."""
    reader = readers()["online"]
    assert reader.availability_topics == frozenset()
    away = codec.encode(DeviceState(**stamp(), status=Status.OFFLINE))
    told = reader.hear_state(STATE, away, False, NOW)  # noqa: FBT003 - the reader's own signature
    assert told is not None
    assert told.text == "off"
