"""Portions of drinks are entered at a meeting's page (R110)."""

from flask import Blueprint, Response, request

from hub.usecases.acting import Deciding
from hub.usecases.serve_drinks import prepare
from hub.web.changing import change, done
from hub.web.meetings import find_meeting
from hub.web.page import now
from hub.web.parts import shelf

pages = Blueprint("drinks", __name__, url_prefix="/staff/meetings")


@pages.post("/<key>/drinks/<drink>")
def portions(key: str, drink: str) -> Response:
    """Say how many portions of a drink there are (``portions``); nothing: nobody counts them."""
    meeting, said, ids = find_meeting(key), request.form.get("portions", ""), shelf().parts.ids
    change(lambda tx, by: prepare(tx, meeting, drink, said, Deciding(actor=by, at=now(), ids=ids)))
    return done(f"/staff/meetings/{meeting.key}")
