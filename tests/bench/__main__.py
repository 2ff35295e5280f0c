"""``make bench``: measures what DESIGN promises and prints one JSON line a figure.

Absolute numbers are this machine's, and machines are shared and noisy; what counts is the ratio of two figures taken in
one run. ``python -m tests.bench decode`` runs only the parts whose name begins so.
"""

import json
import sys
from collections.abc import Callable, Iterable

from tests.bench import (
    bench_alerts,
    bench_bookings,
    bench_check_in,
    bench_decision,
    bench_decode,
    bench_drain,
    bench_greeting,
    bench_keys,
    bench_kiosk_memory,
    bench_memory,
    bench_privacy,
    bench_readings,
    bench_restart,
    bench_rooms,
    bench_sensors,
    bench_workers,
)
from tests.bench.rows import Row

PARTS: dict[str, Callable[[], Iterable[Row]]] = {
    "alerts": bench_alerts.rows,
    "decode": bench_decode.rows,
    "decision": bench_decision.rows,
    "greeting": bench_greeting.rows,
    "check_in": bench_check_in.rows,
    "restart": bench_restart.rows,
    "keys": bench_keys.rows,
    "memory": bench_memory.rows,
    "kiosk_memory": bench_kiosk_memory.rows,
    "drain": bench_drain.rows,
    "readings": bench_readings.rows,
    "sensors": bench_sensors.rows,
    "rooms": bench_rooms.rows,
    "workers": bench_workers.rows,
    "bookings": bench_bookings.rows,
    "privacy": bench_privacy.rows,
}


def main(wanted: list[str]) -> None:
    """Measure the wanted parts, all by default, printing each figure as soon as it is known."""
    for name, measure in PARTS.items():
        if not wanted or any(name.startswith(prefix) for prefix in wanted):
            for row in measure():
                print(json.dumps(row), flush=True)  # noqa: T201 - the output


if __name__ == "__main__":
    main(sys.argv[1:])
