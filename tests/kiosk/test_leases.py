from dataclasses import replace
from datetime import timedelta

import pytest

from devices.contract.cards import GuestCard, LeaseCard, LeasedSeat, SeatLabel
from devices.contract.messages import Clock
from kiosk.leases import next_seat
from tests.kiosk.cards import CARD, MORNING

STANDING = replace(CARD, seat=None)
SEATS = tuple(LeasedSeat(label=f"B-1-{n}", seat=SeatLabel(zone="B", row="1", number=str(n))) for n in (1, 2, 3))
LEASE = LeaseCard(meeting="launch", until=MORNING + timedelta(hours=1), seats=SEATS)


def test_guests_get_the_seats_of_the_lease_in_their_order() -> None:
    """Each seat once; when all are given a person shows the next guest to a seat."""
    used: set[str] = set()
    for seat in SEATS:
        found = next_seat(LEASE, STANDING, used, MORNING, Clock.SYNCED)
        assert found == seat
        used.add(seat.label)
    assert next_seat(LEASE, STANDING, used, MORNING, Clock.SYNCED) is None


@pytest.mark.parametrize(
    "card",
    [CARD, replace(STANDING, vip=True), replace(STANDING, step_free=True), replace(STANDING, meeting="other")],
)
def test_no_leased_seat_is_given_to(card: GuestCard) -> None:
    """Whoever has a seat, guests of honour, those who need a step-free way, and guests of other meetings."""
    assert next_seat(LEASE, card, (), MORNING, Clock.SYNCED) is None


def test_a_lease_that_is_or_may_be_over_gives_nothing() -> None:
    """Another door may give its seats from then on (I4); a clock that is not set cannot tell."""
    assert next_seat(None, STANDING, (), MORNING, Clock.SYNCED) is None
    assert next_seat(LEASE, STANDING, (), LEASE.until, Clock.SYNCED) is None
    assert next_seat(LEASE, STANDING, (), MORNING, Clock.UNSYNCED) is None
