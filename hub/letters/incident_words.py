"""What a task is called where there is one line for it: an incident by what happened, a drill as such first. Pure."""

from devices.texts import Texts
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task

_ABOUT = frozenset({TaskKind.INCIDENT_LATE, TaskKind.INCIDENT_REVIEW})
"""Calls of an incident that say more than that it happened."""


def label_of(task: Task, pages: Texts, language: str) -> str:
    """Return the label of a task; whoever is called to a drill must see that before anything else (R129)."""
    label, parts = pages(f"task.{task.kind}.label", language), what_happened(task, pages, language)
    if not parts:
        return label
    if task.kind in _ABOUT:
        parts.insert(len(parts) - 1, label)
    return pages("site.between", language).join(parts)


def what_happened(task: Task, pages: Texts, language: str) -> list[str]:
    """Return the words for a task's incident, before them that it is only a drill; nothing for other tasks."""
    kind = task.facts.get("incident_kind")
    drill = [pages("incident.drill", language)] if task.facts.get("drill") else []
    return [*drill, pages(f"incident.kind.{kind}", language)] if kind else []
