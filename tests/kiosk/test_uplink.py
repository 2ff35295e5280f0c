import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.messages import (
    Answer,
    CheckInEvent,
    CodeKind,
    Command,
    CommandKind,
    CommandResult,
    DeviceInfo,
    Envelope,
    Heartbeat,
    HubState,
    Need,
    Reply,
    Request,
    RequestKind,
    Run,
    Status,
    Verdict,
    Words,
)
from devices.contract.topics import Leaf, hub_state, topic
from devices.ids import uuid7
from devices.ports import NotDelivered, OnDone, Received
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.outbox import Outbox
from kiosk.roster import Roster
from kiosk.uplink import WINDOW, Health, Uplink
from tests.conftest import WAIT_S
from tests.kiosk.cards import HUB, MORNING, OTHER_HUB, FixedClock, guest_item, page, usual_page

SITE = "house"
MACHINE = uuid7()
Wait = Callable[[Callable[[], object]], None]


class Wire:
    """A link that takes everything, or nothing; the broker behind it is the test."""

    problem = ""
    callback_errors = 0

    def __init__(self) -> None:
        self.connected = True
        self.sent: list[tuple[str, bytes]] = []

    def start(self) -> None:
        """Be there already."""

    def stop(self) -> None:
        """Be gone."""

    def pause(self) -> None:
        """Do nothing: a kiosk never leaves its broker."""

    def resume(self) -> None:
        """Do nothing."""

    def acknowledge(self, received: Received) -> None:
        """Nothing is acknowledged by hand here."""

    def publish(self, topic: str, payload: bytes, **options: Any) -> None:  # noqa: ANN401 - the port's own
        """Take a message."""
        self.publish_soon(topic, payload, lambda _: None, **options)

    def publish_soon(self, topic: str, payload: bytes, on_done: OnDone, **_: Any) -> None:  # noqa: ANN401 - same
        """Take a message, as a broker that acknowledges at once."""
        if not self.connected:
            raise NotDelivered("no connection")
        self.sent.append((topic, payload))
        on_done(None)

    def of(self, leaf: Leaf) -> list[bytes]:
        """Return what was sent on one leaf."""
        return [payload for where, payload in list(self.sent) if where.endswith(f"/{leaf}")]


class Kiosk:
    """An uplink with a real database on a wire."""

    def __init__(self, database: Database) -> None:
        self.clock = FixedClock()
        self.heard: list[datetime] = []
        self.needs: tuple[Need, ...] = ()
        self.identity = Identity(
            site=SITE,
            device="kiosk-1",
            door=Words(zh="东门", en="East"),
            boot=uuid7(),
            clock=self.clock,
            new_id=uuid7,
            synced=lambda: True,
            machine=MACHINE,
            hear_time=self.heard.append,
        )
        self.outbox = Outbox(database, self.identity.boot)
        self.roster = Roster(database)
        self.late: list[Answer] = []
        self.wire = Wire()
        self.uplink = Uplink(
            self.identity,
            self.outbox,
            self.roster,
            health=lambda: Health(camera_ok=True, frames_per_s=14.5, needs=self.needs),
            on_late=self.late.append,
            info=lambda: DeviceInfo(**self.identity.stamp(), kind="kiosk", model="m", software="s"),
        )
        self.uplink.attach(self.wire)
        self.uplink.start()

    def record(self) -> CheckInEvent:
        """Put a scan into the outbox."""
        return self.outbox.record(self._event)

    def _event(self, seq: int) -> CheckInEvent:
        return CheckInEvent(
            id=uuid7(),
            ts=MORNING,
            boot=self.identity.boot,
            seq=seq,
            lookup="0" * 32,
            kind=CodeKind.SHORT,
            verdict=Verdict.WELCOME,
            offline=False,
            mono_ms=1,
        )

    def hear(self, leaf: Leaf, message: Envelope, device: str = "kiosk-1", *, retained: bool = False) -> None:
        """Let a message of the hub arrive."""
        where = hub_state(SITE) if device == "hub" else topic(SITE, device, leaf)
        self.uplink.received(Received(where, codec.encode(message), retained=retained))

    def hub_says(self, *answers: Answer, incarnation: str = HUB) -> None:
        """Let the hub answer."""
        self.hear(Leaf.DOWN_REPLY, Reply(**stamp(), incarnation=incarnation, replies=answers))

    def hub_is(self, status: Status, roster: int = 0, incarnation: str = HUB) -> None:
        """Let the hub say that it is there, or not."""
        state = HubState(**stamp(), status=status, incarnation=incarnation, roster=roster)
        self.hear(Leaf.STATE, state, "hub", retained=True)


def stamp() -> dict[str, Any]:
    """Return a hub's envelope."""
    return {"id": uuid7(), "ts": MORNING, "boot": uuid7(), "seq": 1}


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    """Give a running uplink."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    made = Kiosk(database)
    yield made
    made.uplink.stop()
    database.close()


def test_an_event_stays_until_the_hub_s_own_reply_names_it(kiosk: Kiosk, wait_until: Wait) -> None:
    """The broker's acknowledgement clears nothing (I1, I8)."""
    event = kiosk.record()
    wait_until(lambda: kiosk.wire.of(Leaf.UP_CHECKIN))
    assert [one.id for one in kiosk.outbox.waiting(9)] == [event.id]
    kiosk.hub_says(Answer(id=event.id, verdict=Verdict.WELCOME))
    wait_until(lambda: not kiosk.outbox.waiting(9))


def test_an_unanswered_event_is_sent_again_byte_for_byte(kiosk: Kiosk, wait_until: Wait) -> None:
    """The hub knows a repeat by its id and tells a forgery by its body."""
    kiosk.record()
    wait_until(lambda: len(kiosk.wire.of(Leaf.UP_CHECKIN)) == 1)
    kiosk.clock.ms += 1_300
    wait_until(lambda: len(kiosk.wire.of(Leaf.UP_CHECKIN)) == 2)
    first, second = kiosk.wire.of(Leaf.UP_CHECKIN)
    assert first == second


def test_a_backlog_goes_out_a_window_at_a_time_oldest_first(kiosk: Kiosk, wait_until: Wait) -> None:
    """Fifty thousand events neither flood the broker nor jump the queue."""
    kiosk.wire.connected = False
    events = [kiosk.record() for _ in range(WINDOW + 20)]
    kiosk.wire.connected = True
    kiosk.uplink.connected()
    wait_until(lambda: len(kiosk.wire.of(Leaf.UP_CHECKIN)) == WINDOW)
    sent = [codec.decode(payload, CheckInEvent).id for payload in kiosk.wire.of(Leaf.UP_CHECKIN)]
    assert sent == [event.id for event in events[:WINDOW]]
    kiosk.hub_says(*(Answer(id=event.id, verdict=Verdict.WELCOME) for event in events[:WINDOW]))
    wait_until(lambda: len(kiosk.wire.of(Leaf.UP_CHECKIN)) == len(events))


def test_a_guest_waits_for_the_hub_only_as_long_as_it_may_answer(kiosk: Kiosk) -> None:
    """Without a hub the kiosk's own answer is shown at once."""
    event = kiosk.record()
    assert kiosk.uplink.ask(event, within_s=60) is None
    kiosk.hub_is(Status.ONLINE)
    assert kiosk.uplink.hub_reachable
    kiosk.hub_is(Status.OFFLINE)
    assert not kiosk.uplink.hub_reachable


def test_the_hub_s_word_reaches_the_guest_who_waits(kiosk: Kiosk) -> None:
    """The reply is handed over on the spot, before anything is written."""
    kiosk.hub_is(Status.ONLINE)
    event = kiosk.record()

    def answer_at_once(*_: Any, **__: Any) -> None:  # noqa: ANN401 - the port's own
        kiosk.hub_says(Answer(id=event.id, verdict=Verdict.ALREADY_IN))

    kiosk.wire.publish_soon = answer_at_once  # type: ignore[method-assign]  # the wire answers inside the call
    answer = kiosk.uplink.ask(event, within_s=60)
    assert answer is not None
    assert answer.verdict is Verdict.ALREADY_IN


def test_a_late_word_is_passed_on(kiosk: Kiosk, wait_until: Wait) -> None:
    """If that guest still stands there, the screen may follow."""
    event = kiosk.record()
    kiosk.hub_says(Answer(id=event.id, verdict=Verdict.WELCOME))
    wait_until(lambda: [one.id for one in kiosk.late] == [event.id])


def test_the_roster_is_asked_for_until_it_is_complete(kiosk: Kiosk, wait_until: Wait) -> None:
    """The hub's state names the newest position; pages follow each other up to it."""
    kiosk.hub_is(Status.ONLINE, roster=5)

    def cursors() -> list[int | None]:
        requests = [codec.decode(payload, Request) for payload in kiosk.wire.of(Leaf.UP_REQUEST)]
        return [one.cursor for one in requests if one.kind is RequestKind.ROSTER]

    wait_until(lambda: 0 in cursors())
    first = usual_page()
    kiosk.hear(Leaf.DOWN_ROSTER, page(*first.items, head=5))
    wait_until(lambda: 3 in cursors())
    kiosk.hear(Leaf.DOWN_ROSTER, page(guest_item(5), cursor=3))
    wait_until(lambda: kiosk.roster.cursor() == 5)


def test_a_hub_with_another_database_is_given_everything_again(kiosk: Kiosk, wait_until: Wait) -> None:
    """Last night's backup was put back: events wait again, the roster starts anew (fault 22)."""
    kiosk.hear(Leaf.DOWN_ROSTER, usual_page())
    event = kiosk.record()
    kiosk.hub_says(Answer(id=event.id, verdict=Verdict.WELCOME))
    wait_until(lambda: kiosk.roster.cursor() == 3 and not kiosk.outbox.waiting(9))
    kiosk.hub_is(Status.ONLINE, incarnation=OTHER_HUB)
    wait_until(lambda: [one.id for one in kiosk.outbox.waiting(9)] == [event.id])
    wait_until(lambda: kiosk.roster.cursor() == 0)


def test_the_pulse_tells_what_waits_and_how_the_eye_is(kiosk: Kiosk, wait_until: Wait) -> None:
    """The technician sees unsent check-ins before anybody misses them."""
    kiosk.record()
    kiosk.uplink.connected()
    wait_until(lambda: kiosk.wire.of(Leaf.TELE))
    pulse = codec.decode(kiosk.wire.of(Leaf.TELE)[-1], Heartbeat)
    assert (pulse.max_seq, pulse.unacked, pulse.camera_ok, pulse.frames_per_s) == (1, 1, True, 14.5)


def test_calling_staff_says_honestly_whether_it_reached_anybody(kiosk: Kiosk) -> None:
    """A guest is not told that somebody comes when nobody was called."""
    assert kiosk.uplink.call_staff()
    kiosk.wire.connected = False
    assert not kiosk.uplink.call_staff()


@pytest.mark.parametrize(
    ("leaf", "payload", "retained"),
    [
        (Leaf.DOWN_REPLY, b"", False),
        (Leaf.DOWN_REPLY, b"\xff\xfe", False),
        (Leaf.DOWN_REPLY, b"[" * 9_000, False),
        (Leaf.DOWN_ROSTER, b'{"v":1}', False),
        (Leaf.DOWN_ROSTER, b"x" * 100_000, False),
        (Leaf.DOWN_COMMAND, b"{}", False),
        (Leaf.STATE, b"{}", True),
    ],
)
def test_nonsense_from_the_wire_is_dropped_and_counted(
    kiosk: Kiosk,
    leaf: Leaf,
    payload: bytes,
    retained: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The link's thread lives on, and so does the next guest."""
    kiosk.uplink.received(Received(topic(SITE, "kiosk-1", leaf), payload, retained=retained))
    kiosk.uplink.received(Received("no/topic/of/ours", payload))
    assert kiosk.uplink.dropped == 2


def test_a_retained_reply_is_a_ghost(kiosk: Kiosk, wait_until: Wait) -> None:
    """Only presence may be retained; an old answer must not clear a new event."""
    event = kiosk.record()
    reply = Reply(**stamp(), incarnation=HUB, replies=(Answer(id=event.id, verdict=Verdict.WELCOME),))
    kiosk.hear(Leaf.DOWN_REPLY, reply, retained=True)
    wait_until(lambda: kiosk.uplink.dropped == 1)
    assert kiosk.outbox.waiting(9)


def test_a_kiosk_that_ends_waits_for_the_last_answers(kiosk: Kiosk) -> None:
    """A restart in the middle of a crowd leaves little to send again; without a hub it waits for nobody."""
    event = kiosk.record()
    kiosk.uplink.finish(60)
    kiosk.hub_is(Status.ONLINE)
    answers = threading.Timer(0.2, kiosk.hub_says, [Answer(id=event.id, verdict=Verdict.WELCOME)])
    answers.start()
    kiosk.uplink.finish(60)
    assert not kiosk.outbox.waiting(9)
    answers.join()


def seqs(payloads: list[bytes]) -> list[int]:
    """Return the numbers of events."""
    return [codec.decode(payload, CheckInEvent).seq for payload in payloads]


def test_poisoned_events_block_nobody(kiosk: Kiosk, wait_until: Wait) -> None:
    """A whole window that the hub never answers, and yet what comes behind it arrives."""
    poisoned = [kiosk.record() for _ in range(WINDOW)]
    behind = [kiosk.record() for _ in range(WINDOW + 5)]
    bad = {one.id for one in poisoned}
    answered: set[str] = set()

    def hub_answers_the_others() -> bool:
        kiosk.clock.ms += 1_000
        sent = [codec.decode(payload, CheckInEvent) for payload in kiosk.wire.of(Leaf.UP_CHECKIN)]
        good = {one.id for one in sent} - bad - answered
        if good:
            kiosk.hub_says(*(Answer(id=one, verdict=Verdict.WELCOME) for one in good))
            answered.update(good)
        else:
            kiosk.uplink._wake.set()
        return answered == {one.id for one in behind}

    wait_until(hub_answers_the_others)
    wait_until(lambda: {one.id for one in kiosk.outbox.waiting(999)} == bad)


def test_a_quarantined_event_is_cleared(kiosk: Kiosk, wait_until: Wait) -> None:
    """The hub has it, and a person looks at it there."""
    event = kiosk.record()
    kiosk.hub_says(Answer(id=event.id, verdict=Verdict.UNKNOWN, accepted=False))
    wait_until(lambda: not kiosk.outbox.waiting(9))


def test_a_live_scan_goes_before_a_backlog(kiosk: Kiosk, wait_until: Wait) -> None:
    """Whoever stands at the door does not wait for yesterday's guests."""
    kiosk.wire.connected = False
    for _ in range(3 * WINDOW):
        kiosk.record()
    kiosk.wire.connected = True
    kiosk.uplink.connected()
    wait_until(lambda: len(kiosk.wire.of(Leaf.UP_CHECKIN)) == WINDOW)
    live = kiosk.record()
    kiosk.uplink.ask(live, within_s=0)
    assert seqs(kiosk.wire.of(Leaf.UP_CHECKIN))[-1] == live.seq


def test_the_hub_gets_again_what_it_asks_for_and_hears_what_is_missing(kiosk: Kiosk, wait_until: Wait) -> None:
    """A gap in the numbers is found and filled, even when all had been answered (I9)."""
    events = [kiosk.record() for _ in range(4)]
    wait_until(lambda: len(kiosk.wire.of(Leaf.UP_CHECKIN)) == 4)
    kiosk.hub_says(*(Answer(id=one.id, verdict=Verdict.WELCOME) for one in events))
    wait_until(lambda: not kiosk.outbox.waiting(9))
    kiosk.wire.sent.clear()
    command = Command(**stamp(), kind=CommandKind.RESEND, of_boot=kiosk.identity.boot, first=2, last=6)
    kiosk.hear(Leaf.DOWN_COMMAND, command)
    wait_until(lambda: kiosk.wire.of(Leaf.UP_ACK))
    result = codec.decode(kiosk.wire.of(Leaf.UP_ACK)[0], CommandResult)
    assert (result.command, result.ok) == (command.id, True)
    assert [(span.first, span.last) for span in result.missing] == [(5, 6)]
    wait_until(lambda: seqs(kiosk.wire.of(Leaf.UP_CHECKIN)) == [2, 3, 4])


def test_a_retained_command_is_refused_aloud(kiosk: Kiosk, wait_until: Wait) -> None:
    """The hub hears that it failed, and nothing is sent."""
    event = kiosk.record()
    kiosk.hub_says(Answer(id=event.id, verdict=Verdict.WELCOME))
    wait_until(lambda: not kiosk.outbox.waiting(9))
    command = Command(**stamp(), kind=CommandKind.RESEND, of_boot=kiosk.identity.boot, first=1, last=1)
    kiosk.hear(Leaf.DOWN_COMMAND, command, retained=True)
    wait_until(lambda: kiosk.wire.of(Leaf.UP_ACK))
    assert not codec.decode(kiosk.wire.of(Leaf.UP_ACK)[0], CommandResult).ok
    assert not kiosk.outbox.waiting(9)


def test_a_hub_restored_from_a_backup_of_the_same_database_gets_everything_again(
    kiosk: Kiosk, wait_until: Wait
) -> None:
    """Its incarnation is the same, but its roster ends before what it had told (fault 22)."""
    kiosk.hear(Leaf.DOWN_ROSTER, usual_page())
    event = kiosk.record()
    kiosk.hub_says(Answer(id=event.id, verdict=Verdict.WELCOME))
    wait_until(lambda: kiosk.roster.cursor() == 3 and not kiosk.outbox.waiting(9))
    kiosk.hub_is(Status.ONLINE, roster=2)
    kiosk.hear(Leaf.DOWN_ROSTER, replace(page(cursor=3, head=2), to=2))
    wait_until(lambda: [one.id for one in kiosk.outbox.waiting(9)] == [event.id])
    wait_until(lambda: kiosk.roster.cursor() == 0)


def test_the_pulse_names_the_machine_the_runs_and_what_a_person_must_see_to(kiosk: Kiosk, wait_until: Wait) -> None:
    """From it the hub finds gaps, puts times right, and opens tasks."""
    kiosk.needs = (Need.OUTBOX_FILLING,)
    for _ in range(2):
        kiosk.record()
    kiosk.uplink.connected()
    wait_until(lambda: kiosk.wire.of(Leaf.TELE))
    pulse = codec.decode(kiosk.wire.of(Leaf.TELE)[-1], Heartbeat)
    assert pulse.runs == (Run(boot=kiosk.identity.boot, first=1, last=2),)
    assert (pulse.machine, pulse.mono_ms, pulse.needs) == (MACHINE, kiosk.clock.ms, (Need.OUTBOX_FILLING,))


def test_only_what_the_hub_says_live_tells_the_time(kiosk: Kiosk) -> None:
    """A state that the broker kept is as old as the last change."""
    kiosk.hub_is(Status.ONLINE)
    assert kiosk.heard == []
    kiosk.hub_says()
    kiosk.hear(Leaf.DOWN_ROSTER, usual_page())
    assert kiosk.heard == [MORNING, MORNING]


def test_an_inbox_that_overflows_drops_only_what_is_asked_for_again(kiosk: Kiosk, wait_until: Wait) -> None:
    """Answers and pages that come faster than the disk takes them are lost, and everything still ends well (I13)."""
    events = [kiosk.record() for _ in range(5)]
    held, let_go = threading.Event(), threading.Event()
    settle = kiosk.outbox.settle

    def slow(*arguments: Any) -> None:  # noqa: ANN401 - the outbox's own
        held.set()
        let_go.wait(2 * WAIT_S)
        settle(*arguments)

    kiosk.outbox.settle = slow  # type: ignore[method-assign,assignment]  # a disk that takes its time
    kiosk.hub_says(Answer(id=uuid7(), verdict=Verdict.WELCOME))
    assert held.wait(WAIT_S)
    for _ in range(1_000):
        kiosk.hub_says(Answer(id=uuid7(), verdict=Verdict.WELCOME))
    kiosk.hub_says(*(Answer(id=one.id, verdict=Verdict.WELCOME) for one in events))
    kiosk.hear(Leaf.DOWN_ROSTER, usual_page())
    assert kiosk.uplink.dropped == 2
    let_go.set()
    kiosk.hub_is(Status.ONLINE, roster=3)
    seen = 0

    def answered() -> bool:
        nonlocal seen
        kiosk.clock.ms += 500
        sent = [codec.decode(payload, CheckInEvent) for payload in kiosk.wire.of(Leaf.UP_CHECKIN)]
        if len(sent) > seen:
            seen = len(sent)
            kiosk.hub_says(*(Answer(id=one.id, verdict=Verdict.WELCOME) for one in sent))
        if any(codec.decode(one, Request).cursor == 0 for one in kiosk.wire.of(Leaf.UP_REQUEST)):
            kiosk.hear(Leaf.DOWN_ROSTER, usual_page())
        return not kiosk.outbox.waiting(9) and kiosk.roster.cursor() == 3

    wait_until(answered)
