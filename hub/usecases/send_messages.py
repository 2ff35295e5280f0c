"""Messages to guests who are not here go out: which are due, what each is written from, and which nobody needs.

Sending takes long and may fail, so it happens between two transactions: one takes messages in hand, another keeps what
became of each. Who dies in between leaves them to the next, who sends the same message under the same id again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.errors import NotFound, NotOpen, Refused
from hub.domain.guest_messages import (
    GuestMessage,
    MessageKind,
    MessageState,
    Reason,
    given_up,
    put_off,
    sent,
    taken_in_hand,
)
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.meetings import Meeting
from hub.domain.pace import real
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.invite import Occasion, occasion

TELEPHONE = "telephone"
"""The channel of what a person told the guest instead."""

IN_HAND = timedelta(minutes=10)
"""After so long a message that was taken in hand, and of which nothing was heard, is tried by somebody else."""

MOST_LOOKED_AT = 200
"""Messages in one transaction: guests at the doors wait no longer than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message with all it is written from. ``ways`` are (door, way to the room), for guests on foot or on wheels."""

    message: GuestMessage
    invited: Invited
    occasion: Occasion
    ways: tuple[tuple[Words, Words], ...] = ()


def take_due(tx: Transaction, now: datetime, most: int, *, reachable: bool) -> list[Notice]:
    """Take messages in hand that are due, at most so many; give up those that cannot, or need not, be sent.

    ``reachable`` says whether there is a channel at all.
    """
    found: list[Notice] = []
    for _ in range(MOST_LOOKED_AT):
        message = tx.guest_messages.next_due(now) if len(found) < most else None
        if message is None:
            break
        invited = tx.guests.by_invitation([message.invitation])[message.invitation]
        meeting = tx.meetings.get([invited.invitation.meeting])[invited.invitation.meeting]
        reason = _obstacle(tx, message, invited, meeting, now) or _unreachable(invited, reachable=reachable)
        if reason is not None:
            keep(tx, given_up(message, reason))
            continue
        message = taken_in_hand(message, now + real(IN_HAND))
        try:
            about = occasion(tx, meeting)
        except Refused as problem:
            keep(tx, put_off(message, now, Reason.CANNOT_WRITE, str(problem)))
            continue
        tx.guest_messages.save(message)
        ways = tuple(_ways(tx, meeting, invited))
        found.append(Notice(message=message, invited=invited, occasion=about, ways=ways))
    return found


def keep(tx: Transaction, message: GuestMessage) -> None:
    """Keep what became of a message, and let pages look again."""
    tx.guest_messages.save(message)
    tx.feed.touch([("messages", "")])


def told_by_telephone(tx: Transaction, message: str, by: str, at: datetime) -> None:
    """Note that somebody has called the guest instead. Raises NotFound, NotOpen for one that was told already."""
    found = tx.guest_messages.get(message)
    if found is None:
        raise NotFound("there is no such message")
    if found.state is not MessageState.GIVEN_UP:
        raise NotOpen("the guest was told already, or will be")
    tx.guest_messages.save(sent(found, at, TELEPHONE))
    tx.records.audit(by, "message.told", message, at)
    tx.feed.touch([("messages", "")])


def _obstacle(
    tx: Transaction, message: GuestMessage, invited: Invited, meeting: Meeting, now: datetime
) -> Reason | None:
    """Return why nobody needs the message any more."""
    invitation = invited.invitation
    if invitation.status is InvitationStatus.REVOKED:
        return Reason.WITHDRAWN
    if message.kind is MessageKind.REMINDER and meeting.cancelled:
        return Reason.CANCELLED
    if message.kind is MessageKind.REMINDER and tx.check_ins.admissions([invitation.id]):
        return Reason.ARRIVED
    return Reason.TOO_LATE if message.pointless_at <= now else None


def _unreachable(invited: Invited, *, reachable: bool) -> Reason | None:
    if not invited.guest.email:
        return Reason.NO_ADDRESS
    return None if reachable else Reason.NO_CHANNEL


def _ways(tx: Transaction, meeting: Meeting, invited: Invited) -> Sequence[tuple[Words, Words]]:
    doors = tx.meetings.doors()
    places = [one for one in tx.meetings.places() if one.key == meeting.room and one.device in doors]
    step_free = invited.guest.step_free
    return [(doors[one.device].name, (one.step_free_way if step_free else None) or one.way) for one in places]
