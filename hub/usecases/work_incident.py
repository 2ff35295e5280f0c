"""People work on an incident: steps are ticked, it is contained, resolved, reviewed, closed, reopened (R131-R134).

跟蹤處理結果: it stays open until its outcome is written down (R66).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from devices.contract.topics import HUB
from hub.domain import incidents
from hub.domain.errors import NotFound, NotOpen
from hub.domain.incidents import MOVES, OVER, Impact, Incident, IncidentMove, IncidentStep, said, with_impact
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import key_of
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import FAULT_LATE
from hub.usecases.incident_calls import (
    INCIDENT,
    OF_ROLE,
    call_late,
    call_review,
    call_superior,
    call_teams,
    end_calls,
    end_late,
)
from hub.usecases.plan_drills import drill_held
from hub.usecases.report_incident import STEP_LATE, subject_of, watch

_AT_WORK = (TaskKind.INCIDENT_TOLD, TaskKind.COMPLAINT, *OF_ROLE.values())


def tick_incident(tx: Transaction, incident: str, position: int, who: Deciding) -> Incident:
    """Let a person tick a step, or take the tick back. Raises NotFound, or NotOpen for an incident that is over."""
    found = find_incident(tx, incident)
    return _tick(tx, found, position, who, person=True)


def respond(tx: Transaction, incident: str, who: Deciding) -> Incident:
    """Note that a person is on it. Raises NotFound or NotOpen."""
    return _move(tx, find_incident(tx, incident), IncidentMove.RESPOND, who)


def contain(tx: Transaction, incident: str, who: Deciding) -> Incident:
    """Note that it does no more harm: a spare is in place, the fire is out. Raises NotFound or NotOpen.

    The supervisor is asked from now on to end it: nobody else may, and nothing else reminds of it (R66).
    """
    contained = _move(tx, find_incident(tx, incident), IncidentMove.CONTAIN, who)
    call_review(tx, contained, who)
    return contained


def resolve(tx: Transaction, incident: str, impact: Impact, amount: int, who: Deciding) -> Incident:
    """Note that it is over, and what the client had of it (R132). Raises NotFound, NotOpen or InvalidInput."""
    found = with_impact(find_incident(tx, incident), impact, amount)
    resolved = _move(tx, found, IncidentMove.RESOLVE, who)
    _rest(tx, resolved, who)
    drill_held(tx, resolved, who)
    call_review(tx, resolved, who)
    return resolved


def dismiss(tx: Transaction, incident: str, who: Deciding) -> Incident:
    """Note that it was a false alarm. Raises NotFound or NotOpen."""
    dismissed = _move(tx, find_incident(tx, incident), IncidentMove.DISMISS, who)
    _rest(tx, dismissed, who)
    return dismissed


def review(tx: Transaction, incident: str, note: str, who: Deciding) -> Incident:
    """Write down what was found afterwards. Raises NotFound, NotOpen or InvalidInput."""
    found = replace(find_incident(tx, incident), note=said(note, "note", needed=True))
    return _move(tx, found, IncidentMove.REVIEW, who)


def close(tx: Transaction, incident: str, outcome: str, who: Deciding) -> Incident:
    """Write down how it ended: only then it is closed (R66). Raises NotFound, NotOpen or InvalidInput."""
    found = replace(find_incident(tx, incident), outcome=said(outcome, "outcome", needed=True))
    closed = _move(tx, found, IncidentMove.CLOSE, who)
    end_calls(tx, closed, [TaskKind.INCIDENT_REVIEW], who)
    return closed


def describe(tx: Transaction, incident: str, about: str, who: Deciding) -> Incident:
    """Write down what it is about; a later word takes its place. Raises NotFound, NotOpen or InvalidInput."""
    found = find_incident(tx, incident)
    if found.state in OVER:
        raise NotOpen("this incident is over")
    described = replace(found, about=said(about, "about", needed=True))
    tx.incidents.save(described)
    tx.records.audit(who.actor, "incident.describe", incident, who.at)
    tx.feed.touch([(INCIDENT, incident)])
    return described


def reopen(tx: Transaction, incident: str, who: Deciding) -> Incident:
    """Begin anew, as it is not over: what is not done has its whole time again. Raises NotFound, NotOpen or Refused."""
    reopened = _move(tx, find_incident(tx, incident), IncidentMove.REOPEN, who)
    given = [
        replace(one, due_at=who.at + one.within, late_at=None)
        for one in tx.incidents.steps(incident)
        if one.done_at is None
    ]
    tx.incidents.put_steps(incident, given)
    watch(tx, reopened, given)
    end_calls(tx, reopened, [TaskKind.INCIDENT_REVIEW], who)
    call_superior(tx, reopened, who)
    call_teams(tx, reopened, tx.incidents.steps(incident), who)
    return reopened


def fire_step_late(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Tell the supervisor once that a step is overdue (R131); nothing where it was done or the incident is over."""
    key, _, position = timer.subject.rpartition(" ")
    incident = tx.incidents.get(key)
    step = next((one for one in tx.incidents.steps(key) if one.position == int(position)), None)
    if incident is None or not incident.active or step is None or step.done_at or step.late_at:
        return
    tx.incidents.put_steps(incident.id, [replace(step, late_at=who.at)])
    if not _is_told_of_its_fault(tx, incident, step, who.at):
        call_late(tx, incident, step, who)
    tx.records.audit(who.actor, "incident.step_late", timer.subject, who.at)
    tx.feed.touch([(INCIDENT, incident.id)])


def fire_fault_over(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Contain an incident once the last of its faults is mended: that stops its clock (R119)."""
    task = tx.tasks.get(timer.subject)
    incident = tx.incidents.get(task.facts.get(INCIDENT, "")) if task else None
    if incident is None or not incident.active or _has_faults(tx, incident):
        return
    hub = replace(who, actor=HUB)
    for step in tx.incidents.steps(incident.id):
        if step.owner is Role.TECHNICIAN and not step.human and step.done_at is None:
            incident = _tick(tx, incident, step.position, hub, person=False)
    if incident.state in MOVES[IncidentMove.CONTAIN]:
        contain(tx, incident.id, hub)


def find_incident(tx: Transaction, incident: str) -> Incident:
    """Return an incident that nobody else changes until this transaction ends. Raises NotFound."""
    found = tx.incidents.get(incident)
    if found is None:
        raise NotFound("there is no such incident")
    return found


def _tick(tx: Transaction, incident: Incident, position: int, who: Deciding, *, person: bool) -> Incident:
    if not incident.active:
        raise NotOpen("nobody is at work on this incident any more")
    step = incidents.tick(tx.incidents.steps(incident.id), position, who.actor, who.at, person=person)
    tx.incidents.put_steps(incident.id, [step])
    if step.done_at:
        tx.timers.remove(STEP_LATE, [subject_of(incident, step)])
        end_late(tx, incident, [step], who)
        incident = _answered(tx, incident, who.at, person=person)
    elif step.late_at is None:
        watch(tx, incident, [step])
    call_teams(tx, incident, tx.incidents.steps(incident.id), who)
    tx.records.audit(who.actor, f"incident.{'tick' if step.done_at else 'untick'}", f"{incident.id} {step.key}", who.at)
    tx.feed.touch([(INCIDENT, incident.id)])
    return incident


def _answered(tx: Transaction, incident: Incident, at: datetime, *, person: bool) -> Incident:
    """Note when a person first did a step (R133), and that somebody is at work on it."""
    first = incident.first_step_at or (at if person else None)
    state = MOVES[IncidentMove.RESPOND].get(incident.state, incident.state)
    answered = replace(incident, first_step_at=first, state=state)
    if answered != incident:
        tx.incidents.save(answered)
    return answered


def _is_told_of_its_fault(tx: Transaction, incident: Incident, step: IncidentStep, now: datetime) -> bool:
    """Say whether the supervisor is called by the fault itself to what this step waits for: one cause, one call."""
    if not incident.fault or step.human or step.owner is not Role.TECHNICIAN:
        return False
    late = (timer for timer in tx.timers.of_rule(FAULT_LATE) if timer.subject == incident.fault)
    return bool(tx.tasks.about([key_of(TaskKind.HANDED_UP, incident.fault)])) or any(one.due_at <= now for one in late)


def _has_faults(tx: Transaction, incident: Incident) -> bool:
    """Say whether a device's fault that belongs to an incident is still open."""
    faults = (one for one in tx.tasks.open() if one.kind is TaskKind.DEVICE_FAULT)
    return any(one.facts.get(INCIDENT) == incident.id for one in faults)


def _move(tx: Transaction, incident: Incident, what: IncidentMove, who: Deciding) -> Incident:
    moved = incidents.move(incident, what, who.at)
    tx.incidents.save(moved)
    tx.records.audit(who.actor, f"incident.{what}", moved.id, who.at)
    tx.feed.touch([(INCIDENT, moved.id)])
    return moved


def _rest(tx: Transaction, incident: Incident, who: Deciding) -> None:
    """Call nobody any more to what is not at work now."""
    steps: Sequence[IncidentStep] = tx.incidents.steps(incident.id)
    tx.timers.remove(STEP_LATE, [subject_of(incident, one) for one in steps])
    end_late(tx, incident, steps, who)
    end_calls(tx, incident, _AT_WORK, who)
