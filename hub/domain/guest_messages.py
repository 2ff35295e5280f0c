"""What is to be said to a guest who is not standing before us: a reminder, a changed time, the answer to a question."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MessageKind(StrEnum):
    """Why a guest is written to."""

    REMINDER = "reminder"
    CHANGED = "changed"
    PICK_UP = "pick_up"
    TO_BE_CONFIRMED = "to_be_confirmed"
    PROGRESS = "progress"


class MessageState(StrEnum):
    """Where a message stands: it waits, it was handed to a channel, or it is given up for good."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


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
