"""The memory of a whole kiosk: what its process holds when guests have come and gone for a while (DESIGN 9).

PSS counts a library that several processes share by shares; a kiosk on a Pi shares with nobody, so its private memory
and the whole of its libraries (resident) are told beside it. The camera is simulated, 1280 x 720 at 15 frames a second,
drawn by the kiosk itself; a real one needs less.
"""

import contextlib
import json
import os
import re
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import segno

from tests.bench.bench_greeting import tell_kiosks
from tests.bench.hub_process import HALL_OF_500, HubProcess, furnish, wait_until
from tests.bench.kiosk_process import KioskProcess
from tests.bench.rows import Row, row

GUESTS = int(os.environ.get("YINGBIN_BENCH_GUESTS", "20"))
BUDGET_MB = 120
_HOLD_MS, _PAUSE_S = 1_500, 2.0
_MOST_OF = 0.8
"""On a busy machine a code that is held so shortly may not be read."""


def rows() -> Iterator[Row]:
    """Let guests come, then read how much memory the kiosk has."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        furnish(url, {range(GUESTS): HALL_OF_500})
        tell_kiosks(url)
        hub = HubProcess(folder / "hub", url)
        script = folder / "script.jsonl"
        script.touch()
        camera = f'kind = "simulated"\nsource = "{script}"'
        began = time.monotonic()
        kiosk = KioskProcess(folder / "kiosk", hub.port, hub.password("kiosk-1"), camera, stamped=False)
        try:
            wait_until(lambda: kiosk.guests() == GUESTS)
            for guest in range(GUESTS):
                _hold(script, f"BENCH-{guest:08d}", time.monotonic() - began)
                threading.Event().wait(_PAUSE_S)
            wait_until(lambda: _scans(kiosk) >= GUESTS * _MOST_OF)
            for what, held in _held(kiosk.pid).items():
                yield row(f"kiosk_{what}_mb", held, "MB", "budget", BUDGET_MB)
        finally:
            kiosk.stop()
            hub.stop()


def _hold(script: Path, text: str, at_s: float) -> None:
    """Hold a code up soon; ``at_s`` is a little more than the seconds since the camera's first frame."""
    image = script.with_name(f"{text}.png")
    segno.make(text, error="q", micro=False).save(str(image), scale=8, border=4)
    shown = {"image": image.name, "starts_ms": int(at_s * 1000), "lasts_ms": _HOLD_MS, "medium": "phone"}
    with script.open("a", encoding="utf-8") as file:
        file.write(json.dumps(shown | {"difficulty": 0.2}) + "\n")


def _scans(kiosk: KioskProcess) -> int:
    """Return how many check-ins the kiosk has kept."""
    with contextlib.closing(sqlite3.connect(kiosk.database)) as database:
        found: int = database.execute("select count(*) from events").fetchone()[0]
        return found


def _held(pid: int) -> dict[str, float]:
    """Return the process's memory in MB, by kind."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = {name: int(kb) / 1024 for name, kb in re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE)}
    return {"pss": found["Pss"], "private": found["Private_Clean"] + found["Private_Dirty"], "resident": found["Rss"]}
