"""Everything that counts from an agenda follows it: tea, checks, power-off, talk reminders, presenters (C.5, R112).

A talk's host is reminded so long before its end as the house has set: once for each end that it is given. What has
become pointless after an outage is dropped, and the audit log counts it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from devices.contract.topics import HUB
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.room_use import quiet_until
from hub.domain.run_of_show import AgendaTimes, is_run, opened, running
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Step, Task, finish, key_of, raise_task
from hub.domain.timers import Timer
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.check_room import set_checks
from hub.usecases.house_work_times import set_house_work
from hub.usecases.keep_task import keep
from hub.usecases.power_off_room import set_power_off
from hub.usecases.rehearsal_times import set_rehearsals
from hub.usecases.remind import set_reminders
from hub.usecases.serve_tea import ROUND, set_tea
from hub.usecases.watch_faults import watch_faults

TALK_ENDS, SPEAKER_DUE, RUNS_OVER = "talk_ends", "speaker_due", "runs_over"
"""Timers of a part: its talk is over soon; its presenter has to be there; it should have ended a while ago.

Their subject is ``{meeting}/{part}``.
"""

TIMES = AgendaTimes()

TALKS = frozenset({SegmentKind.OPENING, SegmentKind.TALK, SegmentKind.CASE, SegmentKind.QUESTIONS})
"""Parts in which somebody speaks who is to be told when time is nearly over."""


def follow_agenda(
    tx: Transaction,
    meetings: Iterable[Meeting],
    now: datetime,
    times: AgendaTimes = TIMES,
    *,
    before: Mapping[str, Meeting] | None = None,
) -> None:
    """Set every timer that counts from these meetings' agendas, and move or end what was called for by them.

    ``before`` are the meetings as they were, by id. Repeating it changes nothing.
    """
    meetings = list(meetings)
    set_checks(tx, meetings, now)
    set_power_off(tx, meetings, now)
    set_tea(tx, meetings, now)
    set_house_work(tx, meetings, now, times.house)
    set_talks(tx, meetings, now, times)
    moved = [one for one in meetings if _starts_anew(one, (before or {}).get(one.id))]
    set_reminders(tx, moved, times.guest_leads, now, before)
    set_rehearsals(tx, moved, now, times.rehearsal)
    watch_faults(tx, meetings, now)
    for meeting in meetings:
        old = (before or {}).get(meeting.id)
        if old is not None:
            _hold_tea(tx, old, meeting, now)
        _settle(tx, opened(meeting), now, times)


def set_talks(tx: Transaction, meetings: Iterable[Meeting], now: datetime, times: AgendaTimes = TIMES) -> None:
    """Set when talks are nearly over and presenters are due. What has fired for a moment does not fire again for it."""
    meetings = [opened(meeting) for meeting in meetings]
    ends = {_subject(meeting, part): at for meeting in meetings for part, at in _reminders(meeting, times)}
    due = {_subject(meeting, part): at for meeting in meetings for part, at in _presenters(meeting, times)}
    over = {_subject(meeting, part): at for meeting in meetings for part, at in _ends_of_runs(meeting, times)}
    names = [meeting.id for meeting in meetings]
    tx.timers.put(
        Timer(rule=RUNS_OVER, subject=one, due_at=at) for one, at in _to_move(tx, RUNS_OVER, over, names, now)
    )
    tx.timers.put(
        Timer(rule=TALK_ENDS, subject=one, due_at=at) for one, at in _to_move(tx, TALK_ENDS, ends, names, now)
    )
    tx.timers.put(
        Timer(rule=SPEAKER_DUE, subject=one, due_at=at) for one, at in _to_move(tx, SPEAKER_DUE, due, names, now)
    )


def _to_move(
    tx: Transaction, rule: str, wanted: Mapping[str, datetime], names: Sequence[str], now: datetime
) -> list[tuple[str, datetime]]:
    """Take back the timers of a rule that nobody wants any more, and return which are to be set, and when."""
    standing = {timer.subject: timer.due_at for timer in tx.timers.about(rule, names)}
    tx.timers.remove(rule, sorted(set(standing) - set(wanted)))
    # One that was to come and whose moment now has passed is due at once; one that is overdue is left to fire.
    moved = {one: max(at, now) for one, at in wanted.items() if at > now or standing.get(one, now) > now}
    return [(one, at) for one, at in moved.items() if standing.get(one) != at]


def fire_talk_ends(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Remind whoever runs the meeting that a talk is nearly over (R112); fires a timer."""
    found = part_of_timer(tx, timer)
    if found is None:
        drop(tx, timer, who)
        return
    meeting, part = found
    on = part.ended_at is None and (part.started_at is not None or not is_run(meeting))
    if not on or who.at >= part.ends_at:
        drop(tx, timer, who)
        return
    facts = part_facts(tx, meeting, part) | {"until": part.ends_at.isoformat()}
    task = raise_task(TaskKind.TALK_ENDS, timer.subject, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
    call(tx, replace(task, due_at=part.ends_at))
    tx.feed.touch([("meeting", meeting.id)])


def part_of_timer(tx: Transaction, timer: Timer) -> tuple[Meeting, Segment] | None:
    """Return the part that a timer is about, with its meeting; None where one is gone, or the meeting cancelled."""
    name, _, key = timer.subject.partition("/")
    meeting = tx.meetings.get([name]).get(name)
    if meeting is None or meeting.cancelled:
        return None
    meeting = opened(meeting)
    part = next((one for one in meeting.agenda if one.key == key), None)
    return (meeting, part) if part else None


def drop(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Count a timer that came when it was pointless."""
    tx.records.audit(who.actor, "agenda.timer_dropped", f"{timer.rule} {timer.subject}", who.at)


def part_facts(tx: Transaction, meeting: Meeting, part: Segment) -> dict[str, str]:
    """Name a part and its room as a task's card shows them."""
    room = next((one.name for one in tx.meetings.rooms() if one.key == meeting.room), Words(meeting.room, meeting.room))
    return {
        "segment": part.key,
        "place_zh": room.zh,
        "place_en": room.en,
        "what_zh": part.title.zh,
        "what_en": part.title.en,
        "presenter": part.presenter,
    }


def end_call(tx: Transaction, kind: TaskKind, meeting: Meeting, part: Segment, by: str, now: datetime) -> Task | None:
    """Close the open call of a kind about a part; returns it, None where there was none."""
    key = key_of(kind, _subject(meeting, part))
    task = tx.tasks.about([key]).get(key)
    return keep(tx, task, finish(task, by, now), Step.FINISH, by, now) if task else None


def _reminders(meeting: Meeting, times: AgendaTimes) -> Iterable[tuple[Segment, datetime]]:
    for part in meeting.agenda if not meeting.cancelled else ():
        if part.kind in TALKS and part.ended_at is None and part.ends_at - part.starts_at > times.remind_before:
            yield part, part.ends_at - times.remind_before


def _presenters(meeting: Meeting, times: AgendaTimes) -> Iterable[tuple[Segment, datetime]]:
    for part in meeting.agenda if not meeting.cancelled else ():
        if part.speaker and part.started_at is None:
            due = part.starts_at - times.presenter_before
            yield part, max(due, part.expected_at or due)


def _starts_anew(meeting: Meeting, before: Meeting | None) -> bool:
    """Say whether a meeting begins at another time than it did, or not at all any more."""
    return before is not None and (before.starts_at, before.cancelled) != (meeting.starts_at, meeting.cancelled)


def _ends_of_runs(meeting: Meeting, times: AgendaTimes) -> Iterable[tuple[Segment, datetime]]:
    part = None if meeting.cancelled else running(meeting)
    if part:
        yield part, part.ends_at + times.overrun_after


def _hold_tea(tx: Transaction, before: Meeting, meeting: Meeting, now: datetime) -> None:
    """Let a refill that waits for the end of a quiet part wait for its new end (R109)."""
    held = quiet_until(before.agenda, now)
    waiting = [one for one in tx.timers.about(ROUND, [meeting.id]) if one.due_at == held]
    until = quiet_until(meeting.agenda, now) or now
    tx.timers.put(replace(one, due_at=until) for one in waiting if until != held)


def _settle(tx: Transaction, meeting: Meeting, now: datetime, times: AgendaTimes) -> None:
    """End or move what people were called for, where the agenda has moved on."""
    on = running(meeting)
    for part in (*meeting.agenda, *meeting.cut):
        gone = part in meeting.cut or part.ended_at is not None or meeting.cancelled
        in_time = part.expected_at is None or part.expected_at <= part.starts_at
        later = in_time and part.starts_at - times.presenter_before > now
        if gone or part.started_at is not None or later:
            end_call(tx, TaskKind.SPEAKER_LATE, meeting, part, HUB, now)
        if gone or part is not on or part.ends_at > now:
            end_call(tx, TaskKind.RUNS_OVER, meeting, part, HUB, now)
        waits = part.ends_at - times.remind_before > now or (part.started_at is None and on is not None)
        if gone or waits:
            end_call(tx, TaskKind.TALK_ENDS, meeting, part, HUB, now)
        else:
            _put_off(tx, meeting, part)


def _put_off(tx: Transaction, meeting: Meeting, part: Segment) -> None:
    key = key_of(TaskKind.TALK_ENDS, _subject(meeting, part))
    task = tx.tasks.about([key]).get(key)
    if task and task.due_at != part.ends_at:
        facts = task.facts | {"until": part.ends_at.isoformat()}
        tx.tasks.save(replace(task, due_at=part.ends_at, facts=facts))
        tx.feed.touch([("tasks", "")])


def _subject(meeting: Meeting, part: Segment) -> str:
    return f"{meeting.id}/{part.key}"
