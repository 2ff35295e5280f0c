"""Tasks about what is wrong in a room, in words: what, how much, and whether it is right again by itself. Pure."""

from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.tasks import Task
from hub.web.language import Tongue

OF_ROOMS = frozenset({TaskKind.ROOM_CLIMATE, TaskKind.DEVICE_CHECK})
"""Tasks that are only ever raised by what a device says."""


def is_pressing(task: Task) -> bool:
    """Say whether it asks for haste: a fault does not while nobody needs the room (R118)."""
    return RULES[task.kind].urgent and "calm" not in task.facts


def glance(task: Task, tongue: Tongue) -> str:
    """Say what is wrong, short: what a room measures and how much, or which device."""
    facts = task.facts
    if task.kind is TaskKind.ROOM_CLIMATE and facts.get("measure"):
        return tongue.join((tongue.say(f"measure.{facts['measure']}"), reading(task)))
    return facts.get(f"thing_{tongue.language}") or facts.get("thing", "")


def reading(task: Task) -> str:
    """Return the reading that counted, with its unit."""
    return f"{task.facts.get('value', '')} {task.facts.get('unit', '')}".strip()


def drink(task: Task, tongue: Tongue) -> str:
    """Say which drink is wanted, and how many pots of it (R108: 及時為客戶續水)."""
    note, pots = task.facts.get("note", ""), task.facts.get("pots")
    if task.facts.get("before"):
        return tongue.say("task.drink.before")
    if pots:
        return tongue.say("task.drink.pots", n=pots)
    return task.facts.get(f"drink_{tongue.language}") or tongue.say_or(f"task.drink.{note}", note)


def wrong(task: Task, tongue: Tongue) -> list[str]:
    """Say what the devices say of it."""
    facts = task.facts
    said = [tongue.say("wrong.gone")] if facts.get("gone") else []
    if facts.get("note") and facts.get("value") and not facts.get("measure"):
        said.append(tongue.say("wrong.tea_left", left=reading(task)))
    elif facts.get("cause"):
        about = facts.get("about", "point")
        words = tongue.say_or(f"wrong.{facts['cause']}_{about}", "") or tongue.say(f"wrong.{facts['cause']}")
        measure = tongue.say(f"measure.{facts['measure']}") if facts.get("measure") else ""
        limit = tongue.say("wrong.limit", limit=facts["limit"]) if facts.get("limit") else ""
        detail = tongue.say_or(f"wrong.detail.{facts['detail']}", facts["detail"]) if facts.get("detail") else ""
        said.append(tongue.join(part for part in (measure, words, reading(task), limit, detail) if part))
    return said + ([facts["called"]] if facts.get("called") else [])
