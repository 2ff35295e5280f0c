"""When the house's routine work is asked for: set-up, doors, meals, strike, and the count of what is packed."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from devices.contract.topics import HUB
from hub.domain.house_work import HOUSE, HouseTimes, HouseWork
from hub.domain.meals import meals
from hub.domain.meetings import Meeting
from hub.domain.set_up import set_up_due, sheet_facts
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import key_of
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.actual_end import actual_end
from hub.usecases.count_materials import COUNT, set_count
from hub.usecases.house_calls import change_due, end_calls, room_facts, work_of
from hub.usecases.serve_meals import MEALS, set_meals
from hub.usecases.set_up_room import DOORS, SET_UP, end_set_up
from hub.usecases.strike_room import STRIKE


def set_house_work(
    tx: Transaction,
    meetings: Iterable[Meeting],
    now: datetime,
    times: HouseTimes = HOUSE,
    changed: Collection[str] = (),
) -> None:
    """Set the timers of these meetings, and move or end what is open of them. Repeating it changes nothing.

    ``changed`` are those (ids) whose hand-outs, documents or guaranteed number are others than before.
    """
    for meeting in meetings:
        if meeting.cancelled:
            _cancel(tx, meeting, now)
            continue
        _set_up(tx, meeting, now, times)
        _strike(tx, meeting, now)
        if meeting.ends_at > now:
            set_meals(tx, meeting, times)
        if meeting.starts_at > now:
            set_count(tx, meeting, times, again=meeting.id in changed)


def _set_up(tx: Transaction, meeting: Meeting, now: datetime, times: HouseTimes) -> None:
    work = work_of(tx, meeting)
    if meeting.starts_at <= now:
        tx.timers.remove(SET_UP, [meeting.id])
        return
    if work.set_up_at and work.room != meeting.room:  # what was set up there is of no use here
        end_set_up(tx, meeting.id, now)
        work = HouseWork(meeting=meeting.id, counted_at=work.counted_at)
        tx.house_work.save(work)
    if meeting.doors_at > now:
        tx.timers.put([Timer(rule=DOORS, subject=meeting.id, due_at=meeting.doors_at)])
        end_calls(tx, [key_of(TaskKind.SET_UP_LATE, meeting.id)], HUB, now)
    if work.set_up_at is None:
        tx.timers.put([Timer(rule=SET_UP, subject=meeting.id, due_at=meeting.doors_at - times.set_up_from)])
        return
    facts = room_facts(tx, meeting) | sheet_facts(meeting, tx.house_work.sheet(meeting.id))
    change_due(tx, TaskKind.SET_UP, meeting, set_up_due(meeting, work.set_up_at, times), facts)


def _strike(tx: Transaction, meeting: Meeting, now: datetime) -> None:
    ends_at, work = actual_end(tx, meeting, now), work_of(tx, meeting)
    if ends_at <= now:  # a meeting that ends early is cleared early
        early = any(timer.due_at > now for timer in tx.timers.about(STRIKE, [meeting.id]))
        tx.timers.put([Timer(rule=STRIKE, subject=meeting.id, due_at=now)] if early else [])
        return
    if work.strike_at:  # it goes on after all
        end_calls(tx, [key_of(kind, meeting.id) for kind in (TaskKind.STRIKE, TaskKind.STRIKE_LATE)], HUB, now)
        tx.house_work.save(replace(work, strike_at=None, struck_at=None, struck_by=""))
    tx.timers.put([Timer(rule=STRIKE, subject=meeting.id, due_at=ends_at)])


def _cancel(tx: Transaction, meeting: Meeting, now: datetime) -> None:
    """Forget all that is still to come; a room that was set up for nothing is cleared all the same."""
    end_set_up(tx, meeting.id, now)
    for rule in (MEALS, COUNT):
        tx.timers.remove(rule, [meeting.id])
    end_calls(tx, [key_of(TaskKind.MEAL, f"{meeting.id}:{one.key}") for one in meals(meeting)], HUB, now)
    if not work_of(tx, meeting).set_up_at:
        tx.timers.remove(STRIKE, [meeting.id])
