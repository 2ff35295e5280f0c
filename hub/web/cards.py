"""``/staff/meetings/<key>/cards``: guests' business cards to follow up on, who left none, and a file of them (R95)."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from devices.ids import uuid7
from hub.domain.business_cards import KeptCard
from hub.domain.meetings import Meeting
from hub.usecases.acting import Deciding
from hub.usecases.keep_card import drop_card, export_cards
from hub.web.changing import change, done, settled
from hub.web.language import tongue
from hub.web.meetings import find_meeting
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.spreadsheets import file, plain
from hub.web.visitor import visitor

COLUMNS = {"name": "name", "company": "company", "title": "title_on_card", "phone": "phone", "email": "email"}
"""Fields of a card, and what their columns are called."""

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
    """Give the cards as a file for Excel or an address book; who took it stands in the log."""
    meeting, here = find_meeting(key), visitor()
    who = Deciding(actor=here.person or (here.account.name if here.account else ""), at=now(), ids=uuid7)
    with settled() as tx:
        kept = export_cards(tx, meeting.id, who)
    zone = ZoneInfo(meeting.zone)
    header = [*(tongue().say(f"cards.{COLUMNS[name]}") for name in COLUMNS), tongue().say("cards.consent")]
    lines = [[*(plain(getattr(card, name)) for name in COLUMNS), _when(card, zone)] for card in kept]
    return file(f"{meeting.key}-cards", [[header, *lines]])


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


def _when(card: KeptCard, zone: ZoneInfo) -> str:
    return f"{card.consented_at.astimezone(zone):%Y-%m-%d %H:%M}"
