from dataclasses import replace

import pytest

from devices.simulation.meetings import outside_at, people_at
from devices.simulation.physics import LOW_G, OUTSIDE_PPM, POT_G, REFILL_TAKES_S, Around, Pot, Room, step

HOUR = 3_600.0
FULL, EMPTY = Around(people=30), Around(people=0)
NOBODY_COMES = Around(people=30, refill_after_s=None)


def test_people_warm_a_room_and_fill_it_with_carbon_dioxide() -> None:
    """Thirty in an hour without cooling: degrees warmer, and air that makes sleepy."""
    before = Room(ac_on=False)
    after = step(before, HOUR, FULL)
    assert before.celsius + 1 < after.celsius < 35
    assert 1_000 < after.ppm < 5_000
    assert after.humidity > before.humidity


def test_an_empty_room_airs_and_cools_towards_what_is_outside() -> None:
    """Nothing grows for ever."""
    after = step(Room(ppm=2_000, celsius=26.0, ac_on=False), 48 * HOUR, EMPTY)
    assert after.ppm == pytest.approx(OUTSIDE_PPM, abs=5)
    assert after.celsius == pytest.approx(EMPTY.outside_c, abs=1)


@pytest.mark.parametrize("wished", [20.0, 24.0])
def test_air_conditioning_pulls_a_room_towards_its_set_point(wished: float) -> None:
    """In both directions, within the hour that a meeting lasts; not further than its power reaches."""
    after = step(Room(set_point=wished), HOUR, Around(people=10))
    assert after.celsius == pytest.approx(wished, abs=1.0)
    failed = step(Room(set_point=wished, ac_on=False), HOUR, Around(people=30))
    assert failed.celsius > after.celsius


def test_guests_empty_a_pot_which_is_lifted_refilled_and_hot_again() -> None:
    """While it is lifted the load cell weighs nothing, which is no empty pot."""
    room, seen = Room(), []
    for _ in range(3_600):
        room = step(room, 1, FULL)
        seen.append(room.pot.grams)
    low = next(at for at, grams in enumerate(seen) if 0 < grams < LOW_G)
    lifted = next(at for at, grams in enumerate(seen) if grams == 0)
    back = next(at for at in range(lifted, len(seen)) if seen[at] > 0)
    assert low < lifted < back
    assert lifted - low == pytest.approx(300, abs=10)
    assert back - lifted == pytest.approx(REFILL_TAKES_S, abs=10)
    assert seen[back] == pytest.approx(Pot().grams, abs=20)


def test_a_pot_that_nobody_refills_stays_empty_and_gets_cold() -> None:
    """It never weighs less than the pot itself."""
    after = step(Room(), 6 * HOUR, NOBODY_COMES)
    assert after.pot.grams == POT_G
    assert after.pot.celsius == pytest.approx(after.celsius, abs=3)


def test_a_lamp_burns_its_hours_and_dies() -> None:
    """Only while it is on; a dead one takes what standby takes."""
    room = Room(projector_on=True, lamp_h=2_999.5)
    assert step(replace(room, projector_on=False), HOUR, EMPTY).lamp_ok
    dead = step(room, HOUR, EMPTY)
    assert not dead.lamp_ok
    assert dead.projector_w < room.projector_w / 10
    assert dead.energy_wh > 0


def test_a_battery_drains_and_ends_at_nothing() -> None:
    """A year and more by itself; within minutes when it is told to."""
    assert 80 < step(Room(), 24 * HOUR, EMPTY).battery < 96
    assert step(Room(), 600, Around(battery_percent_h=3_000)).battery == 0


def test_a_room_does_not_depend_on_how_often_it_is_looked_at() -> None:
    """An hour at once, or in seconds: faster simulations show the same venue."""
    room = Room()
    for _ in range(720):
        room = step(room, 5, FULL)
    whole = step(Room(), HOUR, FULL)
    assert whole.celsius == pytest.approx(room.celsius, abs=0.01)
    assert whole.ppm == pytest.approx(room.ppm, rel=0.001)


def test_the_same_seed_gives_the_same_meetings_and_another_one_others() -> None:
    """They come, they sit, they leave; a room is empty between two meetings."""
    day = [people_at(7, 2, minute * 60) for minute in range(24 * 60)]
    assert day == [people_at(7, 2, minute * 60) for minute in range(24 * 60)]
    assert day != [people_at(8, 2, minute * 60) for minute in range(24 * 60)]
    assert day != [people_at(7, 3, minute * 60) for minute in range(24 * 60)]
    assert min(day) == 0
    assert 4 <= max(day) <= 40


def test_the_weather_goes_from_its_coldest_to_its_warmest_within_a_day() -> None:
    """And never past them."""
    day = [outside_at(minute * 60.0) for minute in range(24 * 60)]
    assert min(day) == pytest.approx(8, abs=0.1)
    assert max(day) == pytest.approx(14, abs=0.1)
