"""What the page of a meeting's house work shows, as read from the store and written in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.house_work import FunctionSheet, HouseWork, RoomState, Tick, room_state
from hub.domain.meals import Covers, Meal, Served, meals
from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.domain.waits import ASKED_FOR, Spell, Waits, waits
from hub.ports import Transaction
from hub.usecases.house_calls import work_of
from hub.usecases.serve_meals import covers_of
from hub.web.house_work_cards import CheckStep, checklist, kind_words
from hub.web.language import Tongue
from hub.web.times import lasted

LISTED = (TaskKind.SET_UP, TaskKind.STRIKE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A meeting's house work as read; ``tasks`` are its newest set-up and strike, open or closed, with their ticks."""

    work: HouseWork
    sheet: FunctionSheet
    tasks: Mapping[TaskKind, Task]
    ticks: Sequence[Tick]
    state: RoomState
    covers: Covers
    served: Mapping[str, Served]
    waits: Waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Plates:
    """One kind of plate."""

    words: str
    arrived: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MealLine:
    """One meal with when it was served; ``late`` is how long guests waited, where that is a delay."""

    meal: Meal
    served: Served | None
    late: str


def read_house_work(tx: Transaction, meeting: Meeting, now: datetime) -> Read:
    """Read everything."""
    ids = tx.house_work.newest(LISTED, meeting.id)
    tasks = {kind: task for kind, key in ids.items() if (task := tx.tasks.get(key))}
    work = work_of(tx, meeting)
    works = {work.meeting: work, **{one.meeting: one for one in tx.house_work.unstruck()}}
    return Read(
        work=work,
        sheet=tx.house_work.sheet(meeting.id),
        tasks=tasks,
        ticks=tx.house_work.ticks(list(ids.values())),
        state=room_state(meeting.room, [meeting], works.values(), now),
        covers=covers_of(tx, meeting),
        served=tx.house_work.served(meeting.id),
        waits=waits(tx.house_work.waited(meeting.id, ASKED_FOR)),
    )


def steps(found: Read, kind: TaskKind, tongue: Tongue) -> list[CheckStep]:
    """Write a checklist as far as it was asked for."""
    task = found.tasks.get(kind)
    return list(checklist(task, [one for one in found.ticks if one.task == task.id], tongue)) if task else []


def plates(covers: Covers, tongue: Tongue) -> list[Plates]:
    """Write the kinds of plates, those without needs last."""
    expected = sum(one.expected for one in covers.kinds if not one.diets)
    special = [
        Plates(words=kind_words(one, tongue), arrived=one.arrived, expected=one.expected) for one in covers.special
    ]
    return [*special, Plates(words=tongue.say("meals.plain"), arrived=covers.plain, expected=expected)]


def meal_lines(meeting: Meeting, found: Read, late: timedelta) -> list[MealLine]:
    """Write the meals of a meeting."""
    lines = []
    for meal in meals(meeting):
        served = found.served.get(meal.key)
        waited = served.late(late) if served else None
        lines.append(MealLine(meal=meal, served=served, late=lasted(waited) if waited else ""))
    return lines


def spell(found: Spell | None) -> tuple[str, str] | None:
    """Write how long something took: in the middle, and at worst."""
    return (lasted(timedelta(seconds=found.median_s)), lasted(timedelta(seconds=found.worst_s))) if found else None
