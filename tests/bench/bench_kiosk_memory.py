"""The memory of a whole kiosk (``python -m kiosk run``) when guests have come and gone for a while (DESIGN 9).

PSS counts a library that several processes share by shares; a kiosk on a Pi shares with nobody, so its private memory
and the whole of its libraries (resident) are told beside it. ``filmed``: the camera is a film, read through OpenCV as a
real camera is. ``simulated``: the kiosk draws the pictures itself, as in the demo, which a Pi never does.
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

import cv2
import numpy as np
import segno

from devices.fake.camera import render_hold
from tests.bench.bench_greeting import tell_kiosks
from tests.bench.hub_process import HALL_OF_500, HubProcess, furnish, wait_until
from tests.bench.kiosk_process import KioskProcess
from tests.bench.rows import Row, row

GUESTS = int(os.environ.get("YINGBIN_BENCH_GUESTS", "20"))
BUDGET_MB = 120
_HOLD_MS, _PAUSE_S, _FRAMES = 1_500, 2.0, 45
_MOST_OF = 0.8
"""On a busy machine a code that is held so shortly may not be read."""


def rows() -> Iterator[Row]:
    """Let guests come, then read how much memory the kiosk has."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        furnish(url, {range(2 * GUESTS): HALL_OF_500})
        tell_kiosks(url)
        hub = HubProcess(folder / "hub", url)
        try:
            yield from _filmed(folder, hub)
            yield from _simulated(folder, hub)
        finally:
            hub.stop()


def _filmed(folder: Path, hub: HubProcess) -> Iterator[Row]:
    film = folder / "film.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 30, (1280, 720))
    for guest in range(GUESTS):
        for frame in render_hold(_code(folder, guest), "phone", 0.2, np.random.default_rng(guest), _FRAMES):
            writer.write(frame)
    writer.release()
    kiosk = _kiosk(folder / "filmed", hub, f'kind = "video"\nsource = "{film}"')
    try:
        yield from _measured("filmed", kiosk)
    finally:
        kiosk.stop()


def _simulated(folder: Path, hub: HubProcess) -> Iterator[Row]:
    script = folder / "script.jsonl"
    script.touch()
    began = time.monotonic()
    kiosk = _kiosk(folder / "simulated", hub, f'kind = "simulated"\nsource = "{script}"')
    try:
        for guest in range(GUESTS, 2 * GUESTS):
            starts_ms = int((time.monotonic() - began) * 1000)  # a little after now: the first frame came later
            shown = {"image": _code(folder, guest).name, "starts_ms": starts_ms, "lasts_ms": _HOLD_MS}
            with script.open("a", encoding="utf-8") as file:
                file.write(json.dumps(shown | {"medium": "phone", "difficulty": 0.2}) + "\n")
            threading.Event().wait(_PAUSE_S)
        yield from _measured("simulated", kiosk)
    finally:
        kiosk.stop()


def _kiosk(folder: Path, hub: HubProcess, camera: str) -> KioskProcess:
    return KioskProcess(folder, hub.port, hub.password("kiosk-1"), camera, stamped=False)


def _code(folder: Path, guest: int) -> Path:
    image = folder / f"{guest}.png"
    segno.make(f"BENCH-{guest:08d}", error="q", micro=False).save(str(image), scale=8, border=4)
    return image


def _measured(name: str, kiosk: KioskProcess) -> Iterator[Row]:
    wait_until(lambda: _scans(kiosk) >= GUESTS * _MOST_OF)
    for what, held in _held(kiosk.pid).items():
        yield row(f"kiosk_{name}_{what}_mb", held, "MB", "budget", BUDGET_MB)


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
