"""The form of a figure."""

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]
"""``{"name", "value", "unit", "ratio_to", "ratio"}``; the last two are None where there is nothing to compare with."""


def row(name: str, value: float, unit: str, ratio_to: str | None = None, base: float | None = None) -> Row:
    """Make a figure; ``base`` is the value of the figure ``ratio_to``, from the same run."""
    ratio = round(value / base, 3) if base else None
    return {"name": name, "value": round(value, 4), "unit": unit, "ratio_to": ratio_to, "ratio": ratio}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
