"""A copied identity is noticed at a real broker, by two signs, and one device in trouble is not taken for two."""

import socket
import threading
from collections.abc import Iterator

import pytest

from devices.clock import SystemClock
from devices.contract import codec
from devices.contract.messages import Heartbeat, Status
from devices.contract.topics import LEAVES_OF_HUB, Leaf, every_device, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import Received
from hub.broker import HOST
from hub.clone_watch import CloneWatch
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.outgoing import Outgoing
from hub.ports import Store
from hub.takeover import certificate_way
from hub.usecases.acting import Deciding
from hub.usecases.tell_of_clone import tell_of_clone
from tests.conftest import SITE, presence_of
from tests.hub.build import furnished
from tests.hub.hall import HallClock, make_ingest, stamp
from tests.hub.secured import Papers, Secured, WaitUntil

pytestmark = pytest.mark.broker

ELSEWHERE = "127.0.0.2"
"""A second address of this machine: the thief's."""


def told(store: Store) -> list[Task]:
    """Return the open tasks about copied identities."""
    with store.read() as tx:
        return [task for task in tx.tasks.open() if task.kind is TaskKind.STOLEN_IDENTITY]


@pytest.fixture
def watch(secured: Secured, sqlite_store: Store) -> Iterator[CloneWatch]:
    """Watch the secured house's broker, as the hub does."""
    made = CloneWatch(furnished(sqlite_store), clock=SystemClock(), ids=uuid7, after=lambda: None)
    secured.broker._on_words = made.heard
    made.start()
    yield made
    made.stop()


def come_in(secured: Secured, papers: Papers, address: str) -> None:
    """Come in with a device's key as a program that says nothing, and be gone without a word."""
    way = certificate_way(secured.ca, papers.file)
    with (
        socket.create_connection((HOST, secured.broker.tls_port), 10, (address, 0)) as plain,
        way.wrap_socket(plain, server_hostname="localhost") as sock,
    ):
        sock.sendall(b"\x10\x14\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x07kiosk-1")
        assert sock.recv(1)[:1] == b"\x20"


def stay_in(secured: Secured, papers: Papers, address: str, over: threading.Event) -> None:
    """Come in silently again and again, each time until somebody takes the place."""
    way = certificate_way(secured.ca, papers.file)
    while not over.is_set():
        with (
            socket.create_connection((HOST, secured.broker.tls_port), 10, (address, 0)) as plain,
            way.wrap_socket(plain, server_hostname="localhost") as sock,
        ):
            sock.sendall(b"\x10\x14\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x07kiosk-1")
            try:
                while sock.recv(64) and not over.is_set():
                    pass
            except OSError:
                continue


def test_a_silent_thief_is_noticed_and_both_addresses_are_named(
    secured: Secured, sqlite_store: Store, watch: CloneWatch, wait_until: WaitUntil
) -> None:
    """It holds the key, listens, and says nothing that the hub could hear; the broker's log has it."""
    papers, over = secured.papers("kiosk-1"), threading.Event()
    secured.connected("kiosk-1", papers.file)
    thief = threading.Thread(target=stay_in, args=(secured, papers, ELSEWHERE, over), daemon=True)
    thief.start()
    wait_until(lambda: told(sqlite_store))
    over.set()
    (task,) = told(sqlite_store)
    assert (task.facts["device"], task.facts["addresses"]) == ("kiosk-1", f"127.0.0.1 · {ELSEWHERE}")
    assert watch.counts["told"] >= 1
    for link in secured.links:
        link.stop()
    secured.broker.throw_out("kiosk-1")
    thief.join(10)


def test_one_address_that_loses_its_network_again_and_again_is_no_thief(
    secured: Secured, sqlite_store: Store, watch: CloneWatch, wait_until: WaitUntil
) -> None:
    """The broker has not noticed that the first connection is dead when the next comes (bad Wi-Fi)."""
    papers = secured.papers("kiosk-1")
    held = secured.connected("kiosk-1", papers.file)
    for _ in range(8):
        come_in(secured, papers, HOST)
        wait_until(lambda: held.connected)
    for name in ("kiosk-2", "room-1"):
        secured.connected(name, secured.papers(name).file)
    wait_until(lambda: not watch._waiting)
    assert told(sqlite_store) == []


def test_our_own_revoking_and_a_new_certificate_raise_nothing(
    secured: Secured, sqlite_store: Store, watch: CloneWatch, wait_until: WaitUntil
) -> None:
    """The hub takes the place of whom it throws out; a kiosk that renews comes with another key."""
    for _ in range(2):
        old, new = secured.papers("kiosk-1"), secured.papers("kiosk-1")
        link = secured.connected("kiosk-1", old.file)
        link.stop()
        renewed = secured.connected("kiosk-1", new.file)
        secured.broker.settle(["kiosk-1"], [old.signed.serial, new.signed.serial])
        secured.broker.throw_out("kiosk-1")
        wait_until(lambda renewed=renewed: not renewed.connected)  # type: ignore[misc]
        renewed.stop()
    secured.connected("kiosk-2", secured.papers("kiosk-2").file)
    wait_until(lambda: not watch._waiting)
    assert told(sqlite_store) == []


@pytest.fixture
def door(secured: Secured, sqlite_store: Store) -> Iterator[MqttLink]:
    """Let the hub hear what devices say at the secured broker; nobody reads the broker's log here."""
    clock = HallClock()
    outgoing = Outgoing(furnished(sqlite_store), site=SITE, clock=clock, ids=uuid7)
    ingest = make_ingest(sqlite_store, outgoing, clock, enrolled=("kiosk-1", "kiosk-2"))
    link = secured.connected(
        "hub",
        None,
        ingest.received,
        tls_ca=None,
        port=secured.broker.port,
        username="hub",
        password=secured.broker.secrets().password,
        subscriptions=tuple((every_device(SITE, leaf), qos) for leaf, qos in LEAVES_OF_HUB),
        manual_ack=True,
    )
    ingest.attach(link, lambda: None)
    ingest.start()
    yield link
    ingest.stop()


@pytest.mark.usefixtures("door")
def test_two_programs_under_one_name_are_noticed_at_any_broker(
    secured: Secured, sqlite_store: Store, wait_until: WaitUntil
) -> None:
    """Each names its own run, and a run that was over never comes back: no log and no address is needed."""
    papers = secured.papers("kiosk-1")
    secured.connected("kiosk-1", papers.file)
    secured.link("kiosk-1", papers.file)
    wait_until(lambda: told(sqlite_store))
    (task,) = told(sqlite_store)
    assert task.facts["device"] == "kiosk-1"
    assert task.facts["door_en"]
    assert "addresses" not in task.facts


@pytest.mark.usefixtures("door")
def test_a_program_that_starts_again_and_again_is_one(
    secured: Secured, sqlite_store: Store, wait_until: WaitUntil
) -> None:
    """Each start is a run of its own, and none comes back."""
    papers = secured.papers("kiosk-1")
    for _ in range(8):
        link = secured.connected("kiosk-1", papers.file)
        link.stop()
    last = uuid7()
    secured.connected("kiosk-1", papers.file, presence=presence_of(last))

    def heard() -> str:
        with sqlite_store.read() as tx:
            found = tx.devices.get("kiosk-1")
        return found.boot if found else ""

    wait_until(lambda: heard() == last)
    assert told(sqlite_store) == []


def test_two_that_are_in_at_once_are_told_by_their_pulses(
    secured: Secured, door: MqttLink, sqlite_store: Store, wait_until: WaitUntil
) -> None:
    """An operator's broker may let two clients with one name in side by side: nobody takes anything over."""
    assert door.connected
    runs = [uuid7(), uuid7()]
    link = secured.connected("kiosk-1", secured.papers("kiosk-1").file, state_topic="")

    def there() -> bool:
        for boot in runs:
            pulse = Heartbeat(**(stamp() | {"boot": boot}), max_seq=0, unacked=0, oldest_s=0.0, mono_ms=9)
            link.publish(topic(SITE, "kiosk-1", Leaf.TELE), codec.encode(pulse))
        return bool(told(sqlite_store))

    wait_until(there)
    assert len(told(sqlite_store)) == 1


def test_a_task_that_is_open_learns_the_addresses_and_stays_one(sqlite_store: Store) -> None:
    """What devices say comes first, what the broker says of them later."""
    furnished(sqlite_store)
    now = SystemClock().now()
    for addresses in ((), ("10.0.0.5", "10.0.0.9"), ()):
        with sqlite_store.write() as tx:
            tell_of_clone(tx, "kiosk-1", now, Deciding(actor="clone-watch", at=now, ids=uuid7), addresses)
    (task,) = told(sqlite_store)
    assert task.facts["addresses"] == "10.0.0.5 · 10.0.0.9"


def test_a_message_that_comes_again_is_no_turn(sqlite_store: Store) -> None:
    """After a lost acknowledgement the broker says again what was said before somebody else came."""
    clock = HallClock()
    ingest = make_ingest(
        sqlite_store, Outgoing(sqlite_store, site=SITE, clock=clock, ids=uuid7), clock, enrolled=("kiosk-1",)
    )
    states = [presence_of(boot)(Status.ONLINE) for boot in ("018f0000-0000-7000-8000-000000000001", uuid7())] * 4
    messages = [Received(topic(SITE, "kiosk-1", Leaf.STATE), state, False, 1, True) for state in states]  # noqa: FBT003
    with sqlite_store.write() as tx:
        work = ingest._intake.take_all(tx, messages, clock.now())
    assert work.spoken == []
