"""A meal is asked for before its time, and how late it was served is kept (R136: 按时供应餐饮)."""

from dataclasses import replace
from datetime import datetime

from hub.domain.house_work import HOUSE, HouseTimes
from hub.domain.meals import Covers, Meal, Served, by_diet, meals
from hub.domain.meetings import Meeting
from hub.domain.overruns import as_it_is
from hub.domain.rulings import brought_along
from hub.domain.task_kinds import TaskKind
from hub.domain.task_life import LEAST
from hub.domain.tasks import Task, key_of, raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.house_calls import room_facts

MEALS = "meals"
"""The timer of a meeting's next meal, by the meeting."""

EVERY_RULING = 100_000


def covers_of(tx: Transaction, meeting: Meeting) -> Covers:
    """Count the plates for who is really there, and read what the organizer guaranteed."""
    kinds = tx.house_work.covers(meeting.id)
    rulings = [one.ruling for one in tx.rulings.newest(EVERY_RULING, meeting.id)]
    guaranteed = tx.house_work.sheet(meeting.id).guaranteed
    return Covers(
        kinds=kinds,
        along=len(brought_along(rulings)),
        notes=tx.house_work.notes(meeting.id),
        guaranteed=sum(one.expected for one in kinds) if guaranteed is None else guaranteed,
    )


def set_meals(tx: Transaction, meeting: Meeting, times: HouseTimes = HOUSE) -> None:
    """Set the timer of a meeting's next meal that was not served, and move open ones. Repeating it changes nothing."""
    served, waiting = tx.house_work.served(meeting.id), []
    for meal in meals(meeting):
        key = key_of(TaskKind.MEAL, _subject(meeting, meal))
        standing = tx.tasks.about([key]).get(key)
        if standing is None and meal.key not in served:
            waiting.append(meal.segment.starts_at - times.meal_from)
        elif standing and standing.due_at != meal.segment.starts_at and standing.created_at < meal.segment.starts_at:
            tx.tasks.save(replace(standing, due_at=meal.segment.starts_at))
            tx.feed.touch([("tasks", "")])
    if waiting:
        tx.timers.put([Timer(rule=MEALS, subject=meeting.id, due_at=min(waiting))])
    else:
        tx.timers.remove(MEALS, [meeting.id])


def fire_meals(tx: Transaction, timer: Timer, who: Deciding, times: HouseTimes = HOUSE) -> None:
    """Have each meal served whose time is near, and set the timer of the next; fires a timer.

    A meal whose time was over while the hub was away is not asked for any more; what runs over puts it off.
    """
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled:
        return
    meeting = as_it_is(meeting, who.at)
    served, later = tx.house_work.served(meeting.id), []
    for meal in meals(meeting):
        asked_at = meal.segment.starts_at - times.meal_from
        if asked_at > who.at:
            later.append(asked_at)
        elif meal.key not in served and meal.segment.ends_at > who.at:
            _ask(tx, meeting, meal, who)
    if later:
        tx.timers.put([Timer(rule=MEALS, subject=meeting.id, due_at=min(later))])


def meal_served(tx: Transaction, meeting: Meeting, task: Task, by: str, now: datetime) -> Served | None:
    """Keep when a meal was served, against its time in the agenda, with the plates that were counted then."""
    meal = next((one for one in meals(meeting) if one.key == task.facts.get("meal")), None)
    if meal is None:
        return None
    covers = by_diet(covers_of(tx, meeting))
    served = Served(
        meeting=meeting.id,
        meal=meal.key,
        planned_at=meal.segment.starts_at,
        served_at=now,
        by=by,
        covers=covers,
    )
    tx.house_work.serve(served)
    tx.feed.touch([("house_work", meeting.id)])
    return served


def _ask(tx: Transaction, meeting: Meeting, meal: Meal, who: Deciding) -> None:
    segment = meal.segment
    facts = room_facts(tx, meeting) | {"meal": meal.key, "what_zh": segment.title.zh, "what_en": segment.title.en}
    if segment.place:
        facts |= {"place_zh": segment.place.zh, "place_en": segment.place.en}
    kind = TaskKind.MEAL
    task = raise_task(kind, _subject(meeting, meal), task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
    call(tx, replace(task, due_at=max(segment.starts_at, who.at + LEAST)))


def _subject(meeting: Meeting, meal: Meal) -> str:
    return f"{meeting.id}:{meal.key}"
