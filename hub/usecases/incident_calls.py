"""Whom an incident calls: the superior at once, and each team to its own next step; the calls follow the steps.

A team has one task an incident, which leads to the incident's page and names the team's next step: who runs with a
telephone in the hand reads one card, not eight. The superior's is about the incident as a whole (R66, R130).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hub.domain.incidents import Incident, IncidentStep, next_of
from hub.domain.playbooks import IncidentKind
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import Step, Task, finish, key_of, raise_task
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.keep_task import keep

OF_ROLE = {
    Role.EMERGENCY: TaskKind.INCIDENT_EMERGENCY,
    Role.TECHNICIAN: TaskKind.INCIDENT_TECHNICIAN,
    Role.RECEPTIONIST: TaskKind.INCIDENT_RECEPTIONIST,
    Role.LOGISTICS: TaskKind.INCIDENT_LOGISTICS,
}
"""The task of each team. The supervisor's steps come with the call that tells them of it."""

INCIDENT = "incident"
"""The fact of a task that belongs to an incident: its id."""


def told_kind(incident: Incident) -> TaskKind:
    """Return by what kind of task the superior is told: a complaint presses, but is no alarm for a whole team."""
    return TaskKind.COMPLAINT if incident.kind is IncidentKind.COMPLAINT else TaskKind.INCIDENT_TOLD


def call_superior(tx: Transaction, incident: Incident, who: Deciding) -> Task:
    """Tell the superior (及時向上級領導報告)."""
    return _call(tx, incident, told_kind(incident), incident.id, {}, who)


def call_teams(tx: Transaction, incident: Incident, steps: Sequence[IncidentStep], who: Deciding) -> None:
    """Let each team's task be about its next step; a team that has done its own is not called any more.

    For a device that failed the technicians have the fault's own task already.
    """
    for role, kind in OF_ROLE.items():
        step = next_of(steps, role)
        if step is None:
            end_calls(tx, incident, [kind], who)
        elif not (incident.fault and role is Role.TECHNICIAN):
            _call_team(tx, incident, kind, step, who)


def call_late(tx: Transaction, incident: Incident, step: IncidentStep, who: Deciding) -> None:
    """Tell the supervisor that a step is overdue, and by how much."""
    late = {"late_s": str(max(0, int((who.at - step.due_at).total_seconds())))}
    _call(tx, incident, TaskKind.INCIDENT_LATE, _about(incident, step), _facts_of(step) | late, who)


def end_late(tx: Transaction, incident: Incident, steps: Iterable[IncidentStep], who: Deciding) -> None:
    """End what the supervisor was told of overdue steps."""
    _end(tx, [key_of(TaskKind.INCIDENT_LATE, _about(incident, step)) for step in steps], who)


def call_review(tx: Transaction, incident: Incident, who: Deciding) -> None:
    """Have the supervisor write down what was found and how it ended; it stays open until then (R66).

    Once, from when it is contained, or resolved without that: a call that stands is the same one.
    """
    _call(tx, incident, TaskKind.INCIDENT_REVIEW, incident.id, {}, who)


def end_calls(tx: Transaction, incident: Incident, kinds: Iterable[TaskKind], who: Deciding) -> None:
    """End what is open of these kinds of calls."""
    _end(tx, [key_of(kind, incident.id) for kind in kinds], who)


def facts_of(incident: Incident) -> dict[str, str]:
    """Name an incident on a card."""
    facts = {INCIDENT: incident.id, "incident_kind": incident.kind.value, "room": incident.room}
    facts |= {"place_zh": incident.place.zh, "place_en": incident.place.en}
    return facts | ({"drill": "yes"} if incident.drill else {})


def _facts_of(step: IncidentStep) -> dict[str, str]:
    phone = {"phone": step.phone} if step.phone else {}
    return {"step_zh": step.words.zh, "step_en": step.words.en} | phone


def _about(incident: Incident, step: IncidentStep) -> str:
    return f"{incident.id} {step.position}"


def _call_team(tx: Transaction, incident: Incident, kind: TaskKind, step: IncidentStep, who: Deciding) -> None:
    standing = _call(tx, incident, kind, incident.id, _facts_of(step), who)
    now_so = replace(standing, due_at=step.due_at, facts=facts_of(incident) | _facts_of(step))
    if now_so != standing:
        tx.tasks.save(now_so)


def _call(
    tx: Transaction, incident: Incident, kind: TaskKind, subject: str, facts: dict[str, str], who: Deciding
) -> Task:
    told = facts_of(incident) | facts
    task = raise_task(kind, subject, task_id=who.ids(), at=who.at, facts=told, meeting=incident.meeting)
    return call(tx, task)


def _end(tx: Transaction, keys: Sequence[str], who: Deciding) -> None:
    for task in tx.tasks.about(keys).values():
        keep(tx, task, finish(task, who.actor, who.at), Step.FINISH, who.actor, who.at)
