from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.errors import InvalidInput
from hub.domain.sign_in_sheets import ROWS, row_code, sheet_of, signed_at
from tests.hub.build import T0, at, meeting

NOW = at(7_200)
"""11:00 in Shanghai."""


@pytest.mark.parametrize("stated", ["9:05", "09:05", "0905", "905", " 9:05 ", "09：05"])
def test_a_time_of_day_is_an_instant_in_the_meeting_s_zone(stated: str) -> None:
    """However it was written."""
    assert signed_at(stated, "001-AB", meeting(), NOW) == datetime(2026, 12, 1, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("stated", ["", "nine", "24:00", "9:60", "9", "12:30:00", "٩:٠٥"])
def test_what_is_no_time_of_day_is_refused_with_its_row(stated: str) -> None:
    """Whoever types knows which one to look at."""
    with pytest.raises(InvalidInput, match=r"001-AB.*14:05"):
        signed_at(stated, "001-AB", meeting(), NOW)


def test_nobody_signs_in_the_future() -> None:
    """A slip of the pen or a wrong clock."""
    with pytest.raises(InvalidInput, match="still to come"):
        signed_at("11:01", "001-AB", meeting(), NOW)
    assert signed_at("11:00", "001-AB", meeting(), NOW) <= NOW


def test_of_a_meeting_over_days_it_is_the_last_such_time_that_is_past() -> None:
    """Sheets are entered the same day, or the next morning."""
    long = meeting(ends_at=T0 + timedelta(days=2))
    for days, stated, day in ((0, "9:30", 1), (1, "9:30", 2), (1, "23:00", 1)):
        found = signed_at(stated, "001-AB", long, NOW + timedelta(days=days))
        assert found.astimezone(UTC).day == day


def test_a_row_s_name_tells_the_guest_as_well_as_the_number() -> None:
    """Two lists that differ show it; the number alone would not."""
    codes = {row_code(7, f"inv-{number}") for number in range(50)}
    assert len(codes) > 40
    assert all(code.startswith("007-") and len(code) == 6 for code in codes)
    assert row_code(7, "inv-1") == row_code(7, "inv-1")


def test_sheets_hold_twenty_rows_each() -> None:
    """From the first number to the last."""
    assert [sheet_of(number) for number in (1, ROWS, ROWS + 1, 2 * ROWS)] == [1, 1, 2, 2]
