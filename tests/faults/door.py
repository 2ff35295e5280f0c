"""A storm kiosk: the product's own wiring, with a lens that gives texts, and a witness at its screen.

Everything from the loop to the disk and the link is the product's (``kiosk.wiring``); only decoding pictures is left
out, because two processor cores could not feed several cameras. The witness is the oracle: when the screen says that
a guest may go in, one line goes to its file with one O_APPEND write. A kiosk killed between its commit and its screen
leaves an event that nobody saw: that guest was promised nothing.
"""

import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from devices.camera import Camera, Frame
from kiosk import wiring
from kiosk.board import ScreenBoard
from kiosk.config import read_config
from kiosk.loop import Loop
from kiosk.reception import Result
from kiosk.screen import Screen

AGAIN = 0.3
"""The share of scans that show a code this kiosk has seen before: guests who come back, and who ask twice."""
_FORGOTTEN_AFTER = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one door does: its kiosk's settings, the codes people hold up, how often, and where its witness writes.

    While the file ``quiet`` exists nobody comes, except of a script as many as it says. ``script`` shows the codes
    once, in their order, in place of chance.
    """

    config: Path
    codes: Path
    witness: Path
    quiet: Path
    rate: float
    seed: int
    script: bool = False


class Queue:
    """The people before one door: gives the next code when its moment has come. Stands where a camera would."""

    def __init__(self, plan: Plan) -> None:
        """Read the codes."""
        self._plan = plan
        self._codes: list[str] = json.loads(plan.codes.read_text(encoding="utf-8"))
        self._chance = Random(f"{plan.seed}-{plan.config}-{os.getpid()}")
        self._seen: deque[str] = deque(maxlen=_FORGOTTEN_AFTER)
        self._due_s = time.monotonic()
        self._pause = threading.Event()
        self._position = 0
        self._shown = 0

    def read(self) -> Frame | None:
        """Return the next code written into a picture, None while nobody comes."""
        if self._quiet():
            return None
        self._due_s = max(self._due_s + 1 / self._plan.rate, time.monotonic() - 1)
        self._pause.wait(max(0.0, self._due_s - time.monotonic()))
        code = None if self._quiet() else self._next()
        return None if code is None else self._picture(code)

    def close(self) -> None:
        """Nothing to give back."""

    def _quiet(self) -> bool:
        try:
            return self._position >= int(self._plan.quiet.read_text())
        except FileNotFoundError:
            return False

    def _picture(self, code: str) -> Frame:
        """Write a byte into each pixel, after one that never stays: a camera's pictures are never quite the same."""
        self._shown = (self._shown + 1) % 100
        return np.frombuffer(bytes([100 + self._shown]) + code.encode(), np.uint8).repeat(3).reshape(1, -1, 3)

    def _next(self) -> str | None:
        if self._plan.script:
            if self._position >= len(self._codes):
                return None
            self._position += 1
            return self._codes[self._position - 1]
        old = len(self._seen) > _FORGOTTEN_AFTER // 2 and self._chance.random() < AGAIN
        code = self._chance.choice(list(self._seen)[: _FORGOTTEN_AFTER // 2] if old else self._codes)
        self._seen.append(code)
        return code


class Reader:
    """Stands where the decoder would: the text is there already."""

    def read(self, frame: Frame) -> Sequence[str]:
        """Return the text that the queue wrote into the picture."""
        return [frame[0, 1:, 0].tobytes().decode()]


class Witness:
    """Writes down what the screen promised. Files are many and small, so that a full disk stops them last."""

    def __init__(self, folder: Path, device: str) -> None:
        """Open a file for this run of the kiosk."""
        path = folder / f"{device}-{time.time_ns()}.jsonl"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._device = device
        self._from_hub: dict[str, bool] = {}

    def expect(self, result: Result) -> None:
        """Note whose word the next screen of this scan will show."""
        self._from_hub[result.event] = result.from_hub

    def saw(self, shown: Screen) -> None:
        """Write one line when the screen lets somebody in."""
        if not (shown.kind.admits and shown.scan_id):
            return
        seat = [shown.seat.zone, shown.seat.row, shown.seat.number] if shown.seat else None
        line = {
            "event": shown.scan_id,
            "device": self._device,
            "verdict": shown.kind.value,
            "seat": seat,
            "from_hub": self._from_hub.pop(shown.scan_id, False),
            "ms": time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000,
        }
        with suppress(OSError):  # a full disk: then nobody witnesses
            os.write(self._file, (json.dumps(line) + "\n").encode())


def build(plan: Plan) -> wiring.Kiosk:
    """Put a kiosk together by the product's wiring, with the queue as its camera and the witness at its screen."""
    config, secret = read_config(plan.config)
    witness = Witness(plan.witness, config.device)

    class WatchedBoard(ScreenBoard):
        """The product's board, with somebody looking at it."""

        def show(self, screen: Screen) -> None:
            """Show, then write down what was seen."""
            super().show(screen)
            witness.saw(screen)

        def update(self, scan_id: str, screen: Screen) -> bool:
            """Show a later answer, then write down what was seen."""
            changed = super().update(scan_id, screen)
            if changed:
                witness.saw(screen)
            return changed

    class WatchedLoop(Loop):
        """The product's loop, which tells the witness whose word a screen shows."""

        def _screen(self, result: Result) -> Screen:
            witness.expect(result)
            return super()._screen(result)

    def opener(*_: object) -> Callable[[], Camera]:
        queue = Queue(plan)
        return lambda: queue

    replaced: dict[str, object] = {
        "ScreenBoard": WatchedBoard,
        "Loop": WatchedLoop,
        "Decoder": Reader,
        "camera_opener": opener,
    }
    for name, part in replaced.items():
        if not hasattr(wiring, name):
            raise RuntimeError(f"kiosk.wiring has no {name} any more: the storm's door must be put together anew")
        setattr(wiring, name, part)
    return wiring.Kiosk(config, secret)


def main(arguments: list[str]) -> int:
    """Run one storm kiosk until it is told to stop; the one argument is its plan, a JSON file."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    values: dict[str, Any] = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    values |= {name: Path(values[name]) for name in ("config", "codes", "witness", "quiet")}
    wiring.run_until_signal(build(Plan(**values)))
    return 0
