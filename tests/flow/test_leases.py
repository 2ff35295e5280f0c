"""Seats leased to a real kiosk through a real broker: heard of, given back, and kept as told (DESIGN 4, R4)."""

from collections.abc import Callable, Sequence

import pytest

from devices.contract import codec
from devices.contract.cards import LeaseCard
from devices.contract.messages import CheckInEvent, CodeKind, ItemKind, Verdict
from devices.ids import uuid7
from hub.domain.guests import Invited
from hub.domain.seat_leases import SeatLease, lease_key
from hub.usecases.keep_leases import recall_leases
from tests.flow.conftest import Door, House

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]
KIOSK = "kiosk-1"


def leased(house: House) -> Sequence[SeatLease]:
    """Return the kiosk's leases of the launch, as the hub knows them."""
    with house.store.read() as tx:
        return [one for one in tx.leases.of_meeting(house.cast.meeting.id) if one.device == KIOSK]


def on_disk(house: House, door: Door) -> list[str]:
    """Return the labels of the seats that the kiosk knows to be its own."""
    body = door.kiosk._roster._body(ItemKind.LEASE, lease_key(KIOSK, house.cast.meeting.id))
    return [one.label for one in codec.load_card(body, LeaseCard).seats] if body else []


def ready(house: House, wait_until: Wait) -> Door:
    """Open a door and wait until it has its seats on its disk."""
    door = house.open_door(KIOSK)
    wait_until(lambda: leased(house) and sorted(on_disk(house, door)) == [one.seat for one in leased(house)])
    return door


def ordinary(house: House) -> Invited:
    """Return a guest who may be given a leased seat."""
    return next(one for one in house.guests() if not one.guest.step_free)


def test_a_kiosk_has_its_seats_on_its_disk_moments_after_it_was_started(house: House, wait_until: Wait) -> None:
    """Before the first guest comes, and before anything can go wrong."""
    door = ready(house, wait_until)
    assert len(on_disk(house, door)) == house.config.seating.lease
    assert {one.until for one in leased(house)} == {house.cast.meeting.ends_at}


def test_a_recalled_seat_is_free_again_within_moments_of_a_kiosk_that_is_there(house: House, wait_until: Wait) -> None:
    """So nobody stands for long; the kiosk's next regular heartbeat would be fifteen seconds away."""
    door = ready(house, wait_until)
    seats = on_disk(house, door)
    with house.store.write() as tx:
        recall_leases(tx, house.cast.meeting.id, KIOSK, seats[:3])
    wait_until(lambda: not any(one.recalled for one in leased(house)))

    wait_until(lambda: sorted(on_disk(house, door)) == [one.seat for one in leased(house)])
    assert len(leased(house)) == house.config.seating.lease


def test_a_guest_who_was_told_a_leased_seat_while_the_hub_was_gone_sits_there(house: House, wait_until: Wait) -> None:
    """The event waits on the kiosk's disk and names the seat; the kiosk has one less to give."""
    door = ready(house, wait_until)
    assert house.hub.broker is not None
    house.hub.broker.stop()
    wait_until(lambda: not door.kiosk._link.connected)
    guest, seat = ordinary(house), on_disk(house, door)[0]
    tell(door, guest, seat)
    house.hub.broker.start()
    wait_until(lambda: sits(house, guest) == seat)
    wait_until(lambda: seat not in on_disk(house, door))
    assert seat not in [one.seat for one in leased(house)]


def tell(door: Door, guest: Invited, seat: str) -> None:
    """Let the kiosk keep the scan of a guest whom it told a leased seat."""
    identity = door.kiosk._identity
    door.kiosk._uplink._outbox.record(
        lambda seq: CheckInEvent(
            id=uuid7(),
            ts=identity.clock.now(),
            boot=identity.boot,
            seq=seq,
            lookup=guest.invitation.lookup,
            kind=CodeKind.SHORT,
            verdict=Verdict.WELCOME,
            offline=True,
            mono_ms=identity.clock.monotonic_ms(),
            seat=seat,
        )
    )


def sits(house: House, guest: Invited) -> str:
    """Return the label of a guest's seat, empty while there is none."""
    with house.store.read() as tx:
        found = tx.seats.of_invitations([guest.invitation.id])
    return found[guest.invitation.id].label if found else ""
