"""A check-in from a kiosk's link through Mosquitto and the hub to a durable row and back, on both databases.

The hub is its own process (``python -m hub ingest``); this one plays the kiosk.
"""

import contextlib
import queue
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from devices.contract import codec
from devices.contract.credential import lookup
from devices.contract.messages import CheckInEvent, CodeKind, DeviceState, Reply, Status, Verdict
from devices.contract.topics import Leaf, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, NotDelivered, Received
from hub.broker import Broker, BrokerSettings
from hub.broker_files import secrets_file
from hub.domain.guests import Guest, Invitation
from hub.domain.meetings import Meeting, Room, SetUpStyle
from hub.domain.seat_maps import SeatPlan, build
from hub.domain.words import Words
from hub.ports import Transaction
from hub.store import migrate
from hub.store.sql import open_store
from tests.bench.rows import Row, percentile, row
from tests.hub import postgres

SITE = "bench"
ROUND_TRIPS = 400
BURST = 6_000
COMMITS = 300
_KEY = bytes(32)
_WAIT_S = 60


def rows() -> list[Row]:
    """Measure echo, commit, round trip and burst, each with its ratio."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as name, postgres.running() as server:
        folder = Path(name)
        echo = _echo_ms(folder / "echo")
        found.append(row("mqtt_echo_ms", echo, "ms"))
        urls = {"sqlite": f"sqlite:///{folder / 'bench.db'}", "postgresql": server.url(server.create(prefix="bench"))}
        commits = {"sqlite": _commits_sqlite(folder / "commit.db"), "postgresql": _commits_postgresql(server)}
        for database, url in urls.items():
            commit = percentile(commits[database], 0.5)
            found.append(row(f"commit_ms_{database}", commit, "ms", "mqtt_echo_ms", echo))
            trip, burst = _hub(folder / database, url)
            base = f"mqtt_echo_ms + commit_ms_{database}"
            found.append(row(f"round_trip_ms_{database}", trip, "ms", base, echo + commit))
            found.append(row(f"burst_per_s_{database}", burst, "1/s", f"1 / commit_ms_{database}", 1000 / commit))
    return found


def _echo_ms(folder: Path) -> float:
    """Bounce messages off a second client: nothing but MQTT."""
    broker = Broker(BrokerSettings(folder, SITE, ("kiosk-1",)))
    broker.start()
    heard: queue.Queue[bytes] = queue.Queue()
    mirror_topic, back_topic = topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), topic(SITE, "kiosk-1", Leaf.DOWN_REPLY)
    links: list[MqttLink] = []

    def bounce(message: Received) -> None:
        links[0].publish_soon(back_topic, message.payload, lambda _: None)

    links.append(_link(broker.port, "hub", broker.secrets().password, bounce, mirror_topic))
    links.append(
        _link(broker.port, "kiosk-1", broker.secrets("kiosk-1").password, lambda m: heard.put(m.payload), back_topic)
    )
    payload = b"x" * 300
    times = []
    for _ in range(ROUND_TRIPS):
        began = time.perf_counter()
        links[1].publish_soon(mirror_topic, payload, lambda _: None)
        heard.get(timeout=_WAIT_S)
        times.append((time.perf_counter() - began) * 1000)
    for link in links:
        link.stop()
    broker.stop()
    return percentile(times[50:], 0.5)


def _commits_sqlite(path: Path) -> list[float]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE facts (id TEXT PRIMARY KEY, body TEXT)")
    times = [
        _timed(lambda: connection.execute("INSERT INTO facts VALUES (?, ?)", (uuid7(), "x" * 300)))
        for _ in range(COMMITS)
    ]
    connection.close()
    return times


def _commits_postgresql(server: postgres.Server) -> list[float]:
    with psycopg.connect(server.url(server.create(prefix="commit")), autocommit=True) as connection:
        connection.execute("CREATE TABLE facts (id TEXT PRIMARY KEY, body TEXT)")
        insert = "INSERT INTO facts VALUES (%s, %s)"
        return [_timed(lambda: connection.execute(insert, (uuid7(), "x" * 300))) for _ in range(COMMITS)]


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def _hub(folder: Path, url: str) -> tuple[float, float]:
    """Return the median round trip (ms) of one check-in at a time, and check-ins a second in a crowd."""
    folder.mkdir()
    _furnish(url)
    with _serving(folder, url) as kiosk:
        kiosk.ask(0)  # the first one warms everything up
        times = sorted(kiosk.ask(number) for number in range(1, ROUND_TRIPS))
        return percentile(times, 0.5), kiosk.burst(range(ROUND_TRIPS, ROUND_TRIPS + BURST))


def _furnish(url: str) -> None:
    """Invite the guests of the round trips to a hall of 500 seats, and a crowd to one of 7,000."""
    migrate.upgrade(url)
    store = open_store(url)
    with store.write() as tx:
        tx.meetings.save_room(Room(key="hall", name=Words("大厅", "Hall")))
        _fill(tx, range(ROUND_TRIPS), SeatPlan(rows=20, seats_per_row=25))
        _fill(tx, range(ROUND_TRIPS, ROUND_TRIPS + BURST), SeatPlan(rows=70, seats_per_row=100))
    store.close()


def _fill(tx: Transaction, numbers: range, plan: SeatPlan) -> None:
    now = datetime.now(UTC)
    meeting = Meeting(
        id=uuid7(),
        key=f"bench-{numbers.start}",
        title=Words("压力测试", "Burst"),
        room="hall",
        doors_at=now - timedelta(hours=1),
        starts_at=now,
        ends_at=now + timedelta(hours=9),
        zone="Asia/Shanghai",
    )
    tx.meetings.save(meeting)
    tx.seats.replace(meeting.id, build(SetUpStyle.THEATRE, plan))
    for number in numbers:
        guest = Guest(id=uuid7(), name=f"宾客{number}", salutation=Words(f"宾客{number}", f"Guest {number}"))
        code = f"BENCH-{number:08d}"
        invitation = Invitation(id=uuid7(), meeting=meeting.id, guest=guest.id, code=code, lookup=lookup(_KEY, code))
        tx.guests.add(guest, invitation)


@contextlib.contextmanager
def _serving(folder: Path, url: str) -> Iterator["_Kiosk"]:
    """Run the hub as its own process, with its own broker, and a kiosk's link to it."""
    port = _free_port()
    config = folder / "hub.toml"
    config.write_text(
        f'site = "{SITE}"\nkiosks = ["kiosk-1"]\ndata = "data"\n[store]\nurl = "{url}"\n[broker]\nport = {port}\n',
        encoding="utf-8",
    )
    process = subprocess.Popen([sys.executable, "-m", "hub", "ingest", "--log", "warning", "--config", str(config)])
    try:
        secret = secrets_file(folder / "data" / "broker", "kiosk-1")
        _wait(secret.exists)
        password = secret.read_text(encoding="utf-8").split('password = "')[1].split('"')[0]
        kiosk = _Kiosk(port, password)
        yield kiosk
        kiosk.link.stop()
    finally:
        process.terminate()
        process.wait(20)


class _Kiosk:
    """Asks and counts answers."""

    def __init__(self, port: int, password: str) -> None:
        self._boot = uuid7()
        self._answered: dict[str, threading.Event] = {}
        self._left = 0
        self._all = threading.Event()
        self.link = _link(port, "kiosk-1", password, self._heard, topic(SITE, "kiosk-1", Leaf.DOWN_REPLY))

    def ask(self, number: int) -> float:
        """Return the milliseconds from sending one event to its answer."""
        event = self._event(number)
        answered = self._answered[event.id] = threading.Event()
        payload = codec.encode(event)
        began = time.perf_counter()
        self._send(payload)
        if not answered.wait(_WAIT_S):
            raise TimeoutError("the hub did not answer")
        return (time.perf_counter() - began) * 1000

    def burst(self, numbers: range) -> float:
        """Return check-ins a second, from the first sent to the last answered."""
        payloads = []
        for number in numbers:
            event = self._event(number)
            self._answered[event.id] = self._all
            payloads.append(codec.encode(event))
        self._left = len(payloads)
        self._all.clear()
        began = time.perf_counter()
        for payload in payloads:
            self._send(payload)
        if not self._all.wait(_WAIT_S * 4):
            raise TimeoutError(f"{self._left} events were not answered")
        return len(payloads) / (time.perf_counter() - began)

    def _send(self, payload: bytes) -> None:
        while True:
            try:
                self.link.publish_soon(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), payload, _must_arrive)
            except NotDelivered:
                threading.Event().wait(0.002)  # the window is full
            else:
                return

    def _event(self, number: int) -> CheckInEvent:
        return CheckInEvent(
            id=uuid7(),
            ts=datetime.now(UTC),
            boot=self._boot,
            seq=number + 1,
            lookup=lookup(_KEY, f"BENCH-{number:08d}"),
            kind=CodeKind.FOREIGN,
            verdict=Verdict.WELCOME,
            offline=False,
            mono_ms=number,
        )

    def _heard(self, message: Received) -> None:
        for answer in codec.decode(message.payload, Reply).replies:
            if answer.verdict is not Verdict.WELCOME:
                raise AssertionError(answer)
            event = self._answered.pop(answer.id, None)
            if event is self._all:
                self._left -= 1
                if self._left == 0:
                    event.set()
            elif event:
                event.set()


def _must_arrive(problem: NotDelivered | None) -> None:
    if problem:
        raise problem


def _link(port: int, client: str, password: str, on_message: Callable[[Received], None], listen: str) -> MqttLink:
    def presence(status: Status) -> bytes:
        return codec.encode(DeviceState(id=uuid7(), ts=datetime.now(UTC), boot=uuid7(), seq=1, status=status))

    settings = LinkSettings(
        host="127.0.0.1",
        port=port,
        client_id=client,
        username=client,
        password=password,
        state_topic=topic(SITE, client, Leaf.STATE),
        presence=presence,
        subscriptions=((listen, 1),),
    )
    link = MqttLink(settings, on_message)
    link.start()
    _wait(lambda: link.connected)
    return link


def _wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + _WAIT_S
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the condition did not come true")
        time.sleep(0.02)


def _free_port() -> int:

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
