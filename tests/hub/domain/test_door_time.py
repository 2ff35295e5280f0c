from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.domain.door_time import BY_CLOCK, BY_RECEIPT, TOLERANCE, Anchor, Reading, anchor_of, door_time, improves
from tests.hub.build import T0, at

START = at(-3600)
"""When the kiosk's machine was really started."""

NINETEEN_SEVENTY = datetime(1970, 1, 1, tzinfo=UTC)


def reading(true_s: float, *, off: timedelta = timedelta(), synced: bool = True, late_s: float = 0.1) -> Reading:
    """Read a kiosk's clocks ``true_s`` after T0; its wall clock is ``off``, the hub hears of it ``late_s`` later."""
    mono_ms = int((at(true_s) - START) / timedelta(milliseconds=1))
    return Reading(wall=at(true_s) + off, mono_ms=mono_ms, synced=synced, received_at=at(true_s + late_s))


def anchor(rank: int = BY_CLOCK, zero: datetime = START) -> Anchor:
    """Return an anchor of the kiosk's machine."""
    return Anchor(device="kiosk-1", machine="m", rank=rank, zero=zero, heard_at=T0)


def test_a_set_clock_that_agrees_with_the_hub_counts_as_it_is() -> None:
    """The usual case: nothing is corrected."""
    assert door_time(reading(5), None) == at(5)
    assert door_time(reading(5), anchor()) == at(5)


def test_a_scan_from_1970_gets_its_true_time_from_its_machines_count() -> None:
    """A Pi without a battery clock wakes up in the past (fault 44)."""
    off = NINETEEN_SEVENTY - T0
    assert door_time(reading(5, off=off, synced=False), anchor()) == at(5)
    assert door_time(reading(5, off=off, synced=False, late_s=7200), anchor()) == at(5)


def test_a_clock_that_says_it_is_set_and_is_hours_off_is_corrected() -> None:
    """Somebody set it by hand, or a false time server did (faults 45, 48)."""
    for hours in (-3, 3):
        assert door_time(reading(5, off=timedelta(hours=hours), late_s=7200), anchor()) == at(5)


def test_without_an_anchor_the_scan_lies_between_what_is_known() -> None:
    """An unset clock is behind; nothing happens after the hub has heard of it."""
    behind = reading(5, off=-timedelta(hours=2), synced=False)
    assert door_time(behind, None) == at(5) - timedelta(hours=2)
    ahead = reading(5, off=timedelta(days=900), synced=True, late_s=60)
    assert door_time(ahead, None) == at(65)
    lost = reading(5, off=NINETEEN_SEVENTY - T0, synced=False, late_s=60)
    assert door_time(lost, None) == at(65)


def test_a_heartbeat_by_a_set_clock_is_the_best_anchor_and_the_first_one_stays() -> None:
    """Times once corrected do not wander with each heartbeat."""
    by_clock = anchor_of("kiosk-1", "m", reading(5))
    by_receipt = anchor_of("kiosk-1", "m", reading(5, synced=False))
    wrong = anchor_of("kiosk-1", "m", reading(5, off=timedelta(hours=3)))
    assert (by_clock.rank, by_receipt.rank, wrong.rank) == (BY_CLOCK, BY_RECEIPT, BY_RECEIPT)
    assert by_clock.zero == START
    assert by_receipt.zero == START + timedelta(seconds=0.1)
    assert improves(by_receipt, None)
    assert improves(by_clock, by_receipt)
    assert not improves(by_receipt, by_clock)
    assert not improves(anchor_of("kiosk-1", "m", reading(600)), by_clock)


def test_of_two_heartbeats_of_an_unset_clock_the_quicker_one_counts() -> None:
    """It tells the start of the machine more closely; a hair's difference changes nothing."""
    slow = anchor_of("kiosk-1", "m", reading(5, synced=False, late_s=9))
    quick = anchor_of("kiosk-1", "m", reading(65, synced=False, late_s=0.1))
    assert improves(quick, slow)
    assert not improves(slow, quick)
    assert not improves(anchor_of("kiosk-1", "m", reading(80, synced=False, late_s=0.05)), quick)


@pytest.mark.parametrize("rank", [BY_CLOCK, BY_RECEIPT])
@given(
    scans=some.lists(some.tuples(some.floats(0, 1e6), some.floats(-1e9, 1e8), some.booleans()), min_size=2, max_size=9)
)
def test_whatever_the_wall_clock_does_scans_keep_the_order_in_which_they_happened(
    rank: int, scans: list[tuple[float, float, bool]]
) -> None:
    """Where they lie further apart than the tolerance; within it a set clock may be off by so much (fault 45)."""
    known = anchor(rank, START + (timedelta(seconds=1) if rank == BY_RECEIPT else timedelta()))
    happened = sorted(scans)
    times = [
        door_time(reading(true_s, off=timedelta(seconds=off), synced=synced, late_s=2e6), known)
        for true_s, off, synced in happened
    ]
    for (earlier, time), (later, later_time) in zip(
        zip(happened, times, strict=True), list(zip(happened, times, strict=True))[1:], strict=False
    ):
        if timedelta(seconds=later[0] - earlier[0]) > 2 * TOLERANCE:
            assert time < later_time
    for (true_s, _, _), time in zip(happened, times, strict=True):
        assert abs(time - at(true_s)) <= TOLERANCE + timedelta(seconds=1)
