"""History: a chart of any span is bounded, tells its gaps, and comes from what is still kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.errors import InvalidInput
from hub.domain.history import EACH, MOST_SPOTS, STEPS, UNIT_S, Keep, Level, Spot, choose, fold, gaps

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


def test_folding_keeps_least_most_mean_and_the_last_word() -> None:
    """As if the readings had been brought into the longer step at once."""
    minutes = [
        Spot(at=at(0), n=2, least=1.0, most=3.0, total=4.0, last=3.0),
        Spot(at=at(60), words=1, text="unknown"),
        Spot(at=at(300), n=1, words=2, least=9.0, most=9.0, total=9.0, text="off"),
    ]
    first, then = fold(minutes, 300)
    assert first == Spot(at=at(0), n=2, words=1, least=1.0, most=3.0, total=4.0, text="unknown")
    assert first.mean == 2.0
    assert then == minutes[2]
    assert Spot(at=T, words=1, text="on").mean is None


def test_a_silence_is_a_gap_when_it_is_longer_than_the_point_allows() -> None:
    """A sensor that reports each minute and says that two are too long."""
    spots = [Spot(at=at(seconds), n=1) for seconds in (0, 60, 120, 600, 660)]
    assert gaps(spots, at(0), at(720), 0, 120.0) == [(at(120), at(600))]
    assert gaps(spots, at(-200), at(720), 0, 120.0) == [(at(-200), at(0)), (at(120), at(600))]
    assert gaps(spots, at(0), at(1000), 60, 120.0) == [(at(180), at(600)), (at(720), at(1000))]


def test_without_a_span_of_its_own_a_point_is_measured_by_its_habit() -> None:
    """Five times its usual silence; nothing at all is one gap."""
    spots = [Spot(at=at(seconds), n=1) for seconds in (0, 10, 20, 30, 75, 130)]
    assert gaps(spots, at(0), at(140), 0, None) == [(at(75), at(130))]
    assert gaps([], at(0), at(60), 1, None) == [(at(0), at(60))]


def test_each_level_is_kept_for_its_own_time() -> None:
    """The hours for ever, where the house wants it so."""
    assert Keep(readings=timedelta(days=1), minutes=timedelta(days=2), hours=None).ends(T) == {
        Level.READINGS: T - timedelta(days=1),
        Level.MINUTE: T - timedelta(days=2),
    }
    assert set(Keep().ends(T)) == set(Level)
