"""``/staff/transfers``: whom somebody meets today, where and when, how far that is, and one tap for what is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.guests import Invited
from hub.domain.local_time import in_utc
from hub.domain.meetings import Meeting
from hub.domain.transfers import Transfer, TransferState
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.move_transfer import move_transfer
from hub.usecases.plan_transfer import change_transfer
from hub.web.changing import change, done
from hub.web.language import tongue
from hub.web.page import draw, house_zone, now
from hub.web.parts import shelf
from hub.web.shift import LONGEST_NAME, person
from hub.web.telephone import Call, dialled

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


@pages.post("/<invitation>/change")
def replan(invitation: str) -> Response:
    """Plan it anew: ``eta`` as the house's clocks show it (2026-12-30T14:05), ``greeter`` and ``greeter_phone``."""
    eta, greeter, phone = _stated_eta(), _stated("greeter"), _stated("greeter_phone")
    if phone and not dialled(phone):
        raise InvalidInput(
            tongue().say("transfer.greeter_phone"), "cannot be dialled", "write digits, as +86 138 0013 8000"
        )
    parts = shelf().parts

    def changed(one: Transfer) -> Transfer:
        return replace(one, eta=eta, greeter=greeter, greeter_phone=phone)

    def step(tx: Transaction, by: str) -> None:
        change_transfer(tx, invitation, changed, parts.leads, Deciding(actor=by, at=now(), ids=parts.ids))

    change(step)
    return done("/staff/transfers")


def _stated(name: str) -> str:
    """Return a line of the form. Raises InvalidInput."""
    text = " ".join(request.form.get(name, "").split())
    if len(text) > LONGEST_NAME or not text.isprintable():
        raise InvalidInput(tongue().say(f"transfer.{name}"), "is too long or not readable", "shorten it")
    return text


def _stated_eta() -> datetime:
    """Return the instant of the form's local time. Raises InvalidInput, also for a time that clocks skip."""
    try:
        local = datetime.strptime(request.form.get("eta", ""), "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - local on purpose
        return in_utc(local, house_zone())
    except ValueError as bad:
        raise InvalidInput(tongue().say("transfer.eta"), str(bad), "write it as 2026-12-30T14:05") from bad


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
        "call": Call,
        "zone": zone,
        "person": person(),
    }
