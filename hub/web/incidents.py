"""``/staff/incidents``: report one in three taps, work through its steps, call the roll, close it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, request

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.incidents import HOUSE, Impact, Incident, IncidentStep
from hub.domain.playbooks import IncidentKind
from hub.domain.tasks import Task, key_of
from hub.ports import Audited, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.incident_calls import told_kind
from hub.usecases.report_incident import report_incident
from hub.usecases.roll_call import RoomRoll, mark_safe, read_roll
from hub.usecases.work_incident import (
    close,
    contain,
    describe,
    dismiss,
    reopen,
    resolve,
    respond,
    review,
    tick_incident,
)
from hub.web.changing import change, done
from hub.web.incident_cards import ICONS
from hub.web.incident_lines import can, figures, step_lines
from hub.web.language import tongue
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.times import lasted
from hub.web.today import read_doors

Take = Callable[[Transaction, str, Deciding], Incident]

MOVES: Mapping[str, Take] = {
    "respond": respond,
    "describe": lambda tx, incident, who: describe(tx, incident, request.form.get("about", "")[:2_000], who),
    "contain": contain,
    "resolve": lambda tx, incident, who: resolve(tx, incident, *_impact(), who),
    "dismiss": dismiss,
    "review": lambda tx, incident, who: review(tx, incident, request.form.get("note", "")[:2_000], who),
    "close": lambda tx, incident, who: close(tx, incident, request.form.get("outcome", "")[:2_000], who),
    "reopen": reopen,
}
"""What the person at a browser may do with an incident, by the last part of its address."""

LOOK_BACK = timedelta(days=365)
MOST = 100
"""Incidents that the list shows, of the last year."""

STEPS_TAKEN = 50

pages = Blueprint("incidents", __name__, url_prefix="/staff/incidents")


@pages.get("")
def show() -> Response:
    """Show what is open, what was, and how soon it was answered; drills apart."""
    return draw("incidents.html", {"list": _list}, icons=ICONS)


@pages.get("/new")
def new() -> Response:
    """Ask what happened, then where: the tap on the place reports it."""
    kind, rooms = _kind(request.args.get("kind", "")), shelf().recent.get("rooms", lambda tx: tx.meetings.rooms())
    drill = request.args.get("drill") == "yes"
    return draw("incident_new.html", {}, kind=kind, kinds_of=list(IncidentKind), rooms=rooms, drill=drill, icons=ICONS)


@pages.post("")
def report() -> Response:
    """Report an incident: its ``kind``, its ``room`` (empty for the whole house), whether it is a ``drill``."""
    kind, room, ids = _kind(request.form.get("kind", "")), request.form.get("room", HOUSE), shelf().parts.ids
    if kind is None:
        raise InvalidInput("kind", "is missing", f"use one of {', '.join(IncidentKind)}")
    drill = request.form.get("drill") == "yes"
    found: list[Incident] = []

    def step(tx: Transaction, by: str) -> None:
        who = Deciding(actor=by, at=now(), ids=ids)
        found.append(report_incident(tx, kind, room, who, drill=drill))

    change(step)
    return make_response(redirect(f"/staff/incidents/{found[0].id}", 303))


@pages.get("/<incident>")
def one(incident: str) -> Response:
    """Show one incident live: its steps, what can be done next, who was told. Raises NotFound."""
    found = _find(incident)
    return draw("incident.html", {"incident": lambda: _incident(incident)}, about=found, icons=ICONS)


@pages.post("/<incident>/steps/<int:position>")
def tick(incident: str, position: int) -> Response:
    """Tick a step, or take the tick back."""
    ids = shelf().parts.ids
    change(lambda tx, by: tick_incident(tx, incident, position, Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/staff/incidents/{incident}")


@pages.post("/<incident>/<move>")
def take(incident: str, move: str) -> Response:
    """Contain, resolve, dismiss, review, close or reopen an incident. Raises NotFound, NotOpen or InvalidInput."""
    if move not in MOVES:
        raise NotFound(f"no incident has a step {move!r}")
    ids = shelf().parts.ids
    change(lambda tx, by: MOVES[move](tx, incident, Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/staff/incidents/{incident}")


@pages.get("/<incident>/roll")
def roll(incident: str) -> Response:
    """List everybody who is inside, by room, to tick who was found, and to print (R5). Raises NotFound."""
    found = _find(incident)
    return draw(
        "roll.html",
        {"roll": lambda: _roll(incident)},
        about=found,
        doors=shelf().recent.get("doors", read_doors),
    )


@pages.post("/<incident>/roll/<found>")
def safe(incident: str, found: str) -> Response:
    """Note that a person (an invitation) is safe, or take that back (``safe``: yes or no)."""
    ids, is_safe = shelf().parts.ids, request.form.get("safe", "yes") == "yes"
    change(
        lambda tx, by: mark_safe(tx, incident, found, Deciding(actor=by, at=now(), ids=ids), safe=is_safe),
    )
    return done(f"/staff/incidents/{incident}/roll")


def _list() -> object:
    newest = shelf().recent.get("incidents", lambda tx: tx.incidents.since(now() - LOOK_BACK, MOST))
    open_ones = shelf().recent.get("open incidents", lambda tx: tx.incidents.open())
    target = shelf().parts.first_step
    known = {one.id for one in open_ones}
    return {
        "open": open_ones,
        "target_s": int(target.total_seconds()),
        "over": [one for one in newest if one.id not in known],
        "real": figures([one for one in newest if not one.drill], target),
        "drills": figures([one for one in newest if one.drill], target),
    }


def _incident(incident: str) -> object:
    found = _find(incident)
    steps, told, history = shelf().recent.get(("incident steps", incident), lambda tx: _around(tx, found))
    rooms = shelf().recent.get(("roll", incident), lambda tx: read_roll(tx, found, now()))
    return {
        "is": found,
        "steps": step_lines(found, steps, tongue(), now()),
        "can": can(found),
        "impacts": list(Impact),
        "told": told,
        "history": history,
        "agenda": _agenda(found),
        "lasts": lasted(now() - found.reported_at),
        "rooms": rooms,
        **_counts(rooms),
        "person": person(),
    }


def _agenda(incident: Incident) -> str:
    """Return the key of the meeting whose agenda may have to move for it, empty without one."""
    if not incident.meeting or not incident.active:
        return ""
    key = incident.meeting
    meeting = shelf().recent.get(("meeting of incident", key), lambda tx: tx.meetings.get([key]).get(key))
    return meeting.key if meeting else ""


def _roll(incident: str) -> object:
    found = _find(incident)
    rooms = shelf().recent.get(("roll", incident), lambda tx: read_roll(tx, found, now()))
    return {"rooms": rooms, "is": found, "person": person(), **_counts(rooms)}


def _counts(rooms: Sequence[RoomRoll]) -> dict[str, int]:
    return {"safe": sum(one.safe for one in rooms), "people": sum(len(one.people) for one in rooms)}


def _around(tx: Transaction, incident: Incident) -> tuple[Sequence[IncidentStep], Task | None, Sequence[Audited]]:
    key = key_of(told_kind(incident), incident.id)
    told = tx.tasks.latest([key], incident.reported_at).get(key)
    history = tx.records.audited(incident.id, incident.reported_at, STEPS_TAKEN)
    return tx.incidents.steps(incident.id), told, list(reversed(history))


def _find(incident: str) -> Incident:
    found: Incident | None = shelf().recent.get(("incident", incident), lambda tx: tx.incidents.get(incident))
    if found is None:
        raise NotFound("there is no such incident")
    return found


def _kind(text: str) -> IncidentKind | None:
    try:
        return IncidentKind(text) if text else None
    except ValueError:
        raise InvalidInput("kind", f"{text[:30]!r} is not known", f"use one of {', '.join(IncidentKind)}") from None


def _impact() -> tuple[Impact, int]:
    """Read what the client had of it. Raises InvalidInput."""
    text, amount = request.form.get("impact", ""), request.form.get("amount", "").strip() or "0"
    try:
        impact = Impact(text)
    except ValueError:
        raise InvalidInput("impact", "is not said yet", f"choose one of {', '.join(Impact)}") from None
    if not (amount.isascii() and amount.isdigit() and len(amount) <= 6):  # noqa: PLR2004 - more than any house holds
        raise InvalidInput("amount", f"{amount[:20]!r} is no number", "give it in digits")
    return impact, int(amount)
