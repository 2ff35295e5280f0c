"""What is to be said to a guest who is not standing before us: a reminder, a changed time, the answer to a question."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
"""How long a message that was put off waits, by how often it was tried; then always the last."""


class MessageKind(StrEnum):
    """Why a guest is written to."""

    REMINDER = "reminder"
    CHANGED = "changed"
    PICK_UP = "pick_up"
    TO_BE_CONFIRMED = "to_be_confirmed"
    PROGRESS = "progress"
    DELAYED = "delayed"


class MessageState(StrEnum):
    """Where a message stands: it waits, it was handed to a channel, or it is given up for good."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


class Reason(StrEnum):
    """Why a message did not go out; what the channel said may follow it, after a colon."""

    NO_ADDRESS = "no_address"
    NO_CHANNEL = "no_channel"
    REFUSED = "refused"
    TOO_LATE = "too_late"
    PUT_OFF = "put_off"
    CHANNEL_DOWN = "channel_down"
    CANNOT_WRITE = "cannot_write"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


NEEDLESS = frozenset({Reason.SUPERSEDED, Reason.WITHDRAWN, Reason.ARRIVED, Reason.CANCELLED})
"""Reasons for which nobody needs to call the guest instead."""


SPOKEN = frozenset({MessageKind.TO_BE_CONFIRMED, MessageKind.PROGRESS, MessageKind.DELAYED})
"""Kinds of which a person at the venue tells the guest anyway: the mail is besides, and nobody calls instead."""


class Standing(StrEnum):
    """How a message stands for staff: somebody has to call, it waits, it was told, or nobody needs it any more."""

    CALL = "call"
    WAITING = "waiting"
    SENT = "sent"
    NEEDLESS = "needless"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestMessage:
    """One message to one guest, kept before it is sent.

    ``dedupe`` keeps the same message from being sent twice, ever. ``facts`` fill the sentences of its kind. After
    ``pointless_at`` it is not sent any more. ``channel`` is how it went out, ``problem`` why it could not (yet).
    """

    id: str
    kind: MessageKind
    dedupe: str
    invitation: str
    created_at: datetime
    pointless_at: datetime
    task: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    state: MessageState = MessageState.WAITING
    next_at: datetime | None = None
    tries: int = 0
    sent_at: datetime | None = None
    channel: str = ""
    problem: str = ""


def taken_in_hand(message: GuestMessage, until: datetime) -> GuestMessage:
    """Return the message as one that somebody tries to send; if they die, it is tried again ``until`` then."""
    return replace(message, tries=message.tries + 1, next_at=until)


def sent(message: GuestMessage, at: datetime, channel: str) -> GuestMessage:
    """Return the message as told."""
    return replace(message, state=MessageState.SENT, sent_at=at, channel=channel, problem="", next_at=None)


def put_off(message: GuestMessage, at: datetime, reason: Reason, said: str = "") -> GuestMessage:
    """Return the message as one to try again, ever more seldom."""
    pause = PAUSES[min(max(message.tries, 1), len(PAUSES)) - 1]
    return replace(message, next_at=at + pause, problem=problem(reason, said))


def given_back(message: GuestMessage, until: datetime, said: str, *, tried: bool) -> GuestMessage:
    """Return a message that was taken in hand, as the channel is down (``said``) or time was up.

    ``tried`` says that it may have gone out all the same.
    """
    told = problem(Reason.CHANNEL_DOWN, said) if said else message.problem
    return replace(message, tries=message.tries - (not tried), next_at=until, problem=told)


def given_up(message: GuestMessage, reason: Reason, said: str = "") -> GuestMessage:
    """Return the message as one that is not tried any more."""
    return replace(message, state=MessageState.GIVEN_UP, next_at=None, problem=problem(reason, said))


def problem(reason: Reason, said: str = "") -> str:
    """Write a reason with what the channel said, in one line."""
    told = " ".join(said.split())[:300]
    return f"{reason.value}: {told}" if told else reason.value
