"""Meetings: what, where, when (local times of the house), for whom the lounge is, and how the chairs stand."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from hub.domain.errors import InvalidInput
from hub.domain.local_time import in_utc
from hub.domain.meetings import Segment, SegmentKind, SetUpStyle
from hub.domain.seat_maps import build
from hub.domain.seat_plans import SeatPlan
from hub.domain.seats import Seat
from hub.usecases.venue_plan import House, MeetingEntry
from hub.venue_files.agenda import read_agenda
from hub.venue_files.answers import read_answers
from hub.venue_files.drinks import read_portions
from hub.venue_files.materials import read_documents, read_hand_outs, read_notes
from hub.venue_files.moments import read_day, read_time
from hub.venue_files.sheets import read_sheet
from hub.venue_files.staffing import read_staffing
from hub.venue_files.table import KEY, Table

_NAMES = frozenset({"zones", "vip", "step_free"})
"""Fields of a seat plan that are lists of names; the others are numbers."""

DOORS_BEFORE = timedelta(minutes=30)
"""Doors open so long before the start when neither ``doors`` nor a sign-in says otherwise."""


@dataclass(frozen=True, slots=True)
class When:
    """How local times of one meeting become instants: the house's zone, the day, and the days a demo is moved by."""

    zone: ZoneInfo
    day: date
    moved: timedelta = timedelta()

    def read(self, value: object) -> datetime:
        """Return the instant of a local time. Raises BadMoment."""
        local = read_time(value, self.day)
        return in_utc(local + self.moved if isinstance(value, datetime) else local, self.zone)


def read_meeting(table: Table, house: House, zone: ZoneInfo | None, moved: timedelta) -> MeetingEntry | None:
    """Read one of [[meetings]]; None after noting what is wrong. ``house`` holds this file's rooms and places too."""
    key, title = table.key("key"), table.words("title", needed=True)
    room = _known_room(table, house)
    lounge = _known_lounge(table, house)
    given_style, cancelled = table.word("style", SetUpStyle), table.flag("cancelled")
    style = given_style or house.styles.get(key, SetUpStyle.THEATRE)
    seats = _seats(table, style)
    if given_style and key in house.styles and house.styles[key] is not style and seats is None:
        table.warn("style", "is another one than before, and the seats stay as they were", "add [meetings.seats]")
    when = _when(table, zone, moved)
    starts, ends, doors = (table.moment(name, when.read) if when else None for name in ("start", "end", "doors"))
    agenda = read_agenda(table, house, when.read, ends) if when else None
    answers = read_answers(table)
    notes, documents, hand_outs = read_notes(table), read_documents(table), read_hand_outs(table)
    drinks, sheet = read_portions(table, house.menu), read_sheet(table)
    staffing = read_staffing(table, house.staff)
    _note_missing(table, ("date", "start", "end"))
    if not table.has("agenda") and key not in house.styles:
        table.warn("agenda", "is missing", "add [[meetings.agenda]]: letters cannot be written without it")
    for name in ("agenda", "seats", "doors"):
        table.has(name)
    table.close()
    if not (key and title and room and when and starts and ends):
        return None
    doors = doors or _doors(agenda or (), starts)
    if not _in_order(table, doors, starts, ends):
        return None
    return MeetingEntry(
        line=table.report.line(table.path),
        at=table.path,
        key=key,
        title=title,
        room=room,
        doors_at=doors,
        starts_at=starts,
        ends_at=ends,
        zone=when.zone.key,
        style=given_style,
        lounge=lounge,
        cancelled=cancelled,
        agenda=agenda,
        seats=seats,
        answers=answers,
        notes=notes,
        documents=documents,
        hand_outs=hand_outs,
        drinks=drinks,
        sheet=sheet,
        staffing=staffing,
    )


def _known_room(table: Table, house: House) -> str:
    room = table.key("room", KEY)
    if room and room not in house.rooms:
        table.wrong("room", f"there is no room {room!r}", "add it to [[rooms]], or correct it")
    return room


def _known_lounge(table: Table, house: House) -> str | None:
    """Return the lounge's place key: "" where the file says that there is none, None where it says nothing."""
    if not table.has("lounge"):
        return None
    lounge = table.text("lounge")
    if lounge and lounge not in house.places:
        table.wrong("lounge", f"there is no place {lounge!r}", "add the ways to it to [[places]], or correct it")
    return lounge


def _when(table: Table, zone: ZoneInfo | None, moved: timedelta) -> When | None:
    day = table.moment("date", read_day)
    if day is None:
        return None
    if zone is None:
        table.wrong("date", "the house has no time zone yet", "add [venue] with its zone")
        return None
    try:
        return When(zone, day + moved, moved)
    except OverflowError:
        table.wrong("date", f"{day} is beyond the calendar", "write a day of our time")
        return None


def _doors(agenda: Sequence[Segment], starts: datetime) -> datetime:
    sign_in = (segment.starts_at for segment in agenda if segment.kind is SegmentKind.SIGN_IN)
    return next((at for at in sign_in if at <= starts), starts - DOORS_BEFORE)


def _note_missing(table: Table, names: tuple[str, ...]) -> None:
    for name in names:
        if not table.has(name):
            table.wrong(name, "is missing", "add it")


def _in_order(table: Table, doors: datetime, starts: datetime, ends: datetime) -> bool:
    if ends <= starts:
        table.wrong("end", "is not after the start", "for the day after write it as 2026-12-31T00:30:00")
    if doors > starts:
        table.wrong("doors", "open after the start", "let them open before it")
    return doors <= starts < ends


def _seats(table: Table, style: SetUpStyle) -> tuple[Seat, ...] | None:
    inner = table.table("seats")
    if inner is None:
        return None
    given: dict[str, Any] = {  # _fits looks at each value
        field.name: _frozen(inner.value(field.name)) for field in fields(SeatPlan) if inner.has(field.name)
    }
    bad = [name for name, value in given.items() if not _fits(name, value)]
    for name in bad:
        remedy = 'give a list of names, as ["A", "B"]' if name in _NAMES else "give a whole number"
        inner.wrong(name, f"{inner.value(name)!r} does not fit", remedy)
    inner.close()
    if bad:
        return None
    try:
        return build(style, SeatPlan(**given))
    except InvalidInput as wrong:
        inner.wrong(wrong.field, wrong.problem, wrong.remedy)
        return None


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _fits(name: str, value: object) -> bool:
    """Say whether a value has the type that SeatPlan wants."""
    if name in _NAMES:
        return isinstance(value, tuple) and all(isinstance(part, str) for part in value)
    if name == "seats_per_row" and isinstance(value, tuple):
        return all(_is_count(part) for part in value)
    return _is_count(value)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
