"""Set-ups, strikes and meals on the cards of their tasks: what is wanted, who ticked what, how many plates. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.house_work import Tick
from hub.domain.meals import Cover, Covers
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.tasks import Task
from hub.web.language import Tongue

OF_HOUSE_WORK = frozenset(
    {
        TaskKind.SET_UP,
        TaskKind.SIGN_OFF,
        TaskKind.SET_UP_LATE,
        TaskKind.STRIKE,
        TaskKind.STRIKE_LATE,
        TaskKind.MEAL,
    }
)
"""Tasks whose card leads to the page of a meeting's house work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStep:
    """One step of a checklist; ``beside`` is what it is to look like, ``by`` who ticked it ``at`` what time (UTC)."""

    key: str
    words: str
    ticked: bool
    beside: str = ""
    by: str = ""
    at: datetime | None = None


def checklist(task: Task, ticks: Sequence[Tick], tongue: Tongue) -> Iterator[CheckStep]:
    """Write a task's checklist."""
    known = {one.step: one for one in ticks}
    for key in RULES[task.kind].steps:
        done = known.get(key) if key in task.ticked else None
        yield CheckStep(
            key=key,
            words=tongue.say(f"task.{task.kind}.step.{key}"),
            ticked=key in task.ticked,
            beside=_beside(task, key, tongue),
            by=done.by if done else "",
            at=done.at if done else None,
        )


def _beside(task: Task, step: str, tongue: Tongue) -> str:
    """Say what was ordered, as far as this step goes (R79)."""
    style = task.facts.get("style", "") if step == "tables_chairs" else ""
    words = task.facts.get(f"{step}_{tongue.language}", "")
    return tongue.join((tongue.say(f"rehearsal.style.{style}") if style else "", words))


def meal_details(task: Task, covers: Mapping[str, Covers], tongue: Tongue) -> list[str]:
    """Say how many plates are wanted of which kind, for who is there now (R136)."""
    found = covers.get(task.meeting or "") if task.kind is TaskKind.MEAL else None
    if found is None:
        return []
    said = [tongue.say("meals.covers", n=found.arrived, guaranteed=found.guaranteed)]
    said += [tongue.say("meals.kind", kind=kind_words(one, tongue), n=one.arrived) for one in found.special]
    said += [
        tongue.say("meals.note", seat=one.seat or tongue.say("meals.no_seat"), note=one.text) for one in found.notes
    ]
    return said


def kind_words(cover: Cover, tongue: Tongue) -> str:
    """Name a kind of plate: 素食, or 素食 + 无麸质."""
    return " + ".join(tongue.say(f"diet.{diet}") for diet in sorted(cover.diets)) or tongue.say("meals.plain")
