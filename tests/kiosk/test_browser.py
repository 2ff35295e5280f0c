"""The page is revived: a real Chromium before a real kiosk's page, killed and frozen part by part."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import kiosk as kiosk_package
from devices.clock import SystemClock
from devices.contract.cards import Words
from devices.server import WebServer
from devices.settings import BadSettings
from devices.station import BrokerConfig
from devices.texts import Texts
from kiosk import screen
from kiosk.board import ScreenBoard
from kiosk.browser import Keeper, NoBrowser, command, keep
from kiosk.care.chromium import BrowserProcess
from kiosk.care.service import Service
from kiosk.config import BrowserConfig, Compositor, KioskConfig, ScreenConfig
from kiosk.web import create_app
from kiosk.web.alive import PageLife
from tests.conftest import CHROMIUM_FLAGS

WaitUntil = Callable[[Callable[[], object]], None]
WITHIN_S = 30.0
"""How soon a page must be back (issue 4)."""


class Stand:
    """A kiosk's page and the keeper of its browser."""

    def __init__(self, folder: Path) -> None:
        clock = SystemClock()
        self.folder = folder
        self.life = PageLife(clock)
        app = create_app(
            ScreenBoard(screen.idle(), clock),
            press=lambda _version, _pressed: True,
            hub_connected=lambda: True,
            texts=Texts.load(Path(kiosk_package.__file__ or "").parent / "texts"),
            clock=clock,
            zone=ZoneInfo("Asia/Shanghai"),
            life=self.life,
        )
        self.server = WebServer(app, "127.0.0.1", 0, 8)
        self.server.start()
        headless = ("--headless=new", *CHROMIUM_FLAGS)
        browser = BrowserConfig(compositor=Compositor.NONE, nightly_hour=-1, flags=headless)
        config = KioskConfig(
            site="house",
            device="kiosk-1",
            door=Words(zh="东门", en="East"),
            broker=BrokerConfig(secret=folder),
            screen=ScreenConfig(port=self.server.port),
            browser=browser,
        )
        self.keeper = Keeper(config, BrowserProcess(command(browser), folder), clock, Service({}))
        self.thread = threading.Thread(target=self.keeper.run)
        self.thread.start()

    @property
    def processes(self) -> dict[int, str]:
        """Return this browser's processes with their kinds; the first one's kind is empty."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                words = (
                    (entry / "cmdline").read_bytes().decode().replace("\0", " ").split() if entry.name.isdigit() else []
                )
                group = os.getpgid(int(entry.name)) if words else 0
            except (OSError, UnicodeDecodeError):
                continue
            ours = self.keeper._browser._process
            if ours is not None and group == ours.pid:
                kinds = [word.partition("=")[2] for word in words if word.startswith("--type=")]
                found[int(entry.name)] = kinds[0] if kinds else ""
        return found

    @property
    def seen(self) -> bool:
        """Say whether the page of the browser at hand spoke."""
        since_s = (SystemClock().monotonic_ms() - self.keeper._revival._started_ms) / 1000
        return self.keeper.starts > 0 and self.life.last_s is not None and self.life.last_s < since_s

    def stop(self) -> None:
        """End everything."""
        self.keeper.stop()
        self.thread.join(20)
        self.server.stop()


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a stand whose page may not be seen yet."""
    made = Stand(tmp_path)
    yield made
    made.stop()


def lives(pid: int) -> bool:
    """Say whether a process is there and no zombie that its new parent has not buried yet."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def kill_renderer(stand: Stand) -> None:
    """Let every tab crash."""
    _to_renderers(stand, signal.SIGKILL)


def freeze_renderer(stand: Stand) -> None:
    """Let every tab hang."""
    _to_renderers(stand, signal.SIGSTOP)


def _to_renderers(stand: Stand, number: signal.Signals) -> None:
    renderers = [pid for pid, kind in stand.processes.items() if kind == "renderer"]
    assert renderers
    for pid in renderers:
        os.kill(pid, number)


def kill_browser(stand: Stand) -> None:
    """Let the browser itself crash."""
    (first,) = [pid for pid, kind in stand.processes.items() if not kind]
    os.kill(first, signal.SIGKILL)


def freeze_everything(stand: Stand) -> None:
    """Let all of it hang, so that it does not even hear that it should end."""
    for pid in stand.processes:
        os.kill(pid, signal.SIGSTOP)


@pytest.mark.browser
@pytest.mark.parametrize("harm", [kill_renderer, freeze_renderer, kill_browser, freeze_everything])
def test_a_page_that_is_lost_is_back_within_half_a_minute(
    stand: Stand, wait_until: WaitUntil, harm: Callable[[Stand], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its renderer or its browser killed or frozen: nobody has to come, and nothing of the old one is left."""
    wait_until(lambda: stand.seen)
    old = set(stand.processes)
    began = time.monotonic()
    harm(stand)
    wait_until(lambda: stand.keeper.starts == 2 and stand.seen)
    took_s = time.monotonic() - began
    with capsys.disabled():
        print(json.dumps({"harm": harm.__name__, "back_after_s": round(took_s, 1)}))  # noqa: T201 - a figure to report
    assert took_s < WITHIN_S
    assert not [pid for pid in old if lives(pid)]


@pytest.mark.browser
def test_a_browser_that_is_no_longer_wanted_leaves_nothing_behind(stand: Stand, wait_until: WaitUntil) -> None:
    """No process, and no profile in which a guest's page could have left something."""
    wait_until(lambda: stand.seen)
    old = set(stand.processes)
    assert [*stand.folder.iterdir()] == [stand.folder / "profile"]
    stand.stop()
    assert not [pid for pid in old if lives(pid)]
    assert not [*stand.folder.iterdir()]


def test_the_browser_is_started_alone_and_closed_to_debuggers() -> None:
    """In kiosk mode, with nothing that a guest could leave the page by; no port for remote control."""
    plain = command(BrowserConfig(program="/bin/true", flags=("--force-dark-mode",)))
    assert plain[:5] == ["cage", "-d", "-s", "--", "/bin/true"]
    assert {"--kiosk", "--disable-pinch", "--hide-crash-restore-bubble", "--force-dark-mode"} <= set(plain)
    assert not [switch for switch in plain if "remote-debugging" in switch]


def test_a_missing_browser_is_named_with_what_to_type() -> None:
    """And not found out by a black screen."""
    with pytest.raises(NoBrowser, match="no firefox-of-old here; type: sudo apt-get install chromium"):
        command(BrowserConfig(program="firefox-of-old"))


def test_a_page_without_a_fixed_address_cannot_be_kept(tmp_path: Path) -> None:
    """The setting is named."""
    settings = tmp_path / "kiosk.toml"
    words = 'site = "hall"\ndevice = "kiosk-1"\ndoor = { zh = "东门", en = "East" }\n[broker]\nsecret = "none"\n'
    settings.write_text(f"{words}[screen]\nport = 0\n", encoding="utf-8")
    with pytest.raises(BadSettings, match=r"screen\.port"):
        keep(settings)
