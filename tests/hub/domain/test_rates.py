"""How fast a value moves."""

import pytest

from hub.domain.rates import Sample, per_minute, sampled
from tests.hub.build import at


def rate(degrees_a_minute: float, minutes: float, every_s: int = 10, noise: float = 0.0) -> float | None:
    """Return the rate that is found for a value that moves so fast."""
    samples: tuple[Sample, ...] = ()
    found: float | None = None
    for number in range(int(minutes * 60 / every_s) + 1):
        seconds = number * every_s
        value = 20 + degrees_a_minute * seconds / 60 + noise * (-1) ** number
        found = per_minute(samples, at(seconds), value)
        samples = sampled(samples, at(seconds), value)
    assert len(samples) <= 6
    return found


@pytest.mark.parametrize("speed", [2.0, -1.5, 0.0])
def test_a_steady_change_is_found_whatever_the_interval(speed: float) -> None:
    """In units a minute."""
    for every in (1, 10, 60):
        assert rate(speed, 6, every) == pytest.approx(speed)


def test_noise_is_no_movement_and_two_minutes_are_needed_to_say_anything() -> None:
    """Two readings a second apart say nothing."""
    assert rate(0.0, 6, 1, noise=0.2) == pytest.approx(0.0, abs=0.15)
    assert rate(5.0, 1.5) is None
