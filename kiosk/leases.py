"""Which leased seat a guest gets while the hub is away. Pure: lease, guest, history and time in, a seat out."""

from collections.abc import Collection
from datetime import datetime

from devices.contract.cards import GuestCard, LeaseCard, LeasedSeat
from devices.contract.messages import Clock


def next_seat(
    lease: LeaseCard | None, card: GuestCard, used: Collection[str], at: datetime, clock: Clock
) -> LeasedSeat | None:
    """Return the first seat of the lease that is not ``used``; None where a person shows the guest to a seat.

    That is for guests of honour and those who need a step-free way, whose seats the hub chooses with care, and for
    everybody once the lease may be over: another door may give its seats then (I4), so a clock that is not set gives
    none.
    """
    if lease is None or lease.meeting != card.meeting or card.seat is not None or card.vip or card.step_free:
        return None
    if clock is Clock.UNSYNCED or at >= lease.until:
        return None
    return next((seat for seat in lease.seats if seat.label not in used), None)
