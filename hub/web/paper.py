"""``/staff/meetings/<key>/paper``: who signed on paper while no kiosk worked, entered sheet by sheet (R94)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput
from hub.domain.meetings import Meeting
from hub.domain.sign_in_sheets import signed_at
from hub.usecases.acting import Deciding
from hub.usecases.sign_on_paper import SheetRow, rows, write_down
from hub.web.changing import change, done
from hub.web.meetings import find_meeting
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.today import read_doors

pages = Blueprint("paper", __name__, url_prefix="/staff/meetings")


@pages.get("/<key>/paper")
def show(key: str) -> Response:
    """Show one sheet as it was printed, with a tick and a time for each guest who is not in yet."""
    meeting = find_meeting(key)
    listed = _listed(meeting)
    sheets = max((row.sheet for row in listed), default=1)
    sheet = min(max(request.args.get("sheet", 1, int), 1), sheets)
    return draw(
        "paper.html",
        {"rows": lambda: [row for row in listed if row.sheet == sheet]},
        meeting=meeting,
        zone=ZoneInfo(meeting.zone),
        sheet=sheet,
        sheets=sheets,
        on_duty=person(),
        doors=shelf().recent.get("doors", read_doors),
    )


@pages.post("/<key>/paper/enter")
def enter(key: str) -> Response:
    """Check in the guests ticked (``signed``), each ``at-<invitation>`` or, where that is empty, ``at``."""
    meeting = find_meeting(key)
    signed = _stated(meeting)
    change(lambda tx, by: write_down(tx, meeting, signed, Deciding(actor=by, at=now(), ids=shelf().parts.ids)))
    return done(f"/staff/meetings/{meeting.key}/paper?sheet={request.args.get('sheet', 1, int)}")


def _listed(meeting: Meeting) -> Sequence[SheetRow]:
    return shelf().recent.get(("sheets", meeting.id), lambda tx: rows(tx, meeting))


def _stated(meeting: Meeting) -> dict[str, datetime]:
    """Read who is ticked, and when each of them signed. Raises InvalidInput, naming the row."""
    form = request.form
    ticked = form.getlist("signed")
    if not ticked:
        raise InvalidInput("signed", "nobody is ticked", "tick who signed")
    codes = {row.invited.invitation.id: row.code for row in _listed(meeting)}
    times = {one: form.get(f"at-{one}", "") or form.get("at", "") for one in ticked}
    return {one: signed_at(stated, codes.get(one, ""), meeting, now()) for one, stated in times.items()}
