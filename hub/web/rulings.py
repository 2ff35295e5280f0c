"""What people decide about scans: one guest's scans to decide on, and the list of what was decided (rule R8)."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.meetings import Meeting
from hub.domain.permissions import Permission
from hub.domain.rulings import REASONS, SLIP, RulingKind
from hub.domain.task_kinds import TaskKind
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.rule import rule, tell_apart
from hub.web.changing import change, done
from hub.web.guest_scans import GuestScans, read_guest
from hub.web.invitations import invitation_card
from hub.web.language import inside, tongue
from hub.web.materials import material_lines
from hub.web.open_tasks import read_open
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.task_cards import TaskCard, cards
from hub.web.today import read_doors
from hub.web.visitor import visitor

SHOWN = 100
"""Decisions on one page: the newest."""

CONFLICTS = frozenset({TaskKind.DOUBLE_ENTRY, TaskKind.REVOKED_INSIDE})

pages = Blueprint("rulings", __name__, url_prefix="/staff")


@pages.get("/rulings")
def show() -> Response:
    """List what was decided, newest first: in the meeting named by ``?meeting=`` (its key), or in all."""
    key = request.args.get("meeting", "")
    meeting = shelf().recent.get(("meeting", key), lambda tx: _meeting(tx, key)) if key else None
    return draw("rulings.html", {"rulings": lambda: _rulings(meeting)}, meeting=meeting)


@pages.get("/guests/<invitation>")
def guest(invitation: str) -> Response:
    """Show one guest's scans with what can be decided about each."""
    about = _guest(invitation)
    return draw(
        "guest.html",
        {
            "scans": lambda: _guest(invitation),
            "invitation": lambda: invitation_card(_guest(invitation)),
            "materials": lambda: material_lines(about.meeting.id, invitation),
        },
        about=about,
        meeting=about.meeting,
        zone=ZoneInfo(about.meeting.zone),
        reasons=REASONS,
        slip=SLIP,
        on_duty=person(),
        may_privacy=Permission.REVOKE in visitor().may,
    )


@pages.post("/scans/<scan>/rule")
def rule_on(scan: str) -> Response:
    """Undo a scan's admission, or let its guest in; the form gives ``kind`` and ``reason`` (or ``words``)."""
    kind, reason = _kind(), _reason()
    change(lambda tx, by: rule(tx, scan, kind, reason, _deciding(by)))
    return done(_back())


@pages.post("/guests/<invitation>/tell-apart")
def tell(invitation: str) -> Response:
    """Say that one guest or two stood behind one invitation; ``seen`` is what the page had shown."""
    kind, reason, seen = _kind(), _reason(), request.form.get("seen", "")
    change(lambda tx, by: tell_apart(tx, invitation, kind, reason, seen, _deciding(by)))
    return done(_back())


def _deciding(by: str) -> Deciding:
    return Deciding(actor=by, at=now(), ids=shelf().parts.ids)


def _kind() -> RulingKind:
    wanted = request.form.get("kind", "")
    if wanted not in set(RulingKind):
        raise InvalidInput("kind", "is no decision", f"choose of {', '.join(RulingKind)}")
    return RulingKind(wanted)


def _reason() -> str:
    return request.form.get("reason") or request.form.get("words", "")


def _back() -> str:
    return inside(request.form.get("back", "/staff"))


def _meeting(tx: Transaction, key: str) -> Meeting:
    found = tx.meetings.by_key(key)
    if found is None:
        raise NotFound(f"there is no meeting {key!r}")
    return found


def _guest(invitation: str) -> GuestScans:
    return shelf().recent.get(("guest", invitation), lambda tx: read_guest(tx, invitation))


def _waiting() -> list[TaskCard]:
    """Return the conflicts that nobody has decided yet."""
    found = shelf().recent.get("tasks", read_open)
    conflicts = replace(found, tasks=[task for task in found.tasks if task.kind in CONFLICTS])
    return cards(conflicts, tongue(), now(), person())


def _rulings(meeting: Meeting | None) -> object:
    of = meeting.id if meeting else ""
    newest = shelf().recent.get(("rulings", of), lambda tx: tx.rulings.newest(SHOWN, of))
    return {
        "newest": newest,
        "most": SHOWN,
        "waiting": [card for card in _waiting() if not meeting or card.meeting == of],
        "doors": shelf().recent.get("doors", read_doors),
        "meetings": shelf().recent.get(
            ("meetings of", of), lambda tx: tx.meetings.get({one.meeting for one in newest})
        ),
    }
