"""Guests are met at an airport, a station or a hotel and brought to the venue (R86-R90)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.errors import NotOpen
from hub.domain.words import Words


class PlaceKind(StrEnum):
    """Where a guest is met (R86: 機場、車站、酒店等指定地點)."""

    AIRPORT = "airport"
    STATION = "station"
    HOTEL = "hotel"
    OTHER = "other"


class TransferState(StrEnum):
    """Where a pick-up stands, in its order; cancelled can follow until the guest is met."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    MET = "met"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


OVER = (TransferState.DELIVERED, TransferState.CANCELLED)

LONG_PAST = timedelta(hours=2)
"""So long after the guest's arrival nobody sets out any more, and the guest needs no message about it."""

_ORDER = (TransferState.PLANNED, TransferState.UNDER_WAY, TransferState.MET, TransferState.DELIVERED)
_CAN_BE_CANCELLED = frozenset({TransferState.PLANNED, TransferState.UNDER_WAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """How long before a guest's arrival things happen: [transfers] in hub.toml.

    The task is raised ``lead`` before it and due ``arrive_before`` before it; if nobody has accepted it ``accept``
    after it was raised, the supervisor is called.
    """

    lead: timedelta = timedelta(minutes=45)
    arrive_before: timedelta = timedelta(minutes=15)
    accept: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One guest's pick-up; an invitation has one at most. ``eta`` is when the guest arrives there, in UTC.

    ``place`` is where exactly (T3, exit B; a hotel's name), ``note`` the flight or train, ``greeter`` who of the staff
    meets the guest.
    """

    invitation: str
    kind: PlaceKind
    place: Words
    eta: datetime
    note: str = ""
    greeter: str = ""
    greeter_phone: str = ""
    state: TransferState = TransferState.PLANNED

    @property
    def is_open(self) -> bool:
        """Say whether somebody has something to do about it yet."""
        return self.state not in OVER


def step(transfer: Transfer, to: TransferState) -> Transfer:
    """Move a pick-up on, skipping what nobody noted. Raises NotOpen where it is over, or further than that already."""
    ahead = to in _ORDER and _ORDER.index(to) > _ORDER.index(transfer.state) if transfer.is_open else False
    if not (ahead or (to is TransferState.CANCELLED and transfer.state in _CAN_BE_CANCELLED)):
        raise NotOpen(f"the pick-up is {transfer.state.replace('_', ' ')} already")
    return replace(transfer, state=to)


def follow(transfer: Transfer, *, accepted: bool, done: bool, ticked: Collection[str] = ()) -> Transfer:
    """Let a pick-up follow its task, never backwards. ``ticked`` are the steps of the checklist that are done (R89)."""
    if done or "handed_over" in ticked:
        reached = TransferState.DELIVERED
    elif ticked:
        reached = TransferState.MET
    elif accepted:
        reached = TransferState.UNDER_WAY
    else:
        return transfer
    try:
        return step(transfer, reached)
    except NotOpen:
        return transfer
