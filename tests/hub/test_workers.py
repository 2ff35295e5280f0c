"""Several processes of the hub behind one broker, on PostgreSQL: each message goes to one of them."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.messages import (
    CheckInEvent,
    CodeKind,
    HubState,
    Progress,
    Reply,
    Request,
    RequestKind,
    Status,
    Verdict,
)
from devices.contract.topics import Leaf, hub_state, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, NotDelivered, Received
from hub.broker import HOST, Broker, BrokerSettings
from hub.broker_files import Users, secrets_file
from hub.ports import Store
from hub.store.sql import open_store
from hub.usecases.work_task import accept_task, finish_task
from tests.conftest import SITE, presence_of
from tests.hub.build import T0, furnished, lookup

pytestmark = [pytest.mark.broker, pytest.mark.postgresql]

WORKERS = ("hub-1", "hub-2", "hub-3")
BOOT = uuid7()
Wait = Callable[[Callable[[], object]], None]


@pytest.fixture
def shared_broker(tmp_path: Path) -> Iterator[Broker]:
    """Give a broker that three workers may use."""
    made = Broker(BrokerSettings(tmp_path / "broker", SITE, ("kiosk-1",), Users(workers=WORKERS)))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def house(postgresql_url: str) -> Iterator[Store]:
    """Give the workers' database, furnished."""
    opened = open_store(postgresql_url)
    yield furnished(opened)
    opened.close()


@pytest.fixture
def start(shared_broker: Broker, postgresql_url: str, tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    """Give a function that starts a worker as its own process."""
    processes: list[subprocess.Popen[bytes]] = []
    offset = (T0 - datetime.now(UTC)).total_seconds() + 20

    def start_one(name: str) -> subprocess.Popen[bytes]:
        config = tmp_path / f"{name}.toml"
        config.write_text(
            f'site = "{SITE}"\nkiosks = ["kiosk-1"]\ndata = "{tmp_path / name}"\nclock_offset_s = {offset}\n'
            f"[store]\nurl = {json.dumps(postgresql_url)}\n"
            f'[broker]\nmanaged = false\nname = "{name}"\nport = {shared_broker.port}\n'
            f'secret = "{secrets_file(tmp_path / "broker", name)}"\n',
            encoding="utf-8",
        )
        process = subprocess.Popen([sys.executable, "-m", "hub", "ingest", "--log", "warning", "--config", str(config)])
        processes.append(process)
        return process

    yield start_one
    for process in processes:
        process.kill()
        process.wait()


class Kiosk:
    """A kiosk that repeats what is not answered, and listens to the hub's presence."""

    def __init__(self, broker: Broker) -> None:
        self.answers: dict[str, list[Verdict]] = {}
        self.states: list[tuple[str, Status]] = []
        self.told: list[tuple[str, Progress, str]] = []
        self.link = MqttLink(
            LinkSettings(
                host=HOST,
                port=broker.port,
                client_id="kiosk-1",
                state_topic=topic(SITE, "kiosk-1", Leaf.STATE),
                presence=presence_of(BOOT),
                username="kiosk-1",
                password=broker.secrets("kiosk-1").password,
                subscriptions=((topic(SITE, "kiosk-1", Leaf.DOWN_REPLY), 1), (hub_state(SITE), 1)),
            ),
            self._heard,
        )

    def _heard(self, message: Received) -> None:
        if message.topic == hub_state(SITE):
            state = codec.decode(message.payload, HubState)
            self.states.append((state.boot, state.status))
            return
        reply = codec.decode(message.payload, Reply)
        self.told += [(one.id, one.progress, one.by) for one in reply.requests]
        for answer in reply.replies:
            self.answers.setdefault(answer.id, []).append(answer.verdict)

    def online(self) -> set[str]:
        """Return the processes of the hub that are there, as far as this kiosk has heard."""
        found: set[str] = set()
        for boot, status in list(self.states):
            (found.add if status is Status.ONLINE else found.discard)(boot)
        return found

    def send(self, events: list[CheckInEvent]) -> None:
        """Send what is not answered yet."""
        for event in events:
            if event.id not in self.answers:
                with contextlib.suppress(NotDelivered):
                    self.link.publish_soon(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), codec.encode(event), lambda _: None)


@pytest.fixture
def kiosk(shared_broker: Broker, wait_until: Wait) -> Iterator[Kiosk]:
    """Give a connected kiosk."""
    made = Kiosk(shared_broker)
    made.link.start()
    wait_until(lambda: made.link.connected)
    yield made
    made.link.stop()


def events(number: int) -> list[CheckInEvent]:
    """Make scans of guests 1 to 3 in turn."""
    return [
        CheckInEvent(
            id=uuid7(),
            ts=T0,
            boot=BOOT,
            seq=seq,
            lookup=lookup(1 + seq % 3),
            kind=CodeKind.SHORT,
            verdict=Verdict.WELCOME,
            offline=False,
            mono_ms=seq,
        )
        for seq in range(1, number + 1)
    ]


def test_three_processes_share_the_messages_and_one_that_is_killed_costs_none(
    start: Callable[[str], Any], kiosk: Kiosk, house: Store, wait_until: Wait
) -> None:
    """Whatever the killed one had in hand is sent again and goes to another (I1, I2)."""
    processes = [start(name) for name in WORKERS]
    wait_until(lambda: len(kiosk.online()) == len(WORKERS))
    scans = events(900)
    kiosk.send(scans[:600])
    wait_until(lambda: kiosk.answers)
    processes[1].kill()
    kiosk.send(scans[600:])
    pause = threading.Event()

    def all_answered() -> bool:
        kiosk.send(scans)
        pause.wait(0.3)
        return len(kiosk.answers) == len(scans)

    wait_until(all_answered)
    with house.read() as tx:
        tally = tx.check_ins.tally()
        assert sum(tally.values()) == len(scans)
        admissions = tx.check_ins.admissions([f"inv-{number}" for number in (1, 2, 3)])
    assert len(admissions) == 3
    wait_until(lambda: len(kiosk.online()) == len(WORKERS) - 1)


@pytest.mark.usefixtures("house")
def test_while_one_process_is_left_the_hub_is_there(
    start: Callable[[str], Any], kiosk: Kiosk, wait_until: Wait
) -> None:
    """The broker keeps only the last word on the hub's presence: who is left says it again."""
    first, _ = start("hub-1"), start("hub-2")
    wait_until(lambda: len(kiosk.online()) == 2)
    first.kill()
    wait_until(lambda: len(kiosk.online()) == 1)
    wait_until(lambda: kiosk.states[-1][1] is Status.ONLINE)


def test_who_accepts_in_one_process_is_named_by_another_and_after_all_were_killed(
    start: Callable[[str], Any], kiosk: Kiosk, house: Store, wait_until: Wait
) -> None:
    """Pages and ingest are processes of their own; what they share is the database (G7, G11)."""
    first = start("hub-1")
    wait_until(lambda: len(kiosk.online()) == 1)
    request = Request(id=uuid7(), ts=T0, boot=BOOT, seq=1, kind=RequestKind.HELP, note="seat")
    kiosk.link.publish(topic(SITE, "kiosk-1", Leaf.UP_REQUEST), codec.encode(request))
    wait_until(lambda: (request.id, Progress.TAKEN, "") in kiosk.told)
    with house.write() as tx:
        (task,) = tx.tasks.open()
        accept_task(tx, task.id, "李娜", T0)
    wait_until(lambda: (request.id, Progress.ACCEPTED, "李娜") in kiosk.told)
    first.kill()
    with house.write() as tx:
        finish_task(tx, task.id, "李娜", T0)
    start("hub-2")
    wait_until(lambda: (request.id, Progress.DONE, "李娜") in kiosk.told)
