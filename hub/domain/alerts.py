"""What a person is told by a device about a task: an alert, by which channel, and what became of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.escalation import Level, Priority

SHOWN_WITHIN = timedelta(seconds=5)
"""After so long without a receipt the next channel is tried (S18)."""

FLOOD_WINDOW = timedelta(minutes=10)
FLOOD_STARTS = 10
FLOOD_ENDS = 5
"""More than FLOOD_STARTS in the window are a flood, which ends below FLOOD_ENDS (ISA-18.2, 16.4.4)."""

GROUPED_WITHIN = timedelta(seconds=30)
"""What is alike within this time is one notification (S9)."""


class AlertKind(StrEnum):
    """Why a person is alerted.

    ``OFFER``: take this task. ``REMIND``: your task is nearly due. ``LATE``: a task of your team is late. ``RUSH``: a
    lead put your task first. ``GIVEN``: a task was handed to you. ``DIGEST``: too much at once, look at the list.
    ``TEST``: somebody tries whether alerts come. ``OVER``: no longer needed, take it off the screen.
    """

    OFFER = "offer"
    REMIND = "remind"
    LATE = "late"
    RUSH = "rush"
    GIVEN = "given"
    DIGEST = "digest"
    TEST = "test"
    OVER = "over"


class Ring(StrEnum):
    """How it is heard: aloud and again, one tremble, or not at all."""

    LOUD = "loud"
    BUZZ = "buzz"
    NONE = "none"


class Channel(StrEnum):
    """By what it comes: the tablets a person is signed in at, the pager they wear, or a service outside the house."""

    TABLET = "tablet"
    PAGER = "pager"
    OUTSIDE = "outside"


class AlertState(StrEnum):
    """What became of an alert: it waits to be sent, was sent, or is not needed any more (``OVER``)."""

    WAITING = "waiting"
    SENT = "sent"
    OVER = "over"


class Receipt(StrEnum):
    """What a device or person says about an alert; the last three are a person's answer."""

    SHOWN = "shown"
    SEEN = "seen"
    ACCEPT = "accept"
    PASS_ON = "pass_on"  # noqa: S105 - no password, but handing a task on
    DONE = "done"


ANSWERS = frozenset({Receipt.ACCEPT, Receipt.PASS_ON, Receipt.DONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A task was offered to a person. ``ended_at`` is when that was over, ``answer`` how (``Receipt``, or nothing)."""

    task: str
    person: str
    level: Level
    at: datetime
    times: int = 1
    ended_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert on one channel, an outbox row: written with what it tells, sent afterwards.

    ``tag`` is what it replaces on a screen: the task's id, or that of the first of a group; ``count`` is how many there
    are in the group. ``next_at`` is when it may be sent, ``expires_at`` when it has become pointless. ``device`` is the
    pager. ``who`` is the person whose doing it is (who accepted, who rushed). Instants are UTC.
    """

    id: str
    person: str
    channel: Channel
    kind: AlertKind
    ring: Ring
    priority: Priority
    tag: str
    created_at: datetime
    expires_at: datetime
    task: str = ""
    device: str = ""
    count: int = 1
    who: str = ""
    state: AlertState = AlertState.WAITING
    next_at: datetime | None = None
    sent_at: datetime | None = None
    shown_at: datetime | None = None
    seen_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""
    tries: int = 0
    problem: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def floods(flooded: bool, lately: int) -> bool:  # noqa: FBT001 - the state that was
    """Say whether a person is flooded who was asked so often within the window, the newest one counted."""
    return lately >= FLOOD_ENDS if flooded else lately > FLOOD_STARTS


def ring_for(priority: Priority, kind: AlertKind, *, flooded: bool, grouped: bool) -> Ring:
    """Say how an alert is heard. In a flood only what is most urgent rings; more of the same does not ring again."""
    if kind is AlertKind.TEST:
        return Ring.LOUD
    if grouped or kind is AlertKind.OVER:
        return Ring.NONE
    if priority is Priority.HIGH:
        return Ring.LOUD
    return Ring.NONE if flooded else Ring.BUZZ
