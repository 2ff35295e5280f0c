"""Reporting starts the playbook and tells the superior in one transaction, on both databases (R66, R118, R130)."""

from dataclasses import replace

import pytest

from hub.domain.errors import NotFound
from hub.domain.incidents import HOUSE, IncidentState
from hub.domain.meetings import Room
from hub.domain.playbooks import IncidentKind
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.room_wishes import RoomWish
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import raise_task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_from_room import ask_from_room
from hub.usecases.call_staff import call
from hub.usecases.follow_agenda import follow_agenda
from hub.usecases.report_incident import STEP_LATE, report_incident
from hub.usecases.work_incident import dismiss
from hub.usecases.work_task import finish_task
from tests.hub.build import T0, at, meeting
from tests.hub.usecases.emergencies import calls, ready, report, seen, steps, tick
from tests.hub.usecases.working import TIMES, Floor, by


@pytest.fixture
def house(store: Store) -> Store:
    """Give the hall of the launch with its playbooks."""
    return ready(store)


def test_one_tap_starts_the_playbook_and_tells_the_superior(house: Store) -> None:
    """立即啟動應急預案,并及時向上級領導報告: incident, steps, timers, calls and both times are there together."""
    fire = report(house, seconds=10)
    assert (fire.state, fire.reported_at, fire.told_at, fire.place.en) == (
        IncidentState.REPORTED,
        at(10),
        at(10),
        "Grand Hall",
    )
    listed = steps(house, fire.id)
    assert [one.key for one in listed][:2] == ["alarm", "call_119"]
    assert listed[1].phone == "119"
    found = calls(house)
    assert set(found) == {
        TaskKind.INCIDENT_TOLD,
        TaskKind.INCIDENT_EMERGENCY,
        TaskKind.INCIDENT_RECEPTIONIST,
        TaskKind.INCIDENT_TECHNICIAN,
        TaskKind.INCIDENT_LOGISTICS,
    }
    assert RULES[TaskKind.INCIDENT_TOLD].owner is Role.SUPERVISOR
    first = found[TaskKind.INCIDENT_EMERGENCY]
    assert (first.due_at, first.facts["step_en"], first.facts["incident"]) == (at(70), listed[0].words.en, fire.id)
    with house.read() as tx:
        assert {one.due_at for one in tx.timers.of_rule(STEP_LATE)} == {one.due_at for one in listed}
        assert [one.action for one in tx.records.audited(fire.id, T0, 9)] == ["incident.report"]


def test_nothing_of_it_is_kept_when_any_of_it_cannot_be(house: Store) -> None:
    """A room that the house does not know: no incident, no call, no timer."""
    with pytest.raises(NotFound), house.write() as tx:
        report_incident(tx, IncidentKind.FIRE, "cellar", by("小李", T0))
    with house.read() as tx:
        assert (tx.incidents.open(), tx.tasks.open(), tx.timers.of_rule(STEP_LATE)) == ([], [], [])


def test_who_reports_the_same_finds_the_one_that_is_there(house: Store) -> None:
    """I5: nobody is called twice; another room, another kind or a drill is another incident."""
    fire = report(house)
    tick(house, fire.id, 1, 4)
    again = report(house, seconds=5, person="小陈")
    assert again.id == fire.id
    assert steps(house, fire.id)[0].done_at == at(4)  # nothing begins anew
    assert len(calls(house)) == 5
    for one in (
        report(house, room=HOUSE),
        report(house, IncidentKind.SECURITY),
        report(house, drill=True),
    ):
        assert one.id != fire.id
    with house.read() as tx:
        assert len(tx.incidents.open()) == 4


def test_a_drill_is_marked_on_every_call(house: Store) -> None:
    """And runs in all else as what it practises."""
    report(house, drill=True)
    found = calls(house)
    assert len(found) == 5
    assert {task.facts.get("drill") for task in found.values()} == {"yes"}


def test_a_kind_without_a_playbook_calls_the_superior_all_the_same(house: Store) -> None:
    """Nobody is left without help because nobody wrote a list."""
    with house.write() as tx:
        tx.incidents.put_playbooks([], own=False)
    other = report(house, IncidentKind.OTHER)
    assert steps(house, other.id) == []
    assert set(calls(house)) == {TaskKind.INCIDENT_TOLD}


def break_projector(house: Store, seconds: float, key: str = "pj") -> str:
    """Let somebody in the hall report one of its projectors."""
    with house.write() as tx:
        tx.room_devices.put([RoomDevice(room="hall", key=key, kind=DeviceKind.PROJECTOR, name=Words("投影", "Pj"))])
        return ask_from_room(tx, "hall", RoomWish.BROKEN, key, by("panel", at(seconds)), TIMES).id


def test_a_fault_in_a_running_meeting_opens_an_incident_and_its_repair_contains_it(house: Store) -> None:
    """R118, R119: the technician keeps the one task of the fault; the swap ticks the hub's own step."""
    fault = break_projector(house, 4000)
    Floor(house).until(at(4000))
    with house.read() as tx:
        (incident,) = tx.incidents.open()
    assert (incident.kind, incident.room, incident.fault) == (IncidentKind.EQUIPMENT_FAILURE, "hall", fault)
    assert (incident.meeting, incident.reported_by) == ("m-launch", "hub")
    assert set(calls(house)) == {TaskKind.INCIDENT_TOLD, TaskKind.INCIDENT_RECEPTIONIST}
    assert Floor(house).task(fault).facts["incident"] == incident.id
    with house.write() as tx:
        finish_task(tx, fault, "小陈", at(4100))
    Floor(house).until(at(4100))
    contained = seen(house, incident.id)
    assert (contained.state, contained.contained_at) == (IncidentState.CONTAINED, at(4100))
    assert [(one.key, one.done_by) for one in steps(house, incident.id) if one.done_at] == [("spare", "hub")]
    assert contained.first_step_at is None  # no person has done a step yet (R133)


def test_a_fault_that_nobody_mends_calls_the_supervisor_once(house: Store) -> None:
    """After five minutes (R119): the fault and the incident's step wait for the same spare."""
    fault = break_projector(house, 4000)
    floor = Floor(house)
    for second in range(4000, 4301):
        floor.until(at(second))
    called = [one for one in floor.open() if one.kind in {TaskKind.HANDED_UP, TaskKind.INCIDENT_LATE}]
    assert [one.facts.get("about") for one in called if one.created_at == at(4300)] == [fault]
    assert [one.key for one in steps(house, _only(house)) if one.late_at == at(4300)] == ["spare"]


def test_a_fault_before_the_meeting_waits_for_its_start_and_one_that_was_mended_is_none(house: Store) -> None:
    """The launch begins an hour after its doors."""
    fault = break_projector(house, 600)
    Floor(house).until(at(3599))
    with house.read() as tx:
        assert tx.incidents.open() == []
    Floor(house).until(at(3600))
    with house.read() as tx:
        assert [one.fault for one in tx.incidents.open()] == [fault]
    mended = replace(seen(house, _only(house)), state=IncidentState.FALSE_ALARM, ended_at=at(3700))
    with house.write() as tx:
        tx.incidents.save(mended)
        finish_task(tx, fault, "小陈", at(3700))
    Floor(house).until(at(3800))
    with house.read() as tx:
        assert tx.incidents.open() == []


def test_two_faults_of_a_room_are_one_incident_which_the_last_repair_contains(house: Store) -> None:
    """Each fault's card leads to it."""
    faults = [break_projector(house, 4000, key) for key in ("pj", "second")]
    Floor(house).until(at(4001))
    incident = _only(house)
    assert {Floor(house).task(one).facts["incident"] for one in faults} == {incident}
    for fault, state in zip(faults, (IncidentState.REPORTED, IncidentState.CONTAINED), strict=True):
        with house.write() as tx:
            finish_task(tx, fault, "小陈", at(4100))
        Floor(house).until(at(4100))
        assert seen(house, incident).state is state


def test_a_fault_of_an_empty_room_is_an_incident_once_a_meeting_there_begins(house: Store) -> None:
    """Reported before any meeting was planned; one that is put in finds it, and so does one that moves."""
    with house.write() as tx:
        tx.meetings.save_room(Room(key="annex", name=Words("副厅", "Annex")))
        where = {"room": "annex"}
        task = raise_task(TaskKind.DEVICE_FAULT, "device x", task_id="fault-x", at=at(100), facts=where)
        fault = call(tx, task).id
    Floor(house).until(at(200))
    talk = meeting("talk", room="annex", number=7, starts_at=at(5000), ends_at=at(6000))
    with house.write() as tx:
        tx.meetings.save(talk)
        follow_agenda(tx, [talk], at(300))
    Floor(house).until(at(4000))
    earlier = replace(talk, starts_at=at(4500))
    with house.write() as tx:
        tx.meetings.save(earlier)
        follow_agenda(tx, [earlier], at(4001), before={talk.id: talk})
    Floor(house).until(at(4499))
    with house.read() as tx:
        assert tx.incidents.open() == []
    Floor(house).until(at(4500))
    with house.read() as tx:
        (incident,) = tx.incidents.open()
    assert (incident.kind, incident.room, incident.meeting, incident.fault) == (
        IncidentKind.EQUIPMENT_FAILURE,
        "annex",
        "m-talk",
        fault,
    )
    assert steps(house, incident.id)[0].due_at > at(4500)


def test_a_fault_that_still_stands_is_the_next_meeting_s_incident_too_and_once_in_each(house: Store) -> None:
    """What was dismissed in a meeting is not reported again in it."""
    second = meeting("second", number=8, doors_at=at(11000), starts_at=at(12000), ends_at=at(13000))
    with house.write() as tx:
        tx.meetings.save(second)
    fault = break_projector(house, 4000)
    Floor(house).until(at(4000))
    first = _only(house)
    with house.write() as tx:
        dismiss(tx, first, by("小李", at(4100)))
        follow_agenda(tx, tx.meetings.all(), at(4200))
    Floor(house).until(at(11999))
    with house.read() as tx:
        assert tx.incidents.open() == []
    Floor(house).until(at(12000))
    again = seen(house, _only(house))
    assert (again.fault, again.meeting) == (fault, "m-second")
    assert again.id != first


def _only(house: Store) -> str:
    with house.read() as tx:
        (one,) = tx.incidents.open()
    return one.id
