"""The history of readings: nothing is counted twice, rolled up it tells the same, and what is old goes in pieces."""

import math
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.ids import uuid7
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.history import Level, Spot
from hub.domain.history_steps import EACH
from hub.domain.readings import Quality, Reading
from hub.ports import Store
from hub.store import reading_upkeep
from hub.store.sql import open_store
from tests.hub.build import T0, at

HOUR = T0.replace(minute=0, second=0, microsecond=0)
LATER = HOUR + timedelta(days=1)


@pytest.fixture
def point(store: Store) -> str:
    """Give the id of a point that has said nothing yet."""
    return new_point(store)


def new_point(store: Store) -> str:
    """Make a device with one point."""
    device = uuid7()[-12:]
    point = Point(id=f"{device}.t", device=device, key="t", component="sensor", name="T")
    with store.write() as tx:
        tx.field_devices.save(FieldDevice(id=device, publisher="p", identity=device, name="d", announced_at=T0))
        tx.field_devices.save_points([point])
    return point.id


def add(store: Store, readings: Iterable[Reading]) -> None:
    """Keep readings in a transaction of their own."""
    with store.write() as tx:
        tx.readings.add(list(readings))


def told(store: Store, point: str, start: datetime, end: datetime, step_s: int | None = None) -> Sequence[Spot]:
    """Return a point's history."""
    with store.read() as tx:
        return tx.readings.history(point, start, end, step_s).spots


def roll_up(store: Store, now: datetime) -> int:
    """Roll up all there is; returns in how many transactions."""
    for turns in range(100_000):
        with store.write() as tx:
            if not tx.readings.roll_up(now):
                return turns
    raise AssertionError("it never ends")


def reading(point: str, seconds: float, value: float | None = None, text: str = "") -> Reading:
    """Return a live reading so long after the full hour."""
    return Reading(point=point, at=HOUR + timedelta(seconds=seconds), value=value, text=text)


def test_every_reading_is_kept_with_its_quality_to_the_millisecond(store: Store, point: str) -> None:
    """What is no number is a word; what is unknown is neither."""
    add(
        store,
        [
            Reading(point=point, at=at(0), value=-0.5),
            Reading(point=point, at=at(1), text="on", quality=Quality.RESTORED),
            Reading(point=point, at=at(2), quality=Quality.STALE),
        ],
    )
    first, word, unknown = told(store, point, at(0), at(3), EACH)
    kept = T0.replace(microsecond=123_000)
    assert first == Spot(at=kept, n=1, least=-0.5, most=-0.5, total=-0.5, last=-0.5, quality=Quality.LIVE)
    assert word == Spot(at=kept + timedelta(seconds=1), words=1, text="on", quality=Quality.RESTORED)
    assert unknown == Spot(at=kept + timedelta(seconds=2), words=1, quality=Quality.STALE)
    assert [spot.at for spot in told(store, point, kept + timedelta(seconds=1), kept + timedelta(seconds=2))] == [
        word.at
    ]
    assert told(store, "nobody", at(0), at(3)) == ()


def test_a_reading_without_a_zone_is_refused(store: Store, point: str) -> None:
    """It would be eight hours off in Shanghai."""
    with pytest.raises(ValueError, match="zone"):
        add(store, [Reading(point=point, at=T0.replace(tzinfo=None), value=1.0)])


def test_minutes_and_hours_are_told_alike_before_and_after_they_are_rolled_up(store: Store, point: str) -> None:
    """A chart shows the minute that is running, and does not jump when it is over."""
    values = random.Random(5)
    add(store, [reading(point, second, values.uniform(-9, 9)) for second in range(0, 9_000, 7)])
    add(store, [reading(point, 9_001.5, text="off")])
    charts = [(60, 4 * 3600), (600, 4 * 3600), (3600, 86_400), (7200, 86_400)]

    def drawn() -> list[Sequence[Spot]]:
        return [told(store, point, HOUR, HOUR + timedelta(seconds=span), step) for step, span in charts]

    before = drawn()
    assert [len(spots) for spots in before] == [151, 16, 3, 2]
    assert before[0][-1] == Spot(at=HOUR + timedelta(minutes=150), words=1, text="off")
    roll_up(store, HOUR + timedelta(minutes=100))
    half = drawn()
    roll_up(store, LATER)
    for was, then, now in zip(before, half, drawn(), strict=True):
        assert_alike(was, then)
        assert_alike(was, now)
    with store.read() as tx:
        assert not tx.readings.roll_up(LATER)


def assert_alike(one: Sequence[Spot], other: Sequence[Spot]) -> None:
    """Compare spots; a sum may differ in its last digits with the order of adding."""
    for left, right in zip(one, other, strict=True):
        assert math.isclose(left.total or 0, right.total or 0, rel_tol=1e-9, abs_tol=1e-9)
        assert (left.total is None) == (right.total is None)
        assert [getattr(left, name) for name in EXACT] == [getattr(right, name) for name in EXACT]


EXACT = ("at", "n", "words", "least", "most", "last", "text")

things = st.lists(
    st.tuples(
        st.integers(0, 10_799_999),
        st.one_of(
            st.tuples(st.floats(-1e6, 1e6), st.just("")), st.tuples(st.none(), st.sampled_from(["on", "off", ""]))
        ),
        st.sampled_from(Quality),
    ),
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), said=things)
def test_any_order_and_repetition_of_batches_gives_the_rollups_of_the_readings_themselves(
    store: Store, data: st.DataObject, said: list[tuple[int, tuple[float | None, str], Quality]]
) -> None:
    """Also with roll-ups in between, so that what comes late is late (I6)."""
    point = new_point(store)
    readings = [
        Reading(point=point, at=HOUR + timedelta(milliseconds=ms), value=value, text=text, quality=quality)
        for ms, (value, text), quality in said
    ]
    batches = data.draw(st.lists(st.lists(st.sampled_from(readings), max_size=10), max_size=5)) if readings else []
    for batch in [*batches, data.draw(st.permutations(readings))]:
        add(store, batch)
        if data.draw(st.booleans()):
            roll_up(store, LATER)
    roll_up(store, LATER)
    rank = {Quality.RESTORED: 0, Quality.STALE: 1, Quality.LIVE: 2}
    best = {
        one.at: one
        for one in sorted(
            readings, key=lambda one: (rank[one.quality], one.value is not None, one.value or 0, one.text)
        )
    }
    live = sorted((one for one in best.values() if one.quality is Quality.LIVE), key=lambda one: one.at)
    for step in (60, 3600):
        assert_alike(told(store, point, HOUR, HOUR + timedelta(hours=3), step), by_hand(live, step))
    assert [spot.at for spot in told(store, point, HOUR, HOUR + timedelta(hours=3), EACH)] == sorted(best)


def by_hand(readings: Sequence[Reading], step: int) -> list[Spot]:
    """Roll readings up as a person would."""
    spots = []
    for index in range(10_800 // step):
        start = HOUR + timedelta(seconds=index * step)
        inside = [one for one in readings if start <= one.at < start + timedelta(seconds=step)]
        values = [one.value for one in inside if one.value is not None]
        if inside:
            spots.append(
                Spot(
                    at=start,
                    n=len(values),
                    words=len(inside) - len(values),
                    least=min(values, default=None),
                    most=max(values, default=None),
                    total=math.fsum(values) if values else None,
                    last=inside[-1].value,
                    text=inside[-1].text,
                )
            )
    return spots


def test_a_chart_of_many_readings_is_bounded_and_one_of_few_shows_each(store: Store, point: str) -> None:
    """At 1 Hz ten minutes are drawn reading by reading, three hours in steps."""
    add(store, [reading(point, second, float(second)) for second in range(3 * 3600)])
    few = told(store, point, HOUR, HOUR + timedelta(minutes=10))
    assert [spot.last for spot in few] == [float(second) for second in range(600)]
    many = told(store, point, HOUR, HOUR + timedelta(hours=3))
    assert [(spot.n, spot.least, spot.mean, spot.most) for spot in many[:2]] == [(10, 0, 4.5, 9), (10, 10, 14.5, 19)]
    assert len(many) == 1080


def test_only_a_minute_that_is_over_is_rolled_up(store: Store, point: str) -> None:
    """And a little later, for what is under way."""
    add(store, [reading(point, 30, 1.0)])
    assert roll_up(store, HOUR + timedelta(seconds=60) + reading_upkeep.GRACE - timedelta(milliseconds=1)) == 0
    assert roll_up(store, HOUR + timedelta(seconds=60) + reading_upkeep.GRACE) == 1
    assert roll_up(store, HOUR + timedelta(seconds=3600) + reading_upkeep.GRACE) == 1


def test_what_is_old_goes_level_by_level_and_the_coarser_one_tells_it_then(store: Store, point: str) -> None:
    """Whole hours of readings, whole days of minutes, whole months of hours."""
    add(store, [reading(point, minute * 60, float(minute)) for minute in range(0, 5_760, 10)])
    roll_up(store, LATER + timedelta(days=9))
    assert forget(store, Level.READINGS, HOUR + timedelta(hours=2, minutes=59)) == 12
    assert len(told(store, point, HOUR + timedelta(hours=2), HOUR + timedelta(hours=3), EACH)) == 6
    with store.read() as tx:
        gone = tx.readings.history(point, HOUR, HOUR + timedelta(hours=1))
    assert (gone.level, len(gone.spots)) == (Level.MINUTE, 6)
    midnight = (HOUR + timedelta(days=1)).replace(hour=0)
    assert forget(store, Level.MINUTE, midnight + timedelta(hours=20)) == (midnight - HOUR) // timedelta(minutes=10)
    with store.read() as tx:
        gone = tx.readings.history(point, HOUR, HOUR + timedelta(hours=2))
    assert (gone.level, [spot.n for spot in gone.spots]) == (Level.HOUR, [6, 6])
    assert forget(store, Level.HOUR, HOUR + timedelta(days=90)) == 96
    assert forget(store, Level.HOUR, HOUR + timedelta(days=90)) == 0


def forget(store: Store, level: Level, before: datetime) -> int:
    """Remove one piece of a level."""
    with store.write() as tx:
        return tx.readings.forget(level, before)


def test_what_is_removed_at_once_is_bounded(store: Store, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No check-in may wait for millions of rows."""
    monkeypatch.setattr(reading_upkeep, "PIECE", 40)
    add(store, [reading(point, second, 1.0) for second in range(100)])
    roll_up(store, LATER)
    assert [forget(store, Level.READINGS, LATER) for _ in range(4)] == [40, 40, 20, 0]


def test_nothing_is_thrown_away_before_it_was_rolled_up(store: Store, point: str) -> None:
    """A hub that was away for a week still tells the day before."""
    add(store, [reading(point, 0, 1.0), reading(point, 7_200, 2.0)])
    assert forget(store, Level.READINGS, HOUR + timedelta(days=9)) == 0
    with store.write() as tx:
        assert tx.readings.roll_up(LATER)
    assert forget(store, Level.READINGS, HOUR + timedelta(days=9)) == 0  # the hour is not
    roll_up(store, LATER)
    assert forget(store, Level.READINGS, HOUR + timedelta(days=9)) == 2


def test_a_reading_that_comes_after_its_fellows_were_thrown_away_does_not_stand_for_them(
    store: Store, point: str
) -> None:
    """The minute's row was made of sixty; made anew from the late one it would say one."""
    add(store, [reading(point, second, float(second)) for second in range(60)])
    roll_up(store, LATER)
    assert forget(store, Level.READINGS, LATER) == 60
    add(store, [reading(point, 30.5, 99.0)])
    assert [spot.n for spot in told(store, point, HOUR, HOUR + timedelta(hours=1), 60)] == [60]
    roll_up(store, LATER)
    for step in (60, 3600):
        assert [spot.n for spot in told(store, point, HOUR, HOUR + timedelta(hours=1), step)] == [60]
    assert forget(store, Level.READINGS, LATER) == 1


def test_points_are_rolled_up_apart_from_each_other(store: Store) -> None:
    """More of them than one block has."""
    points = [new_point(store) for _ in range(130)]
    add(store, [reading(point, 1, float(number)) for number, point in enumerate(points)])
    assert roll_up(store, HOUR + timedelta(minutes=2)) == 2
    roll_up(store, LATER)
    for number in (0, 1, 126, 127, 128, 129):
        spots = told(store, points[number], HOUR, HOUR + timedelta(hours=1), 3600)
        assert [spot.last for spot in spots] == [float(number)]


@pytest.mark.postgresql
def test_a_reading_that_commits_after_its_minute_was_rolled_up_beside_it_is_counted(postgresql_url: str) -> None:
    """The one that rolls up did not see it, and must not take its mark away."""
    taker, roller = open_store(postgresql_url), open_store(postgresql_url)
    point = new_point(taker)
    add(taker, [reading(point, 1, 1.0)])
    with taker.write() as late:
        late.readings.add([reading(point, 2, 2.0)])
        assert roll_up(roller, LATER) == 2
        assert [spot.n for spot in told(roller, point, HOUR, LATER, 60)] == [1]
    assert roll_up(roller, LATER) == 2
    for step in (60, 3600):
        assert [spot.n for spot in told(roller, point, HOUR, LATER, step)] == [2]
    taker.close()
    roller.close()
