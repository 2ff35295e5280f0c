"""The hub's process or its broker is killed: how long until the next check-in is stored and answered (DESIGN 9)."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.hub_process import HALL_OF_500, furnish, serving
from tests.bench.rows import Row, percentile, row

RESTARTS = 20


def rows() -> Iterator[Row]:
    """Kill each of the two again and again, with SIGKILL, while a kiosk sends until it is answered."""
    with tempfile.TemporaryDirectory() as name:
        folder, guests = Path(name), iter(range(2 * RESTARTS + 1))
        url = f"sqlite:///{folder / 'bench.db'}"
        furnish(url, {range(2 * RESTARTS + 1): HALL_OF_500})
        with serving(folder / "hub", url) as (hub, kiosk):
            kiosk.ask(next(guests))
            kills: dict[str, Callable[[], None]] = {"hub": hub.kill, "broker": hub.kill_broker}
            for what, kill in kills.items():
                times = []
                for _ in range(RESTARTS):
                    began = time.perf_counter()
                    kill()
                    kiosk.ask_until_answered(next(guests))
                    times.append(time.perf_counter() - began)
                yield row(f"{what}_restart_to_answer_p50_s", percentile(times, 0.5), "s")
                yield row(f"{what}_restart_to_answer_p99_s", percentile(times, 0.99), "s")
