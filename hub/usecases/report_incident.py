"""Something happened: in one transaction the playbook starts, the superior is told, and the teams are called (R130).

接待人員應立即啟動應急預案,并及時向上級領導報告. A fault in a running meeting does the same by itself (R118).
"""

from collections.abc import Iterable
from dataclasses import replace

from devices.contract.topics import HUB
from hub.domain.errors import NotFound
from hub.domain.incidents import HOUSE, Incident, IncidentStep, steps_of
from hub.domain.meetings import Meeting
from hub.domain.playbooks import IncidentKind
from hub.domain.tasks import UNDONE
from hub.domain.timers import Timer
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.incident_calls import INCIDENT, call_superior, call_teams
from hub.usecases.watch_faults import room_of, wait_for_next

STEP_LATE = "incident_step"
"""The timer of a step's target; its subject is the incident and the step's position."""

_HOUSE = Words("全场", "the whole house")


def report_incident(
    tx: Transaction, kind: IncidentKind, room: str, who: Deciding, *, drill: bool = False, fault: str = ""
) -> Incident:
    """Report an incident in a room, or in the house (``HOUSE``); returns the active one where there is one (I5).

    Raises NotFound for a room that the house does not know.
    """
    meeting = running_in(tx, room, who)
    reported = Incident(
        id=who.ids(),
        kind=kind,
        room=room,
        place=_place(tx, room),
        drill=drill,
        meeting=meeting.id if meeting else None,
        fault=fault,
        reported_by=who.actor,
        reported_at=who.at,
        told_at=who.at,
    )
    incident = tx.incidents.report(reported)
    if incident.id != reported.id:
        tx.records.audit(who.actor, "incident.report_again", incident.id, who.at)
        return incident
    playbook = tx.incidents.playbook(kind)
    steps = steps_of(playbook, who.at) if playbook else ()
    tx.incidents.put_steps(incident.id, steps)
    watch(tx, incident, steps)
    call_superior(tx, incident, who)
    call_teams(tx, incident, steps, who)
    tx.records.audit(who.actor, "incident.report_drill" if drill else "incident.report", incident.id, who.at)
    tx.feed.touch([(INCIDENT, incident.id)])
    return incident


def watch(tx: Transaction, incident: Incident, steps: Iterable[IncidentStep]) -> None:
    """Set the timers of what is still to be done."""
    tx.timers.put(
        Timer(rule=STEP_LATE, subject=subject_of(incident, step), due_at=step.due_at)
        for step in steps
        if step.done_at is None
    )


def subject_of(incident: Incident, step: IncidentStep) -> str:
    """Return what a step's timer is about."""
    return f"{incident.id} {step.position}"


def fire_fault(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Open an incident for a fault of a room in which a meeting runs (R118); else look again when the next one begins.

    One meeting has one incident of it: a fault that still stands when the next meeting begins is that one's as well.
    """
    task = tx.tasks.get(timer.subject)
    room = room_of(tx, task) if task else ""
    if task is None or task.state not in UNDONE or not room:
        return
    meeting = _begun_in(tx, room, who)
    before = tx.incidents.get(task.facts.get(INCIDENT, ""))
    if meeting and not (before and (before.active or before.meeting == meeting.id)):
        hub = replace(who, actor=HUB)
        incident = report_incident(tx, IncidentKind.EQUIPMENT_FAILURE, room, hub, fault=task.id)
        tx.tasks.save(replace(task, meeting=task.meeting or meeting.id, facts=task.facts | {INCIDENT: incident.id}))
        tx.feed.touch([("tasks", "")])
    wait_for_next(tx, task, room, who.at)


def _begun_in(tx: Transaction, room: str, who: Deciding) -> Meeting | None:
    """Return the meeting that has begun in a room and is not over."""
    now = (one for one in tx.meetings.between(who.at, who.at) if one.room == room and not one.cancelled)
    return next((one for one in now if one.starts_at <= who.at < one.ends_at), None)


def running_in(tx: Transaction, room: str, who: Deciding) -> Meeting | None:
    """Return the meeting that has the room now; None for the whole house."""
    now = [one for one in tx.meetings.between(who.at, who.at) if one.room == room and not one.cancelled]
    return next(iter(now), None)


def _place(tx: Transaction, room: str) -> Words:
    if room == HOUSE:
        return _HOUSE
    found = next((one for one in tx.meetings.rooms() if one.key == room), None)
    if found is None:
        raise NotFound(f"there is no room {room!r}")
    return found.name
