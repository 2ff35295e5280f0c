"""``/staff/part``: a person's own shifts, what their teams do, the playbooks; one tap says that they know it (R81)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput, NotSignedIn
from hub.domain.meetings import Meeting
from hub.domain.playbooks import Playbook
from hub.domain.roster import KnowsPlaybooks, edition_of, knows, reads_playbooks, role_on
from hub.domain.staff import Shift, Staff
from hub.domain.task_kinds import Role
from hub.ports import Transaction
from hub.usecases.acknowledge_role import acknowledge, playbooks_in_force, shifts_of
from hub.usecases.acting import Deciding
from hub.web.changing import change, done
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import me

HERE = "/staff/part"
MOST = 100
PACE_MS = 30_000
"""How long the count on a person's own page is remembered: that part is drawn at every alert."""


pages = Blueprint("my_part", __name__, url_prefix=HERE)


@dataclass(frozen=True, slots=True)
class MyShift:
    """One shift of one's own, the teams one works in then, and whether one has said that one knows them."""

    shift: Shift
    meeting: Meeting | None
    roles: Sequence[Role]
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All that a person is to know. ``playbooks`` are empty where none of their shifts needs them."""

    staff: Staff | None
    shifts: Sequence[MyShift] = ()
    roles: Sequence[Role] = ()
    playbooks: Sequence[Playbook] = ()
    edition: str = ""
    known: KnowsPlaybooks | None = None

    @property
    def open(self) -> Sequence[MyShift]:
        """Return what is not acknowledged yet."""
        return [one for one in self.shifts if not one.known]


@pages.get("")
def show() -> Response:
    """Show what the person who is signed in here is to know."""
    return draw("part.html", {"part": _part})


@pages.post("")
def know() -> Response:
    """Hear from a person that they know their part of the shifts they were shown (``starts``, several).

    ``edition`` is that of the playbooks they were shown. Raises NotSignedIn, NotFound, Refused and InvalidInput.
    """
    starts, edition = [_moment(one) for one in request.form.getlist("starts")[:MOST]], request.form.get("edition", "")
    ids = shelf().parts.ids

    def step(tx: Transaction, by: str) -> None:
        staff = tx.staff.by_name(by)
        if staff is None:
            raise NotSignedIn("nobody who is listed is signed in here")
        acknowledge(tx, staff, starts, edition, Deciding(actor=by, at=now(), ids=ids))

    change(step)
    return done(HERE)


def open_shifts() -> int:
    """Return how many near shifts of the person at this browser they have not acknowledged."""
    staff, moment = me(), now()
    if staff is None:
        return 0
    return shelf().recent.keep(("open", staff.key), lambda tx: len(_read(tx, staff, moment).open), PACE_MS)


def _part() -> Part:
    staff, moment = me(), now()
    if staff is None:
        return Part(staff=None)
    return shelf().recent.get(("part", staff.key), lambda tx: _read(tx, staff, moment))


def _read(tx: Transaction, staff: Staff, moment: datetime) -> Part:
    shifts = shifts_of(tx, staff, moment)
    known = tx.roster.playbooks_known().get(staff.key)
    books = playbooks_in_force(tx) if any(reads_playbooks(one, staff) for one in shifts) else ()
    edition = edition_of(books) if books else ""
    meetings: Mapping[str, Meeting | None] = {key: tx.meetings.by_key(key) for key in {one.meeting for one in shifts}}
    mine = [
        MyShift(one, meetings[one.meeting], _in_order(role_on(one, staff)), knows(one, staff, known, edition))
        for one in shifts
    ]
    roles = _in_order(frozenset(role for one in mine for role in one.roles))
    return Part(staff=staff, shifts=mine, roles=roles, playbooks=books, edition=edition, known=known)


def _in_order(roles: frozenset[Role]) -> Sequence[Role]:
    return [role for role in Role if role in roles]


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise InvalidInput("starts", "is no beginning of a shift", "load the page again")
    return found
