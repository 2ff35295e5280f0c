"""Who takes a room, how firmly, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.bookings import (
    Booking,
    BookingState,
    Firmness,
    Headcount,
    Hold,
    Turnover,
    firmness_of,
    occupied,
    rivals,
)
from hub.domain.words import Words
from tests.hub.build import at

HOLD = Hold(owner="m-1", room="hall", since=at(0), until=at(100), firmness=Firmness.DEFINITE)


@pytest.mark.parametrize(
    ("state", "firmness"),
    [
        (BookingState.INQUIRY, None),
        (BookingState.OPTION, Firmness.OPTION),
        (BookingState.OPTION_SENT, Firmness.OPTION_SENT),
        (BookingState.DEFINITE, Firmness.DEFINITE),
        (BookingState.DECLINED, None),
        (BookingState.LAPSED, None),
        (BookingState.CANCELLED, None),
    ],
)
def test_how_firmly_a_booking_takes_its_rooms(state: BookingState, firmness: Firmness | None) -> None:
    """An inquiry takes none, and neither does what is off."""
    assert firmness_of(state) is firmness
    assert state.is_off is (state in {BookingState.DECLINED, BookingState.LAPSED, BookingState.CANCELLED})


def test_an_option_whose_time_is_over_is_free_at_once_timer_or_not() -> None:
    """R33: 視為自動放棄預訂. What is definite stays, and so does one without a deadline."""
    sent = Booking(id="b", source="s", key="1", subject=Words("", ""), state=BookingState.OPTION_SENT, reply_by=at(10))
    assert sent.standing(at(9)) is BookingState.OPTION_SENT
    assert sent.standing(at(10)) is BookingState.LAPSED
    assert replace(sent, state=BookingState.DEFINITE).standing(at(99)) is BookingState.DEFINITE
    assert replace(sent, reply_by=None).standing(at(99)) is BookingState.OPTION_SENT


@pytest.mark.parametrize(
    ("count", "planned"), [(Headcount(), 0), (Headcount(least=5), 5), (Headcount(least=5, most=9, guaranteed=7), 9)]
)
def test_a_room_is_to_be_large_enough_for_the_most_that_are_expected(count: Headcount, planned: int) -> None:
    """R16; where nobody said, it is no reason against any room."""
    assert count.to_plan_for == planned


def test_a_room_is_taken_from_its_set_up_to_the_end_of_its_strike() -> None:
    """So between two meetings lie the first one's strike and the second one's set-up, each once."""
    turnover = Turnover(set_up=timedelta(minutes=30), strike=timedelta(minutes=20))
    assert occupied(at(3600), at(7200), turnover) == (at(1800), at(8400))


def test_rivals_block_and_want_the_same_room_at_the_same_time() -> None:
    """Not itself, not what follows at once, not another room, not what does not block."""
    others = [
        HOLD,
        replace(HOLD, owner="after", since=at(100), until=at(200)),
        replace(HOLD, owner="elsewhere", room="side-room"),
        replace(HOLD, owner="option", firmness=Firmness.OPTION),
        replace(HOLD, owner="doubled", firmness=Firmness.DOUBLE_BOOKED),
        replace(HOLD, owner="closed", since=at(99), until=at(200), firmness=Firmness.CLOSURE),
    ]
    assert [one.owner for one in rivals(HOLD, others)] == ["closed"]
