"""Of several who have booked one room the earliest has it, in whatever order they are heard of."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.bookings import Firmness, Hold
from hub.domain.room_claims import Claim, settle
from tests.hub.build import at


def claim(
    owner: str,
    since: int = 0,
    until: int = 100,
    made: int | None = 0,
    given: int | None = None,
    **changes: bool,
) -> Claim:
    """Return a claim of the hall, booked ``made`` and given by a person ``given`` seconds after the first instant."""
    hold = Hold(owner=owner, room="hall", since=at(since), until=at(until), firmness=Firmness.DEFINITE)
    made_at, given_at = (None if one is None else at(one) for one in (made, given))
    return Claim(hold=hold, made_at=made_at, given_at=given_at, order=owner, **changes)


def who(claims: list[Claim]) -> dict[str, str]:
    """Return how firmly each has the room."""
    return {owner: one.hold.firmness.value for owner, one in settle(claims).items()}


def test_the_earlier_booking_has_the_room_and_the_later_one_is_doubled() -> None:
    """It is named who has it (rule 6)."""
    first, second = claim("first", made=1), claim("second", since=99, until=200, made=2)
    settled = settle([second, first])
    assert settled["first"].rival is None
    assert settled["second"].hold.firmness is Firmness.DOUBLE_BOOKED
    assert settled["second"].rival == first.hold


def test_guests_inside_come_before_who_booked_earlier_and_the_house_before_all_who_book() -> None:
    """Nobody is put out of a room in which they sit."""
    assert who([claim("inside", made=9, fixed=True), claim("own", made=None)])["inside"] == "definite"
    assert who([claim("early", made=1), claim("own", made=None)])["early"] == "double_booked"


def test_a_persons_word_comes_before_who_booked_first_and_the_latest_counts() -> None:
    """But nobody who is inside has to leave."""
    early, late = claim("early", made=1), claim("late", made=9, given=20)
    assert who([early, late]) == {"early": "double_booked", "late": "definite"}
    assert who([claim("early", made=1, given=30), late])["early"] == "definite"
    assert who([claim("early", made=1, fixed=True), late])["late"] == "double_booked"


def test_who_is_doubled_takes_nobody_elses_room() -> None:
    """The third does not touch the first, so it has its time."""
    claims = [claim("a", 0, 100, 1), claim("b", 50, 150, 2), claim("c", 100, 200, 3)]
    assert who(claims) == {"a": "definite", "b": "double_booked", "c": "definite"}


def test_an_option_neither_takes_nor_is_doubled() -> None:
    """It waits for its turn beside what is firm."""
    option = claim("option", made=1)
    option = replace(option, hold=replace(option.hold, firmness=Firmness.OPTION))
    assert who([option, claim("firm", made=2)]) == {"option": "option", "firm": "definite"}


claims = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 15), st.one_of(st.none(), st.integers(0, 3)), st.booleans()),
    max_size=8,
)


@given(claims, st.randoms(use_true_random=False))
def test_whatever_the_order_the_same_ones_have_the_room_and_no_two_of_them_touch(
    drawn: list[tuple[int, int, int | None, bool]], chance: random.Random
) -> None:
    """And whoever is doubled is so because of somebody who has it."""
    made = [
        claim(f"m-{number}", since, since + length, booked, fixed=fixed)
        for number, (since, length, booked, fixed) in enumerate(drawn)
    ]
    shuffled = made[:]
    chance.shuffle(shuffled)
    settled = settle(made)
    assert settle(shuffled) == settled
    kept = [one.hold for one in settled.values() if one.hold.firmness.blocks]
    assert not any(a.touches(b) for a in kept for b in kept if a != b)
    assert all(one.rival in kept and one.rival.touches(one.hold) for one in settled.values() if one.rival)
