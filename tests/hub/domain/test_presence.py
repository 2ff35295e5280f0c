"""Devices that come and go, alone and together."""

import pytest

from hub.domain.presence import Presence, went_together
from tests.hub.build import at

TOGETHER = [
    ("two are too few", (0, 1), 2, True, None),
    ("three of five", (0, 1, 2), 5, True, 0),
    ("three of six are not most", (0, 1, 2), 6, True, None),
    ("four of six, within half a minute", (0, 10, 20, 30), 6, True, 0),
    ("four of six, too slowly", (0, 10, 20, 31), 6, True, None),
    ("most of them, after one that was broken for long", (-9000, 10, 20, 30), 5, True, 10),
    ("not all", (0, 1, 2), 4, False, None),
    ("all", (0, 1, 2), 3, False, 0),
    ("all, but one long before", (-9000, 1, 2), 3, False, None),
]


@pytest.mark.parametrize(("_what", "seconds", "of", "most", "first"), TOGETHER, ids=[one[0] for one in TOGETHER])
def test_devices_go_together_when_enough_go_within_half_a_minute(
    _what: str,
    seconds: tuple[int, ...],
    of: int,
    first: int | None,
    *,
    most: bool,
) -> None:
    """Three at least; of a room most, of a publisher all."""
    found = went_together([at(one) for one in seconds], of, most=most)
    assert found == (None if first is None else at(first))


def test_being_told_the_same_again_is_no_change() -> None:
    """A broker repeats what it keeps after each connection."""
    away = Presence().told(available=False, at=at(0))
    for seconds in range(1, 100):
        away = away.told(available=False, at=at(seconds))
    assert (away.at(at(100)).away.began, len(away.changes)) == (at(0), 1)
