"""What a kiosk has told guests reaches the hub, and is kept until the hub says so."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from devices.contract import codec
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.contract.messages import Answer, CheckInEvent, Reply, Request, Status, Verdict
from devices.contract.topics import Leaf
from devices.ids import uuid7
from kiosk.uplink import WINDOW
from tests.conftest import WAIT_S
from tests.kiosk.cards import HUB, OTHER_HUB, page, usual_page
from tests.kiosk.uplinked import Kiosk, seqs, stamp

Wait = Callable[[Callable[[], object]], None]


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


def test_a_hub_with_another_database_is_given_everything_again(kiosk: Kiosk, wait_until: Wait) -> None:
    """Last night's backup was put back: events wait again, the roster starts anew (fault 22)."""
    kiosk.hear(Leaf.DOWN_ROSTER, usual_page())
    event = kiosk.record()
    kiosk.hub_says(Answer(id=event.id, verdict=Verdict.WELCOME))
    wait_until(lambda: kiosk.roster.cursor() == 3 and not kiosk.outbox.waiting(9))
    kiosk.hub_is(Status.ONLINE, incarnation=OTHER_HUB)
    wait_until(lambda: [one.id for one in kiosk.outbox.waiting(9)] == [event.id])
    wait_until(lambda: kiosk.roster.cursor() == 0)


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
