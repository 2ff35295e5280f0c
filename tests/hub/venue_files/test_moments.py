"""Local times of the house become instants; nights on which clocks change are not guessed about."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from hub.domain.local_time import BadMoment, in_utc
from hub.venue_files.moments import read_day, read_time

DAY = date(2026, 12, 30)


@pytest.mark.parametrize("value", ["9:30", "09:30", "9：30", time(9, 30), datetime(2026, 12, 30, 9, 30)])  # noqa: DTZ001 - local
def test_times_are_read_as_people_write_them(value: object) -> None:
    """As text, or as TOML's own times."""
    assert read_time(value, DAY) == datetime(2026, 12, 30, 9, 30)  # noqa: DTZ001 - a local time


def test_a_time_after_midnight_names_its_day() -> None:
    """An evening may end on the next day."""
    next_day = datetime(2026, 12, 31, 0, 30)  # noqa: DTZ001 - a local time
    assert read_time(next_day, DAY) == next_day


@pytest.mark.parametrize(
    "value", ["24:00", "9.30", "0930", "soon", 930, None, True, datetime(2026, 12, 30, 9, tzinfo=UTC)]
)
def test_what_is_no_local_time_is_refused(value: object) -> None:
    """Also a time that brings its own offset."""
    with pytest.raises(BadMoment):
        read_time(value, DAY)


@pytest.mark.parametrize("value", ["2026-02-30", "30.12.2026", 20261230, date(1026, 12, 30), date(9999, 1, 1)])
def test_what_is_no_day_of_our_time_is_refused(value: object) -> None:
    """A slip of the pen in the year, too."""
    with pytest.raises(BadMoment):
        read_day(value)


def test_local_times_become_utc() -> None:
    """09:30 in Shanghai is 01:30."""
    local = datetime(2026, 12, 30, 9, 30)  # noqa: DTZ001 - a local time
    assert in_utc(local, ZoneInfo("Asia/Shanghai")) == datetime(2026, 12, 30, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "what"), [(29, "does not exist"), (25, "comes twice")])
def test_a_time_that_clocks_skip_or_repeat_is_an_error(day: int, what: str) -> None:
    """02:30 in Berlin in the nights of 29 March and 25 October 2026."""
    local = datetime(2026, 3 if day == 29 else 10, day, 2, 30)  # noqa: DTZ001 - a local time
    with pytest.raises(BadMoment, match=what):
        in_utc(local, ZoneInfo("Europe/Berlin"))
