"""One point's readings judged: any order, any repetition, the same end (I6)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.bands import Band
from hub.domain.conditions import Cause
from hub.domain.field_devices import Point, Quantity
from hub.domain.lasting import STANDARD_DELAYS
from hub.domain.point_judge import KEPT, Judged, PointJudge, rule_of
from hub.domain.readings import Quality, Reading
from tests.hub.build import at

BAND = Band(low=20, high=26, margin=0.5, per_minute=1)
AIR = Point(id="air.t", device="air", key="t", component="sensor", name="t", quantity=Quantity.TEMPERATURE)
LAMP = replace(AIR, component="binary_sensor", quantity=Quantity.STATE, config={"device_class": "problem"})


def judge(point: Point = AIR, band: Band | None = BAND) -> PointJudge:
    """Return the judge of a point of which nothing is known."""
    return PointJudge(rule_of(point, band, STANDARD_DELAYS), Judged())


def value(seconds: float, number: float, quality: Quality = Quality.LIVE) -> Reading:
    """Return a number that was measured."""
    return Reading(point="air.t", at=at(seconds), value=number, quality=quality)


def word(seconds: float, text: str, quality: Quality = Quality.LIVE) -> Reading:
    """Return a word that was said."""
    return Reading(point="air.t", at=at(seconds), text=text, quality=quality)


MANY = st.lists(
    st.tuples(st.integers(0, 900), st.sampled_from([15.0, 19.9, 20.3, 23.0, 25.7, 26.1, 40.0])), max_size=KEPT
)


@given(MANY, st.randoms())
def test_readings_in_any_order_and_any_number_of_times_end_alike(said: list[tuple[int, float]], random: object) -> None:
    """What counts, since when, and with which value; also in what lies between the margins."""
    readings = [value(seconds, number) for seconds, number in sorted(set(said))]
    mixed = readings * 2
    random.shuffle(mixed)  # type: ignore[attr-defined]  # a Random
    straight, crooked = judge(), judge()
    for one in readings:
        straight.hear(one)
    for one in mixed:
        crooked.hear(one)
    for seconds in (0, 900, 930, 2000):
        assert crooked.open(at(seconds)) == straight.open(at(seconds))


def test_what_rises_too_fast_is_wrong_before_it_is_too_warm() -> None:
    """A fan has failed, or a door stands open in winter."""
    rising, falling = judge(), judge()
    for minute in range(6):
        rising.hear(value(minute * 60, 20 + 1.1 * minute))
        falling.hear(value(minute * 60, 25.9 - 1.1 * minute))
    assert set(rising.open(at(320))) == {Cause.RISING}
    assert set(falling.open(at(320))) == {Cause.FALLING}


WORDS = [
    ("problem", "on", Cause.FAULT),
    ("problem", "off", None),
    ("running", "off", Cause.FAULT),
    ("connectivity", "off", Cause.FAULT),
    ("connectivity", "on", None),
    ("battery", "on", Cause.TOO_LOW),
    ("motion", "on", None),
]


@pytest.mark.parametrize(("device_class", "said", "cause"), WORDS)
def test_a_binary_sensor_says_by_its_class_what_is_wrong(device_class: str, said: str, cause: Cause | None) -> None:
    """As Home Assistant defines the words; movement is never wrong."""
    one = judge(replace(LAMP, config={"device_class": device_class}), None)
    one.hear(word(0, said))
    assert set(one.open(at(20))) == ({cause} if cause else set())


@pytest.mark.parametrize(("said", "wrong"), [("error", True), ("FAULT", True), ("ok", False), ("cooling", False)])
def test_a_device_that_says_fault_is_believed(said: str, wrong: bool) -> None:  # noqa: FBT001 - a case
    """In a state of its own; the word stays on the condition."""
    one = judge(replace(AIR, quantity=Quantity.STATE), None)
    one.hear(word(0, said))
    assert [found[2] for found in one.open(at(20)).values()] == ([said] if wrong else [])


def test_what_the_broker_had_kept_counts_for_words_and_not_for_numbers() -> None:
    """A retained fault stands until it is taken back; a retained temperature may be from last year."""
    kept, lamp = judge(), judge(LAMP, None)
    kept.hear(value(0, 40.0, Quality.RESTORED))
    lamp.hear(word(0, "on", Quality.RESTORED))
    assert kept.open(at(100)) == {}
    assert set(lamp.open(at(100))) == {Cause.FAULT}


def test_a_point_that_does_not_know_is_neither_right_nor_wrong() -> None:
    """Its sensor is loose: what was wrong before stays."""
    one = judge()
    one.hear(value(0, 40.0))
    one.hear(word(30, "unknown"))
    one.hear(Reading(point="air.t", at=at(31)))
    assert set(one.open(at(600))) == {Cause.TOO_HIGH}


def test_a_value_that_swings_is_one_thing_that_ends_when_it_is_steady() -> None:
    """Across the margin six times within ten minutes; the rate of noise does not count (T4)."""
    swinging = judge()
    for number in range(8):
        swinging.hear(value(number * 60, 27.0 if number % 2 else 25.0))
    assert Cause.FLAPPING in swinging.open(at(430))
    assert Cause.FLAPPING in swinging.open(at(420 + 599))
    assert Cause.FLAPPING not in swinging.open(at(420 + 600))
    noisy = judge()
    for number in range(60):
        noisy.hear(value(number * 10, 20.0 + number / 6 + (0.4 if number % 2 else -0.4)))
        assert Cause.FLAPPING not in noisy.open(at(number * 10))


def test_only_so_many_readings_are_kept() -> None:
    """Memory is bounded (I13), and a reading older than all of them is too late to count."""
    one = judge()
    for second in range(10 * KEPT):
        one.hear(value(second, 23.0))
    one.hear(value(1, 40.0))
    assert one.open(at(10_000)) == {}
