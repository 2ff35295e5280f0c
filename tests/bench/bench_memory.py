"""The memory of the hub's process over a long run of check-ins, and whether it grows (I13).

``YINGBIN_BENCH_CHECK_INS=500000 make bench ARGS=memory`` runs a long one; the default is a short one.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.hub_process import HALL_OF_7000, furnish, serving
from tests.bench.rows import Row, row

CHECK_INS = int(os.environ.get("YINGBIN_BENCH_CHECK_INS", "30000"))
_MEETING = 6_000
_STEPS = 20
_BURST = 1_000
"""Check-ins that follow each other without a pause."""


def rows() -> Iterator[Row]:
    """Check guests in to one full hall after another; report the resident set on the way and its slope."""
    step = CHECK_INS // _STEPS
    halls = {range(start, min(start + _MEETING, CHECK_INS)): HALL_OF_7000 for start in range(0, CHECK_INS, _MEETING)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        furnish(url, halls)
        held: list[float] = []
        with serving(folder / "hub", url) as (hub, kiosk):
            for start in range(0, step * _STEPS, step):
                for part in range(start, start + step, _BURST):
                    kiosk.burst(range(part, min(part + _BURST, start + step)))
                held.append(hub.resident_mb())
    for percent in (10, 50, 100):
        yield row(f"hub_resident_mb_at_{percent}_percent", held[_STEPS * percent // 100 - 1], "MB")
    later = held[_STEPS // 10 - 1 :]
    yield row("hub_resident_mb_per_100000", _slope(later) / step * 100_000, "MB per 100,000 check-ins")


def _slope(values: list[float]) -> float:
    """Return the slope of the line that fits best (least squares), per value."""
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    over = sum((at - middle) * (value - mean) for at, value in enumerate(values))
    return over / sum((at - middle) ** 2 for at in range(len(values)))
