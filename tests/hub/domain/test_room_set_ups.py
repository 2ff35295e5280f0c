"""What a house says of its rooms: whom they seat in which style, and how long they are made ready."""

from datetime import timedelta

from hub.domain.bookings import Turnover
from hub.domain.meetings import SetUpStyle
from hub.domain.room_set_ups import NO_TURNOVER, RoomSetUps, StyleSetUp, turnover_of

HOUR = timedelta(hours=1)
HALL = RoomSetUps(
    room="hall",
    turnover=Turnover(set_up=HOUR, strike=HOUR / 2),
    styles=(
        StyleSetUp(style=SetUpStyle.BANQUET_ROUNDS, capacity=120, turnover=Turnover(set_up=2 * HOUR, strike=HOUR)),
        StyleSetUp(style=SetUpStyle.THEATRE, capacity=300),
    ),
)


def test_a_style_takes_as_long_as_the_room_unless_it_has_times_of_its_own() -> None:
    """And a room of which nothing is said takes none."""
    assert HALL.turnover_for(SetUpStyle.THEATRE) == HALL.turnover == HALL.turnover_for(SetUpStyle.CABARET)
    assert HALL.turnover_for(SetUpStyle.BANQUET_ROUNDS).set_up == 2 * HOUR
    assert turnover_of({"hall": HALL}, "side", SetUpStyle.THEATRE) == NO_TURNOVER


def test_what_nobody_has_said_is_never_too_small() -> None:
    """A style without a capacity, and a headcount of nobody."""
    assert HALL.fits(SetUpStyle.THEATRE, 300)
    assert not HALL.fits(SetUpStyle.THEATRE, 301)
    assert HALL.fits(SetUpStyle.CABARET, 10_000)
    assert HALL.fits(SetUpStyle.THEATRE, 0)
