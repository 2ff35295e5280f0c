"""The soak's house: a real hub with its broker, a real kiosk process, and the real keeper of a real Chromium."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, Playwright
from playwright.sync_api import Error as BrowserError

from devices.clock import SystemClock
from hub.broker_files import secrets_file
from hub.config import HubConfig
from hub.config_sections import BrokerConfig, WebConfig
from hub.demo import staff
from hub.demo.house import open_house
from hub.demo.kiosks import KioskPlan, KioskProcess
from hub.demo.settings import quarter_end
from hub.domain.meetings import Door
from hub.domain.words import Words
from hub.making import hub_secrets
from hub.wiring import Hub
from kiosk.care.health import ask
from tests.conftest import CHROMIUM_FLAGS
from tests.soak.guests import Showing
from tests.soak.measures import group, kind

ZONE = ZoneInfo("Asia/Shanghai")
_END_S = 15


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stand:
    """Everything that runs, and what is asked of it."""

    def __init__(self, folder: Path, playwright: Playwright, chance: random.Random) -> None:
        """Open the house on the morning of its launch."""
        self._open = ExitStack()
        self._playwright = playwright
        self._browser: Browser | None = None
        now = datetime.now(UTC)
        day: date = quarter_end(now.astimezone(ZONE).date())
        offset = datetime.combine(day, time(9, 1), ZONE) - now
        self._clock = SystemClock(offset)
        self.hub = self._open_hub(folder, offset)
        self.port, self._debug_port = free_port(), free_port()
        script = folder / "script.jsonl"
        script.touch()
        self.kiosk = self._open_kiosk(folder, script, offset)
        self.showing = Showing(script, SystemClock(), SystemClock().monotonic_ms(), chance)
        key = bytes.fromhex(hub_secrets(self.hub_config).lookup_key)
        self.showing.prepare(open_house(self.hub.store, day, self._clock.now(), key))
        self._keeper = self._open_keeper(folder)

    def _open_hub(self, folder: Path, offset: timedelta) -> Hub:
        self.hub_config = HubConfig(
            site="soak",
            kiosks=("kiosk-1", "kiosk-2"),
            data=folder / "hub",
            broker=BrokerConfig(port=0),
            web=WebConfig(port=0),
            clock_offset_s=offset.total_seconds(),
        )
        hub = Hub(self.hub_config)
        self._open.callback(hub.stop)
        hub.start()
        return hub

    def _open_kiosk(self, folder: Path, script: Path, offset: timedelta) -> KioskProcess:
        kiosk = KioskProcess(
            KioskPlan(
                door=Door(device="kiosk-1", name=Words("东门", "East door")),
                folder=folder / "kiosk-1",
                script=script,
                secret=secrets_file(self.hub_config.data / "broker", "kiosk-1"),
                broker_port=self.hub.broker.port if self.hub.broker else 0,
                screen_port=self.port,
                site="soak",
                zone=ZONE.key,
                offset_s=offset.total_seconds(),
            )
        )
        self._open.callback(kiosk.stop)
        kiosk.start()
        return kiosk

    def _open_keeper(self, folder: Path) -> subprocess.Popen[bytes]:
        """Start ``python -m kiosk browser``; a port for the soak's own hands is the only thing added."""
        flags = ["--headless=new", f"--remote-debugging-port={self._debug_port}", *CHROMIUM_FLAGS]
        told = ", ".join(f'"{flag}"' for flag in flags)
        settings = (folder / "kiosk-1" / "kiosk.toml").read_text(encoding="utf-8")
        browser = f'[browser]\ncompositor = "none"\nnightly_hour = -1\nflags = [{told}]'
        path = folder / "browser.toml"
        path.write_text(re.sub(r"\[browser\]\nexpected = false", browser, settings), encoding="utf-8")
        with (folder / "browser.log").open("wb") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "kiosk", "browser", "--config", str(path)], stdout=log, stderr=log
            )
        self._open.callback(self._end_keeper)
        return keeper

    def _end_keeper(self) -> None:
        self._keeper.terminate()
        try:
            self._keeper.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._keeper.kill()

    def close(self) -> None:
        """End everything."""
        self._open.close()

    @property
    def health(self) -> dict[str, Any] | None:
        """Return what the kiosk says of itself."""
        return ask(self.port)

    @property
    def kiosk_pid(self) -> int:
        """Return the kiosk's process."""
        process = self.kiosk._process
        return process.pid if process else 0

    @property
    def browser_pids(self) -> list[int]:
        """Return the browser's processes."""
        children = Path(f"/proc/{self._keeper.pid}/task/{self._keeper.pid}/children").read_text(encoding="ascii")
        return [pid for child in children.split() for pid in group(int(child))]

    def work(self) -> None:
        """Let the staff see to their tasks, as in the demo."""
        staff.work(self.hub.store, self._clock.now())

    def kill_renderers(self) -> int:
        """Kill every tab of the browser; return how many there were."""
        renderers = [pid for pid in self.browser_pids if kind(pid) == "renderer"]
        for pid in renderers:
            os.kill(pid, signal.SIGKILL)
        return len(renderers)

    def page(self) -> Page | None:
        """Return the guest's page for the soak's hands; None while there is none."""
        try:
            if self._browser is None or not self._browser.is_connected():
                self._browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self._debug_port}")
            pages = [page for context in self._browser.contexts for page in context.pages]
        except BrowserError:
            self.let_go()
            return None
        return next((page for page in pages if f":{self.port}/" in page.url), None)

    def let_go(self) -> None:
        """Take the hands off a browser that is gone, or about to be."""
        if self._browser is not None:
            with suppress(BrowserError):
                self._browser.close()
            self._browser = None
