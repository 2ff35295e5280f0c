"""The live agenda as its page draws it: parts with plan and real times, presenters, what was done. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.agenda_changes import AgendaChange, AgendaStep
from hub.domain.meetings import Meeting, Segment, slack
from hub.domain.run_of_show import AgendaTimes, coming, delays, is_run, on_now, opened, phase, to_come
from hub.domain.task_kinds import TaskKind
from hub.ports import Transaction
from hub.usecases.follow_agenda import TALKS
from hub.usecases.watch_presenters import StandIn, is_here, stand_ins
from hub.web.agenda import AgendaLine, agenda
from hub.web.cue_cards import Spoken, cue_card, introduced
from hub.web.delay_notices import DelayNotice, standing_notice
from hub.web.language import Tongue

HISTORY = 30
"""Steps on the page; the audit log has all."""

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presenter:
    """Who presents a part: ``spoken`` names the guest; ``here`` is None where the guest list does not name one."""

    spoken: Spoken
    here: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A part whose presenter is missed, and what can stand in for it."""

    part: Segment
    presenter: Presenter
    instead: Sequence[StandIn]


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """What the page is drawn from: the meeting, its presenters by part, and what stands around its agenda.

    ``clash`` is the meeting that has the room before this one is over.
    """

    meeting: Meeting
    presenters: Mapping[str, Presenter]
    missed: Sequence[Missed]
    history: Sequence[AgendaChange]
    notice: DelayNotice | None
    clash: Meeting | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part on the page. ``late_min`` is by how many minutes it began, or will begin, behind the plan."""

    about: AgendaLine
    presenter: Presenter
    who: str
    late_min: int
    to_come: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is on, what comes, and what the host says in between, in both languages."""

    on: Segment | None
    soon_s: int
    coming: Segment | None
    coming_who: str
    cue: str
    cue_other: str
    run: bool


def read_show(tx: Transaction, key: str, now: datetime) -> Show | None:
    """Read a meeting's live agenda; None where there is no such meeting."""
    found = tx.meetings.by_key(key)
    if found is None:
        return None
    meeting = opened(found)
    invited = {one.invitation.source_key: one for one in tx.guests.of_meeting(meeting.id)}
    presenters = {}
    for part in meeting.agenda:
        guest = invited.get(part.speaker) if part.speaker else None
        here = is_here(tx, guest) if guest else None
        presenters[part.key] = Presenter(spoken=Spoken(part, guest.guest if guest else None), here=here)
    called = {task.facts.get("segment") for task in tx.tasks.open() if _is_about(task.kind, task.meeting, meeting)}
    missed = [
        Missed(part=part, presenter=presenters[part.key], instead=stand_ins(tx, meeting, part.key))
        for part in coming(meeting)
        if part.key in called
    ]
    return Show(
        meeting=meeting,
        presenters=presenters,
        missed=missed,
        history=tx.agenda_changes.newest(meeting.id, HISTORY),
        notice=standing_notice(tx, meeting, now),
        clash=_clash(tx, meeting),
    )


def lines(show: Show, tongue: Tongue, now: datetime) -> list[Line]:
    """Write the parts in their order, those that were cut left out."""
    return [_line(about, show, tongue) for about in agenda(show.meeting, now)]


def stage(show: Show, times: AgendaTimes, tongue: Tongue, now: datetime, clock: Mapping[str, str]) -> Stage:
    """Say what is on and what comes. ``clock`` are the ends of parts as times of day, by part."""
    meeting = show.meeting
    on, next_one = on_now(meeting, now), next(iter(to_come(meeting, now)), None)
    done = [part for part in meeting.agenda if part.ended_at is not None]
    last = on or (max(done, key=lambda part: part.ends_at) if done else None)
    spoken = show.presenters[last.key].spoken if last else None
    follows = show.presenters[next_one.key].spoken if next_one else None
    back = clock.get(next_one.key, "") if next_one else ""
    return Stage(
        on=on,
        soon_s=int(times.remind_before.total_seconds()) if on and on.kind in TALKS else 0,
        coming=next_one,
        coming_who=introduced(follows, tongue) if follows else "",
        cue=cue_card(spoken, follows, tongue, back),
        cue_other=cue_card(spoken, follows, tongue.other, back),
        run=is_run(meeting),
    )


def figures(show: Show, times: AgendaTimes, now: datetime) -> dict[str, object]:
    """Count what began late and by how many minutes (R111), what time is free yet, and say which phase it is (R6)."""
    late = delays(show.meeting, times.late_after)
    return {
        "phase": phase(show.meeting, now),
        "late": len(late),
        "minutes": sum((by for _, by in late), timedelta()) // _MINUTE,
        "slack": slack(coming(show.meeting)) // _MINUTE,
    }


def told(change: AgendaChange, tongue: Tongue) -> str:
    """Say what was done, in one sentence."""
    other = tongue.read(change.other) if change.other else ""
    values = {"title": tongue.read(change.title), "other": other, "n": abs(change.minutes)}
    key = f"agenda.done.{change.step}"
    if change.step in {AgendaStep.SHIFT, AgendaStep.EXTEND}:
        key += ".less" if change.minutes < 0 else ".more"
    if change.step is AgendaStep.DELAY:
        values["why"] = tongue.say(f"agenda.cause.{change.why}")
    return tongue.say(key, **values)


def _line(about: AgendaLine, show: Show, tongue: Tongue) -> Line:
    part = about.segment
    presenter = show.presenters[part.key]
    late = (part.started_at or part.starts_at) - part.planned_at if part.planned_at else timedelta()
    return Line(
        about=about,
        presenter=presenter,
        who=introduced(presenter.spoken, tongue),
        late_min=int(late / _MINUTE),
        to_come=part.started_at is None and about.state != "over",
    )


def _is_about(kind: TaskKind, of: str | None, meeting: Meeting) -> bool:
    return kind is TaskKind.SPEAKER_LATE and of == meeting.id


def _clash(tx: Transaction, meeting: Meeting) -> Meeting | None:
    """Return the next meeting in the same room whose doors open before this one is over."""
    plan_end = meeting.planned_ends_at or meeting.ends_at
    others = tx.meetings.between(plan_end, meeting.ends_at) if meeting.ends_at > plan_end else ()
    return next(
        (one for one in others if one.room == meeting.room and one.id != meeting.id and not one.cancelled), None
    )
