"""People work through an incident; what is late reaches the supervisor once, on both databases (R131-R134)."""

import pytest

from hub.domain.errors import InvalidInput, NotOpen, Refused
from hub.domain.incidents import Impact, IncidentState
from hub.domain.playbooks import IncidentKind
from hub.domain.room_wishes import RoomWish
from hub.domain.task_kinds import TaskKind
from hub.domain.timers import Timer
from hub.ports import Store, Transaction
from hub.usecases.ask_from_room import ask_from_room
from hub.usecases.call_staff import CHANGE_AIR
from hub.usecases.change_air import FROZEN
from hub.usecases.report_incident import STEP_LATE
from hub.usecases.work_incident import close, contain, dismiss, fire_step_late, reopen, resolve, review
from hub.usecases.work_task import finish_task
from tests.hub.build import T0, at
from tests.hub.usecases.emergencies import calls, ready, report, seen, steps, tick
from tests.hub.usecases.working import TIMES, Floor, by


@pytest.fixture
def house(store: Store) -> Store:
    """Give the hall of the launch with its playbooks."""
    return ready(store)


def test_the_first_step_is_measured_and_each_team_is_led_to_its_next(house: Store) -> None:
    """R133: from report to first tick; the team's one task goes on to the next step, and ends with the last."""
    fire = report(house)
    answered = tick(house, fire.id, 1, 42)
    assert answered.state is IncidentState.RESPONDING
    assert answered.answered_within is not None
    assert answered.answered_within.total_seconds() == 42
    listed = steps(house, fire.id)
    assert calls(house)[TaskKind.INCIDENT_EMERGENCY].facts["step_zh"] == listed[1].words.zh
    tick(house, fire.id, 1, 50)  # the tick was a slip
    assert calls(house)[TaskKind.INCIDENT_EMERGENCY].facts["step_zh"] == listed[0].words.zh
    assert seen(house, fire.id).first_step_at == at(42)
    for position in (1, 2, 5):
        tick(house, fire.id, position, 60)
    assert TaskKind.INCIDENT_EMERGENCY not in calls(house)
    assert TaskKind.INCIDENT_LOGISTICS in calls(house)


def test_the_page_alone_ends_a_team_s_task(house: Store) -> None:
    """A tap on the card would hide steps that nobody did."""
    report(house)
    task = calls(house)[TaskKind.INCIDENT_EMERGENCY].id
    with pytest.raises(Refused), house.write() as tx:
        finish_task(tx, task, "小陈", at(5))


def test_an_overdue_step_reaches_the_supervisor_once_with_its_lateness(house: Store) -> None:
    """R131; after an outage too, with all the time that it lay there; ticking it ends that call."""
    ill = report(house, IncidentKind.ATTENDEE_UNWELL)
    Floor(house).until(at(59))
    assert TaskKind.INCIDENT_LATE not in calls(house)
    Floor(house).until(at(60))
    late = calls(house)[TaskKind.INCIDENT_LATE]
    assert (late.facts["step_en"], late.facts["phone"], late.facts["late_s"]) == (
        "Call the hospital at once",
        "120",
        "0",
    )
    assert steps(house, ill.id)[0].late_at == at(60)
    Floor(house).until(at(100))
    assert calls(house)[TaskKind.INCIDENT_LATE].id == late.id
    tick(house, ill.id, 1, 110)
    assert TaskKind.INCIDENT_LATE not in calls(house)
    Floor(house).until(at(180 + 900))  # the hub was away for a quarter of an hour
    with house.read() as tx:
        open_ones = [one for one in tx.tasks.open() if one.kind is TaskKind.INCIDENT_LATE]
    assert [one.facts["late_s"] for one in open_ones] == ["900", "480"]


def test_a_timer_that_fires_twice_or_too_late_tells_nobody_again(house: Store) -> None:
    """The supervisor has seen to it, or the step is done: two processes and an outage change nothing."""
    ill = report(house, IncidentKind.ATTENDEE_UNWELL)
    Floor(house).until(at(60))
    with house.write() as tx:
        finish_task(tx, calls_in(tx)[TaskKind.INCIDENT_LATE], "王主管", at(70))
    tick(house, ill.id, 2, 75)
    for position in (1, 2):
        with house.write() as tx:
            fire_step_late(tx, Timer(rule=STEP_LATE, subject=f"{ill.id} {position}", due_at=at(60)), by("hub", at(200)))
    assert TaskKind.INCIDENT_LATE not in calls(house)


def calls_in(tx: Transaction) -> dict[TaskKind, str]:
    """Return the open tasks' ids, by kind."""
    return {task.kind: task.id for task in tx.tasks.open()}


def test_it_stays_open_until_its_impact_review_and_outcome_are_written_down(house: Store) -> None:
    """R66, R132: 跟蹤處理結果; and every step of it is in the audit log with its person."""
    fire = report(house)
    with pytest.raises(NotOpen), house.write() as tx:
        resolve(tx, fire.id, Impact.NONE, 0, by("小陈", at(5)))  # nobody has begun
    with house.write() as tx:
        contain(tx, fire.id, by("小陈", at(60)))
    assert TaskKind.INCIDENT_REVIEW in calls(house)  # from now on somebody is asked to end it
    with pytest.raises(InvalidInput), house.write() as tx:
        resolve(tx, fire.id, Impact.DELAY, 0, by("小陈", at(70)))
    with house.write() as tx:
        resolve(tx, fire.id, Impact.DELAY, 15, by("小陈", at(80)))
    assert set(calls(house)) == {TaskKind.INCIDENT_REVIEW}
    with house.read() as tx:
        assert tx.timers.of_rule(STEP_LATE) == []
    with pytest.raises(NotOpen):
        tick(house, fire.id, 1, 81)
    with pytest.raises(NotOpen), house.write() as tx:
        close(tx, fire.id, "done", by("王主管", at(90)))
    with house.write() as tx:
        review(tx, fire.id, "插座老化", by("王主管", at(100)))
    with pytest.raises(InvalidInput), house.write() as tx:
        close(tx, fire.id, "  ", by("王主管", at(110)))
    with house.write() as tx:
        close(tx, fire.id, "已更换插座", by("王主管", at(120)))
    closed = seen(house, fire.id)
    assert (closed.state, closed.impact, closed.amount, closed.outcome) == (
        IncidentState.CLOSED,
        Impact.DELAY,
        15,
        "已更换插座",
    )
    assert calls(house) == {}
    with house.read() as tx:
        assert tx.incidents.open() == []
        done = [(one.action, one.actor) for one in reversed(tx.records.audited(fire.id, T0, 20))]
    assert done == [
        ("incident.report", "小李"),
        ("incident.contain", "小陈"),
        ("incident.resolve", "小陈"),
        ("incident.review", "王主管"),
        ("incident.close", "王主管"),
    ]


def test_a_false_alarm_ends_every_call_and_can_turn_out_to_be_true(house: Store) -> None:
    """Reopened, what is not done has its whole time again, and the superior is told again."""
    fire = report(house)
    tick(house, fire.id, 1, 20)
    with house.write() as tx:
        dismiss(tx, fire.id, by("小陈", at(30)))
    assert calls(house) == {}
    Floor(house).until(at(500))
    assert calls(house) == {}
    with house.write() as tx:
        reopen(tx, fire.id, by("小陈", at(1000)))
    assert len(calls(house)) == 5
    listed = steps(house, fire.id)
    assert listed[0].done_at == at(20)
    assert [one.due_at for one in listed[1:3]] == [at(1060), at(1120)]
    Floor(house).until(at(1060))
    assert TaskKind.INCIDENT_LATE in calls(house)
    assert seen(house, fire.id).reopened == 1


def test_what_ended_cannot_be_reopened_beside_a_new_one_of_its_kind(house: Store) -> None:
    """There is one active incident of a kind in a room; the new one is where people work."""
    fire = report(house)
    with house.write() as tx:
        dismiss(tx, fire.id, by("小陈", at(30)))
    assert report(house, seconds=60).id != fire.id
    with pytest.raises(Refused), house.write() as tx:
        reopen(tx, fire.id, by("小陈", at(90)))


def test_a_fire_freezes_the_comfort_of_the_rooms_until_it_is_over(house: Store) -> None:
    """C.3.4: no air conditioning is told anything meanwhile; a drill does not keep guests cold."""
    drill = report(house, drill=True)
    fire = report(house)
    with house.write() as tx:
        ask_from_room(tx, "hall", RoomWish.TOO_COLD, "", by("panel", at(10)), TIMES)
    Floor(house).until(at(10))
    with house.read() as tx:
        assert [one.due_at for one in tx.timers.of_rule(CHANGE_AIR)] == [at(10) + FROZEN]
    with house.write() as tx:
        dismiss(tx, fire.id, by("小陈", at(30)))
    Floor(house).until(at(10) + FROZEN)
    with house.read() as tx:
        assert tx.timers.of_rule(CHANGE_AIR) == []
    assert seen(house, drill.id).active
