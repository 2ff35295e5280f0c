from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from devices.ids import uuid7
from hub.device_ports import DeviceRecord
from hub.domain.alerts import AlertKind, AlertState, Channel, Receipt, Ring
from hub.domain.meetings import Door
from hub.domain.staff import Duty
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import Task, TaskState, raise_task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.answer_alert import answer_alert
from hub.usecases.attend_tasks import attend_due
from hub.usecases.call_staff import call, door_facts
from hub.usecases.pace_task import (
    give_task_back,
    hand_over,
    pass_on_task,
    rush_task,
    snooze_task,
    start_task,
    wait_task,
)
from hub.usecases.settle_conditions import release
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import T0, at
from tests.hub.on_duty import asked, deciding, on_duty, somebody, tablet_alerts

LEAD = somebody("王姐", Role.SUPERVISOR)
LI, CHEN, ZHAO = somebody("小李"), somebody("小陈"), somebody("小赵")
TECH, TECH2 = somebody("老周", Role.TECHNICIAN), somebody("小吴", Role.TECHNICIAN)


def raised(store: Store, kind: TaskKind, subject: str = "kiosk-1", seconds: float = 0, **facts: str) -> Task:
    """Raise a task at a door."""
    with store.write() as tx:
        tx.meetings.save_door(Door(device="kiosk-1", name=Words("东门", "East door")))
        told = door_facts("kiosk-1", tx.meetings.doors()) | facts
        return call(tx, raise_task(kind, subject, task_id=uuid7(), at=at(seconds), facts=told))


def staffed(store: Store, *people: object) -> Store:
    """Let people be at work."""
    with store.write() as tx:
        on_duty(tx, *people)  # type: ignore[arg-type]
    return store


def look(store: Store, task: Task) -> Task:
    """Return the task as it is now."""
    with store.read() as tx:
        found = tx.tasks.get(task.id)
    assert found is not None
    return found


def test_a_vip_whom_nobody_greets_is_the_next_ones_after_20_s_the_leads_after_45_s_and_everybodys_after_2_min(
    store: Store,
) -> None:
    """Each at its second (user-experience S4)."""
    staffed(store, CHEN, LI, LEAD, TECH)
    raised(store, TaskKind.VIP_ARRIVAL, "i-1")
    said = asked(store, 121)
    assert said[:3] == [(0, "小李", "offer"), (20, "小陈", "offer"), (45, "王姐", "offer")]
    assert {(seconds, name) for seconds, name, _ in said[3:]} == {(120, one.name) for one in (LI, CHEN, LEAD, TECH)}


def test_a_fault_nobody_takes_goes_to_the_team_the_lead_and_all_at_60_150_and_240_s(store: Store) -> None:
    """The five minutes of the policy leave room for each."""
    staffed(store, TECH, TECH2, LI, LEAD)
    raised(store, TaskKind.DEVICE_FAULT, "device projector")
    said = asked(store, 241)
    assert Counter(seconds for seconds, _, _ in said) == {0: 1, 60: 2, 150: 1, 240: 4}
    assert said[0][1] in {"老周", "小吴"}
    assert {name for seconds, name, _ in said if seconds == 60} == {"老周", "小吴"}
    assert {name for seconds, name, _ in said if seconds == 150} == {"王姐"}


def test_whoever_accepts_stops_the_chain_and_the_others_are_told_who_it_was(store: Store) -> None:
    """Nobody runs for nothing (S3)."""
    staffed(store, LI, CHEN, LEAD)
    task = raised(store, TaskKind.VIP_ARRIVAL, "i-1")
    assert [name for _, name, _ in asked(store, 21)] == ["小李", "小陈"]
    with store.write() as tx:
        accept_task(tx, task.id, "小陈", at(22))
    assert asked(store, 90, start=22) == []
    over = tablet_alerts(store, "小李")
    assert [(one.state, one.who) for one in over] == [(AlertState.OVER, "小陈")]
    with store.read() as tx:
        assert tx.alerts.offers([task.id]) == {}


def test_a_pager_that_rang_is_told_when_somebody_else_has_it(store: Store) -> None:
    """It has no list to look at: what is over must be said."""
    staffed(store, replace(LI, pager="pager-1"), CHEN)
    task = raised(store, TaskKind.VIP_ARRIVAL, "i-1")
    asked(store, 0)
    with store.write() as tx:
        (rang,) = tx.alerts.next_due(Channel.PAGER, at(0), 9)
        tx.alerts.save(replace(rang, state=AlertState.SENT, sent_at=at(0)))
        accept_task(tx, task.id, "小陈", at(3))
    asked(store, 3, start=3)
    with store.read() as tx:
        (over,) = tx.alerts.next_due(Channel.PAGER, at(3), 9)
    assert (over.kind, over.ring, over.device, over.tag, over.who) == (
        AlertKind.OVER,
        Ring.NONE,
        "pager-1",
        task.id,
        "小陈",
    )


def test_without_a_receipt_the_service_outside_the_house_may_send_after_five_seconds(store: Store) -> None:
    """And not before (S18)."""
    staffed(store, LI)
    raised(store, TaskKind.HELP)
    asked(store, 0)
    with store.read() as tx:
        assert not tx.alerts.next_due(Channel.OUTSIDE, at(4.9), 9)
        (one,) = tx.alerts.next_due(Channel.OUTSIDE, at(5), 9)
        assert not tx.alerts.shown_elsewhere(one)
    with store.write() as tx:
        (shown,) = tx.alerts.of_person("小李", Channel.TABLET, T0)
        tx.alerts.save(replace(shown, shown_at=at(4)))
    with store.read() as tx:
        assert tx.alerts.shown_elsewhere(one)


def test_after_an_outage_the_highest_step_that_is_due_is_taken_once(store: Store) -> None:
    """Nobody gets three calls for the same minute."""
    staffed(store, LI, CHEN, LEAD)
    task = raised(store, TaskKind.VIP_ARRIVAL, "i-1")
    asked(store, 0)
    with store.write() as tx:
        kept = tx.tasks.to_attend(at(100), 9)
        assert [one.id for one in kept] == [task.id]
    said = asked(store, 100, start=100)
    assert [(name, kind) for _, name, kind in said] == [("王姐", "offer")]


def test_what_happened_hours_ago_is_listed_and_rings_nobody(store: Store) -> None:
    """A kiosk comes back with the VIP of this morning."""
    staffed(store, LI)
    raised(store, TaskKind.VIP_ARRIVAL, "i-1", seconds=-3 * 3600)
    asked(store, 0)
    assert [one.ring for one in tablet_alerts(store, "小李")] == [Ring.NONE]


def test_nobody_on_duty_is_asked_as_soon_as_somebody_comes(store: Store) -> None:
    """The task waits, and is counted."""
    task = raised(store, TaskKind.HELP)
    assert attend_due(store, deciding(0)).counts["nobody"] == 1
    assert look(store, task).state is TaskState.NEW
    staffed(store, LI)
    assert [name for _, name, _ in asked(store, 61, start=1)][:1] == ["小李"]


def test_who_is_on_a_break_or_whose_devices_are_silent_is_asked_after_the_others(store: Store) -> None:
    """S13, S19."""
    staffed(store, LI, CHEN, ZHAO)
    with store.write() as tx:
        duties = {duty.person: duty for duty in tx.duties.all()}
        tx.duties.put(replace(duties["小李"], break_until=at(900)))
        tx.duties.put(replace(duties["小赵"], seen_at=at(-50)))
    raised(store, TaskKind.HELP)
    assert [name for _, name, _ in asked(store, 0)] == ["小陈"]


def test_a_break_ends_by_itself_and_the_most_urgent_reaches_people_on_it_when_there_is_nobody_else(
    store: Store,
) -> None:
    """Fifteen minutes later they are asked as ever."""
    staffed(store, LI)
    with store.write() as tx:
        (duty,) = tx.duties.all()
        tx.duties.put(replace(duty, break_until=at(900)))
    raised(store, TaskKind.REQUEST, "r-1")
    raised(store, TaskKind.HELP)
    said = asked(store, 930, step=30)
    told = zip(said, tablet_alerts(store, "小李"), strict=True)
    kinds = [(seconds, one.facts["group"].partition(":")[0]) for (seconds, *_), one in told]
    assert kinds[0] == (0, "help")
    assert next(seconds for seconds, kind in kinds if kind == "request") == 900


def test_those_whose_zone_it_is_come_first_and_a_guests_own_host_before_them(store: Store) -> None:
    """S4, R100."""
    staffed(store, LI, replace(CHEN, zones=frozenset({"kiosk-1"})), replace(ZHAO, zones=frozenset({"kiosk-2"})))
    raised(store, TaskKind.HELP)
    assert [name for _, name, _ in asked(store, 0)] == ["小陈"]
    raised(store, TaskKind.VIP_ARRIVAL, "i-1", seconds=1, host="小李")
    assert [name for _, name, _ in asked(store, 1, start=1)] == ["小李"]


def test_a_house_without_a_list_of_its_people_asks_whoever_has_given_a_name(store: Store) -> None:
    """A small house need not write one."""
    with store.write() as tx:
        on_duty(tx)

        tx.duties.put(Duty(person="阿姨", since=T0, seen_at=T0))
    raised(store, TaskKind.DEVICE_FAULT, "device projector")
    assert [name for _, name, _ in asked(store, 0)] == ["阿姨"]


def test_an_owner_is_reminded_at_four_fifths_of_the_time_and_the_lead_hears_when_it_is_over(store: Store) -> None:
    """Accepting expires (S5)."""
    staffed(store, LI, LEAD)
    task = raised(store, TaskKind.HELP)
    asked(store, 0)
    with store.write() as tx:
        accept_task(tx, task.id, "小李", at(30))
    said = asked(store, 400, start=30)
    assert said == [(150, "小李", "remind"), (180, "小李", "remind"), (180, "王姐", "late")]


def test_while_it_waits_a_tasks_clock_stands(store: Store) -> None:
    """And its owner is reminded that it waits, each half hour."""
    staffed(store, LI, LEAD)
    task = raised(store, TaskKind.REQUEST, "r-1")
    with store.write() as tx:
        accept_task(tx, task.id, "小李", at(0))
        wait_task(tx, task.id, "小李", at(60))
    said = asked(store, 3700, step=60)
    assert [(seconds, kind) for seconds, _, kind in said] == [(1860, "remind"), (3660, "remind")]


def test_the_time_that_it_waited_is_added_to_its_deadline(store: Store) -> None:
    """Nobody is late for what they had to wait for."""
    staffed(store, LI)
    task = raised(store, TaskKind.REQUEST, "r-1")
    with store.write() as tx:
        wait_task(tx, task.id, "小李", at(60))
        start_task(tx, task.id, "小李", at(360))
    now_so = look(store, task)
    assert (now_so.state, now_so.due_at - task.due_at) == (TaskState.WORKING, timedelta(minutes=5))


def test_what_was_put_off_comes_back_by_itself(store: Store) -> None:
    """Ten minutes, with a reason (ISA-18.2 shelving)."""
    staffed(store, LI)
    task = raised(store, TaskKind.REQUEST, "r-1")
    with store.write() as tx:
        snooze_task(tx, task.id, 10, "客人在开会", deciding(0, "小李"))
    assert asked(store, 700, step=10)[0] == (600, "小李", "offer")
    assert look(store, task).snoozed_until is None


def test_what_was_put_off_is_asked_about_from_the_beginning(store: Store) -> None:
    """Its rest is not time in which nobody answered: the next one is asked, not the lead."""
    staffed(store, LI, CHEN, LEAD)
    task = raised(store, TaskKind.REQUEST, "r-1")
    ((_, first, _),) = asked(store, 0)
    with store.write() as tx:
        snooze_task(tx, task.id, 20, "客人在开会", deciding(5, first))
    ((seconds, name, _),) = asked(store, 1206, start=6)
    assert (seconds, {first, name}) == (1205, {"小李", "小陈"})


def test_a_guests_request_is_reminded_of_at_15_and_24_of_its_30_minutes(store: Store) -> None:
    """Counted from when they asked (user-experience 8); who takes it late is not reminded of what is past."""
    staffed(store, LI, CHEN)
    early, late = raised(store, TaskKind.REQUEST, "r-1"), raised(store, TaskKind.REQUEST, "r-2")
    with store.write() as tx:
        accept_task(tx, early.id, "小李", at(60))
        accept_task(tx, late.id, "小陈", at(60))
    assert [one for one in asked(store, 1000, step=10, start=60) if one[2] == "remind"] == [
        (900, "小李", "remind"),
        (900, "小陈", "remind"),
    ]
    with store.write() as tx:
        give_task_back(tx, late.id, "小陈", at(1000))
        accept_task(tx, late.id, "小李", at(1000))
    said = [(seconds, kind) for seconds, _, kind in asked(store, 1800, step=10, start=1000) if kind == "remind"]
    assert said == [(1440, "remind"), (1440, "remind"), (1800, "remind"), (1800, "remind")]


def test_what_the_hub_ended_itself_is_not_said_to_be_taken_by_it(store: Store) -> None:
    """A pager's wearer reads that nobody is needed, not that the hub is on its way."""
    staffed(store, somebody("小李", pager="pager-1"))
    task = raised(store, TaskKind.HELP)
    asked(store, 0)
    with store.write() as tx:
        for one in tx.alerts.of_tasks([task.id]):
            tx.alerts.save(replace(one, sent_at=at(0)))
        finish_task(tx, task.id, "hub", at(5))
    asked(store, 6, start=5)
    with store.read() as tx:
        over = [one for one in tx.alerts.of_tasks([task.id], also_over=True) if one.kind is AlertKind.OVER]
    assert [(one.channel, one.who) for one in over] == [(Channel.PAGER, "")]


def test_passing_on_asks_the_next_one_at_once(store: Store) -> None:
    """S2."""
    staffed(store, LI, CHEN)
    task = raised(store, TaskKind.REQUEST, "r-1")
    (first,) = asked(store, 0)
    with store.write() as tx:
        pass_on_task(tx, task.id, first[1], at(5))
    ((seconds, name, _),) = asked(store, 6, start=5)
    assert (seconds, {first[1], name}) == (5, {"小李", "小陈"})


def test_a_handed_over_task_is_told_to_who_has_it_now_and_a_rushed_one_rings(store: Store) -> None:
    """S13, S16."""
    staffed(store, LI, CHEN, LEAD)
    task = raised(store, TaskKind.REQUEST, "r-1")
    asked(store, 0)
    with store.write() as tx:
        hand_over(tx, task.id, "小陈", deciding(3, "王姐"))
    with store.write() as tx:
        rush_task(tx, task.id, deciding(9, "王姐"))
    told = [(one.kind, one.ring) for one in tablet_alerts(store, "小陈") if one.kind is not AlertKind.OFFER]
    assert told == [(AlertKind.GIVEN, Ring.BUZZ), (AlertKind.RUSH, Ring.LOUD)]
    assert look(store, task).rushed_at == at(9)


def test_given_back_it_is_asked_about_from_the_beginning(store: Store) -> None:
    """Its deadline stays."""
    staffed(store, LI, CHEN)
    task = raised(store, TaskKind.REQUEST, "r-1")
    with store.write() as tx:
        accept_task(tx, task.id, "小李", at(2))
    asked(store, 2, start=2)
    with store.write() as tx:
        give_task_back(tx, task.id, "小李", at(60))
    assert [seconds for seconds, _, _ in asked(store, 61, start=60)] == [60]
    assert look(store, task).due_at == task.due_at


def test_what_goes_away_by_itself_stays_listed_until_somebody_has_seen_it(store: Store) -> None:
    """Cleared, unseen (ISA-18.2 state D); who was never asked need not look."""
    staffed(store, TECH)
    task = raised(store, TaskKind.DEVICE_CHECK, "device d-1", cause="offline")
    other = raised(store, TaskKind.DEVICE_CHECK, "device d-2", cause="offline", seconds=500)
    asked(store, 0)
    with store.write() as tx:
        release(tx, [task.id, other.id], at(20))
    with store.read() as tx:
        assert [one.id for one in tx.tasks.unseen(T0)] == [task.id]
    assert asked(store, 600, start=20, step=20) == []


@pytest.mark.parametrize("end", [TaskState.DONE, TaskState.CLOSED])
def test_a_finished_task_asks_nobody_any_more(store: Store, end: TaskState) -> None:
    """Whether its guest is asked, or nobody."""
    staffed(store, LI, CHEN)
    kind = TaskKind.HELP if end is TaskState.DONE else TaskKind.WALK_IN
    task = raised(store, kind)
    asked(store, 0)
    with store.write() as tx:
        finish_task(tx, task.id, "小李", at(5))
    assert look(store, task).state is end
    assert asked(store, 300, start=5, step=5) == []


def test_a_pager_that_is_on_makes_its_wearer_reachable(store: Store) -> None:
    """Also without any tablet."""
    staffed(store, replace(LI, pager="pager-1"), CHEN)
    with store.write() as tx:
        tx.devices.save(DeviceRecord(id="pager-1", status="online"))
        for duty in tx.duties.all():
            tx.duties.put(replace(duty, seen_at=T0 - timedelta(hours=1)))
    raised(store, TaskKind.HELP)
    assert [name for _, name, _ in asked(store, 0)] == ["小李"]


def test_a_task_that_ends_elsewhere_leaves_the_pager_that_had_accepted_it(store: Store) -> None:
    """Else it would stand there for an hour."""
    staffed(store, replace(LI, pager="pager-1"))
    task = raised(store, TaskKind.WALK_IN)
    asked(store, 0)
    with store.write() as tx:
        (rang,) = tx.alerts.next_due(Channel.PAGER, at(0), 9)
        tx.alerts.save(replace(rang, state=AlertState.SENT, sent_at=at(0)))
    with store.write() as tx:
        answer_alert(tx, rang.id, Receipt.ACCEPT, deciding(3, "小李"))
    asked(store, 3, start=3)
    with store.read() as tx:
        assert tx.alerts.next_due(Channel.PAGER, at(9), 9) == []
    with store.write() as tx:
        finish_task(tx, task.id, "小李", at(60))
    asked(store, 60, start=60)
    with store.read() as tx:
        (over,) = tx.alerts.next_due(Channel.PAGER, at(60), 9)
    assert (over.kind, over.tag, over.shown_at) == (AlertKind.OVER, task.id, None)
    asked(store, 61, start=61)
    with store.read() as tx:
        assert len(tx.alerts.next_due(Channel.PAGER, at(61), 9)) == 1


def test_nobody_is_asked_about_a_rooms_air_while_its_own_device_may_do_it(store: Store) -> None:
    """Half a minute; then a person is (S11: no call that needs nobody)."""
    staffed(store, replace(LI, roles=frozenset({Role.LOGISTICS})))
    raised(store, TaskKind.COMFORT, "i-1:too_cold", note="too_cold")
    assert asked(store, 40) == [(30, "小李", "offer")]
