"""A whole kiosk as its own process (``python -m tests.bench.kiosk_process CONFIG STAMPS``), for measuring.

It differs from ``python -m kiosk run`` in one thing: whenever the decoder gives texts, the moment goes into STAMPS as a
JSON line, in nanoseconds of this machine's monotonic clock, which is the same in every process.
"""

import contextlib
import http.client
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from kiosk import wiring
from kiosk.config import read_config
from kiosk.decode import Decoder
from tests.bench.hub_process import SITE, wait_until

_KIND = re.compile(r'data-kind="([a-z_]+)"')


def main(config: str, stamps: str) -> None:
    """Run the kiosk until SIGTERM."""
    with Path(stamps).open("a", encoding="utf-8", buffering=1) as file:

        class StampingDecoder(Decoder):
            """The real decoder, and when it had its first frame and when it had read something."""

            def __init__(self) -> None:
                """Have seen nothing."""
                super().__init__()
                self._began = False

            def read(self, frame: object) -> list[str]:
                """Read a frame and note the moment."""
                began, self._began = self._began, True
                texts = super().read(frame)
                if texts or not began:
                    file.write(json.dumps({"at": time.monotonic_ns(), "texts": texts}) + "\n")
                return texts

        if not hasattr(wiring, "Decoder"):
            raise RuntimeError("kiosk.wiring has no Decoder any more: this must be put together anew")
        vars(wiring)["Decoder"] = StampingDecoder
        wiring.run_until_signal(wiring.Kiosk(*read_config(Path(config))))


class KioskProcess:
    """One kiosk, its page's port and what its decoder read when."""

    def __init__(self, folder: Path, broker_port: int, password: str, camera: str, *, stamped: bool = True) -> None:
        """Write its settings and start it; ``camera`` is the table's lines in TOML.

        Without stamps it is ``python -m kiosk run`` itself, for its memory: ``reads`` and ``now_ms`` know nothing then.
        """
        folder.mkdir()
        self.port = _free_port()
        self._stamps = folder / "stamps.jsonl"
        self._stamps.touch()
        self.database = folder / "data" / "kiosk.sqlite3"
        (folder / "secret.toml").write_text(f'password = "{password}"\nlookup_key = "{"00" * 32}"\n')
        config = folder / "kiosk.toml"
        config.write_text(
            f'site = "{SITE}"\ndevice = "kiosk-1"\ndoor = {{ zh = "东门", en = "East" }}\ndata = "data"\n'
            f'[broker]\nsecret = "secret.toml"\nport = {broker_port}\n[camera]\n{camera}\n'
            f'[screen]\nport = {self.port}\n[clock]\ntrust = "always"\n',
            encoding="utf-8",
        )
        stamping = ["tests.bench.kiosk_process", str(config), str(self._stamps)]
        command = [sys.executable, "-m", *(stamping if stamped else ["kiosk", "run", "--config", str(config)])]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until(self._answers)

    @property
    def pid(self) -> int:
        """Return the id of its process."""
        return self._process.pid

    def reads(self) -> dict[str, float]:
        """Return the moment of each text's first read, in seconds."""
        found: dict[str, float] = {}
        for line in self._stamps.read_text(encoding="utf-8").splitlines():
            stamp = json.loads(line)
            for text in stamp["texts"]:
                found.setdefault(text, stamp["at"] / 1e9)
        return found

    def now_ms(self) -> int:
        """Return the milliseconds since the camera's first frame, from which its script counts."""
        wait_until(lambda: bool(self._stamps.read_text(encoding="utf-8")))
        first = json.loads(self._stamps.read_text(encoding="utf-8").splitlines()[0])["at"]
        return (time.monotonic_ns() - int(first)) // 1_000_000

    def guests(self) -> int:
        """Return how many guests its roster holds."""
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            found: int = database.execute("select count(*) from roster where kind = 'guest'").fetchone()[0]
            return found

    def healthz(self) -> tuple[float, bool]:
        """Return the milliseconds of one ``GET /healthz`` on a new connection, and whether the hub is heard."""
        began = time.monotonic()
        page = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        page.request("GET", "/healthz")
        told = json.loads(page.getresponse().read())
        page.close()
        return (time.monotonic() - began) * 1000, bool(told["hub"])

    def stop(self) -> None:
        """End it in good order."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            self.healthz()
            return True
        return False


class PageClient:
    """Listens to the page's event stream as Chromium does, and notes what came when."""

    def __init__(self, port: int) -> None:
        """Connect and listen."""
        self.shown: list[tuple[float, str]] = []
        self._page = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._page.request("GET", "/events")
        self._answer = self._page.getresponse()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def after(self, moment: float, kinds: frozenset[str] | None = None) -> float | None:
        """Return the seconds from a moment to the first screen (of these kinds) that was pushed after it."""
        found = (at - moment for at, kind in self.shown if at >= moment and (kinds is None or kind in kinds))
        return next(found, None)

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self._lines():
                at = time.monotonic()
                if line.startswith("data: "):
                    kind = _KIND.search(json.loads(line.removeprefix("data: ")).get("html", ""))
                    if kind:
                        self.shown.append((at, kind[1]))

    def _lines(self) -> Iterator[str]:
        while line := self._answer.readline():
            yield line.decode("utf-8").rstrip("\n")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(*sys.argv[1:3])
