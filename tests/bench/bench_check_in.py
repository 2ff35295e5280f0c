"""A check-in from a kiosk's link through Mosquitto and the hub to a durable row and back, on both databases.

The hub is its own process; this one plays the kiosk. Each check-in is measured between a bare echo and a bare commit,
because on a shared machine all three change from second to second; what counts is their ratio.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.bases import Echo, commits_on_postgresql, commits_on_sqlite
from tests.bench.hub_process import HALL_OF_500, HALL_OF_7000, LinkedKiosk, furnish, serving
from tests.bench.rows import Row, percentile, row
from tests.hub import postgres

TRIPS = 400
BURST = 6_000
SMALL, LARGE = range(TRIPS), range(TRIPS, TRIPS + TRIPS // 2 + BURST)


def rows() -> Iterator[Row]:
    """Measure echo, commit, round trip and burst, each with its ratio."""
    with tempfile.TemporaryDirectory() as name, postgres.running() as server:
        folder = Path(name)
        echo = Echo(folder / "echo")
        urls = {"sqlite": f"sqlite:///{folder / 'bench.db'}", "postgresql": server.url(server.create(prefix="bench"))}
        commits = {"sqlite": commits_on_sqlite(folder / "c.db"), "postgresql": commits_on_postgresql(server)}
        for database, url in urls.items():
            furnish(url, {SMALL: HALL_OF_500, LARGE: HALL_OF_7000})
            with serving(folder / database, url) as (_, kiosk):
                yield from _trips(database, kiosk, SMALL, "", echo, commits[database])
                first, rest = LARGE[: TRIPS // 2], LARGE[TRIPS // 2 :]
                yield from _trips(database, kiosk, first, "_7000_seats", echo, commits[database])
                yield row(f"burst_per_s_{database}", kiosk.burst(rest), "1/s")
        echo.stop()


def _trips(
    database: str, kiosk: LinkedKiosk, numbers: range, hall: str, echo: Echo, commit: Callable[[], float]
) -> Iterator[Row]:
    times = [(echo.once(), commit(), kiosk.ask(number)) for number in numbers]
    echoes, commits, trips = zip(*times[10:], strict=True)  # the first ones warm everything up
    bare_echo, bare_commit, trip = (percentile(each, 0.5) for each in (echoes, commits, trips))
    yield row(f"mqtt_echo_ms_beside_{database}{hall}", bare_echo, "ms")
    yield row(f"commit_ms_{database}{hall}", bare_commit, "ms")
    yield row(f"round_trip_ms_{database}{hall}", trip, "ms", "mqtt_echo_ms + commit_ms", bare_echo + bare_commit)
    yield row(f"round_trip_p99_ms_{database}{hall}", percentile(trips, 0.99), "ms")
