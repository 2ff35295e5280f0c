from datetime import UTC, datetime, timedelta

from devices.clock import SystemClock


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
