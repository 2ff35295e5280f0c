"""A room is cleared after its meeting, and counts as available only then (R160, R161: 为下一次会议活动做好准备)."""

from dataclasses import replace
from datetime import datetime, timedelta

from devices.contract.topics import HUB
from hub.domain.house_work import HOUSE, HouseTimes
from hub.domain.meetings import Meeting
from hub.domain.strike import EQUIPMENT, follower, strike_due
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Step, finish, key_of, raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.actual_end import actual_end
from hub.usecases.call_staff import call
from hub.usecases.house_calls import end_calls, room_facts, work_of
from hub.usecases.keep_task import keep
from hub.usecases.tick_steps import tick

STRIKE = "strike"
"""The timer of a meeting's end, by the meeting."""

_AHEAD = timedelta(days=2)
"""Who comes later hurries nobody."""


def fire_strike(tx: Transaction, timer: Timer, who: Deciding, times: HouseTimes = HOUSE) -> None:
    """Have a room cleared now that its meeting is over; fires a timer. A meeting that runs on is waited for."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None or meeting.cancelled:
        return
    ends_at = actual_end(tx, meeting, who.at)
    if ends_at > who.at:
        tx.timers.put([Timer(rule=STRIKE, subject=meeting.id, due_at=ends_at)])
        return
    work = work_of(tx, meeting)
    if work.strike_at:
        return
    following = follower(meeting, tx.meetings.between(who.at, who.at + _AHEAD))
    kind, facts = TaskKind.STRIKE, room_facts(tx, meeting)
    task = raise_task(kind, meeting.id, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
    call(tx, replace(task, due_at=strike_due(who.at, following, times)))
    tx.house_work.save(replace(work, room=meeting.room, strike_at=who.at))
    tx.feed.touch([("house_work", meeting.id)])
    if following and following.doors_at <= who.at < following.ends_at:
        hurry_strikes(tx, following, who)


def hurry_strikes(tx: Transaction, coming: Meeting, who: Deciding) -> None:
    """Make the strikes that are open in a meeting's room urgent, and tell the supervisor: its guests come in now."""
    for work in tx.house_work.unstruck():
        if work.room != coming.room or work.meeting == coming.id:
            continue
        key = key_of(TaskKind.STRIKE, work.meeting)
        standing = tx.tasks.about([key]).get(key)
        if standing and standing.warned_at is None:
            keep(tx, standing, replace(standing, warned_at=who.at), Step.WARN, who.actor, who.at)
        kind, facts = TaskKind.STRIKE_LATE, room_facts(tx, coming)
        call(tx, raise_task(kind, work.meeting, task_id=who.ids(), at=who.at, facts=facts, meeting=coming.id))
        tx.records.audit(who.actor, "strike.late", work.meeting, who.at)


def strike_done(tx: Transaction, meeting: Meeting, by: str, now: datetime) -> None:
    """Note that a room is clear: from now on it is available."""
    tx.house_work.save(replace(work_of(tx, meeting), struck_at=now, struck_by=by))
    end_calls(tx, [key_of(TaskKind.STRIKE_LATE, meeting.id)], by, now)
    tx.feed.touch([("house_work", meeting.id)])


def equipment_is_off(tx: Transaction, meeting: Meeting, now: datetime) -> None:
    """Tick by itself that the equipment is off, as it reports; a strike that waited for nothing else is done."""
    key = key_of(TaskKind.STRIKE, meeting.id)
    standing = tx.tasks.about([key]).get(key)
    if standing is None or EQUIPMENT not in standing.open_steps():
        return
    ticked = tick(tx, standing, EQUIPMENT, HUB, now)
    if not ticked.open_steps():
        by = ticked.accepted_by or HUB
        keep(tx, ticked, finish(ticked, by, now), Step.FINISH, by, now)
        strike_done(tx, meeting, by, now)
