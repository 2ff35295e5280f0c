"""Kiosks that live and have seats leased, for the use cases' tests; meeting and guests as in tests.hub.build."""

from collections.abc import Sequence
from datetime import datetime

from devices.contract import codec
from devices.contract.cards import LeaseCard
from devices.contract.messages import Heartbeat, ItemKind, Request, RequestKind
from devices.ids import uuid7
from devices.sealing import seal
from hub.domain.seat_leases import SeatLease
from hub.ports import Store
from hub.usecases.lease_seats import Lending, lease_seats
from hub.usecases.plans import Plans
from hub.usecases.serve_roster import roster_page
from tests.hub.build import T0, at
from tests.hub.usecases.scans import BOOT, KIOSKS


def lending(most: int = 10, kiosks: Sequence[str] = KIOSKS) -> Lending:
    """Lease as a hub that has just been started."""
    return Lending(most, kiosks, Plans())


def pulse(roster: int = 0, unacked: int = 0) -> Heartbeat:
    """Make the heartbeat of a kiosk that knows the feed up to ``roster``."""
    return Heartbeat(
        id=uuid7(), ts=T0, boot=BOOT, seq=0, max_seq=0, unacked=unacked, oldest_s=0.0, mono_ms=1, roster=roster
    )


def beat(
    store: Store,
    device: str = "kiosk-1",
    *,
    by: Lending | None = None,
    roster: int | None = None,
    unacked: int = 0,
    now: datetime | None = None,
) -> bool:
    """Let a kiosk's heartbeat come, of one that knows everything unless told otherwise; says whether anybody looked."""
    with store.read() as tx:
        known = tx.feed.head() if roster is None else roster
    with store.write() as tx:
        return lease_seats(tx, {device: pulse(known, unacked)}, by or lending(), now or at(5))


def leases(store: Store, device: str = "", meeting: str = "m-launch") -> Sequence[SeatLease]:
    """Return what is leased, to one kiosk or to all."""
    with store.read() as tx:
        return [one for one in tx.leases.of_meeting(meeting) if device in {"", one.device}]


def labels(store: Store, device: str = "kiosk-1", *, recalled: bool = False) -> list[str]:
    """Return the labels of a kiosk's leased seats, of those that it may still give away unless told otherwise."""
    return sorted(one.seat for one in leases(store, device) if one.recalled == recalled)


def card(store: Store, device: str = "kiosk-1") -> LeaseCard | None:
    """Return the card a kiosk gets of the launch; None when it is told that nothing is leased, or nothing at all."""
    with store.read() as tx:
        asked = Request(id=uuid7(), ts=T0, boot=BOOT, seq=1, kind=RequestKind.ROSTER, cursor=0)
        page = roster_page(tx, device, asked, seal, T0)
    bodies = [item.body for item in page.items if item.kind is ItemKind.LEASE and not item.gone]
    return codec.load_card(bodies[0], LeaseCard) if bodies else None
