from datetime import UTC, datetime, timedelta

import pytest

from devices.clock import FASTEST, SystemClock, speed_problem


def test_the_clock_tells_aware_utc() -> None:
    """A naive time would be refused everywhere else."""
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_drill_s_offset_moves_wall_time_and_not_the_count_since_boot() -> None:
    """Durations stay true in a demo that plays another day."""
    plain, moved = SystemClock(), SystemClock(timedelta(days=30))
    assert timedelta(days=29) < moved.now() - plain.now() < timedelta(days=31)
    before = plain.monotonic_ms()
    assert 0 <= moved.monotonic_ms() - before < 60_000


def test_a_fast_house_s_programs_agree_whenever_they_were_started() -> None:
    """The time depends on since when it is fast, not on when a program looks first."""
    since = datetime.now(UTC) - timedelta(seconds=100)
    first = SystemClock(timedelta(days=30), 20, since)
    second = SystemClock.of(timedelta(days=30).total_seconds(), 20, since.timestamp())
    assert abs(first.now() - second.now()) < timedelta(seconds=10)
    passed = first.now() - (since + timedelta(days=30))
    assert timedelta(seconds=2_000) <= passed < timedelta(seconds=4_000)


def test_what_a_fast_clock_counts_for_networks_and_hands_stays_real() -> None:
    """A greeting is not read quicker in a rehearsal."""
    fast = SystemClock(speed=20, since=datetime.now(UTC))
    assert 0 <= fast.monotonic_ms() - SystemClock().monotonic_ms() < 60_000


@pytest.mark.parametrize("speed", [0, 0.5, FASTEST + 1, -20])
def test_a_clock_does_not_stand_still_run_back_or_fly(speed: float) -> None:
    """Slower than a real house, or so fast that nobody could follow it, is a mistake in the settings."""
    with pytest.raises(ValueError, match="times as fast"):
        SystemClock(speed=speed, since=datetime.now(UTC))


def test_a_fast_clock_needs_an_instant_that_all_programs_share() -> None:
    """Each program's own start would make as many times of day."""
    with pytest.raises(ValueError, match="since when"):
        SystemClock(speed=20)
    assert "Unix second" in speed_problem(20, 0)
    assert speed_problem(20, 1_800_000_000) == speed_problem(1, 0) == ""
