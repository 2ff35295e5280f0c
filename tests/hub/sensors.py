"""A hub's door for sensors on a real broker, with sensors of other makers outside."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from devices.contract.topics import DISCOVERY, ROOMS, hub_state
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, Received, Translator
from hub.broker import HOST, Broker
from hub.broker_files import LARGEST_PACKET, read_password, sensor_file
from hub.domain.announcing import House
from hub.domain.device_register import Bounds
from hub.domain.field_devices import FieldDevice, Point, Standing
from hub.domain.publishers import Ground
from hub.domain.readings import Reading
from hub.ports import Quarantined, Store
from hub.sensing import Sensing
from tests.conftest import SENSORS, SITE

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
TRUSTED = frozenset({"hall-node", "zigbee2mqtt"})
Wait = Callable[[Callable[[], object]], None]


class Watch:
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        """Return the time it shows."""
        return self.at

    def monotonic_ms(self) -> int:
        """Return the same in milliseconds."""
        return int(self.at.timestamp() * 1000)

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


def make_house(**bounds: int) -> House:
    """Return what announcements are judged by in these tests: two publishers are trusted, and one kiosk is ours."""
    ground = Ground(site=SITE, prefix=DISCOVERY, hub=hub_state(SITE), enrolled=frozenset({"kiosk-1"}), trusted=TRUSTED)
    return House(ground=ground, bounds=Bounds(**bounds))


@dataclass(slots=True)
class Rooms:
    """The door, its store, and a way to speak as one of the sensors."""

    store: Store
    broker: Broker
    folder: Path
    wait_until: Wait
    clock: Watch = field(default_factory=Watch)
    links: dict[str, MqttLink] = field(default_factory=dict)
    heard: list[Received] = field(default_factory=list)
    sensing: Sensing | None = None
    link: MqttLink | None = None

    @property
    def door(self) -> Sensing:
        """Return the door, which is open."""
        assert self.sensing is not None
        return self.sensing

    def open(self, house: House | None = None, translators: tuple[Translator, ...] = ()) -> Sensing:
        """Open the door, and wait until it hears."""
        self.sensing = Sensing(
            self.store,
            house=house or make_house(),
            clock=self.clock,
            ids=uuid7,
            after=lambda: None,
            translators=translators,
        )
        self.link = MqttLink(
            LinkSettings(
                host=HOST,
                port=self.broker.port,
                client_id=ROOMS,
                username=ROOMS,
                password=self.broker.secrets(ROOMS).password,
                state_topic=f"{DISCOVERY}/status",
                presence=lambda status: status.encode(),
                state_retained=False,
                largest=LARGEST_PACKET,
            ),
            self.sensing.received,
        )
        self.sensing.attach(self.link)
        self.sensing.start()
        self.link.start()
        self.wait_until(lambda: self.link is not None and self.link.connected)
        self.wait_until(lambda: self.door.listened["topics"] >= 2)
        return self.sensing

    def close(self) -> None:
        """Close the door, storing what waits."""
        if self.sensing is not None and self.link is not None:
            self.link.stop()
            self.sensing.stop()
        self.sensing = None

    def sensor(self, name: str) -> MqttLink:
        """Return the link of a sensor, connected."""
        if name not in self.links:
            password = (
                read_password(sensor_file(self.folder, name)) if name in SENSORS else self.broker.secrets(name).password
            )
            settings = LinkSettings(HOST, self.broker.port, name, "", lambda _: b"", name, password)
            link = self.links[name] = MqttLink(settings, self.heard.append)
            link.listen({f"{DISCOVERY}/status": 0})
            link.start()
            self.wait_until(lambda: link.connected)
        return self.links[name]

    def say(self, topic: str, payload: object, *, retain: bool = False, by: str = "") -> None:
        """Let a sensor say something; text and bytes as they are, everything else as JSON."""
        raw = payload.encode() if isinstance(payload, str) else payload
        data = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
        self.sensor(by or _speaker(topic)).publish(topic, data, retain=retain)

    def say_raw(self, topic: str, payload: bytes, by: str) -> None:
        """Say what our own link refuses to send: as another maker's client would, in place of that link.

        The broker knows clients by their users' names, so the two would push each other out.
        """
        if by in self.links:
            self.links.pop(by).stop()
        client = Client(CallbackAPIVersion.VERSION2, f"raw-{by}")
        client.username_pw_set(by, read_password(sensor_file(self.folder, by)))
        client.connect(HOST, self.broker.port)
        client.loop_start()
        client.publish(topic, payload, qos=1).wait_for_publish(30)
        client.disconnect()
        client.loop_stop()

    def devices(self) -> dict[str, FieldDevice]:
        """Return what is stored of devices, by id."""
        with self.store.read() as tx:
            return {device.id: device for device in tx.field_devices.all()}

    def points(self) -> dict[str, Point]:
        """Return the points that are there, by id."""
        with self.store.read() as tx:
            return {point.id: point for point in tx.field_devices.points() if not point.gone}

    def latest(self) -> dict[str, Reading]:
        """Return the newest readings, by the name of their point."""
        with self.store.read() as tx:
            names = {point.id: point.name for point in tx.field_devices.points()}
            return {names[point]: reading for point, reading in tx.readings.latest().items()}

    def quarantined(self) -> list[Quarantined]:
        """Return what was quarantined, the newest first."""
        with self.store.read() as tx:
            return list(tx.records.quarantined(100))

    def reasons(self) -> list[str]:
        """Return why."""
        return sorted(item.reason for item in self.quarantined())

    def hears(self, points: int) -> bool:
        """Say whether so many points are listened to, and the broker has granted all that was asked."""
        connection: Any = self.link and self.link._connection
        subscribed = connection._subscriptions
        asked = self.door._listening.filters.keys() <= self.door._filters.keys()
        granted = subscribed._wanted == self.door._filters and not (subscribed.waiting or subscribed._changed)
        return self.door.listened["points"] == points and asked and granted

    def settle(self) -> None:
        """Wait until the door has looked at everything that came before this."""
        before = self.door.counts["announcements"]
        self.say("homeassistant/sensor/nobody/config", b"", by="hall-node")
        self.door._said.clear()
        self.wait_until(lambda: self.door.counts["announcements"] > before)
        turns = self.door.counts["turns"]
        self.wait_until(lambda: self.door.counts["turns"] >= turns + 2)


def _speaker(topic: str) -> str:
    return next((name for name in SENSORS if name in topic), "hall-node")


def sensor(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any option
    """Return the announcement of a temperature of the hall's node."""
    found: dict[str, Any] = {
        "name": "Temperature",
        "unique_id": "hall-node-temperature",
        "state_topic": "hall-node/sensor/temperature/state",
        "device_class": "temperature",
        "unit_of_measurement": "°C",
        "device": {"identifiers": ["hall-node"], "name": "Hall node", "manufacturer": "ESPHome"},
    }
    return {key: value for key, value in (found | changes).items() if value is not None}


TEMPERATURE = "homeassistant/sensor/hall-node/temperature/config"
STATE = "hall-node/sensor/temperature/state"


def decide_on(store: Store, device: str, standing: Standing) -> None:
    """Do what a technician does on the page: admit a device, or refuse it."""
    with store.write() as tx:
        found = tx.field_devices.get(device)
        assert found is not None
        tx.field_devices.save(replace(found, standing=standing))
        tx.feed.touch([("field_device", device)])
