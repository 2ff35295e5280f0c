"""A pick-up from its plan to the venue's door: who is called when, who is told what, and what takes it back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from devices.contract.codec import format_time
from devices.contract.messages import Verdict
from hub.domain.errors import NotFound, NotOpen
from hub.domain.guest_messages import MessageKind, MessageState
from hub.domain.guests import InvitationStatus
from hub.domain.rulings import RulingKind
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import TaskState
from hub.domain.timers import Timer
from hub.domain.transfers import TransferState
from hub.ports import Store
from hub.store import tables as t
from hub.usecases.move_transfer import CHASE, START, move_transfer
from hub.usecases.rule import rule
from hub.usecases.work_task import accept_task, finish_task, tick_step
from tests.hub.build import T0, furnished, meeting
from tests.hub.usecases.scans import scan, take
from tests.hub.usecases.transfers import ETA, messages, open_tasks, pass_until, plan, stored, who

CALLED = ETA - timedelta(minutes=45)
CHASED = CALLED + timedelta(minutes=10)
LATER = timedelta(hours=3)


def audited(store: Store) -> list[str]:
    """Return what the audit log says was done."""
    with store.read() as tx:
        rows = tx._work.rows(select(t.audit).order_by(t.audit.c.id))  # type: ignore[attr-defined]  # no port reads it
        return [row.action for row in rows]


def chase(store: Store) -> None:
    """Let the greeter be called, and then, since nobody accepts, the supervisor."""
    pass_until(store, CALLED)
    pass_until(store, CHASED)


def test_the_greeter_is_called_so_long_before_the_guest_arrives(store: Store) -> None:
    """And is due at the place before the guest: 接待人員應提前到達 (R86)."""
    plan(furnished(store))
    pass_until(store, CALLED - timedelta(seconds=1))
    assert not open_tasks(store)
    pass_until(store, CALLED)
    (task,) = open_tasks(store)
    assert (task.kind, task.due_at, task.meeting) == (TaskKind.TRANSFER, ETA - timedelta(minutes=15), "m-launch")
    assert RULES[task.kind].owner is Role.RECEPTIONIST
    wanted = {"greeter": "小李", "place_en": "T3 arrivals", "note": "CA1501", "at": format_time(ETA), "name": "王1"}
    assert wanted.items() <= task.facts.items()


def test_the_supervisor_is_called_once_where_nobody_accepts(store: Store) -> None:
    """A late start is seen while it can be mended; what the supervisor has closed does not come back."""
    plan(furnished(store))
    pass_until(store, CALLED)
    pass_until(store, CHASED - timedelta(seconds=1))
    assert len(open_tasks(store)) == 1
    pass_until(store, CHASED)
    (late,) = (task for task in open_tasks(store) if task.kind is TaskKind.TRANSFER_LATE)
    assert RULES[late.kind].owner is Role.SUPERVISOR
    assert late.facts["greeter_phone"] == "13800138000"
    with store.write() as tx:
        finish_task(tx, late.id, "主管", CHASED)
    pass_until(store, ETA)
    assert [task.kind for task in open_tasks(store)] == [TaskKind.TRANSFER]


def test_who_accepts_is_under_way_and_nobody_chases_them(store: Store) -> None:
    """Also where the supervisor had been called already."""
    plan(furnished(store))
    chase(store)
    task = next(task for task in open_tasks(store) if task.kind is TaskKind.TRANSFER)
    with store.write() as tx:
        accept_task(tx, task.id, "小李", CHASED)
    assert [one.kind for one in open_tasks(store)] == [TaskKind.TRANSFER]
    assert stored(store).state is TransferState.UNDER_WAY


def test_the_task_done_is_the_guest_delivered(store: Store) -> None:
    """Nobody enters it a second time."""
    plan(furnished(store))
    pass_until(store, CALLED)
    (task,) = open_tasks(store)
    with store.write() as tx:
        finish_task(tx, task.id, "小李", ETA, without=True)
    assert stored(store).state is TransferState.DELIVERED


def test_what_the_greeter_ticks_moves_the_pick_up(store: Store) -> None:
    """R89: met, then handed over at the venue, each with one tap on the task's card."""
    plan(furnished(store))
    pass_until(store, CALLED)
    (task,) = open_tasks(store)
    with store.write() as tx:
        accept_task(tx, task.id, "小李", CALLED)
        tick_step(tx, task.id, "met", "小李", ETA)
    assert stored(store).state is TransferState.MET
    with store.write() as tx:
        tick_step(tx, task.id, "handed_over", "小李", ETA)
    assert stored(store).state is TransferState.DELIVERED


def test_a_flight_that_is_late_moves_all_of_it(store: Store) -> None:
    """Before anybody is called, only the time; after that, while nobody has set out, the call is taken back."""
    plan(furnished(store))
    chase(store)
    assert len(open_tasks(store)) == 2
    plan(store, CHASED, eta=ETA + LATER)
    assert not open_tasks(store)
    pass_until(store, CHASED + timedelta(hours=1))
    assert not open_tasks(store)
    pass_until(store, CALLED + LATER)
    (task,) = open_tasks(store)
    assert task.due_at == ETA + LATER - timedelta(minutes=15)


def test_a_greeter_who_is_under_way_keeps_the_task_with_the_new_time(store: Store) -> None:
    """Who stands at the airport is told to wait, not sent home."""
    plan(furnished(store))
    pass_until(store, CALLED)
    (task,) = open_tasks(store)
    with store.write() as tx:
        accept_task(tx, task.id, "小李", CALLED)
    plan(store, CALLED, eta=ETA + LATER, greeter="小赵")
    (moved,) = open_tasks(store)
    assert (moved.id, moved.state) == (task.id, TaskState.ACCEPTED)
    assert (moved.due_at, moved.facts["greeter"]) == (ETA + LATER - timedelta(minutes=15), "小赵")
    pass_until(store, ETA + LATER)
    assert len(open_tasks(store)) == 1


def test_a_flight_that_is_early_calls_at_once(store: Store) -> None:
    """What should have been by now happens now."""
    plan(furnished(store))
    plan(store, T0, eta=T0 + timedelta(minutes=20))
    pass_until(store, T0)
    (task,) = open_tasks(store)
    assert task.due_at == T0 + timedelta(minutes=5)


@pytest.mark.parametrize("after", [CALLED - timedelta(minutes=1), CALLED, CHASED])
def test_a_cancelled_pick_up_takes_back_all_that_was_set_up(store: Store, after: datetime) -> None:
    """Timers, tasks, and the message that still waits."""
    plan(furnished(store))
    pass_until(store, min(after, CALLED))
    pass_until(store, after)
    plan(store, after, state=TransferState.CANCELLED)
    pass_until(store, ETA)
    assert not open_tasks(store)
    assert [one.state for one in messages(store)] == [MessageState.GIVEN_UP]
    with store.read() as tx:
        assert not (*tx.timers.of_rule(START), *tx.timers.of_rule(CHASE))


def test_an_arrival_that_is_past_calls_nobody_and_tells_nobody(store: Store) -> None:
    """It is kept, so that the list is whole."""
    plan(furnished(store), ETA)
    pass_until(store, ETA)
    assert not open_tasks(store)
    assert not messages(store)
    assert stored(store).state is TransferState.PLANNED


@pytest.mark.parametrize(("late", "called"), [(timedelta(hours=2), 1), (timedelta(hours=2, seconds=1), 0)])
def test_after_an_outage_the_call_is_made_at_once_unless_the_guest_is_long_there(
    store: Store, late: timedelta, called: int
) -> None:
    """Two hours after the arrival it is dropped."""
    plan(furnished(store))
    pass_until(store, ETA + late)
    assert len(open_tasks(store)) == called


@pytest.mark.parametrize("why", ["withdrawn", "meeting_cancelled"])
def test_nobody_is_sent_for_a_guest_who_does_not_come(store: Store, why: str) -> None:
    """The invitation was withdrawn, or the meeting called off, after the pick-up was planned."""
    plan(furnished(store))
    with store.write() as tx:
        if why == "withdrawn":
            tx.guests.set_status("inv-1", InvitationStatus.REVOKED, T0)
        else:
            tx.meetings.save(replace(meeting(), cancelled=True))
    pass_until(store, CALLED)
    assert not open_tasks(store)
    assert audited(store)[-1] == f"transfer.dropped:{why}"


def test_a_guest_at_the_door_is_delivered_by_that_alone(store: Store) -> None:
    """Whoever checks in needs nobody at the airport; the task and its alert go (R86)."""
    plan(furnished(store))
    chase(store)
    assert len(open_tasks(store)) == 2
    take(store, scan(1, 60 * 80))
    assert stored(store).state is TransferState.DELIVERED
    assert not [task for task in open_tasks(store) if task.kind in {TaskKind.TRANSFER, TaskKind.TRANSFER_LATE}]


def test_a_guest_who_is_inside_already_is_not_fetched(store: Store) -> None:
    """The list came after the guest did."""
    take(furnished(store), scan(1, 10))
    plan(store, T0 + timedelta(minutes=1))
    pass_until(store, CALLED)
    assert not open_tasks(store)
    assert stored(store).state is TransferState.DELIVERED


def test_other_guests_arrivals_change_no_pick_up(store: Store) -> None:
    """And a pick-up that is over stays as it is when its guest comes again."""
    plan(furnished(store), state=TransferState.CANCELLED)
    take(store, scan(1, 10), scan(2, 11))
    assert stored(store).state is TransferState.CANCELLED


def test_one_tap_says_met_and_another_delivered(store: Store) -> None:
    """The task follows: taken by whoever tapped, then closed."""
    plan(furnished(store))
    chase(store)
    with store.write() as tx:
        move_transfer(tx, "inv-1", TransferState.MET, "小李", ETA)
    (task,) = open_tasks(store)
    assert (task.state, task.accepted_by) == (TaskState.ACCEPTED, "小李")
    with store.write() as tx:
        move_transfer(tx, "inv-1", TransferState.DELIVERED, "小李", ETA)
        with pytest.raises(NotOpen):
            move_transfer(tx, "inv-1", TransferState.CANCELLED, "小李", ETA)
        with pytest.raises(NotFound):
            move_transfer(tx, "inv-2", TransferState.MET, "小李", ETA)
    assert not open_tasks(store)
    assert audited(store)[-2:] == ["transfer.delivered", "task.finish"]


def test_who_met_the_guest_early_is_not_called_any_more(store: Store) -> None:
    """The time for it passes without a task."""
    plan(furnished(store))
    with store.write() as tx:
        move_transfer(tx, "inv-1", TransferState.MET, "小李", T0)
    pass_until(store, CHASED)
    assert not open_tasks(store)


def test_the_guest_is_told_who_comes_and_under_which_number(store: Store) -> None:
    """確保客戶能夠及時、順利地與接待人員取得聯系 (R87)."""
    plan(furnished(store))
    (message,) = messages(store)
    assert (message.kind, message.invitation, message.state) == (MessageKind.PICK_UP, "inv-1", MessageState.WAITING)
    assert message.facts == {
        "greeter": "小李",
        "greeter_phone": "13800138000",
        "at": format_time(ETA),
        "place_zh": "T3 到达口",
        "place_en": "T3 arrivals",
        "note": "CA1501",
    }
    assert message.pointless_at > ETA


@pytest.mark.parametrize(
    "change", [{"greeter": "小赵"}, {"greeter_phone": "139"}, {"eta": ETA + LATER}, {"note": "CA1502"}]
)
def test_a_change_writes_a_fresh_message_and_gives_the_outdated_one_up(store: Store, change: dict[str, object]) -> None:
    """The guest never hears of two greeters at once."""
    plan(furnished(store))
    plan(store, T0 + timedelta(minutes=1), **change)
    assert [one.state for one in messages(store)] == [MessageState.GIVEN_UP, MessageState.WAITING]


def test_a_greeter_who_is_put_back_is_told_anew(store: Store) -> None:
    """The last message must name who really comes, also when it says what the first one said."""
    plan(furnished(store))
    for minute, greeter in enumerate(("小赵", "小李"), 1):
        plan(store, T0 + timedelta(minutes=minute), greeter=greeter)
    last = messages(store)[-1]
    assert (last.facts["greeter"], last.state) == ("小李", MessageState.WAITING)
    assert len(messages(store)) == 3


def test_nothing_new_is_no_news(store: Store) -> None:
    """The same plan again, or one that only the staff see, writes to nobody."""
    plan(furnished(store))
    plan(store, T0 + timedelta(minutes=1))
    assert len(messages(store)) == 1


def test_without_a_greeter_the_guest_hears_when_there_is_one(store: Store) -> None:
    """A message that names nobody helps nobody."""
    plan(furnished(store), greeter="", greeter_phone="")
    assert not messages(store)
    plan(store, T0 + timedelta(minutes=1), greeter="小李")
    assert [one.facts["greeter"] for one in messages(store)] == ["小李"]


def test_a_few_minutes_move_the_greeters_deadline_and_not_the_supervisors(store: Store) -> None:
    """Somebody must go now all the same."""
    plan(furnished(store))
    chase(store)
    plan(store, CHASED, eta=ETA + timedelta(minutes=5))
    due = {task.kind: task.due_at for task in open_tasks(store)}
    assert due == {
        TaskKind.TRANSFER: ETA - timedelta(minutes=10),
        TaskKind.TRANSFER_LATE: CHASED + RULES[TaskKind.TRANSFER_LATE].within,
    }


def test_a_timer_that_another_process_was_too_late_to_take_back_calls_nobody(store: Store) -> None:
    """It sees how things stand when it fires."""
    plan(furnished(store))
    pass_until(store, CALLED)
    (task,) = open_tasks(store)
    with store.write() as tx:
        accept_task(tx, task.id, "小李", CALLED)
        tx.timers.put(Timer(rule=one, subject="inv-1", due_at=CALLED) for one in (START, CHASE))
        tx.timers.put([Timer(rule=START, subject="inv-2", due_at=CALLED)])
    pass_until(store, CHASED)
    assert [(one.id, one.state) for one in open_tasks(store)] == [(task.id, TaskState.ACCEPTED)]
    with store.write() as tx:
        finish_task(tx, task.id, "小李", CHASED, without=True)
        tx.timers.put([Timer(rule=START, subject="inv-1", due_at=CALLED)])
    pass_until(store, CHASED)
    assert not open_tasks(store)


@pytest.mark.parametrize("state", [TransferState.PLANNED, TransferState.CANCELLED])
def test_a_guest_whom_staff_let_in_is_at_the_venue_too(store: Store, state: TransferState) -> None:
    """A door had turned them away; a pick-up that was cancelled stays so."""
    plan(furnished(store), state=state)
    early = scan(1, -60, verdict=Verdict.TOO_EARLY)
    take(store, early)
    assert stored(store).state is state
    with store.write() as tx:
        rule(tx, early.event.id, RulingKind.LET_IN, "supervisor_agreed", who(T0))
    assert stored(store).state is (TransferState.DELIVERED if state is TransferState.PLANNED else state)
