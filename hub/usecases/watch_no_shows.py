"""Once a minute it is looked whether anybody came to what was booked; people are warned first (C.3.5, X3)."""

from dataclasses import replace
from datetime import datetime

from hub.domain.bookings import Booking, BookingState
from hub.domain.meetings import Meeting
from hub.domain.no_show import (
    LOOK_EVERY,
    LOOKED_AT,
    Case,
    NoShow,
    NoShowState,
    Policy,
    after,
    begun,
    judge,
    looked,
    watches,
)
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.no_show_signs import seen_now
from hub.usecases.no_shows import bring_back, end_calls, give_up, room_facts, touch
from hub.usecases.take_rooms import take_rooms
from hub.usecases.tell_doubled import tell_doubled
from hub.usecases.watch_series import ask_owner

WATCH = "watch_no_shows"
"""The timer of this, for the whole house; it sets itself again."""

_CALLS = {NoShowState.WARNED: TaskKind.ROOM_EMPTY, NoShowState.SUSPECT: TaskKind.NO_SHOW}
_CALLS |= {NoShowState.ASKED: TaskKind.NO_SHOW}


def look_after_no_shows(tx: Transaction, now: datetime) -> None:
    """Begin, if that has not begun."""
    if not tx.timers.of_rule(WATCH):
        tx.timers.put([Timer(rule=WATCH, subject="", due_at=now)])


def fire_watch(tx: Transaction, timer: Timer, who: Deciding, policy: Policy) -> None:
    """Look once, and set the next time; fires a timer."""
    watch_no_shows(tx, who, policy)
    tx.timers.put([Timer(rule=WATCH, subject=timer.subject, due_at=who.at + LOOK_EVERY)])


def watch_no_shows(tx: Transaction, who: Deciding, policy: Policy) -> None:
    """Look at every booked meeting that somebody should be at by now, or soon."""
    rows = {row.meeting: row for row in tx.no_shows.watched()}
    near = {one.id: one for one in tx.meetings.between(who.at, who.at + policy.opens_before)}
    rows |= tx.no_shows.get([key for key in near if key not in rows])
    meetings = near | dict(tx.meetings.get([key for key in rows if key not in near]))
    bookings = tx.bookings.of_meetings(meetings)
    watched: dict[str, tuple[Meeting, Case]] = {}
    for key, meeting in meetings.items():
        case = _case(meeting, bookings.get(key), who.at)
        row = _to_look_at(rows.get(key), key, case, policy, who.at)
        if row is not None:
            rows[key], watched[key] = row, (meeting, case or _gone(meeting))
    found = seen_now(tx, [one for one, _ in watched.values()], {key: rows[key] for key in watched}, who.at)
    for key, (meeting, case) in watched.items():
        row = looked(rows[key], found[key], policy, who.at)
        verdict = judge(row, case, policy, who.at, ears=found[key].ears)
        then = after(row, verdict, who.at)
        _act(tx, meeting, row, then, who)
        if then.state is NoShowState.MISSED:
            ask_owner(tx, meeting, policy.strikes, who)


def _case(meeting: Meeting, booking: Booking | None, now: datetime) -> Case | None:
    """Return what counts of a meeting; None for one of the house's own, or one that does not take place."""
    if booking is None or meeting.cancelled or booking.standing(now) is not BookingState.DEFINITE:
        return None
    return Case(
        room=meeting.room,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        client=bool(booking.client),
        paid=booking.paid,
        made_at=booking.made_at,
    )


def _gone(meeting: Meeting) -> Case:
    """Return a case that is over: the meeting does not take place any more."""
    return Case(room=meeting.room, starts_at=meeting.starts_at, ends_at=meeting.starts_at)


def _to_look_at(row: NoShow | None, key: str, case: Case | None, policy: Policy, now: datetime) -> NoShow | None:
    """Return what is known of a meeting that is to be looked at now; one that was moved is watched from the beginning.

    What was watched and is off is looked at once more, to end it.
    """
    is_watched = row is not None and row.state in LOOKED_AT
    if case is None:
        return replace(row, state=NoShowState.UNKNOWN) if row is not None and is_watched else None
    was_moved = row is not None and row.starts_at != case.starts_at and not row.gave_up
    if row is not None and not was_moved:
        return row if is_watched else None
    fresh = begun(key, case, policy)
    return fresh if fresh.since <= now < case.ends_at and watches(case, policy) else None


def _act(tx: Transaction, meeting: Meeting, row: NoShow, then: NoShow, who: Deciding) -> None:
    """Keep what follows from a look, and call whoever is needed, once."""
    before = tx.no_shows.get([meeting.id]).get(meeting.id)
    was = before.state if before is not None else NoShowState.WATCHED
    if row.gave_up and row.signs:
        tx.no_shows.save(row)
        if bring_back(tx, meeting, who):
            tell_doubled(tx, take_rooms(tx, [meeting], who), who)
        return
    if then.gave_up and not row.gave_up:
        give_up(tx, meeting, then, who)
        return
    tx.no_shows.save(then)
    if then.state is was:
        return
    tx.records.audit(who.actor, f"no_show.{then.state}", meeting.id, who.at)
    kind = _CALLS.get(then.state)
    if kind is None:
        end_calls(tx, meeting.id, who)
    else:
        facts = _facts(tx, meeting, then, who.at)
        task = raise_task(kind, meeting.id, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id)
        standing = call(tx, task)
        if standing.facts != facts:
            tx.tasks.save(replace(standing, facts=facts))
    touch(tx, meeting.id)


def _facts(tx: Transaction, meeting: Meeting, row: NoShow, now: datetime) -> dict[str, str]:
    """Return what whoever decides should know: how many were expected and came, and what could not report."""
    return room_facts(tx, meeting) | {
        "expected": str(row.expected),
        "arrived": str(row.arrived),
        "blind": str(round(100 * row.blind_share(now))),
        "deaf": " ".join(sorted(row.deaf)),
        "looks": row.state.value,
    }
