"""``/staff/meetings/<key>/briefing``: one page to read in the car: house, meeting, guest, way, good to know (R90)."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from hub.domain.errors import NotFound
from hub.domain.guests import Invited
from hub.domain.house_answers import HouseAnswer
from hub.domain.meetings import Door, Meeting, Place, Room
from hub.domain.seats import Seat
from hub.domain.transfers import Transfer
from hub.ports import Transaction
from hub.web.agenda import agenda
from hub.web.meetings import find_meeting
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.telephone import Call
from hub.web.today import room_of

pages = Blueprint("briefing", __name__, url_prefix="/staff/meetings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What a greeter should know of a meeting, and of one guest where one is meant (``who``)."""

    room: Room
    ways: Sequence[Place]
    doors: dict[str, Door]
    notes: Sequence[HouseAnswer]
    who: Invited | None = None
    pick_up: Transfer | None = None
    seat: Seat | None = None

    @property
    def phone(self) -> Call | None:
        """Return the guest's telephone."""
        return Call(self.who.guest.name, self.who.guest.phone) if self.who and self.who.guest.phone else None


@pages.get("/<key>/briefing")
def show(key: str) -> Response:
    """Show the briefing; ``?guest=`` names whom it is about (an invitation)."""
    meeting, guest = find_meeting(key), request.args.get("guest", "")
    return draw(
        "briefing.html",
        {
            "briefing": lambda: shelf().recent.get(
                ("briefing", key, guest), lambda tx: read_briefing(tx, meeting, guest)
            )
        },
        meeting=meeting,
        zone=ZoneInfo(meeting.zone),
        agenda=agenda(meeting, now()),
    )


def read_briefing(tx: Transaction, meeting: Meeting, guest: str) -> Briefing:
    """Read it. Raises NotFound for a guest whom nobody invited to this meeting."""
    who = tx.guests.by_invitation([guest]).get(guest) if guest else None
    if guest and (who is None or who.invitation.meeting != meeting.id):
        raise NotFound("no such guest is invited to this meeting")
    wanted = {meeting.room, meeting.lounge} if who and who.invitation.vip else {meeting.room}
    return Briefing(
        room=room_of(meeting, tx.meetings.rooms()),
        ways=[place for place in tx.meetings.places() if place.key in wanted],
        doors=dict(tx.meetings.doors()),
        notes=[one for one in tx.answers.all() if one.meeting in {None, meeting.id}],
        who=who,
        pick_up=tx.transfers.get([guest]).get(guest),
        seat=tx.seats.of_invitations([guest]).get(guest),
    )
