"""``/staff/transfers``: whom somebody meets today, where and when, how far that is, and one tap for what is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from hub.domain.errors import NotFound
from hub.domain.guests import Invited
from hub.domain.meetings import Meeting
from hub.domain.transfers import Transfer, TransferState
from hub.ports import Transaction
from hub.usecases.move_transfer import move_transfer
from hub.web.changing import change, done
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.telephone import Call

YESTERDAY = timedelta(hours=6)
"""Pick-ups from before midnight that are still open stand on the page so long."""

_BEFORE = (TransferState.MET, TransferState.DELIVERED, TransferState.CANCELLED)
STEPS = {
    TransferState.PLANNED: _BEFORE,
    TransferState.UNDER_WAY: _BEFORE,
    TransferState.MET: (TransferState.DELIVERED,),
}
"""What one tap may say next: the likeliest first, with a button of its own."""

pages = Blueprint("transfers", __name__, url_prefix="/staff/transfers")


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One pick-up with its guest and meeting."""

    transfer: Transfer
    invited: Invited
    meeting: Meeting

    @property
    def guest_call(self) -> Call:
        """Return the guest's telephone."""
        return Call(self.invited.guest.name, self.invited.guest.phone)

    @property
    def greeter_call(self) -> Call:
        """Return the greeter's telephone."""
        return Call(self.transfer.greeter, self.transfer.greeter_phone)


@pages.get("")
def show() -> Response:
    """Show today's pick-ups by time."""
    return draw("transfers.html", {"list": _list})


@pages.post("/<invitation>/<to>")
def move(invitation: str, to: str) -> Response:
    """Take one step with a pick-up: ``met``, ``delivered`` or ``cancelled``."""
    if to not in _BEFORE:
        raise NotFound(f"a pick-up cannot be {to!r}")
    change(lambda tx, by: move_transfer(tx, invitation, TransferState(to), by, now()))
    return done("/staff/transfers")


def read_day(tx: Transaction, moment: datetime, zone: ZoneInfo) -> Sequence[TransferLine]:
    """Read the pick-ups of the day that ``moment`` is in, and those of last night that are still open."""
    morning = datetime.combine(moment.astimezone(zone).date(), time(), zone)
    night = datetime.combine(morning.date() + timedelta(days=1), time(), zone)
    found = [one for one in tx.transfers.between(morning - YESTERDAY, night) if one.eta >= morning or one.is_open]
    invited = tx.guests.by_invitation([one.invitation for one in found])
    meetings = tx.meetings.get({one.invitation.meeting for one in invited.values()})
    return [
        TransferLine(one, invited[one.invitation], meetings[invited[one.invitation].invitation.meeting])
        for one in found
    ]


def _list() -> object:
    zone, moment = house_zone(), now()
    key = ("transfers", moment.astimezone(zone).date())
    return {
        "lines": shelf().recent.get(key, lambda tx: read_day(tx, moment, zone)),
        "steps": STEPS,
        "person": person(),
    }
