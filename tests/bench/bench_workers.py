"""Check-ins a second with one ingest process and with several, on PostgreSQL behind one broker.

Guests of one meeting take turns at its seats (a row lock); those of several meetings do not. Each process needs a
processor to itself, and so does the database: on two, they share them with this program and the broker.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from devices.contract import codec
from devices.contract.messages import HubState, Status
from devices.contract.topics import hub_state
from devices.ports import Received
from hub.broker import Broker, BrokerSettings
from hub.broker_files import Users, secrets_file
from tests.bench.hub_process import HALL_OF_500, HALL_OF_7000, SITE, LinkedKiosk, connect, furnish, wait_until
from tests.bench.rows import Row, row
from tests.hub import postgres

WORKERS = int(os.environ.get("YINGBIN_BENCH_WORKERS", "2"))
BURST = 6_000
_MEETINGS = 12
_NAMES = tuple(f"hub-{number + 1}" for number in range(WORKERS))


def rows() -> Iterator[Row]:
    """Measure one crowd at one meeting and at a dozen, with one process and with ``YINGBIN_BENCH_WORKERS``."""
    each = BURST // _MEETINGS
    halls = {
        "one_meeting": {range(BURST): HALL_OF_7000},
        f"{_MEETINGS}_meetings": {range(start, start + each): HALL_OF_500 for start in range(0, BURST, each)},
    }
    with tempfile.TemporaryDirectory() as name, postgres.running() as server:
        for what, meetings in halls.items():
            alone = 0.0
            for number in (1, WORKERS):
                url = server.url(server.create(prefix="workers"))
                furnish(url, meetings)
                with _serving(Path(name) / f"{what}-{number}", url, _NAMES[:number]) as kiosk:
                    order = [start + at for at in range(each) for start in range(0, BURST, each)]
                    found = kiosk.burst(order)
                alone = alone or found
                plural = "" if number == 1 else "es"
                against = f"check_ins_per_s_{what}_1_process"
                yield row(f"check_ins_per_s_{what}_{number}_process{plural}", found, "1/s", against, alone)


@contextlib.contextmanager
def _serving(folder: Path, url: str, names: tuple[str, ...]) -> Iterator[LinkedKiosk]:
    """Run a broker and these processes of the hub until all of them are there."""
    broker = Broker(BrokerSettings(folder, SITE, ("kiosk-1", "kiosk-2"), Users(workers=_NAMES)))
    broker.start()
    processes = [_start(folder, url, broker.port, name) for name in names]
    online: set[str] = set()

    def hear(message: Received) -> None:
        state = codec.decode(message.payload, HubState)
        if state.status is Status.ONLINE:
            online.add(state.boot)

    watch = connect(broker.port, "kiosk-2", broker.secrets("kiosk-2").password, hear, hub_state(SITE))
    kiosk = LinkedKiosk(broker.port, broker.secrets("kiosk-1").password)
    try:
        wait_until(lambda: len(online) == len(names))
        yield kiosk
    finally:
        for link in (kiosk.link, watch):
            link.stop()
        for process in processes:
            process.terminate()
            process.wait(20)
        broker.stop()


def _start(folder: Path, url: str, port: int, name: str) -> "subprocess.Popen[bytes]":
    config = folder / f"{name}.toml"
    config.write_text(
        f'site = "{SITE}"\nkiosks = ["kiosk-1", "kiosk-2"]\ndata = {json.dumps(str(folder / name))}\n'
        f"[store]\nurl = {json.dumps(url)}\n"
        f'[broker]\nmanaged = false\nname = "{name}"\nport = {port}\n'
        f"secret = {json.dumps(str(secrets_file(folder, name)))}\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "hub", "ingest", "--log", "warning", "--config", str(config)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)
