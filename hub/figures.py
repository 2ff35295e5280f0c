"""What the hub's parts have counted, as ``/metrics`` names it."""

from collections.abc import Mapping


def totals(grown: Mapping[str, Mapping[str, int]]) -> Mapping[str, float]:
    """Name each part's counts, which only ever grow: ``ingest`` and ``bad.json`` are ``ingest_bad_json_total``."""
    return {
        f"{part}_{name.replace('.', '_')}_total": float(count)
        for part, counts in grown.items()
        for name, count in counts.items()
    }
