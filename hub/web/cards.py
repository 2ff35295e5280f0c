"""``/staff/meetings/<key>/cards``: guests' business cards to follow up on, who left none, and a file of them (R95)."""

import csv
import io
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from devices.ids import uuid7
from hub.domain.business_cards import KeptCard
from hub.domain.meetings import Meeting
from hub.usecases.acting import Deciding
from hub.usecases.keep_card import drop_card
from hub.web.changing import change, done
from hub.web.language import tongue
from hub.web.meetings import find_meeting
from hub.web.page import draw, now
from hub.web.parts import shelf

COLUMNS = {"name": "name", "company": "company", "title": "title_on_card", "phone": "phone", "email": "email"}
"""Fields of a card, and what their columns are called."""

_NUMBER = re.compile(r"[+]?[0-9 ()./-]*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

pages = Blueprint("cards", __name__, url_prefix="/staff/meetings")


@pages.get("/<key>/cards")
def show(key: str) -> Response:
    """List the cards of a meeting, and the guests who came and left none."""
    meeting = find_meeting(key)
    return draw(
        "cards.html",
        {"kept": lambda: _kept(meeting), "lacking": lambda: _lacking(meeting)},
        meeting=meeting,
        zone=ZoneInfo(meeting.zone),
    )


@pages.get("/<key>/cards.csv")
def export(key: str) -> Response:
    """Give the cards as a file for Excel or an address book."""
    meeting = find_meeting(key)
    zone = ZoneInfo(meeting.zone)
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([*(tongue().say(f"cards.{COLUMNS[name]}") for name in COLUMNS), tongue().say("cards.consent")])
    for card in _kept(meeting):
        when = f"{card.consented_at.astimezone(zone):%Y-%m-%d %H:%M}"
        lines.writerow([*(_plain(getattr(card, name)) for name in COLUMNS), when])
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    name = re.sub(r"[^A-Za-z0-9_-]", "-", meeting.key)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-cards.csv"'
    return answer


@pages.post("/<key>/cards/<invitation>/drop")
def drop(key: str, invitation: str) -> Response:
    """Remove one guest's card, on the guest's request."""
    meeting = find_meeting(key)
    change(lambda tx, by: drop_card(tx, meeting.id, invitation, Deciding(actor=by, at=now(), ids=uuid7)))
    return done(f"/staff/meetings/{meeting.key}/cards")


def _kept(meeting: Meeting) -> Sequence[KeptCard]:
    return shelf().recent.get(("cards", meeting.id), lambda tx: tx.business_cards.of_meeting(meeting.id))


def _lacking(meeting: Meeting) -> object:
    return shelf().recent.get(("cards lacking", meeting.id), lambda tx: tx.business_cards.lacking(meeting.id))


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking what a stranger's code says for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
