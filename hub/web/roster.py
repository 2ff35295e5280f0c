"""``/staff/shifts``: who works when, for which meeting and team, and who is named for one; for supervisors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput
from hub.domain.local_time import BadMoment, in_utc
from hub.domain.meetings import Meeting
from hub.domain.roster import (
    NO_STAFFING,
    Acknowledged,
    KnowsPlaybooks,
    Staffing,
    acknowledged,
    edition_of,
    knows,
    needs_minutes,
    of_meeting,
    technicians_of,
)
from hub.domain.staff import LONGEST_DUTY, Duty, Shift, Staff
from hub.domain.task_kinds import Role
from hub.ports import Transaction
from hub.usecases.acknowledge_role import playbooks_in_force
from hub.usecases.plan_shifts import drop_shift, plan_shift, staff_meeting
from hub.web.changing import done
from hub.web.leading import check_supervisor, supervised
from hub.web.meetings import find_meeting
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf

HERE = "/staff/shifts"
_DAY = timedelta(days=1)

pages = Blueprint("roster", __name__, url_prefix=HERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftLine:
    """One shift: whose, for which meeting, and how it stands. ``late``: it is on, and its person is not at work."""

    id: str
    shift: Shift
    staff: Staff
    meeting: Meeting | None
    on: bool
    here: bool
    knows: bool

    @property
    def late(self) -> bool:
        """Say whether somebody should be at work and is not."""
        return self.on and not self.here


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """One meeting of the day: who alone does something for it, and how many know their part."""

    meeting: Meeting
    staffing: Staffing
    technicians: Sequence[Staff]
    needs_minutes: bool
    told: Acknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the page is made of, as read."""

    people: Mapping[str, Staff]
    shifts: Sequence[Shift]
    duties: Sequence[Duty]
    meetings: Sequence[Meeting]
    staffing: Mapping[str, Staffing]
    known: Mapping[str, KnowsPlaybooks]
    edition: str
    minutes_from: int


@pages.get("")
def show() -> Response:
    """Show the roster of a day (``day``, today where none is given). Raises NotYours and InvalidInput."""
    check_supervisor()
    the_day, today = _day(request.args.get("day", "")), now().astimezone(house_zone()).date()
    return draw(
        "shifts.html",
        {"roster": lambda: _roster(the_day), "meetings": lambda: _meetings(the_day)},
        the_day=the_day,
        days=[("today", today), ("tomorrow", today + _DAY)],
        noon=datetime.combine(the_day, time(12), house_zone()),
        choices=lambda: _choices(the_day),
        before=the_day - _DAY,
        after=the_day + _DAY,
    )


@pages.post("")
def plan() -> Response:
    """Add a shift (``staff``, ``day``, ``from``, ``until``, ``meeting``, ``role``), or change the one ``instead``.

    Raises InvalidInput and NotFound.
    """
    form, the_day = request.form, _day(request.form.get("day", ""))
    starts, ends = _at(the_day, "from"), _at(the_day, "until")
    role = form.get("role", "")
    if role and role not in set(Role):
        raise InvalidInput("role", f"{role[:20]!r} is no team", f"choose of {', '.join(Role)}")
    shift = Shift(
        staff=form.get("staff", "")[:64],
        starts_at=starts,
        ends_at=ends if ends > starts else _at(the_day + _DAY, "until"),
        meeting=form.get("meeting", "")[:64],
        role=Role(role) if role else None,
    )
    instead = _instant("instead") if form.get("instead") else None
    supervised(lambda tx, who: plan_shift(tx, shift, who, instead))
    return done(f"{HERE}?day={the_day}")


@pages.post("/remove")
def remove() -> Response:
    """Take a shift (``staff``, ``starts``) out of the roster. Raises NotFound."""
    staff, starts = request.form.get("staff", "")[:64], _instant("starts")
    supervised(lambda tx, who: drop_shift(tx, staff, starts, who))
    return done(f"{HERE}?day={starts.astimezone(house_zone()).date()}")


@pages.post("/meetings/<key>")
def name_people(key: str) -> Response:
    """Name a meeting's technician and minutes-taker, say how important it is. Raises NotFound and InvalidInput."""
    meeting, form = find_meeting(key), request.form
    importance = form.get("importance", "")
    if not (importance.isascii() and importance.isdigit() and len(importance) == 1):
        raise InvalidInput("importance", "is no number", "give 0 to 5")
    said = Staffing(
        importance=int(importance),
        minutes=bool(form.get("minutes")),
        minutes_taker=form.get("minutes_taker", "")[:64],
        technician=form.get("technician", "")[:64],
    )
    supervised(lambda tx, who: staff_meeting(tx, meeting, said, who))
    return done(f"{HERE}?day={meeting.starts_at.astimezone(house_zone()).date()}")


def _day(text: str) -> date:
    if not text:
        return now().astimezone(house_zone()).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("day", f"{text[:20]!r} is no day", "write it as 2026-12-30") from None


def _at(the_day: date, field: str) -> datetime:
    text = request.form.get(field, "")
    try:
        return in_utc(datetime.combine(the_day, time.fromisoformat(text)), house_zone())
    except BadMoment as bad:
        raise InvalidInput(field, bad.problem.en, bad.remedy.en) from None
    except ValueError:
        raise InvalidInput(field, f"{text[:20]!r} is no time of day", "write it as 09:30") from None


def _instant(field: str) -> datetime:
    try:
        found = datetime.fromisoformat(request.form.get(field, ""))
        return found.astimezone(now().tzinfo) if found.tzinfo else _bad(field)
    except ValueError:
        return _bad(field)


def _bad(field: str) -> datetime:
    raise InvalidInput(field, "is no beginning of a shift", "load the page again")


def _roster(the_day: date) -> Sequence[ShiftLine]:
    """Return the shifts that begin on a day, or still go on then, the earliest first."""
    found, moment = _read(the_day), now()
    present = {duty.person for duty in found.duties}
    meetings = {one.key: one for one in found.meetings}
    morning, night = _span(the_day)
    return [
        ShiftLine(
            id=f"shift-{one.staff}-{int(one.starts_at.timestamp())}",
            shift=one,
            staff=who,
            meeting=meetings.get(one.meeting),
            on=one.starts_at <= moment < one.ends_at,
            here=who.name in present,
            knows=knows(one, who, found.known.get(one.staff), found.edition),
        )
        for one in found.shifts
        if one.ends_at > morning and one.starts_at < night and (who := found.people.get(one.staff)) and who.active
    ]


def _meetings(the_day: date) -> Sequence[MeetingLine]:
    found, moment = _read(the_day), now()
    present = {duty.person for duty in found.duties}
    lines = []
    for one in found.meetings:
        staffing = found.staffing.get(one.id, NO_STAFFING)
        at = min(max(moment, one.doors_at), one.ends_at - timedelta(seconds=1))  # now, or when its doors open
        lines.append(
            MeetingLine(
                meeting=one,
                staffing=staffing,
                technicians=technicians_of(one, staffing, found.shifts, found.people, at, present),
                needs_minutes=needs_minutes(staffing, found.minutes_from),
                told=acknowledged(of_meeting(found.shifts, one), found.people, found.known, found.edition),
            )
        )
    return lines


def _choices(the_day: date) -> Mapping[str, object]:
    found = _read(the_day)
    people = sorted((one for one in found.people.values() if one.active), key=lambda one: one.name)
    technicians = [one for one in people if Role.TECHNICIAN in one.roles]
    return {"people": people, "technicians": technicians, "meetings": found.meetings, "roles": list(Role)}


def _read(the_day: date) -> Found:
    morning, night = (at.astimezone(now().tzinfo) for at in _span(the_day))
    return shelf().recent.get(("roster", the_day), lambda tx: _find(tx, morning, night))


def _span(the_day: date) -> tuple[datetime, datetime]:
    zone = house_zone()
    return datetime.combine(the_day, time(), zone), datetime.combine(the_day + _DAY, time(), zone)


def _find(tx: Transaction, morning: datetime, night: datetime) -> Found:
    meetings = [one for one in tx.meetings.between(morning, night) if not one.cancelled]
    return Found(
        people={one.key: one for one in tx.staff.all()},
        shifts=tx.staff.shifts(morning - LONGEST_DUTY, night + LONGEST_DUTY),
        duties=tx.duties.all(),
        meetings=meetings,
        staffing=tx.roster.staffing([one.id for one in meetings]),
        known=tx.roster.playbooks_known(),
        edition=edition_of(playbooks_in_force(tx)),
        minutes_from=tx.roster.minutes_from(),
    )
