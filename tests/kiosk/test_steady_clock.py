from datetime import timedelta

from kiosk.steady_clock import SteadyClock
from tests.kiosk.cards import MORNING, FixedClock


def test_the_kiosk_s_clock_runs_on_through_a_jump_and_says_that_something_is_wrong() -> None:
    """What everything else asks is steady; the machine's own clock is looked at each time."""
    machine = FixedClock()
    held = True
    clock = SteadyClock(machine, lambda: held)
    assert (clock.now(), clock.trusted(), clock.wrong) == (MORNING, True, False)
    machine.at += timedelta(hours=3)
    machine.ms += 2_000
    assert clock.now() == MORNING + timedelta(seconds=2)
    assert (clock.trusted(), clock.wrong) == (False, True)
    clock.hear(MORNING + timedelta(seconds=3))
    assert (clock.trusted(), clock.wrong) == (True, True)
    assert clock.monotonic_ms() == machine.ms


def test_in_a_fast_house_the_steady_time_keeps_pace_with_the_hub_s_and_durations_stay_real() -> None:
    """Else a kiosk would call its own clock wrong after a minute, and let greetings flit by."""
    machine = FixedClock()
    clock = SteadyClock(machine, lambda: True, 20)
    machine.at += timedelta(minutes=20)
    machine.ms += 60_000
    clock.hear(MORNING + timedelta(minutes=20))
    assert (clock.now(), clock.wrong) == (MORNING + timedelta(minutes=20), False)
    assert clock.monotonic_ms() == machine.ms
    assert clock.count_ms() == machine.ms * 20
