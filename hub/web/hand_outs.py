"""Hand-outs are given: one tap at a meeting's page, or at the page of a guest (R103)."""

from flask import Blueprint, Response, request

from hub.usecases.acting import Deciding
from hub.usecases.give_hand_outs import give_hand_out
from hub.web.changing import change, done
from hub.web.language import inside
from hub.web.meetings import find_meeting
from hub.web.page import now
from hub.web.parts import shelf

pages = Blueprint("hand_outs", __name__, url_prefix="/staff/meetings")


@pages.post("/<key>/hand-outs/<hand_out>/give")
def give(key: str, hand_out: str) -> Response:
    """Count one piece as given; the form names the guest (``invitation``) where it is one who is known."""
    meeting, invitation = find_meeting(key), request.form.get("invitation") or None
    ids = shelf().parts.ids
    change(lambda tx, by: give_hand_out(tx, meeting.id, hand_out, invitation, Deciding(actor=by, at=now(), ids=ids)))
    return done(inside(request.form.get("back") or f"/staff/meetings/{meeting.key}"))
