from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hub.domain.retention import next_night


@pytest.mark.parametrize(
    ("zone", "now", "night"),
    [
        ("Asia/Shanghai", (2026, 12, 1, 18, 59), (2026, 12, 1, 19)),
        ("Asia/Shanghai", (2026, 12, 1, 19, 0), (2026, 12, 2, 19)),
        ("UTC", (2026, 12, 31, 23, 0), (2027, 1, 1, 3)),
        ("America/New_York", (2026, 11, 1, 3, 0), (2026, 11, 1, 8)),
        ("America/New_York", (2026, 11, 1, 8, 0), (2026, 11, 2, 8)),
    ],
)
def test_the_next_night_is_at_the_local_hour(zone: str, now: tuple[int, ...], night: tuple[int, ...]) -> None:
    """Also when clocks were moved meanwhile, and never now."""
    found = next_night(datetime(*now, tzinfo=UTC), ZoneInfo(zone), 3)  # type: ignore[arg-type, misc]  # five numbers
    assert found == datetime(*night, tzinfo=UTC)  # type: ignore[arg-type, misc]  # four


def test_an_hour_that_clocks_skip_is_the_one_after() -> None:
    """In New York 02:00 is followed by 03:00 on 8 March 2026."""
    found = next_night(datetime(2026, 3, 8, 5, tzinfo=UTC), ZoneInfo("America/New_York"), 2)
    assert found == datetime(2026, 3, 8, 7, tzinfo=UTC)
