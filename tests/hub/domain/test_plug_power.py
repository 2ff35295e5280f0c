from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.plug_power import ON_FROM_W, PlugMemory, PlugState, hear, on_from_w, state_of

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """Return an instant, in seconds after the start."""
    return START + timedelta(seconds=seconds)


def fed(*stays: tuple[float, int], every_s: int = 10) -> PlugMemory:
    """Return the memory of a plug that drew so many watts for so many seconds, one stay after the other."""
    memory, at = PlugMemory(), 0
    for watts, seconds in stays:
        for _ in range(0, seconds, every_s):
            memory = hear(memory, watts, after(at))
            at += every_s
    return memory


STATES = [
    # watts, for so many seconds, the state when nothing is learned
    (0.0, 10, PlugState.OFF),
    (1.9, 10, PlugState.OFF),
    (-0.4, 10, PlugState.OFF),
    (2.0, 10, PlugState.STANDBY),
    (14.9, 10, PlugState.STANDBY),
    (15.0, 10, PlugState.ON),
    (280.0, 10, PlugState.ON),
    (280.0, 2, PlugState.STANDBY),
]


@pytest.mark.parametrize(("watts", "seconds", "state"), STATES)
def test_without_any_learning_there_are_two_thresholds(watts: float, seconds: int, state: PlugState) -> None:
    """Below 2 W is off, from 15 W is on once it lasted."""
    assert state_of(hear(PlugMemory(), watts, START), after(seconds)) is state


def test_a_plug_that_said_nothing_is_unknown() -> None:
    """No reading is no zero."""
    assert state_of(PlugMemory(), START, should_be_on_since=START - timedelta(days=1)) is PlugState.UNKNOWN


LEARNED = [
    # what it drew, watts now, the state
    ([(4, 3600), (280, 3600)], 20.0, PlugState.STANDBY),  # a projector: 20 W is its fan after the lamp went out
    ([(4, 3600), (280, 3600)], 150.0, PlugState.ON),  # eco mode
    ([(25, 3600), (60, 900)], 25.0, PlugState.STANDBY),  # an amplifier that idles above what others show at
    ([(25, 3600), (90, 900)], 88.0, PlugState.ON),
    ([(3, 36000), (40, 900), (55, 900), (120, 900)], 40.0, PlugState.ON),  # a computer, idle
    ([(3, 36000), (40, 900), (55, 900), (120, 900)], 5.0, PlugState.STANDBY),
    ([(3, 3600)], 200.0, PlugState.ON),  # one level alone teaches nothing
    ([(3, 3600), (280, 120)], 20.0, PlugState.ON),  # two minutes are no level yet
]


@pytest.mark.parametrize(("stays", "watts", "state"), LEARNED)
def test_each_plug_learns_what_its_thing_draws(stays: list[tuple[float, int]], watts: float, state: PlugState) -> None:
    """The widest gap between the levels at which it stayed divides standby from on."""
    memory = hear(fed(*stays), watts, after(10**6))
    assert state_of(memory, after(10**6 + 10)) is state


def test_amplifiers_levels_close_together_are_told_apart_from_a_factor_of_two_and_more() -> None:
    """Nearer ones are one level, and the threshold for everything holds."""
    assert on_from_w(fed((30, 3600), (40, 3600))) == ON_FROM_W
    assert 25 < on_from_w(fed((25, 3600), (90, 3600))) < 90


def test_the_surge_of_switching_on_is_neither_a_state_nor_a_level() -> None:
    """Half a kilowatt for a moment, once a day for a year: what lasts is the lower of two readings."""
    memory = PlugMemory()
    for day in range(365):
        start = day * 86_400
        for watts, at in ((4, 0), (600, 600), (4, 601), (4, 900)):
            memory = hear(memory, watts, after(start + at))
            if watts == 600:
                assert state_of(memory, after(start + at + 1)) is PlugState.STANDBY
    assert on_from_w(memory) == ON_FROM_W


def test_what_should_be_on_and_draws_nothing_is_dead_after_two_minutes() -> None:
    """Both must have lasted: the wish and the silence."""
    memory = hear(PlugMemory(), 0.3, START)
    assert state_of(memory, after(600)) is PlugState.OFF
    assert state_of(memory, after(600), should_be_on_since=after(500)) is PlugState.OFF
    assert state_of(memory, after(620), should_be_on_since=after(500)) is PlugState.DEAD
    again = hear(hear(memory, 300.0, after(630)), 0.3, after(640))
    assert state_of(again, after(700), should_be_on_since=after(500)) is PlugState.OFF
    assert state_of(again, after(760), should_be_on_since=after(500)) is PlugState.DEAD


def test_standby_is_not_dead() -> None:
    """It lives; that it should be on is another matter."""
    memory = hear(PlugMemory(), 4.0, START)
    assert state_of(memory, after(600), should_be_on_since=START) is PlugState.STANDBY


def test_old_and_impossible_readings_change_nothing() -> None:
    """Readings may arrive out of order."""
    memory = hear(PlugMemory(), 4.0, after(100))
    for watts, at in ((300.0, 50), (float("nan"), 200), (float("inf"), 200)):
        assert hear(memory, watts, after(at)) is memory


def test_a_thing_that_was_exchanged_is_learned_anew_within_two_months() -> None:
    """What is old is halved again and again; until then a fresh memory helps, which costs nothing."""
    memory = fed((4, 86_400), (280, 86_400), every_s=300)
    for hour in range(24 * 70):
        for minute in range(0, 60, 5):
            at = after(10**6 + hour * 3600 + minute * 60)
            memory = hear(memory, 30.0 if hour % 2 else 90.0, at)
    assert 31 < on_from_w(memory) < 89


@given(st.lists(st.tuples(st.floats(), st.floats(0, 10**7)), max_size=60))
def test_whatever_is_read_there_is_a_state_and_the_memory_stays_small(readings: list[tuple[float, float]]) -> None:
    """No order and no value of readings breaks it."""
    memory = PlugMemory()
    for watts, at in readings:
        memory = hear(memory, watts, after(at))
        assert state_of(memory, after(at)) in PlugState
        assert len(memory.seconds) == 48
        assert min(memory.seconds) >= 0
        assert 2 < on_from_w(memory) < 10_000
