"""``/staff/people``: who works here, what each may do, by what they sign in, and the tablets; for supervisors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, request

from hub.domain.errors import NotFound
from hub.domain.meetings import Door, Room
from hub.domain.staff import CodeKind, Duty, Shift, Staff, Tablet
from hub.domain.task_kinds import Role
from hub.domain.words import Language
from hub.ports import Transaction
from hub.usecases.change_staff import Described, add_person, change_person, retire_person, return_person
from hub.usecases.enrol_device import remove_tablet
from hub.web.changing import done
from hub.web.language import Tongue, tongue
from hub.web.leading import check_supervisor, supervised
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.people_codes import add_first
from hub.web.shift import is_listed, person

HERE = "/staff/people"

AHEAD = timedelta(days=14)
"""Shifts that are so near are shown."""

pages = Blueprint("people", __name__, url_prefix=HERE)


@dataclass(frozen=True, slots=True)
class Zone:
    """One part of the house that a person may look after."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person: what is kept of them, and how they stand. ``next`` is their shift that is on or comes next."""

    staff: Staff
    zones: str
    skills: str
    duty: Duty | None
    away: bool
    tablets: str
    codes: frozenset[CodeKind]
    next: Shift | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the page is made of, as read."""

    people: Sequence[Staff]
    coded: Mapping[str, frozenset[CodeKind]]
    duties: Sequence[Duty]
    tablets: Sequence[Tablet]
    shifts: Sequence[Shift]
    rooms: Sequence[Room]
    doors: Mapping[str, Door]


@pages.get("")
def show() -> Response:
    """Show everybody, and the tablets. Raises NotYours."""
    check_supervisor()
    return draw(
        "people.html",
        {"people": _people, "tablets": _tablets},
        zones=_zones,
        rooms=_rooms,
        roles=list(Role),
        languages=list(Language),
        listed=is_listed(),
        named=person(),
    )


@pages.post("")
def add() -> Response:
    """Add a person; the first one, a supervisor, gets a PIN and a tablet's code at once. Raises InvalidInput."""
    said = _described()
    if not is_listed():
        return add_first(said)
    supervised(lambda tx, who: add_person(tx, said, who))
    return done(HERE)


@pages.post("/<key>/<step>")
def take(key: str, step: str) -> Response:
    """Change a person, let one go (``retire``) or come back (``return``). Raises NotFound and InvalidInput."""
    if step == "change":
        said = _described()
        supervised(lambda tx, who: change_person(tx, key, said, who))
    elif step == "retire":
        supervised(lambda tx, who: retire_person(tx, key, who))
    elif step == "return":
        supervised(lambda tx, who: return_person(tx, key, who))
    else:
        raise NotFound(f"no person has a step {step!r}")
    return done(HERE)


@pages.post("/tablets/<tablet>/remove")
def remove(tablet: str) -> Response:
    """Let a tablet be a stranger again."""
    supervised(lambda tx, who: remove_tablet(tx, tablet, who))
    return done(HERE)


def _described() -> Described:
    form = request.form
    return Described(
        name=form.get("name", "")[:200],
        roles=frozenset(form.getlist("roles")),
        leads=frozenset(form.getlist("leads")),
        zones=frozenset(form.getlist("zones")),
        skills=tuple(form.get("skills", "")[:1000].replace("，", ",").replace("、", ",").split(",")),
        language=form.get("language", ""),
        pager=form.get("pager", "").strip().lower()[:100],
    )


def _people() -> object:
    found, moment, said = _read(), now(), tongue()
    names = {one.key: one.name for one in _zones()}
    lines = [_line(one, found, moment, names, said) for one in found.people]
    return {
        "here": [one for one in lines if one.staff.active],
        "gone": [one for one in lines if not one.staff.active],
    }


def _line(one: Staff, found: Found, moment: datetime, names: Mapping[str, str], said: Tongue) -> PersonLine:
    duty = next((duty for duty in found.duties if duty.person == one.name), None)
    return PersonLine(
        staff=one,
        zones=said.join(names.get(zone, zone) for zone in sorted(one.zones)),
        skills=said.join(sorted(one.skills)),
        duty=duty,
        away=duty is not None and duty.away(moment),
        tablets=said.join(tablet.name for tablet in found.tablets if tablet.person == one.name),
        codes=found.coded.get(one.key, frozenset()),
        next=next((shift for shift in found.shifts if shift.staff == one.key), None),
    )


def _zones() -> Sequence[Zone]:
    """Return what a person may look after, by name: floors, rooms, doors."""
    found, said = _read(), tongue()
    floors = sorted({room.floor for room in found.rooms if room.floor})
    doors = [Zone(device, said.read(door.name)) for device, door in sorted(found.doors.items())]
    return [
        *(Zone(one, said.say("people.floor", name=one)) for one in floors),
        *_rooms(),
        *doors,
    ]


def _rooms() -> Sequence[Zone]:
    """Return the rooms that may have a panel, by name."""
    said = tongue()
    return [Zone(one.key, said.read(one.name)) for one in _read().rooms]


def _tablets() -> object:
    names = {one.key: one.name for one in _rooms()}
    return [(tablet, names.get(tablet.room, tablet.room)) for tablet in _read().tablets]


def _read() -> Found:
    moment = now()
    return shelf().recent.get("people", lambda tx: _find(tx, moment))


def _find(tx: Transaction, moment: datetime) -> Found:
    return Found(
        people=tx.staff.all(),
        coded=tx.staff.coded(),
        duties=tx.duties.all(),
        tablets=tx.duties.tablets(),
        shifts=tx.staff.shifts(moment, moment + AHEAD),
        rooms=tx.meetings.rooms(),
        doors=tx.meetings.doors(),
    )
