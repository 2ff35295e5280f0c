"""``python -m kiosk browser``: keeps the guest's page on the screen. A service of its own beside the kiosk's.

It asks the kiosk every second when the page was last known to be drawn, and starts the browser anew when that is too
long ago, when it has ended, and once each night while nobody stands there. When the kiosk wishes for a picture of its
screen it takes one (kiosk/screenshots.py).
"""

import logging
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.clock import SystemClock
from devices.ports import Clock, DeviceError
from devices.settings import BadSettings, Mistake, load
from kiosk.care import chromium
from kiosk.care.health import ask, hand_over
from kiosk.care.panel import NoPicture, picture
from kiosk.care.revival import SILENT_S, Look, Revival, Why
from kiosk.care.service import Service
from kiosk.config import BrowserConfig, Compositor, KioskConfig
from kiosk.screenshots import MOST_BYTES

_LOOK_S = 1.0
_LONGEST_PAUSE_S = 30.0
_IDLE = "idle"
_log = logging.getLogger(__name__)


class NoBrowser(DeviceError):
    """There is no browser to start."""

    code = "no_browser"


def command(config: BrowserConfig) -> list[str]:
    """Return the command line without profile and address. Raises NoBrowser where the program is missing."""
    program = chromium.find(config.program)
    if program is None:
        raise NoBrowser(f"there is no {config.program or 'Chromium'} here; type: sudo apt-get install chromium")
    browser = [program, *chromium.SWITCHES, *config.flags]
    if config.compositor is Compositor.NONE:
        return [*browser, "--ozone-platform-hint=auto"]
    return ["cage", "-d", "-s", "--", *browser, "--ozone-platform=wayland"]


class Keeper:
    """Looks every second, and revives."""

    def __init__(self, config: KioskConfig, browser: chromium.BrowserProcess, clock: Clock, service: Service) -> None:
        """Take the settings and the parts; ``run`` does the work."""
        self._port = config.screen.port
        self._zone = ZoneInfo(config.clock.zone)
        self._browser = browser
        self._clock = clock
        self._service = service
        self._revival = Revival(config.browser.nightly_hour, clock.monotonic_ms())
        self._stopping = threading.Event()
        self._pause_s = 0.0
        self._pictured = ""
        self.starts = 0

    def stop(self) -> None:
        """End soon."""
        self._stopping.set()

    def run(self) -> None:
        """Keep the page on the screen until ``stop``."""
        self._service.ready()
        try:
            while not self._stopping.is_set():
                self._turn()
                self._stopping.wait(_LOOK_S)
        finally:
            self._service.stopping()
            self._browser.end()

    def _turn(self) -> None:
        look = self._look()
        now_ms = self._clock.monotonic_ms()
        why = self._revival.judge(look, now_ms, self._clock.now().astimezone(self._zone))
        seen = "never seen" if look.page_s is None else f"seen {look.page_s:.0f} s ago"
        self._service.feed(f"page {seen}, browser started {self.starts} times")
        if why is None and look.page_s is not None and look.page_s < SILENT_S:
            self._pause_s = 0.0
        if why is not None and look.answers:  # without the kiosk there is no page to show
            self._revive(why)

    def _revive(self, why: Why) -> None:
        if self.starts:
            _log.warning("the browser is started anew: %s", why)
        self._browser.end()
        self._stopping.wait(self._pause_s)  # one that dies at once must not heat the machine
        self._pause_s = min(_LONGEST_PAUSE_S, 2 * self._pause_s + 0.5)
        if self._stopping.is_set():
            return
        try:
            self._browser.start(f"http://localhost:{self._port}/")
        except OSError as problem:
            _log.error("the browser cannot be started: %s", problem)
            return
        self.starts += 1
        self._revival.started(self._clock.monotonic_ms())

    def _look(self) -> Look:
        health = ask(self._port)
        if health is None:
            return Look(running=self._browser.running, answers=False)
        self._picture(str(health.get("picture") or ""))
        page_s = health.get("page_s")
        return Look(
            running=self._browser.running,
            answers=True,
            idle=health.get("kind") == _IDLE,
            page_s=float(page_s) if isinstance(page_s, int | float) else None,
        )

    def _picture(self, token: str) -> None:
        """Take the picture that the kiosk wishes for, once; an empty one says that it cannot be had."""
        if token in {"", self._pictured} or self._browser.group is None:
            return
        self._pictured = token
        try:
            taken = picture(self._browser.group, MOST_BYTES)
        except NoPicture as problem:
            _log.warning("no picture of the screen: %s", problem)
            taken = b""
        hand_over(self._port, token, taken)


def keep(path: Path) -> None:
    """Keep the page on the screen until SIGTERM or SIGINT. Raises BadSettings and NoBrowser.

    The kiosk's secret is not read: the browser's user may not see it.
    """
    config = load(path, KioskConfig)
    if not config.screen.port:
        raise BadSettings(path, [Mistake("screen.port", "must be a fixed number, so that the browser finds the page")])
    with _folder() as folder:
        keeper = Keeper(config, chromium.BrowserProcess(command(config.browser), folder), SystemClock(), Service())
        _on_signals(keeper.stop)
        keeper.run()


def _on_signals(stop: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder in memory: the service manager's, else the session's, else a temporary one."""
    given = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    base = given or os.environ.get("XDG_RUNTIME_DIR")
    with tempfile.TemporaryDirectory(prefix="yingbin-", dir=base, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
