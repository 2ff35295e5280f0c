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
