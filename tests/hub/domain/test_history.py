"""History: steps become longer ones without losing anything, and its gaps are told."""

from datetime import UTC, datetime, timedelta

from hub.domain.history import Keep, Level, Spot, fold, gaps

T = datetime(2026, 12, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """Return the instant so long after T."""
    return T + timedelta(seconds=seconds)


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
