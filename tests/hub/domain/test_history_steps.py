"""A chart of any span is bounded, and comes from what is still kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.errors import InvalidInput
from hub.domain.history import UNIT_S, Level
from hub.domain.history_steps import EACH, MOST_SPOTS, STEPS, choose, longest

T = datetime(2026, 12, 1, tzinfo=UTC)
spans = st.timedeltas(timedelta(milliseconds=1), timedelta(days=10_000))


def at(seconds: float) -> datetime:
    """Return the instant so long after T."""
    return T + timedelta(seconds=seconds)


@given(span=spans, late=st.floats(0, 100_000))
def test_a_chart_of_any_span_has_a_bounded_number_of_spots(span: timedelta, late: float) -> None:
    """Wherever it begins: a step may be cut at both ends."""
    start = at(late)
    level, step = choose(start, start + span, None, {})
    first, last = (moment.timestamp() // step for moment in (start, start + span))
    assert last - first + 1 <= MOST_SPOTS
    assert step >= UNIT_S[level]


@pytest.mark.parametrize(
    ("span", "wanted"),
    [
        (timedelta(minutes=10), (Level.READINGS, 1)),
        (timedelta(hours=3), (Level.READINGS, 10)),
        (timedelta(hours=24), (Level.MINUTE, 60)),
        (timedelta(days=7), (Level.MINUTE, 600)),
        (timedelta(days=30), (Level.HOUR, 3600)),
        (timedelta(days=1_100), (Level.HOUR, 86_400)),
    ],
)
def test_the_usual_charts_are_as_fine_as_they_may_be(span: timedelta, wanted: tuple[Level, int]) -> None:
    """An hour, a shift, a day, a week, a month, three years."""
    assert choose(T, T + span, None, {}) == wanted


def test_what_was_thrown_away_is_told_by_the_next_coarser_level() -> None:
    """A chart of an hour last month is drawn from its minutes."""
    kept = {Level.READINGS: at(0), Level.MINUTE: at(-86_400)}
    assert choose(at(0), at(60), None, kept) == (Level.READINGS, 1)
    assert choose(at(-1), at(60), None, kept) == (Level.MINUTE, 60)
    assert choose(at(-86_401), at(-80_000), None, kept) == (Level.HOUR, 3600)
    assert choose(at(-1), at(60), EACH, kept) == (Level.MINUTE, 60)
    assert choose(at(-86_401), at(60), 30, kept) == (Level.HOUR, 3600)


@given(step=st.sampled_from((EACH, *STEPS)), span=spans)
def test_a_step_that_is_asked_for_is_kept_to(step: int, span: timedelta) -> None:
    """From the coarsest level that knows it."""
    level, told = choose(T, T + span, step, {})
    assert told == step
    assert step < 60 or step % UNIT_S[level] == 0


@pytest.mark.parametrize(
    ("start", "end", "step", "field"),
    [(at(1), at(1), None, "to"), (at(1), at(0), None, "to"), (T - timedelta(days=10_001), T, None, "from")]
    + [(at(0), at(1), step, "step") for step in (-1, 7, 61, 90_000)],
)
def test_a_span_or_step_that_cannot_be_told_is_refused_by_name(
    start: datetime, end: datetime, step: int | None, field: str
) -> None:
    """With what to do instead."""
    with pytest.raises(InvalidInput) as problem:
        choose(start, end, step, {})
    assert problem.value.field == field
    assert problem.value.remedy


def test_steps_that_a_chart_is_drawn_in_are_not_too_fine_for_its_span() -> None:
    """What a program may ask for at once is what a chart would read."""
    for span in (timedelta(hours=3), timedelta(days=7), timedelta(days=10_000)):
        _, step = choose(T, T + span, None, {})
        assert longest(step) == span
    assert longest(EACH) == timedelta(hours=3)
