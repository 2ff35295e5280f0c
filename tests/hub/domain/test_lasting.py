"""Wrong only once it lasts, right only once that lasts."""

import pytest

from hub.domain.lasting import FINE, STANDARD_DELAYS, Lasting, opened_at
from tests.hub.build import at

HISTORIES = [
    ("a blip of ten seconds is nothing", [(0, True), (10, False)], 300, False),
    ("wrong for less than the delay", [(0, True)], 19, False),
    ("wrong for the delay", [(0, True)], 20, True),
    ("wrong for the delay before it was right", [(0, True), (25, False)], 30, True),
    ("right for less than the delay", [(0, True), (100, False)], 159, True),
    ("right for the delay", [(0, True), (100, False)], 160, False),
    ("right for a moment only", [(0, True), (100, False), (110, True)], 500, True),
    ("right, then wrong for a moment", [(0, True), (100, False), (200, True), (210, False)], 500, False),
]


@pytest.mark.parametrize(("_what", "seen", "now", "on"), HISTORIES, ids=[one[0] for one in HISTORIES])
def test_it_counts_once_it_has_lasted(_what: str, seen: list[tuple[int, bool]], now: int, *, on: bool) -> None:
    """20 s until it counts, 60 s until it is over (S11)."""
    state = FINE
    for seconds, wrong in seen:
        state = state.seen(wrong=wrong, at=at(seconds), delays=STANDARD_DELAYS)
    assert state.at(at(now), STANDARD_DELAYS).on is on


def test_it_began_when_it_was_seen_first_and_not_when_it_counted() -> None:
    """Also when it was right for a moment in between."""
    state = FINE.seen(wrong=True, at=at(0), delays=STANDARD_DELAYS).seen(wrong=False, at=at(30), delays=STANDARD_DELAYS)
    again = state.seen(wrong=True, at=at(40), delays=STANDARD_DELAYS).at(at(200), STANDARD_DELAYS)
    assert (again.on, again.began) == (True, at(0))


def test_looking_as_often_as_one_likes_changes_nothing() -> None:
    """Only time and what is seen do."""
    state = FINE.seen(wrong=True, at=at(0), delays=STANDARD_DELAYS)
    often = state
    for seconds in range(60):
        often = often.at(at(seconds), STANDARD_DELAYS)
    assert often == state.at(at(59), STANDARD_DELAYS)


def test_what_was_open_before_a_restart_is_open_and_what_waited_begins_anew() -> None:
    """Its delay runs from the first look."""
    assert opened_at(at(5)).at(at(6), STANDARD_DELAYS).began == at(5)
    waiting = Lasting(wrong=True).at(at(100), STANDARD_DELAYS)
    assert not waiting.at(at(119), STANDARD_DELAYS).on
    assert waiting.at(at(120), STANDARD_DELAYS).on
