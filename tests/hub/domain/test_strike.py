"""Which meetings leave a room too little time, and how long guests waited."""

from datetime import timedelta
from typing import Any

from hub.domain.house_work import HOUSE
from hub.domain.meetings import Meeting
from hub.domain.strike import follower, strike_due, too_tight
from hub.domain.waits import Spell, Wait, Waits, waits
from tests.hub.build import at, meeting

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
FIRST = meeting("first", doors_at=at(0), starts_at=at(600), ends_at=at(3_600))


def after(minutes: float, **changes: Any) -> Meeting:  # noqa: ANN401 - any field of a meeting
    """Return a meeting whose doors open so long after the first one's end."""
    doors = FIRST.ends_at + minutes * MINUTE
    return meeting("second", **{"doors_at": doors, "starts_at": doors + HOUR, "ends_at": doors + 2 * HOUR, **changes})


def test_less_than_the_turnover_between_two_meetings_of_a_room_is_too_tight() -> None:
    """To the minute; other rooms and cancelled meetings are nobody's trouble."""
    for minutes, expected in ((59, [59 * MINUTE]), (60, []), (-5, [-5 * MINUTE])):
        found = too_tight([after(minutes), FIRST], HOUSE.turnover)
        assert [between for _, _, between in found] == expected
    assert list(too_tight([FIRST, after(5, room="annex")], HOUSE.turnover)) == []
    assert list(too_tight([FIRST, after(5, cancelled=True)], HOUSE.turnover)) == []


def test_a_strike_is_due_by_the_next_doors_but_never_at_once() -> None:
    """Ten minutes at least, half an hour at most."""
    ends = FIRST.ends_at
    for minutes, expected in ((15, 15), (2, 10), (-5, 10), (90, 30)):
        assert strike_due(ends, after(minutes), HOUSE) == ends + expected * MINUTE
    assert strike_due(ends, None, HOUSE) == ends + 30 * MINUTE
    assert follower(FIRST, [FIRST, after(15), after(5, cancelled=True)]) == after(15)


def test_waiting_times_are_told_in_the_middle_and_at_worst() -> None:
    """What nobody has taken yet counts as asked only."""
    found = [
        Wait(at(0), at(60), at(300)),
        Wait(at(0), at(20), None),
        Wait(at(0), None, None),
        Wait(at(9), at(19), at(39)),
    ]
    assert waits(found) == Waits(4, Spell(3, 20, 60), Spell(2, 165, 300))
    assert waits([]) == Waits(0, None, None)
