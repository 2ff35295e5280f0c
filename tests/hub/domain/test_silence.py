"""How long silence is no news."""

from datetime import timedelta

import pytest

from hub.domain.silence import CEILING, Reports, may_be_silent
from tests.hub.build import at

M = timedelta(minutes=1)


def heard(*seconds: float) -> Reports:
    """Return the reports at these times."""
    reports = Reports()
    for one in seconds:
        reports = reports.after(at(one))
    return reports


CASES = [
    ("nothing is known", (), 15),
    ("two reports are one gap, which may be chance", (0, 120), 15),
    ("each two minutes", (0, 120, 240, 360), 6),
    ("one lost report does not count", (0, 120, 240, 480, 600, 720), 6),
    ("each second: not less than a minute", range(60), 1),
    ("each hour: not more than the ceiling", (0, 3600, 7200, 10800), 15),
    ("a burst is one report", (0, 0.1, 0.2, 120, 120.1, 240, 240.2, 360), 6),
    ("the same again, and late ones", (0, 120, 120, 60, 240, 0, 360), 6),
]


@pytest.mark.parametrize(("_what", "seconds", "minutes"), CASES, ids=[one[0] for one in CASES])
def test_three_missed_reports_are_too_many(_what: str, seconds: tuple[float, ...], minutes: int) -> None:
    """Of its own interval, within limits (T3)."""
    assert round(may_be_silent(heard(*seconds).gaps) / M, 1) == minutes


def test_the_house_may_be_more_patient_with_a_device() -> None:
    """A sensor that only speaks each hour; but it is missed after three of those all the same."""
    hourly = heard(*range(0, 10 * 3600, 3600)).gaps
    assert may_be_silent(hourly, 300 * M) == 180 * M
    assert may_be_silent((), 300 * M) == 300 * M
    assert len(heard(*range(0, 1000, 2)).gaps) == 9
    assert CEILING == 15 * M
