"""A flood, a database that is away, a hub that is killed, code that fails: telemetry may suffer, nothing else does."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.topics import Leaf, topic
from devices.link import MqttLink
from devices.ports import LinkSettings, Received
from hub.broker import HOST
from hub.broker_files import read_password, sensor_file
from hub.domain.field_devices import FieldDevice
from hub.domain.readings import Reading
from hub.ports import StoreUnavailable
from hub.sensor_queue import MOST_STATES, SensorQueue
from hub.store.sql import open_store
from tests.conftest import SITE
from tests.hub.hall import Hall, event
from tests.hub.sensors import STATE, TEMPERATURE, Rooms, Wait, sensor

pytestmark = pytest.mark.broker


def test_a_flood_of_telemetry_loses_no_check_in(hall: Hall, plain: Rooms, wait_until: Wait) -> None:
    """Two links, two queues: what drowns in one is not in the other. The hub's memory is the same for both."""
    plain.open()
    plain.say(TEMPERATURE, sensor(), retain=True)
    wait_until(lambda: plain.hears(1))
    node = plain.sensor("hall-node")
    scans = [event(1, seq=number) for number in range(1, 101)]
    for number, scan in enumerate(scans):
        for turn in range(150):
            node.publish(STATE, str(20 + (number + turn) % 9).encode(), qos=0)
        hall.kiosk.publish_soon(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), codec.encode(scan), lambda _: None)
    wait_until(lambda: len(hall.answers()) == len(scans))
    assert hall.answers().keys() == {scan.id for scan in scans}
    wait_until(lambda: plain.door.counts["readings"] + plain.door.counts["dropped"] == 15_000)
    assert not hall.ingest.counts["queue_full"]


def test_of_too_much_the_newest_stays_and_the_rest_is_counted() -> None:
    """Bounded in messages and in bytes; announcements are no part of that flood."""
    counted: Counter[str] = Counter()
    queue = SensorQueue("homeassistant", counted)
    queue.put(Received("homeassistant/sensor/x/config", b"{}", retained=True))
    for number in range(MOST_STATES + 5):
        queue.put(Received("x/state", str(number).encode()))
    batch = queue.take()
    assert [len(batch.announcements), len(batch.states), counted["dropped"]] == [1, MOST_STATES, 5]
    assert batch.states[-1].payload == str(MOST_STATES + 4).encode()
    for _ in range(3_000):
        queue.put(Received("x/state", b"x" * 16_000))
    assert len(queue.take().states) * 16_000 <= 32 << 20
    assert counted["dropped"] > 5


def test_while_the_database_is_away_readings_are_lost_and_counted_and_announcements_wait(
    plain: Rooms, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Allowed for telemetry. What was plugged in meanwhile is there when the database is back."""
    plain.open()
    plain.say(TEMPERATURE, sensor(expire_after=900), retain=True)
    wait_until(lambda: plain.hears(1))
    plain.say(STATE, "20")
    wait_until(plain.latest)
    real = plain.store.write

    def gone() -> object:
        raise StoreUnavailable("the database is away")

    monkeypatch.setattr(plain.store, "write", gone)
    plain.clock.forward(5)
    plain.say(STATE, "21")
    wait_until(lambda: plain.door.counts["lost"] == 1)
    other = sensor(unique_id="h", name="Humidity", device_class="humidity", unit_of_measurement="%")
    plain.say("homeassistant/sensor/hall-node/humidity/config", other, retain=True)
    wait_until(lambda: plain.door.counts["store_unavailable"] > 2)
    assert plain.door.alive
    monkeypatch.setattr(plain.store, "write", real)
    wait_until(lambda: len(plain.points()) == 2)
    assert plain.latest()["Temperature"].value == 20
    plain.clock.forward(5)
    plain.say(STATE, "22")
    wait_until(lambda: plain.latest()["Temperature"].value == 22)


def test_one_message_that_our_own_code_cannot_digest_costs_nobody_else(
    plain: Rooms, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, and the next one is heard."""
    plain.open()
    plain.say(TEMPERATURE, sensor(), retain=True)
    wait_until(lambda: plain.hears(1))
    hear = plain.door._listening.hear

    def trip(message: Received, *rest: object) -> None:
        if message.payload == b"13":
            raise ZeroDivisionError
        hear(message, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(type(plain.door._listening), "hear", lambda _, *given: trip(*given))
    plain.say(STATE, "13")
    plain.say(STATE, "14")
    wait_until(plain.latest)
    assert plain.latest()["Temperature"].value == 14
    assert plain.door.counts["message_failed"] == 1


SETTINGS = """
site = "hall"
kiosks = ["kiosk-1"]
sensors = ["hall-node"]
data = "{folder}/data"
[broker]
port = {broker}
[web]
port = {web}
[rooms]
publishers = ["hall-node"]
"""


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as free:
        return int(free.getsockname()[1])


class Served:
    """A whole hub as a process of its own."""

    def __init__(self, folder: Path, wait_until: Wait) -> None:
        self.folder, self.wait_until = folder, wait_until
        self.web, self.broker = _free_port(), _free_port()
        text = SETTINGS.format(folder=folder, broker=self.broker, web=self.web)
        (folder / "hub.toml").write_text(text, encoding="utf-8")

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run it, and kill it at the end as a power cut would."""
        command = [sys.executable, "-m", "hub", "serve", "--config", str(self.folder / "hub.toml")]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                self.wait_until(lambda: self._get("/healthz")[0] == 200)
                yield process
            finally:
                process.send_signal(signal.SIGKILL)
        self.wait_until(lambda: _refused(self.broker))

    def _get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.web}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()
        except OSError:
            return 0, ""

    def health(self) -> object:
        """Return what /healthz says."""
        return json.loads(self._get("/healthz")[1])

    def count(self, name: str) -> float:
        """Return one figure of /metrics."""
        lines = self._get("/metrics")[1].splitlines()
        return next((float(line.split()[-1]) for line in lines if line.split()[0].endswith(name)), 0.0)

    def stored(self) -> tuple[list[FieldDevice], list[Reading]]:
        """Return what a dead hub has left on disk."""
        store = open_store(f"sqlite:///{self.folder / 'data' / 'hub.sqlite3'}")
        with store.read() as tx:
            found = list(tx.field_devices.all()), list(tx.readings.latest().values())
        store.close()
        return found


def _refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def test_a_hub_that_is_killed_knows_afterwards_when_it_last_heard_each_device(tmp_path: Path, wait_until: Wait) -> None:
    """Kill -9, twice: what was stored is the same before and after, though the broker tells everything again."""
    served = Served(tmp_path, wait_until)
    with served.running() as first:
        assert first.pid != os.getpid()
        assert "rooms" in str(served.health())
        with _node(served, wait_until) as node:
            node.publish(TEMPERATURE, json.dumps(sensor(expire_after=86_400)).encode(), retain=True)
            wait_until(lambda: served.count("sensors_points") == 1)
            wait_until(lambda: _heard_by(served, node))
        wait_until(lambda: served.count("sensors_waiting") == 0)
    before = served.stored()
    assert [device.heard_at is not None for device in before[0]] == [True]
    with served.running():
        wait_until(lambda: served.count("sensors_announcements_total") >= 1)
        turns = served.count("sensors_turns_total")
        wait_until(lambda: served.count("sensors_turns_total") > turns + 4)
    assert served.stored() == before


def _heard_by(served: Served, node: MqttLink) -> bool:
    node.publish(STATE, b"20", retain=True)
    return served.count("sensors_readings_total") >= 1


@contextmanager
def _node(served: Served, wait_until: Callable[[Callable[[], object]], None]) -> Iterator[MqttLink]:
    password = read_password(sensor_file(served.folder / "data" / "broker", "hall-node"))
    link = MqttLink(LinkSettings(HOST, served.broker, "node", "", lambda _: b"", "hall-node", password), lambda _: None)
    link.start()
    try:
        wait_until(lambda: link.connected)
        yield link
    finally:
        link.stop()
