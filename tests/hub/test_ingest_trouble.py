"""The database is away, our own code breaks, too much comes: nothing is lost, and the next guest is served."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from devices.clock import SystemClock
from devices.contract import codec
from devices.contract.messages import Status
from devices.contract.topics import Leaf, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import NotDelivered, Received
from hub.domain.task_kinds import TaskKind
from hub.ingest import AWAY_MESSAGES, TELEMETRY_UP_TO, WAITING
from hub.outgoing import Outgoing
from hub.ports import Store, StoreContended, StoreUnavailable
from hub.shares import FLOOD, MOST
from tests.conftest import SITE
from tests.hub.hall import Hall, HallClock, beat, event, make_ingest

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]


def test_leasing_that_fails_keeps_nobody_waiting(hall: Hall, wait_until: Wait) -> None:
    """A mistake there is counted and tried again; check-ins go on."""
    kiosks = hall.ingest._lending.kiosks
    hall.ingest._lending.kiosks = 0  # type: ignore[assignment]  # whatever it may be
    hall.say(Leaf.TELE, beat())
    wait_until(lambda: hall.ingest.counts["lease_failed"])
    scan = event(1)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: scan.id in hall.answers())
    hall.ingest._lending.kiosks = kiosks
    hall.say(Leaf.TELE, beat())
    wait_until(hall.leased)


@pytest.fixture
def away(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Take the hall's database away until the event is cleared."""
    gone = threading.Event()
    gone.set()
    for name in ("write", "probe"):
        real = getattr(hall.store, name)

        def sometimes(real: Callable[[], object] = real) -> object:
            if gone.is_set():
                raise StoreUnavailable("the database is away")
            return real()

        monkeypatch.setattr(hall.store, name, sometimes)
    return gone


def test_when_the_database_is_away_nothing_is_lost(hall: Hall, wait_until: Wait, away: threading.Event) -> None:
    """What could not be stored is not acknowledged, and is stored when the database is back (fault 15)."""
    scan = event(1)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: hall.ingest.counts["store_unavailable"] > 1)
    assert hall.answers() == {}
    away.clear()
    wait_until(lambda: scan.id in hall.answers())


def test_while_the_database_is_away_the_hub_is_not_at_the_broker(
    hall: Hall, wait_until: Wait, away: threading.Event
) -> None:
    """Kiosks then know that they are on their own; what was on its way comes again, a person hears why (fault 15)."""
    states: list[Status] = []
    hall.on_state = states.append
    scans = [event(1), event(2)]
    hall.say(Leaf.UP_CHECKIN, codec.encode(scans[0]))
    wait_until(lambda: hall.ingest.counts["left_the_broker"] == 1 and not hall.hub.connected)
    wait_until(lambda: states[-1:] == [Status.STOPPING])
    hall.say(Leaf.UP_CHECKIN, codec.encode(scans[1]))
    away.clear()
    wait_until(lambda: {scan.id for scan in scans} <= hall.answers().keys())
    with hall.store.read() as tx:
        assert [task.kind for task in tx.tasks.open()] == [TaskKind.HUB_FAULT]
    wait_until(lambda: states[-1:] == [Status.ONLINE])


def test_the_broker_is_told_only_after_the_commit(
    hall: Hall, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Acknowledged earlier, a message would be gone with a hub that dies in between (fault 4)."""
    told: list[bool] = []
    scan = event(1)
    acknowledge = hall.hub.acknowledge

    def note(message: Received) -> None:
        if scan.id.encode() in message.payload:
            with hall.store.read() as tx:
                told.append(scan.id in tx.check_ins.known([scan.id]))
        acknowledge(message)

    monkeypatch.setattr(hall.hub, "acknowledge", note)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: bool(told))
    assert all(told)


def test_a_message_that_breaks_our_own_code_is_set_aside_and_the_others_are_stored(
    hall: Hall, wait_until: Wait, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug costs one message its place, no other guest anything."""
    poison = event(2)
    take = hall.ingest._intake.take

    def fragile(tx: Any, message: Received, work: Any) -> None:  # noqa: ANN401 - the writer's own parts
        if poison.id.encode() in message.payload:
            raise ZeroDivisionError
        take(tx, message, work)

    monkeypatch.setattr(hall.ingest._intake, "take", fragile)
    scans = [event(1), poison, event(3)]
    for scan in scans:
        hall.kiosk.publish_soon(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), codec.encode(scan), lambda _: None)
    wait_until(lambda: {scans[0].id, scans[2].id} <= hall.answers().keys())
    wait_until(lambda: hall.reasons() == ["internal_error"])
    assert "ZeroDivisionError" in caplog.text


def test_a_full_queue_is_counted_and_never_raises(sqlite_store: Store) -> None:
    """The link's thread lives on whatever happens, and telemetry makes room for check-ins."""
    clock = HallClock()
    outgoing = Outgoing(sqlite_store, site=SITE, clock=clock, ids=uuid7)
    ingest = make_ingest(sqlite_store, outgoing, clock)
    for _ in range(TELEMETRY_UP_TO + 7):
        ingest.received(Received("x", b"", token=0))
    for _ in range(WAITING):
        ingest.received(Received("x", b"", token=1))
    assert ingest.counts == {"telemetry_dropped": 7, "queue_full": TELEMETRY_UP_TO}


def test_a_batch_that_gave_way_to_another_writer_is_tried_again_at_once_with_hundreds_waiting(
    hall: Hall, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes of the hub wanted the same rows: the database is there, and nobody is told that it was away."""
    real, gave_way = hall.store.write, [0]

    def write() -> Any:  # noqa: ANN401 - a context manager of the store
        if gave_way[0] < 3 and len(hall.ingest._lanes) > AWAY_MESSAGES:
            gave_way[0] += 1
            raise StoreContended("deadlock detected")
        return real()

    hold = threading.Event()
    monkeypatch.setattr("hub.shares.MOST", 500)  # there is one kiosk here to send what several would
    monkeypatch.setattr(hall.store, "write", lambda: hold.wait(60) and write())
    scans = [event(1 + number % 3) for number in range(500)]
    for scan in scans:
        hall.kiosk.publish_soon(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), codec.encode(scan), lambda _: None)
    wait_until(lambda: len(hall.ingest._lanes) > AWAY_MESSAGES)
    hold.set()
    wait_until(lambda: len(hall.answers()) == len(scans))
    assert hall.ingest.counts["store_contended"] > 0
    assert hall.ingest.counts["left_the_broker"] == 0


def test_an_answer_that_cannot_be_written_costs_nobody_else_anything(
    hall: Hall, wait_until: Wait, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The event is stored and acknowledged; the kiosk asks again."""
    with monkeypatch.context() as broken:
        broken.setattr(hall.ingest._outgoing, "replies", lambda _: 1 / 0)
        hall.say(Leaf.UP_CHECKIN, codec.encode(event(1)))
        wait_until(lambda: hall.ingest.counts["reply_failed"] >= 1)
    scan = event(2)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: scan.id in hall.answers())
    assert "ZeroDivisionError" in caplog.text


def test_a_mistake_after_the_commit_does_not_end_the_hub(
    hall: Hall, wait_until: Wait, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever those who are told of a commit do, the next guest is served."""
    with monkeypatch.context() as broken:
        broken.setattr(hall.ingest, "_on_commit", lambda: 1 / 0)
        hall.say(Leaf.UP_CHECKIN, codec.encode(event(1)))
        wait_until(lambda: hall.ingest.counts["turn_failed"] >= 1)
    scan = event(2)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: scan.id in hall.answers())
    assert hall.ingest.alive
    assert "ZeroDivisionError" in caplog.text


def test_a_flood_from_one_kiosk_keeps_no_other_guest_waiting_and_calls_the_technician(
    hall: Hall, connect: Callable[..., MqttLink], wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 34: most of it is dropped unread, one task names the device, and a guest at another door is answered."""
    monkeypatch.setattr(hall.ingest._shares, "_now_ms", SystemClock().monotonic_ms)
    flooding, flood = connect("kiosk-2"), 4 * (MOST + FLOOD)
    payloads = [codec.encode(event(1)) for _ in range(flood)]
    while payloads:
        try:
            flooding.publish_soon(topic(SITE, "kiosk-2", Leaf.UP_CHECKIN), payloads[-1], lambda _: None)
            payloads.pop()
        except NotDelivered:
            threading.Event().wait(0.002)  # its own link lets no more wait
    scan = event(2)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: scan.id in hall.answers())
    wait_until(lambda: hall.ingest.counts["floods"])
    hall.say(Leaf.UP_CHECKIN, codec.encode(last := event(3)))
    wait_until(lambda: last.id in hall.answers())
    with hall.store.read() as tx:
        (task,) = (one for one in tx.tasks.open() if one.kind is TaskKind.SUSPECT_EVENT)
    assert (task.facts["device"], task.facts["reason"]) == ("kiosk-2", "flood")
    assert hall.reasons() == ["flood"]
    assert hall.ingest.counts["messages"] < flood - FLOOD
