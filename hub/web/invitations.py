"""One guest's invitation: its code is shown or made anew by who may issue, withdrawn or restored by who may revoke."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response

from hub.domain.errors import Refused
from hub.domain.guests import InvitationStatus
from hub.domain.permissions import Permission
from hub.ports import Transaction
from hub.usecases.acting import Acting, Deciding
from hub.usecases.hand_out_code import CodeMaker, HandedOut, new_code, show_code
from hub.usecases.withdraw import restore_invitation, withdraw_invitation
from hub.web.changing import change, done
from hub.web.guest_scans import GuestScans
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.qr import inline
from hub.web.shift import person
from hub.web.visitor import visitor

_WITHOUT_KEYS = frozenset({Permission.REVOKE})
_ALL = _WITHOUT_KEYS | {Permission.ISSUE}

pages = Blueprint("invitations", __name__, url_prefix="/staff/guests")


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """How an invitation stands, and what whoever looks may do about it. ``since`` is when it was withdrawn, in UTC."""

    id: str
    withdrawn: bool
    since: datetime | None
    over: bool
    may: frozenset[Permission]


def invitation_card(about: GuestScans) -> InvitationCard:
    """Return what the guest's page says of their invitation to whoever asks."""
    invitation, may = about.invited.invitation, visitor().may
    withdrawn = invitation.status is not InvitationStatus.VALID
    return InvitationCard(
        id=invitation.id,
        withdrawn=withdrawn,
        since=invitation.status_at if withdrawn else None,
        over=about.meeting.cancelled or about.meeting.ends_at <= now(),
        may=may & (_ALL if shelf().parts.codes else _WITHOUT_KEYS) if person() else frozenset(),
    )


@pages.post("/<invitation>/code")
def show(invitation: str) -> Response:
    """Show a guest's code on an answer that no browser keeps. Raises NotFound, Refused."""
    return _shown(lambda tx, acting: show_code(tx, invitation, acting), new=False)


@pages.post("/<invitation>/new-code")
def renew(invitation: str) -> Response:
    """Give a guest a new code, and show it; the old one opens nothing from now on. Raises NotFound, Refused."""
    return _shown(lambda tx, acting: new_code(tx, invitation, acting), new=True)


@pages.post("/<invitation>/withdraw")
def withdraw(invitation: str) -> Response:
    """Withdraw an invitation: kiosks on the network refuse its code within seconds. Raises NotFound."""
    return _changed(invitation, InvitationStatus.REVOKED, withdraw_invitation)


@pages.post("/<invitation>/restore")
def restore(invitation: str) -> Response:
    """Make an invitation good again. Raises NotFound."""
    return _changed(invitation, InvitationStatus.VALID, restore_invitation)


def code_maker() -> CodeMaker:
    """Return what codes are made with. Raises Refused in a process that has not the house's keys."""
    found = shelf().parts.codes
    if found is None:
        raise Refused("this process of the hub has not the house's keys: do it at the hub's machine")
    return found


def _changed(
    invitation: str, to: InvitationStatus, step: Callable[[Transaction, str, datetime, Deciding], None]
) -> Response:
    def take(tx: Transaction, by: str) -> None:
        found = tx.guests.by_invitation([invitation]).get(invitation)
        if found is None or found.invitation.status is not to:  # a second tap changes nothing
            step(tx, invitation, now(), Deciding(actor=by, at=now(), ids=shelf().parts.ids))

    change(take)
    return done(f"/staff/guests/{quote(invitation)}")


def _shown(step: Callable[[Transaction, Acting], HandedOut], *, new: bool) -> Response:
    maker, given = code_maker(), list[HandedOut]()
    change(lambda tx, by: given.append(step(tx, maker.acting(by))))
    shown = given[-1]
    return draw("invitation_code.html", {}, shown=shown, symbol=inline(shown.invited.invitation.code), new=new)
