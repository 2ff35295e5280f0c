"""What a task is called where there is one line for it: an incident by what happened, a drill as such first. Pure."""

from devices.texts import Texts
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task

_ABOUT = frozenset({TaskKind.INCIDENT_LATE, TaskKind.INCIDENT_REVIEW})
"""Calls of an incident that say more than that it happened."""


def label_of(task: Task, pages: Texts, language: str) -> str:
    """Return the label of a task; whoever is called to a drill must see that before anything else (R129)."""
    label, kind = pages(f"task.{task.kind}.label", language), task.facts.get("incident_kind")
    if not kind:
        return label
    happened = pages(f"incident.kind.{kind}", language)
    parts = [pages("incident.drill", language)] if task.facts.get("drill") else []
    parts += [label, happened] if task.kind in _ABOUT else [happened]
    return pages("site.between", language).join(parts)
