"""How fast a value moves, by the first reading of each of the last minutes. Pure."""

from datetime import datetime, timedelta

Sample = tuple[datetime, float]

_MINUTE = timedelta(minutes=1)
SPAN = timedelta(minutes=5)
"""What is looked back on."""

LEAST = timedelta(minutes=2)
"""In less time a value says nothing of its direction."""


def sampled(samples: tuple[Sample, ...], at: datetime, value: float) -> tuple[Sample, ...]:
    """Add a reading that is the newest; one is kept of each minute, and none that is older than ``SPAN``."""
    kept = tuple(one for one in samples if at - one[0] <= SPAN)
    if kept and kept[-1][0].replace(second=0, microsecond=0) == at.replace(second=0, microsecond=0):
        return kept
    return (*kept, (at, value))


def per_minute(samples: tuple[Sample, ...], at: datetime, value: float) -> float | None:
    """Return by how much a value changes in a minute, None while that is not known."""
    if not samples or at - samples[0][0] < LEAST:
        return None
    return (value - samples[0][1]) / ((at - samples[0][0]) / _MINUTE)
