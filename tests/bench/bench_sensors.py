"""Sensors through Mosquitto, the door and a durable row, beside a bare paho subscriber on the same broker.

Fifty rooms with twenty values each, half of them plain numbers (ESPHome), half in JSON behind a template (Zigbee2MQTT).
Publisher, broker and receiver are three processes; the publisher never runs further ahead than a window, so nothing is
dropped, and what is counted is what the receiver is done with: for the door, readings that are committed.
"""

import itertools
import json
import multiprocessing as mp
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_uint64
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from devices.clock import SystemClock
from devices.contract.topics import DISCOVERY, ROOMS
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings
from hub.broker import HOST, Broker, BrokerSettings
from hub.broker_files import Users, read_password, sensor_file
from hub.domain.announcing import House
from hub.domain.publishers import Ground
from hub.sensing import Sensing
from hub.store import migrate
from hub.store.sql import open_store
from tests.bench.hub_process import HALL_OF_7000, furnish, serving
from tests.bench.rows import Row, percentile, row

PUBLISHER = "bench"
DEVICES, POINTS = 50, 20
MESSAGES = 240_000
WARM = 6_000
TRIPS = 300
FLOOD = 8_000
WINDOW = 16_000
_ROUNDS = 3
_WAIT_S = 120.0


def rows() -> Iterator[Row]:
    """Measure both receivers in turn, a few times, and give the median of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        users = Users(sensors=(PUBLISHER,), workers=("bare",))
        broker = Broker(BrokerSettings(folder / "broker", "hall", (), users))
        broker.start()
        try:
            said = read_password(sensor_file(folder / "broker", PUBLISHER))
            rooms = broker.secrets(ROOMS).password
            _announce(broker.port, said)
            rates: dict[str, list[float]] = {"bare": [], "door": []}
            for number in range(_ROUNDS):
                for kind, found in rates.items():
                    database = f"sqlite:///{folder / f'{number}.db'}"
                    with _receiver(kind, broker.port, rooms, database) as done:
                        found.append(_rate(broker.port, said, done))
        finally:
            broker.stop()
    yield from _ingest_rows(rates)
    yield from _check_ins()


def _ingest_rows(rates: dict[str, list[float]]) -> Iterator[Row]:
    bare, door = (percentile(found, 0.5) for found in rates.values())
    yield row("sensors_bare_paho_per_s", bare, "1/s")
    yield row("sensors_stored_per_s", door, "1/s", "sensors_bare_paho_per_s", bare)


def _check_ins() -> Iterator[Row]:
    """Measure check-ins while nobody else speaks, while a thousand points say one value a second, and in a flood."""
    numbers = iter(range(3 * TRIPS))
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'bench.db'}"
        furnish(url, {range(3 * TRIPS): HALL_OF_7000})
        with serving(Path(name) / "hub", url, (PUBLISHER,)) as (hub, kiosk):
            said = read_password(sensor_file(hub.broker_folder, PUBLISHER))
            _announce(hub.port, said)
            for rate in (0, 1_000, FLOOD):
                with _speaking(hub.port, said, rate):
                    trips = [kiosk.ask(number) for number in itertools.islice(numbers, TRIPS)][10:]
                if not rate:
                    alone = percentile(trips, 0.5)
                yield row(f"check_in_ms_beside_{rate}_readings_per_s", percentile(trips, 0.5), "ms", "alone", alone)
                yield row(f"check_in_p99_ms_beside_{rate}_readings_per_s", percentile(trips, 0.99), "ms")


@contextmanager
def _speaking(port: int, password: str, rate: int) -> Iterator[None]:
    """Let the points say ``rate`` values a second meanwhile, twenty times a second."""
    over = threading.Event()
    count = DEVICES * POINTS
    packets = [_packet(number, turn) for turn in range(10) for number in range(count)]

    def speak() -> None:
        at = 0
        with _publisher(port, password) as sock:
            while not over.wait(0.05):
                some = packets[at : at + rate // 20]
                at = (at + rate // 20) % len(packets)
                sock.sendall(b"".join(some))

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    over.wait(1.0 if rate else 0.0)
    try:
        yield
    finally:
        over.set()
        thread.join()


def _topic(number: int) -> str:
    return f"{PUBLISHER}/{number // POINTS}/{number % POINTS}"


def _announce(port: int, password: str) -> None:
    """Announce a thousand points, retained."""
    client = Client(CallbackAPIVersion.VERSION2, PUBLISHER)
    client.username_pw_set(PUBLISHER, password)
    client.connect(HOST, port)
    client.loop_start()
    for number in range(DEVICES * POINTS):
        said: dict[str, Any] = {
            "name": f"Value {number}",
            "unique_id": f"{PUBLISHER}-{number}",
            "state_topic": _topic(number),
            "unit_of_measurement": "°C",
            "device_class": "temperature",
            "device": {"identifiers": [f"node-{number // POINTS}"]},
        }
        said |= {"value_template": "{{ value_json.temperature }}"} if number % 2 else {}
        topic = f"{DISCOVERY}/sensor/{PUBLISHER}/{number}/config"
        client.publish(topic, json.dumps(said), qos=1, retain=True).wait_for_publish(_WAIT_S)
    client.disconnect()
    client.loop_stop()


def _packet(number: int, turn: int) -> bytes:
    """Write one PUBLISH with QoS 0 (MQTT 3.1.1, 3.3): a publisher that costs nearly nothing."""
    topic = _topic(number).encode()
    value = f"{20 + (turn + number) % 100 / 10:.1f}"
    payload = json.dumps({"battery": 97, "linkquality": 120, "temperature": float(value)}) if number % 2 else value
    body = struct.pack("!H", len(topic)) + topic + payload.encode()
    return bytes([0x30, len(body)]) + body if len(body) < 128 else bytes([0x30, len(body) % 128 | 128, 1]) + body


def _rate(port: int, password: str, done: Any) -> float:  # noqa: ANN401 - a shared counter
    """Send all messages within the window; return how many a second were done with, after some to warm up."""
    count = DEVICES * POINTS
    turns = [b"".join(_packet(number, turn) for number in range(count)) for turn in range(10)]
    with _publisher(port, password) as sock:
        began = 0.0
        start = done.value
        for sent in range(0, WARM + MESSAGES, count):
            if sent == WARM:
                began, start = _all(done, start + sent), done.value
            sock.sendall(turns[sent // count % 10])
            _wait(done, start + sent + count - WINDOW - (WARM if began else 0))
        return MESSAGES / (_all(done, start + MESSAGES) - began)


@contextmanager
def _publisher(port: int, password: str) -> Iterator[socket.socket]:
    """Connect as a sensor, by hand (MQTT 3.1.1, 3.1)."""
    with socket.create_connection((HOST, port)) as sock:
        head = struct.pack("!H4sBBH", 4, b"MQTT", 4, 0xC2, 60)
        texts = (b"", PUBLISHER.encode(), password.encode())
        connect = head + b"".join(struct.pack("!H", len(text)) + text for text in texts)
        sock.sendall(bytes([0x10, len(connect)]) + connect)
        assert sock.recv(4)[3] == 0, "the broker refuses the publisher"
        yield sock


def _all(done: Any, wanted: int) -> float:  # noqa: ANN401 - a shared counter
    _wait(done, wanted)
    return time.perf_counter()


def _wait(done: Any, wanted: int) -> None:  # noqa: ANN401 - a shared counter
    deadline = time.monotonic() + _WAIT_S
    pause = threading.Event()
    while done.value < wanted:
        assert time.monotonic() < deadline, f"{done.value} of {wanted} messages arrived"
        pause.wait(0.002)


@contextmanager
def _receiver(kind: str, port: int, password: str, database: str) -> Iterator[Any]:
    """Run a receiver as a process of its own; gives the counter of what it is done with."""
    context = mp.get_context("spawn")
    done, ready = context.Value(c_uint64, 0, lock=False), context.Event()
    target = _bare if kind == "bare" else _door
    process = context.Process(target=target, args=(port, password, database, done, ready), daemon=True)
    process.start()
    try:
        assert ready.wait(_WAIT_S), f"{kind} does not start"
        yield done
    finally:
        process.kill()
        process.join()


def _bare(port: int, password: str, _database: str, done: Any, ready: Any) -> None:  # noqa: ANN401 - shared things
    client = Client(CallbackAPIVersion.VERSION2, ROOMS)
    client.username_pw_set(ROOMS, password)

    def hear(*_: object) -> None:
        done.value += 1

    client.on_message = hear

    def ask(*_: object) -> None:
        client.subscribe(f"{PUBLISHER}/#")

    client.on_connect = ask
    client.on_subscribe = lambda *_: ready.set()
    client.connect(HOST, port)
    client.loop_forever()


def _door(port: int, password: str, database: str, done: Any, ready: Any) -> None:  # noqa: ANN401 - shared things
    migrate.upgrade(database)
    house = House(ground=Ground(site="hall", prefix=DISCOVERY, trusted=frozenset({PUBLISHER})))
    door = Sensing(open_store(database), house=house, clock=SystemClock(), ids=uuid7, after=lambda: None)
    link = MqttLink(
        LinkSettings(HOST, port, ROOMS, "", lambda _: b"", username=ROOMS, password=password), door.received
    )
    door.attach(link)
    door.start()
    link.start()
    pause = threading.Event()
    while True:
        pause.wait(0.005)
        done.value = door.counts["readings"]
        connection: Any = link._connection
        if not ready.is_set() and door.listened["topics"] > DEVICES * POINTS:
            subscribed = connection._subscriptions
            if not subscribed.waiting and not subscribed._changed:
                ready.set()
