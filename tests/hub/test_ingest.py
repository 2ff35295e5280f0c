import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.cards import LeaseCard
from devices.contract.commands import Command, CommandKind, CommandResult, Span
from devices.contract.messages import (
    DeviceState,
    Heartbeat,
    HubState,
    ItemKind,
    Request,
    RequestKind,
    RosterPage,
    Run,
    Status,
    Verdict,
)
from devices.contract.topics import LEAVES_OF_HUB, RETAINED, Leaf, hub_state, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import NotDelivered, Received
from hub.domain import runs
from hub.domain.task_kinds import TaskKind
from hub.lanes import OTHER_BATCH
from hub.usecases.serve_roster import KINDS
from tests.conftest import SITE
from tests.hub.build import lookup
from tests.hub.hall import BOOT, Hall, beat, event, stamp

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]


def test_a_scan_is_stored_and_answered(hall: Hall, wait_until: Wait) -> None:
    """Kiosk to database and back."""
    scan = event(1)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: scan.id in hall.answers())
    assert hall.answers()[scan.id] is Verdict.WELCOME


def test_many_scans_at_once_are_all_answered_in_few_messages(hall: Hall, wait_until: Wait) -> None:
    """What waits is taken together, and answers are gathered."""
    scans = [event(1, seq=number) for number in range(1, 201)]
    for scan in scans:
        hall.kiosk.publish_soon(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), codec.encode(scan), lambda _: None)
    wait_until(lambda: len(hall.answers()) == len(scans))
    assert len(hall.heard) < len(scans)


def test_a_guest_at_a_door_does_not_wait_behind_a_backlog(hall: Hall, wait_until: Wait) -> None:
    """A kiosk that was without network sends 200 old scans while somebody stands before another."""
    backlog = [event(1, seq=number, offline=True) for number in range(1, 201)]
    live = event(2, seq=201)
    with hall.store.write():  # the writer cannot go on meanwhile
        for scan in [*backlog, live]:
            hall.kiosk.publish_soon(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), codec.encode(scan), lambda _: None)
        wait_until(lambda: len(hall.ingest._lanes) >= len(backlog) - OTHER_BATCH)
    wait_until(lambda: len(hall.answers()) == len(backlog) + 1)
    assert list(hall.answers()).index(live.id) <= 2 * OTHER_BATCH


HOSTILE = {
    "empty": (b"", "not_json"),
    "text": (b"hello", "not_json"),
    "no_object": (b"[1,2,3]", "not_an_object"),
    "bad_utf8": (b'{"v":1,"id":"\xff\xfe"}', "not_utf8"),
    "utf16": ('{"v":1}'.encode("utf-16"), "not_utf8"),
    "other_version": (b'{"v":2}', "wrong_version"),
    "duplicate_keys": (b'{"v":1,"v":1}', "duplicate_key"),
    "not_a_number": (b'{"v":1,"seq":NaN}', "not_a_number"),
    "deep": (b"[" * 5_000, "too_deep"),
    "long_number": (b'{"v":' + b"1" * 9_000 + b"}", "out_of_range"),
    "missing": (b'{"v":1}', "missing"),
}


@pytest.mark.parametrize("leaf", [leaf for leaf, _ in LEAVES_OF_HUB])
def test_hostile_bytes_on_every_topic_are_quarantined_and_the_next_guest_is_served(
    hall: Hall, wait_until: Wait, leaf: Leaf
) -> None:
    """Each gets its row with the reason; none blocks the queue or the connection."""
    hostile = {name: one for name, one in HOSTILE.items() if name != "empty" or leaf not in RETAINED}
    for payload, _ in hostile.values():
        hall.say(leaf, payload)
    scan = event(1)
    truncated = codec.encode(scan)[:-30]
    hall.say(leaf, truncated)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: scan.id in hall.answers())
    wait_until(lambda: hall.reasons() == sorted([*(reason for _, reason in hostile.values()), "not_json"]))
    with hall.store.read() as tx:
        items = {item.reason: item for item in tx.records.quarantined(99)}
        payloads = [item.payload for item in tx.records.quarantined(99)]
    assert items["not_utf8"].device == "kiosk-1"
    assert items["not_utf8"].leaf == leaf
    assert items["duplicate_key"].field == "v"
    assert truncated in payloads


def test_an_oversized_message_never_reaches_the_queue(hall: Hall, wait_until: Wait) -> None:
    """The broker cuts it off; the kiosk's connection and the next guest survive."""
    with pytest.raises(NotDelivered):
        hall.say(Leaf.UP_CHECKIN, b"x" * 100_000)
    wait_until(lambda: hall.kiosk.connected)
    scan = event(1)
    wait_until(lambda: _try(lambda: hall.say(Leaf.UP_CHECKIN, codec.encode(scan))))
    wait_until(lambda: scan.id in hall.answers())


def _try(action: Callable[[], None]) -> bool:
    try:
        action()
    except NotDelivered:
        return False
    return True


def test_a_retained_event_is_a_ghost_and_is_not_counted(hall: Hall, wait_until: Wait) -> None:
    """Replayed at every subscription, it would check its guest in again and again (fault 30)."""
    ghost = Received(topic(SITE, "kiosk-1", Leaf.UP_CHECKIN), codec.encode(event(1)), retained=True)
    hall.ingest.received(ghost)
    wait_until(lambda: hall.reasons() == ["retained"])


def test_a_device_nobody_enrolled_is_kept_out(hall: Hall, wait_until: Wait) -> None:
    """No row comes from an unknown device, whatever the broker lets through (I7)."""
    hall.ingest.received(Received(topic(SITE, "stranger", Leaf.UP_CHECKIN), codec.encode(event(1))))
    hall.ingest.received(Received("no/topic/of/ours", b"{}"))
    wait_until(lambda: hall.reasons() == ["invalid_topic", "unknown_device"])


def test_an_agent_in_a_room_asks_for_its_room_and_may_do_nothing_that_is_about_guests(
    hall: Hall, wait_until: Wait
) -> None:
    """A stolen agent checks nobody in, gets no list and finds out no name (I7)."""
    for kind in (RequestKind.ROSTER, RequestKind.FIND, RequestKind.IDENTIFY, RequestKind.HELP):
        forbidden = Request(**(stamp() | {"id": uuid7()}), kind=kind, cursor=0, text="wang")
        hall.ingest.received(Received(topic(SITE, "room-1", Leaf.UP_REQUEST), codec.encode(forbidden)))
    hall.ingest.received(Received(topic(SITE, "room-1", Leaf.UP_CHECKIN), codec.encode(event(1))))
    wait_until(lambda: hall.reasons() == ["not_allowed"] * 5)
    allowed = Request(**stamp(), kind=RequestKind.TEA, room="hall")
    hall.ingest.received(Received(topic(SITE, "room-1", Leaf.UP_REQUEST), codec.encode(allowed)))

    def wishes() -> list[tuple[TaskKind, str]]:
        with hall.store.read() as tx:
            return [(task.kind, task.facts["room"]) for task in tx.tasks.open()]

    wait_until(lambda: wishes() == [(TaskKind.DRINK, "hall")])


def test_presence_follows_the_current_boot_and_ignores_an_old_will(hall: Hall, wait_until: Wait) -> None:
    """A will that comes late, of a connection that was replaced, does not take a live kiosk away."""
    hall.say(Leaf.STATE, codec.encode(DeviceState(**stamp(), status=Status.ONLINE)))
    old = DeviceState(**(stamp() | {"boot": uuid7()}), status=Status.OFFLINE)
    hall.say(Leaf.STATE, codec.encode(old))
    pulse = Heartbeat(**stamp(), max_seq=7, unacked=2, oldest_s=1.5, mono_ms=9)
    hall.say(Leaf.TELE, codec.encode(pulse))

    def record() -> Any:  # noqa: ANN401 - a device record
        with hall.store.read() as tx:
            return tx.devices.get("kiosk-1")

    wait_until(lambda: (record() or 0) and record().health)
    assert (record().status, record().boot) == ("online", BOOT)
    assert record().health["unacked"] == 2


def test_a_heartbeat_brings_the_kiosk_its_seats_and_the_announcement_of_them(hall: Hall, wait_until: Wait) -> None:
    """As many as guests are expected; the other kiosk hears of none."""
    hall.say(Leaf.TELE, beat())
    wait_until(hall.leased)
    hall.say(Leaf.UP_REQUEST, codec.encode(Request(**stamp(), kind=RequestKind.ROSTER, cursor=0)))

    def items() -> list[Any]:
        pages = [codec.decode(one.payload, RosterPage) for one in hall.heard if one.topic.endswith(Leaf.DOWN_ROSTER)]
        return [item for page in pages for item in page.items if item.kind is ItemKind.LEASE]

    wait_until(items)
    card = codec.load_card(items()[0].body, LeaseCard)
    assert items()[0].key == "kiosk-1/m-launch"
    assert [one.label for one in card.seats] == ["A-4-10", "A-4-9", "A-4-8"]


def test_a_guest_who_asks_for_help_gets_one_task(hall: Hall, wait_until: Wait) -> None:
    """Pressing twice calls one person."""
    for _ in range(2):
        hall.say(Leaf.UP_REQUEST, codec.encode(Request(**stamp(), kind=RequestKind.HELP)))
    scan = event(1)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: scan.id in hall.answers())
    with hall.store.read() as tx:
        assert [task.kind for task in tx.tasks.open()] == [TaskKind.HELP]


def test_a_kiosk_that_asks_gets_its_roster_page_by_page(hall: Hall, wait_until: Wait) -> None:
    """Guests sealed, meetings open, up to the newest position."""
    with hall.store.write() as tx:
        tx.feed.touch([("meeting", "m-launch"), *(("guest", lookup(number)) for number in (1, 2, 3))])
    request = Request(**stamp(), kind=RequestKind.ROSTER, cursor=0)
    hall.say(Leaf.UP_REQUEST, codec.encode(request))
    wait_until(lambda: hall.heard)
    page = codec.decode(hall.heard[0].payload, RosterPage)
    assert page.request == request.id
    assert page.to == page.head
    assert [item.kind for item in page.items].count(ItemKind.GUEST) == 3
    assert "王" not in json.dumps([item.body for item in page.items if item.kind is ItemKind.GUEST])


def test_a_kiosk_that_repeats_what_nobody_can_read_calls_the_technician(hall: Hall, wait_until: Wait) -> None:
    """Once may be an accident of the way; the same bytes three times are what it holds (fault 10)."""
    for _ in range(4):
        hall.say(Leaf.UP_CHECKIN, b'{"v":1}')
        hall.say(Leaf.TELE, b'{"v":1}')
    scan = event(1)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: scan.id in hall.answers())

    def times() -> list[int]:
        with hall.store.read() as tx:
            return sorted(item.times for item in tx.records.quarantined(9))

    wait_until(lambda: times() == [4, 4])  # the heartbeats go another lane than the scan
    with hall.store.read() as tx:
        assert [task.kind for task in tx.tasks.open()] == [TaskKind.SUSPECT_EVENT]


def test_events_that_are_missing_are_asked_for_by_command(
    hall: Hall, connect: Callable[..., MqttLink], wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kiosk says that it keeps three, and two are here (I9)."""
    monkeypatch.setattr(runs, "PATIENCE", timedelta())
    commands: list[Received] = []
    connect("kiosk-2", commands.append, subscriptions=((topic(SITE, "kiosk-2", Leaf.DOWN_COMMAND), 1),))
    run = Run(boot=BOOT, first=1, last=3)
    pulse = Heartbeat(**stamp(), max_seq=3, unacked=0, oldest_s=0.0, mono_ms=9, runs=(run,))
    hall.ingest.received(Received(topic(SITE, "kiosk-2", Leaf.TELE), codec.encode(pulse)))
    wait_until(lambda: commands)
    command = codec.decode(commands[0].payload, Command)
    assert (command.kind, command.of_boot, command.first, command.last) == (CommandKind.RESEND, BOOT, 1, 3)
    missing = CommandResult(**stamp(), command=command.id, ok=False, of_boot=BOOT, missing=(Span(first=1, last=3),))
    hall.ingest.received(Received(topic(SITE, "kiosk-2", Leaf.UP_ACK), codec.encode(missing)))

    def open_tasks() -> list[TaskKind]:
        with hall.store.read() as tx:
            return [task.kind for task in tx.tasks.open()]

    wait_until(lambda: open_tasks() == [TaskKind.EVENTS_MISSING])


def test_kiosks_hear_at_once_that_the_roster_has_moved_on(
    hall: Hall, connect: Callable[..., MqttLink], wait_until: Wait
) -> None:
    """The hub's retained state names the newest position, so a changed seat or agenda is fetched within a second."""
    states: list[Received] = []
    connect("kiosk-2", states.append, subscriptions=((hub_state(SITE), 1),))
    with hall.store.write() as tx:
        tx.feed.touch([("meeting", "m-launch")])
    with hall.store.read() as tx:
        head = tx.feed.head(KINDS)
    wait_until(lambda: states and codec.decode(states[-1].payload, HubState).roster == head)


def test_what_a_device_had_the_broker_keep_can_be_deleted(hall: Hall, wait_until: Wait) -> None:
    """A device that is put out leaves nothing behind; that is no message, and nobody is troubled with it."""
    for leaf in (Leaf.STATE, Leaf.INFO):
        hall.say(leaf, b"")
    scan = event(1)
    hall.say(Leaf.UP_CHECKIN, codec.encode(scan))
    wait_until(lambda: scan.id in hall.answers())
    with hall.store.read() as tx:
        assert not tx.records.quarantined(9)
