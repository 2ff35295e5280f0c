"""A whole house: fifty simulated rooms with twenty sensors each, once a second, on one hub with its pages.

The hub is a process of its own (``python -m hub serve``); the devices are those of ``python -m devices simulate``, each
with a connection of its own. What counts: is a reading missing, does memory grow, do the pages stay quick.
``YINGBIN_BENCH_ROOMS_S`` is for how many seconds it runs (default: 60); the hub's memory stands still from the second
minute on, once its caches are full.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devices.simulation.config import BrokerConfig, SimulationConfig
from devices.simulation.running import Running
from devices.simulation.wiring import build, hub_lines
from hub.domain.field_devices import Quantity
from hub.domain.meetings import Room
from hub.domain.words import Words
from hub.store import migrate
from hub.store.sql import open_store
from tests.bench.rows import Row, percentile, row

ROOMS, SENSORS = 50, 20
ROOM = "room-7"
_HOST = "127.0.0.1"
_WAIT_S = 90.0
_EDGE_S = 5
_LOOKS = 15
_pause = threading.Event()


def rows() -> Iterator[Row]:
    """Let the house run, and look at its pages meanwhile."""
    lasts_s = int(os.environ.get("YINGBIN_BENCH_ROOMS_S", "60"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker, web = _free_port(), _free_port()
        simulated = SimulationConfig(
            site="bench",
            rooms=ROOMS,
            sensors=SENSORS,
            rate=1.0,
            broker=BrokerConfig(port=broker, secrets=folder / "data" / "broker"),
        )
        _furnish(folder, simulated, broker, web)
        command = [sys.executable, "-m", "hub", "serve", "--log", "warning", "--config", str(folder / "hub.toml")]
        hub = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _until(lambda: _get(web, "/healthz") > 0)
            venue = build(simulated)
            venue.start()
            try:
                yield from _measure(venue, hub.pid, web, lasts_s)
                ended = datetime.now(UTC)
            finally:
                venue.stop()
        finally:
            hub.terminate()
            hub.wait(30)
        yield from _missing(folder, ended, lasts_s)


def _measure(venue: Running, pid: int, web: int, lasts_s: int) -> Iterator[Row]:
    _until(lambda: venue.connected == venue.size)
    _until(lambda: _figure(web, "sensors_points") >= ROOMS * SENSORS)
    _pause.wait(2 * _EDGE_S)
    began, said, halfway = time.monotonic(), venue.counts["said"], 0.0
    pages = {"wall": "/rooms", "room": f"/rooms/{ROOM}", "device": f"/rooms/devices/{_device(web)}"}
    took: dict[str, list[float]] = {name: [] for name in pages}
    while (left_s := began + lasts_s - time.monotonic()) > 0:
        for name, path in pages.items():
            if len(took[name]) < _LOOKS:
                took[name].append(_get(web, path))
        if not halfway and left_s < lasts_s / 2:
            halfway = _resident_mb(pid)
        _pause.wait(min(1.0, left_s))
    yield row("rooms_said_per_s", (venue.counts["said"] - said) / lasts_s, "1/s")
    yield row("rooms_hub_mb", _resident_mb(pid), "MB", "rooms_hub_mb_halfway", halfway)
    yield row("rooms_lost", _figure(web, "sensors_lost_total") + _figure(web, "sensors_dropped_total"), "messages")
    for name, found in took.items():
        yield row(f"rooms_page_{name}_ms", percentile(found, 0.5), "ms")


def _missing(folder: Path, ended: datetime, lasts_s: int) -> Iterator[Row]:
    """Count what is kept of each node's sensors, away from the edges, against one reading a second."""
    store = open_store(f"sqlite:///{folder / 'data' / 'hub.sqlite3'}")
    end = ended - timedelta(seconds=_EDGE_S)
    start, wanted = end - timedelta(seconds=lasts_s - 2 * _EDGE_S), lasts_s - 2 * _EDGE_S
    with store.read() as tx:
        nodes = {one.id for one in tx.field_devices.all() if one.publisher.startswith("esp-room")}
        points = [one.id for one in tx.field_devices.points() if one.device in nodes and _is_measured(one.quantity)]
        kept = [sum(spot.n for spot in tx.readings.history(one, start, end, 1).spots) for one in points]
    store.close()
    yield row("rooms_points", len(points), "points")
    yield row("rooms_missing", sum(max(0, wanted - 1 - count) for count in kept), "readings")


def _is_measured(quantity: Quantity) -> bool:
    return quantity not in {Quantity.STATE, Quantity.EVENT, Quantity.SIGNAL_STRENGTH, Quantity.DURATION}


def _furnish(folder: Path, simulated: SimulationConfig, broker: int, web: int) -> None:
    """Write the hub's settings, and its rooms into a new database."""
    (folder / "data").mkdir(mode=0o700)
    url = f"sqlite:///{folder / 'data' / 'hub.sqlite3'}"
    migrate.upgrade(url)
    store = open_store(url)
    with store.write() as tx:
        for key in simulated.room_names():
            tx.meetings.save_room(Room(key=key, name=Words(key, key)))
    store.close()
    lines = hub_lines(simulated)
    sensors = lines.splitlines()[1].removeprefix("sensors = ")
    (folder / "hub.toml").write_text(
        f'site = "bench"\nkiosks = []\n{lines}data = "{folder / "data"}"\n[broker]\nport = {broker}\n'
        f"[web]\nport = {web}\n[rooms]\npublishers = {sensors}\n",
        encoding="utf-8",
    )


def _get(web: int, path: str) -> float:
    """Return how long a page took, in milliseconds; 0 when it did not come."""
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(f"http://{_HOST}:{web}{path}", timeout=30) as answer:
            answer.read()
    except OSError:
        return 0.0
    return (time.perf_counter() - began) * 1000


def _device(web: int) -> str:
    """Return the hub's id of one node."""
    with urllib.request.urlopen(f"http://{_HOST}:{web}/api/v1/points?room={ROOM}", timeout=30) as answer:
        points = json.load(answer)["points"]
    return next(str(one["device"]) for one in points if one["quantity"] == Quantity.CARBON_DIOXIDE)


def _figure(web: int, name: str) -> float:
    with urllib.request.urlopen(f"http://{_HOST}:{web}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return next((float(line.split()[-1]) for line in lines if line.split()[0].endswith(name)), 0.0)


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as free:
        return int(free.getsockname()[1])


def _until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + _WAIT_S
    while not is_so():
        assert time.monotonic() < deadline, "the house did not come up"
        _pause.wait(0.5)
