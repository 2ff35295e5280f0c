from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.timekeeping import STEP, Reading, Source, Timekeeping
from tests.kiosk.cards import MORNING

HOUR = 3_600_000
EPOCH = datetime(1970, 1, 1, 0, 0, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def after(ms: int) -> datetime:
    """Return the true time so many milliseconds after the start."""
    return MORNING + timedelta(milliseconds=ms)


def look(ms: int, *, off: timedelta = timedelta(), held: bool = True) -> Reading:
    """Look at a wall clock that is off by so much."""
    return Reading(wall=after(ms) + off, mono_ms=ms, held=held)


STARTED = Timekeeping.start(look(0))
ASLEEP = Timekeeping.start(Reading(wall=EPOCH, mono_ms=0, held=False))


def test_a_machine_that_woke_up_in_1970_is_not_trusted_until_it_hears_the_time() -> None:
    """From a time service or from the hub, whichever comes first (fault 44)."""
    assert ASLEEP.source is Source.NOBODY
    assert not ASLEEP.trusted(0)
    assert ASLEEP.at(5_000) == EPOCH + 5 * SECOND
    by_kernel = ASLEEP.read(look(HOUR))
    assert (by_kernel.at(HOUR), by_kernel.trusted(HOUR), by_kernel.wrong) == (after(HOUR), True, False)
    by_hub = ASLEEP.hear(after(HOUR), HOUR)
    assert (by_hub.at(2 * HOUR), by_hub.trusted(2 * HOUR)) == (after(2 * HOUR), True)
    asleep_still = by_hub.read(Reading(wall=EPOCH, mono_ms=2 * HOUR, held=False))
    assert (asleep_still.at(2 * HOUR), asleep_still.trusted(2 * HOUR), asleep_still.wrong) == (
        after(2 * HOUR),
        True,
        False,
    )


def test_a_year_that_cannot_be_is_no_time_whatever_the_kernel_says() -> None:
    """A clock set to always be trusted is still 1970 after a power cut."""
    assert Timekeeping.start(Reading(wall=EPOCH, mono_ms=0, held=True)).source is Source.NOBODY


@pytest.mark.parametrize("off", [timedelta(milliseconds=3), -SECOND, 10 * 60 * SECOND, -STEP])
def test_small_corrections_are_followed(off: timedelta) -> None:
    """What time services do all day."""
    kept = STARTED.read(look(HOUR, off=off))
    assert (kept.at(HOUR), kept.trusted(HOUR), kept.wrong) == (after(HOUR) + off, True, False)


@pytest.mark.parametrize("hours", [3, -3, 1, 20 * 365 * 24, -20 * 365 * 24])
def test_a_step_is_not_believed_and_a_person_is_called(hours: int) -> None:
    """Time goes on as it went; nobody is refused by it until the wall clock is back (faults 45 and 48)."""
    off = timedelta(hours=hours)
    kept = STARTED.read(look(HOUR, off=off))
    assert (kept.at(HOUR), kept.trusted(HOUR), kept.wrong) == (after(HOUR), False, True)
    back = kept.read(look(2 * HOUR))
    assert (back.trusted(2 * HOUR), back.wrong) == (True, False)


def test_the_hub_s_word_decides_about_a_step() -> None:
    """It confirms a good one, and vouches for the steady time against a bad one."""
    off = timedelta(hours=3)
    wrong_from_the_start = Timekeeping.start(look(0, off=-off)).read(look(HOUR))
    confirmed = wrong_from_the_start.hear(after(HOUR), HOUR).read(look(HOUR))
    assert (confirmed.at(HOUR), confirmed.trusted(HOUR), confirmed.wrong) == (after(HOUR), True, False)
    vouched = STARTED.hear(after(0), 0).read(look(HOUR, off=off))
    assert (vouched.at(HOUR), vouched.trusted(HOUR), vouched.wrong) == (after(HOUR), True, True)


def test_the_hub_wins_when_the_two_differ_at_its_first_word_and_not_later() -> None:
    """All doors judge by the hub's time; a hub that jumps is not followed by a kiosk that knows better (fault 47)."""
    off = timedelta(days=365)
    lied_to = Timekeeping.start(look(0, off=off)).hear(after(1_000), 1_000).read(look(2_000, off=off))
    assert (lied_to.at(2_000), lied_to.trusted(2_000), lied_to.wrong) == (after(2_000), True, True)
    kept = STARTED.hear(after(0), 0).hear(after(HOUR) + off, HOUR).read(look(HOUR))
    assert (kept.at(HOUR), kept.trusted(HOUR), kept.wrong) == (after(HOUR), False, True)
    agreed = kept.hear(after(2 * HOUR), 2 * HOUR).read(look(2 * HOUR))
    assert (agreed.trusted(2 * HOUR), agreed.wrong) == (True, False)


def test_creeping_away_in_small_steps_ends_at_the_hub_s_word() -> None:
    """Fourteen minutes at a time are caught as soon as the hub differs."""
    kept = STARTED.hear(after(0), 0)
    for number in range(1, 20):
        kept = kept.read(look(number * 1_000, off=number * 14 * 60 * SECOND))
    assert abs(kept.at(20_000) - after(20_000)) <= STEP
    assert kept.wrong


def test_a_late_message_does_not_set_time_back() -> None:
    """A reply that was under way for a minute tells an old time."""
    kept = ASLEEP.hear(after(1_000), 1_000).hear(after(2_000), 62_000)
    assert abs(kept.at(62_000) - after(62_000)) < SECOND


JUMPS = st.one_of(
    st.sampled_from([timedelta(), timedelta(hours=1), timedelta(hours=-1), timedelta(hours=3), timedelta(hours=-3)]),
    st.timedeltas(timedelta(days=-20 * 365), timedelta(days=20 * 365)),
    st.just(EPOCH - MORNING),
    st.timedeltas(timedelta(minutes=-14), timedelta(minutes=14)),
)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 12 * HOUR),
        st.sampled_from(["jump", "ntp", "hub", "late hub", "look"]),
        JUMPS,
        st.integers(0, 30_000),
    ),
    max_size=30,
)


@settings(max_examples=3_000)
@given(JUMPS, STEPS)
@example(EPOCH - MORNING, [(5_000, "hub", timedelta(), 0), (5_000, "jump", timedelta(hours=3), 0)])
def test_whatever_a_wall_clock_does_time_stays_near_the_truth_once_it_was_heard(
    first: timedelta, steps: list[tuple[int, str, timedelta, int]]
) -> None:
    """Thousands of schedules of jumps, of an honest time service and an honest hub.

    A jump is somebody setting the clock by hand, for which Linux forgets that it was held.
    """
    off, held = first, False
    now = 0
    kept = Timekeeping.start(look(0, off=off, held=held))
    heard = kept.source is not Source.NOBODY
    for wait, what, jump, delay in steps:
        before = kept.at(now)
        assert kept.at(now + wait) - before == timedelta(milliseconds=wait) or kept.at(now + wait).year in {1, 9999}
        now += wait
        match what:
            case "jump":
                off, held = jump, False
            case "ntp":
                off, held, heard = timedelta(), True, True
            case "hub" | "late hub":
                sent = max(0, now - (delay if what == "late hub" else 0))
                kept = kept.hear(after(sent), now)
                heard = True
            case _:
                pass
        kept = kept.read(look(now, off=off, held=held))
        if heard:
            assert abs(kept.at(now) - after(now)) <= timedelta(seconds=60)
            assert kept.trusted(now) or kept.wrong
        else:
            assert not kept.trusted(now)


@settings(max_examples=1_000)
@given(JUMPS, STEPS)
def test_a_wall_clock_that_lies_and_swears_to_it_is_held_within_a_quarter_of_an_hour_of_the_hub(
    first: timedelta, steps: list[tuple[int, str, timedelta, int]]
) -> None:
    """An attack on the time service: the kernel believes every jump. The hub is heard at the start."""
    kept = Timekeeping.start(look(0, off=first)).hear(after(0), 0)
    now, off = 0, first
    for wait, what, jump, _ in steps:
        now += wait
        off = jump if what == "jump" else off
        if what == "hub":
            kept = kept.hear(after(now), now)
        kept = kept.read(look(now, off=off))
        assert abs(kept.at(now) - after(now)) <= STEP + 60 * SECOND
        assert kept.trusted(now)
