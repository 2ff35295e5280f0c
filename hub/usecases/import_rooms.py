"""Rooms as a part of a venue file: whom they seat how, who has them already, and meetings that a source keeps (C.4)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.domain.bookings import Hold, rivals
from hub.domain.meetings import Meeting
from hub.domain.room_set_ups import RoomSetUps
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.findings import Finding
from hub.usecases.fit_rooms import look_at_sizes
from hub.usecases.take_rooms import take_rooms, wanted_holds
from hub.usecases.tell_doubled import tell_doubled
from hub.usecases.venue_plan import MeetingEntry, VenueFile

_YEARS = timedelta(days=10 * 366)
"""Nothing is booked further ahead."""


def changed_set_ups(tx: Transaction, file: VenueFile) -> list[RoomSetUps]:
    """Return what the file says otherwise than before of its rooms' set-ups."""
    known = tx.set_ups.all()
    return [one for one in file.set_ups if known.get(one.room, RoomSetUps(room=one.room)) != one]


def set_ups_with(tx: Transaction, changed: Sequence[RoomSetUps]) -> Mapping[str, RoomSetUps]:
    """Return what the house says of its rooms, as it shall be."""
    return {**tx.set_ups.all(), **{one.room: one for one in changed}}


def rooms_taken(
    tx: Transaction,
    entries: Sequence[MeetingEntry],
    meetings: Sequence[Meeting],
    set_ups: Sequence[RoomSetUps],
    now: datetime,
) -> Iterator[Finding]:
    """Refuse meetings of the file whose rooms somebody has at that time, set-up and strike included.

    ``set_ups`` are those that the file changes. What is over is left alone, and what a booking source keeps is its own.
    """
    theirs = tx.sync.linked([one.id for one in meetings])
    ours = {one.id: (entry, one) for entry, one in zip(entries, meetings, strict=True) if one.id not in theirs}
    known = set_ups_with(tx, set_ups)
    coming = [one for _, one in ours.values() if one.ends_at > now]
    wanted = wanted_holds(tx, coming, known, now)
    standing: list[Hold] = [one for one in tx.bookings.overlapping(wanted) if one.owner not in ours]
    others = dict(tx.meetings.get([one.owner for one in standing])) | {key: one for key, (_, one) in ours.items()}
    for hold in sorted(wanted, key=lambda one: ours[one.owner][0].line):
        rival = next(rivals(hold, standing), None)
        standing.append(hold)
        if rival is not None:
            entry, meeting = ours[hold.owner]
            yield _taken(entry, meeting, rival, others.get(rival.owner))


def too_small(
    entries: Sequence[MeetingEntry], meetings: Sequence[Meeting], set_ups: Mapping[str, RoomSetUps]
) -> Iterator[Finding]:
    """Warn of guaranteed headcounts for which a room is too small in its style."""
    for entry, meeting in zip(entries, meetings, strict=True):
        people = (entry.sheet.guaranteed if entry.sheet else None) or 0
        known = set_ups.get(meeting.room, RoomSetUps(room=meeting.room))
        if not known.fits(meeting.style, people):
            problem = (
                f"{meeting.room} seats {known.seats(meeting.style)} in {meeting.style.value}, {people} are to come"
            )
            remedy = "choose a larger room or another style"
            yield Finding(line=entry.line, field="room", problem=problem, remedy=remedy, warning=True, at=entry.at)


def _taken(entry: MeetingEntry, meeting: Meeting, rival: Hold, other: Meeting | None) -> Finding:
    zone = ZoneInfo(meeting.zone)
    since, until = (at.astimezone(zone).strftime("%Y-%m-%d %H:%M") for at in (rival.since, rival.until))
    whose = f"{other.key} ({other.title.zh or other.title.en})" if other else rival.owner
    problem = f"{rival.room} is wanted by {entry.key} while {whose} has it, from {since} to {until}"
    remedy = "choose another room or another time; set-up, doors and strike count too"
    return Finding(line=entry.line, field="room", problem=problem, remedy=remedy, at=entry.at)


def as_the_source_says(
    tx: Transaction, entry: MeetingEntry, plan: Meeting | None
) -> tuple[MeetingEntry, Finding | None]:
    """Leave to a booking source what it keeps of a meeting (C.6.3), and say so; ``plan`` is the meeting as planned.

    An agenda for other times than the source's is left out as well.
    """
    link = tx.sync.link_of(plan.id) if plan else None
    if plan is None or link is None:
        return entry, None
    off = plan.cancelled if entry.cancelled is None else entry.cancelled
    said = {
        "title": (entry.title, plan.title),
        "room": (entry.room, plan.room),
        "start": (entry.starts_at, plan.starts_at),
        "end": (entry.ends_at, plan.ends_at),
        "cancelled": (off, plan.cancelled),
    }
    others = [name for name, (ours, theirs) in said.items() if ours != theirs]
    if not others:
        return entry, None
    left = replace(
        entry,
        title=plan.title,
        room=plan.room,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        cancelled=plan.cancelled,
    )
    if {"start", "end"} & set(others):
        left = replace(left, doors_at=plan.doors_at, agenda=None)
    problem = f"{', '.join(others)}: the booking source {link.source} keeps this meeting, and its word stays"
    remedy = "change it there; here belong the agenda, seats, guests and what the house prepares"
    return left, Finding(line=entry.line, field=others[0], problem=problem, remedy=remedy, warning=True, at=entry.at)


def take_imported(tx: Transaction, meetings: Sequence[Meeting], set_ups: Sequence[RoomSetUps], who: Deciding) -> None:
    """Let imported meetings hold their rooms; where a room's times or sizes changed, look at all that come there."""
    for one in set_ups:
        tx.set_ups.save(one)
    rooms = {one.room for one in set_ups}
    there = [one for one in _coming(tx, rooms, who.at) if one.id not in {each.id for each in meetings}]
    touched = [*(one for one in meetings if one.ends_at > who.at), *there]
    tell_doubled(tx, take_rooms(tx, touched, who), who)
    look_at_sizes(tx, [one for one in touched if one.room in rooms], None, who)


def _coming(tx: Transaction, rooms: set[str], now: datetime) -> list[Meeting]:
    if not rooms:
        return []
    held = {one.owner for one in tx.bookings.held(rooms, now, now + _YEARS)}
    return [one for one in tx.meetings.get(held).values() if one.ends_at > now and one.room in rooms]
