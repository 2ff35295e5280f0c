"""The hub as its own process (``python -m hub ingest``) and a kiosk's link to it, for measuring."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devices.contract import codec
from devices.contract.credential import lookup
from devices.contract.messages import CheckInEvent, CodeKind, DeviceState, HubState, Reply, Status, Verdict
from devices.contract.topics import Leaf, hub_state, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, NotDelivered, Received
from hub.broker_files import read_secrets, secrets_file
from hub.domain.guests import Guest, Invitation
from hub.domain.meetings import Meeting, Room, SetUpStyle
from hub.domain.seat_maps import SeatPlan, build
from hub.domain.words import Words
from hub.ports import Transaction
from hub.shares import MOST
from hub.store import migrate
from hub.store.sql import open_store

SITE = "bench"
HALL_OF_500 = SeatPlan(rows=20, seats_per_row=25)
HALL_OF_7000 = SeatPlan(rows=70, seats_per_row=100)
WAIT_S = 60
_KEY = bytes(32)


def furnish(url: str, meetings: dict[range, SeatPlan]) -> None:
    """Make a database with a meeting for each range of guests; a guest's code follows from their number."""
    migrate.upgrade(url)
    store = open_store(url)
    for numbers, plan in meetings.items():
        with store.write() as tx:
            tx.meetings.save_room(Room(key="hall", name=Words("大厅", "Hall")))
            _fill(tx, numbers, plan)
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
        tx.guests.add(
            guest, Invitation(id=uuid7(), meeting=meeting.id, guest=guest.id, code=code, lookup=lookup(_KEY, code))
        )


class HubProcess:
    """One hub with its own broker, which may be killed and started again."""

    def __init__(self, folder: Path, url: str, sensors: tuple[str, ...] = ()) -> None:
        """Write its settings; ``sensors`` are let in and trusted."""
        folder.mkdir()
        self.broker_folder = folder / "data" / "broker"
        self.port = _free_port()
        self._config = folder / "hub.toml"
        self._config.write_text(
            f'site = "{SITE}"\nkiosks = ["kiosk-1", "kiosk-2"]\nsensors = {list(sensors)}\ndata = "data"\n'
            f'[store]\nurl = "{url}"\n[broker]\nport = {self.port}\n[rooms]\npublishers = {list(sensors)}\n',
            encoding="utf-8",
        )
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        """Start it; what is ready when is for others to find out."""
        command = [sys.executable, "-m", "hub", "ingest", "--log", "warning", "--config", str(self._config)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        return self.process

    def kill(self) -> None:
        """End it as a power cut would, and start it again."""
        self.process.kill()
        self.process.wait()
        self.start()

    def kill_broker(self) -> None:
        """End its Mosquitto; the hub starts another."""
        os.kill(int((self.broker_folder / "pid").read_text(encoding="ascii")), signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        self.process.terminate()
        self.process.wait(20)

    def password(self, kiosk: str) -> str:
        """Return a kiosk's password, once there is one."""
        secret = secrets_file(self.broker_folder, kiosk)
        wait_until(secret.exists)
        return read_secrets(secret).password

    def resident_mb(self) -> float:
        """Return the memory the hub's process holds, in MB (VmRSS, without its broker)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextlib.contextmanager
def serving(folder: Path, url: str, sensors: tuple[str, ...] = ()) -> Iterator[tuple[HubProcess, "LinkedKiosk"]]:
    """Run a hub and a kiosk's link to it."""
    hub = HubProcess(folder, url, sensors)
    try:
        kiosk = LinkedKiosk(hub.port, hub.password("kiosk-1"))
        yield hub, kiosk
        kiosk.link.stop()
    finally:
        hub.stop()


class LinkedKiosk:
    """Asks and counts answers."""

    def __init__(self, port: int, password: str) -> None:
        """Connect, and wait until the hub is there: the broker keeps nothing for a hub it has never seen."""
        self._boot = uuid7()
        self._answered: dict[str, threading.Event] = {}
        self._left = 0
        self._all = threading.Event()
        self._room = threading.Semaphore(MOST)
        self._hub = threading.Event()
        listen = topic(SITE, "kiosk-1", Leaf.DOWN_REPLY), hub_state(SITE)
        self.link = connect(port, "kiosk-1", password, self._heard, *listen)
        if not self._hub.wait(WAIT_S):
            raise TimeoutError("the hub did not come")

    def ask(self, number: int) -> float:
        """Return the milliseconds from sending one event to its answer."""
        event = self.event(number)
        answered = self._answered[event.id] = threading.Event()
        payload = codec.encode(event)
        began = time.perf_counter()
        self._send(payload)
        if not answered.wait(WAIT_S):
            raise TimeoutError("the hub did not answer")
        return (time.perf_counter() - began) * 1000

    def ask_until_answered(self, number: int) -> None:
        """Send one event again and again, as a kiosk does whose hub is away, until it is answered."""
        event = self.event(number)
        answered = self._answered[event.id] = threading.Event()
        payload, until = codec.encode(event), time.monotonic() + WAIT_S
        while not answered.wait(0.05):
            with contextlib.suppress(NotDelivered):
                self.link.publish_soon(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), payload, lambda _: None)
            if time.monotonic() > until:
                raise TimeoutError("the hub did not come back")

    def burst(self, numbers: Sequence[int]) -> float:
        """Return check-ins a second, from the first sent to the last answered.

        As many are on their way as may wait of one device: what four kiosks have there.
        """
        payloads = []
        for number in numbers:
            event = self.event(number)
            self._answered[event.id] = self._all
            payloads.append(codec.encode(event))
        self._left = len(payloads)
        self._all.clear()
        began = time.perf_counter()
        for payload in payloads:
            self._room.acquire()
            self._send(payload)
        if not self._all.wait(WAIT_S * 4):
            raise TimeoutError(f"{self._left} events were not answered")
        return len(payloads) / (time.perf_counter() - began)

    def event(self, number: int, seq: int | None = None) -> CheckInEvent:
        """Make the scan of a guest's code."""
        return scan(number, self._boot, number + 1 if seq is None else seq)

    def _send(self, payload: bytes) -> None:
        while True:
            try:
                self.link.publish_soon(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), payload, _must_arrive)
            except NotDelivered:
                threading.Event().wait(0.002)  # the window is full
            else:
                return

    def _heard(self, message: Received) -> None:
        if message.topic == hub_state(SITE):
            if codec.decode(message.payload, HubState).status is Status.ONLINE:
                self._hub.set()
            return
        for answer in codec.decode(message.payload, Reply).replies:
            event = self._answered.pop(answer.id, None)
            if event and answer.verdict is not Verdict.WELCOME:
                raise AssertionError(answer)
            if event is self._all:
                self._room.release()
                self._left -= 1
                if self._left == 0:
                    event.set()
            elif event:
                event.set()


def scan(number: int, boot: str, seq: int) -> CheckInEvent:
    """Make the scan of guest ``number``'s code, now."""
    return CheckInEvent(
        id=uuid7(),
        ts=datetime.now(UTC),
        boot=boot,
        seq=seq,
        lookup=lookup(_KEY, f"BENCH-{number:08d}"),
        kind=CodeKind.FOREIGN,
        verdict=Verdict.WELCOME,
        offline=False,
        mono_ms=number,
    )


def connect(port: int, client: str, password: str, on_message: Callable[[Received], None], *listen: str) -> MqttLink:
    """Return a link that is connected."""

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
        subscriptions=tuple((one, 1) for one in listen),
    )
    link = MqttLink(settings, on_message)
    link.start()
    wait_until(lambda: link.connected)
    return link


def wait_until(condition: Callable[[], bool], within_s: float = WAIT_S) -> None:
    """Wait for something to come true. Raises TimeoutError."""
    until = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the condition did not come true")
        time.sleep(0.005)


def _must_arrive(problem: NotDelivered | None) -> None:
    if problem:
        raise problem


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
