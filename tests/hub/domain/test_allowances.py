"""So many at once, and then as often as time gives it back."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.allowances import Allowance, give_back, take
from tests.hub.build import T0

MINUTE = timedelta(minutes=1)
FIVE = Allowance(5, 15 * MINUTE)


def spend(full_at: datetime | None, times: int, now: datetime, allowance: Allowance = FIVE) -> tuple[datetime, int]:
    """Ask for one so often; return when it is full again, and how many were given."""
    given_in_all = 0
    for _ in range(times):
        taken = take(full_at, allowance, 1, now)
        full_at, given_in_all = taken.full_at, given_in_all + taken.given
    assert full_at is not None
    return full_at, given_in_all


def test_so_many_are_given_at_once_and_not_one_more() -> None:
    """Whoever is refused is told how long it is until the next one, to the second."""
    full_at, times = spend(None, 9, T0)
    assert times == 5
    refused = take(full_at, FIVE, 1, T0)
    assert (refused.given, refused.wait, refused.full_at) == (0, 3 * MINUTE, full_at)
    assert take(full_at, FIVE, 1, T0 + refused.wait - timedelta(microseconds=1)).given == 0
    assert take(full_at, FIVE, 1, T0 + refused.wait).given == 1


def test_who_is_refused_a_hundred_times_does_not_wait_longer_for_it() -> None:
    """A pause ends by itself, however often somebody asks meanwhile."""
    full_at, _ = spend(None, 5, T0)
    assert spend(full_at, 100, T0 + MINUTE) == (full_at, 0)
    assert spend(full_at, 9, T0 + 15 * MINUTE)[1] == 5


def test_a_pack_is_what_there_is_left() -> None:
    """Nobody gets more for asking for many."""
    first = take(None, FIVE, 3, T0)
    second = take(first.full_at, FIVE, 3, T0)
    assert (first.given, second.given) == (3, 2)
    assert take(second.full_at, FIVE, 3, T0).given == 0


def test_what_is_given_back_can_be_taken_again_and_no_more_than_that() -> None:
    """A right try was none; giving back what was never taken adds nothing."""
    full_at, _ = spend(None, 5, T0)
    assert take(give_back(full_at, FIVE, T0), FIVE, 5, T0).given == 1
    assert give_back(None, FIVE, T0) == T0
    assert take(give_back(T0, FIVE, T0), FIVE, 9, T0).given == 5


def test_a_clock_that_was_set_back_locks_nobody_out_for_longer() -> None:
    """By a day or by ten years: it is as if all had been used just now."""
    full_at, _ = spend(None, 5, T0)
    for back in (timedelta(hours=5), timedelta(days=1), timedelta(days=3650)):
        refused = take(full_at, FIVE, 1, T0 - back)
        assert refused.wait == 3 * MINUTE
        assert take(refused.full_at, FIVE, 1, T0 - back + refused.wait).given == 1


@given(st.lists(st.tuples(st.integers(-3_000, 3_000), st.integers(1, 9)), max_size=60), st.integers(1, 40))
def test_however_the_clock_goes_never_more_than_the_whole_at_once_and_never_for_ever(
    steps: list[tuple[int, int]], times: int
) -> None:
    """Any packs at any times: no more than the whole is ever given, and a whole time later one always is."""
    allowance, full_at, now = Allowance(times, 15 * MINUTE), None, T0
    for seconds, wanted in steps:
        now += timedelta(seconds=seconds)
        taken = take(full_at, allowance, wanted, now)
        full_at = taken.full_at
        assert 0 <= taken.given <= min(wanted, times)
        assert bool(taken.given) is not bool(taken.wait)
        assert taken.wait <= allowance.each
        assert full_at - now <= allowance.each * times
    assert take(full_at, allowance, times, now + allowance.each * times).given == times
