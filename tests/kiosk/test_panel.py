"""The panel's picture: real cage, Chromium and grim before a kiosk's page."""

import base64
import io
import os
import shutil
import stat
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import kiosk as kiosk_package
from devices.clock import SystemClock
from devices.contract.cards import Words
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.ids import uuid7
from devices.server import WebServer
from devices.station import BrokerConfig
from devices.texts import Texts
from kiosk import screen
from kiosk.board import ScreenBoard
from kiosk.browser import Keeper, command
from kiosk.care import panel
from kiosk.care.chromium import BrowserProcess
from kiosk.care.service import Service
from kiosk.config import BrowserConfig, KioskConfig, ScreenConfig
from kiosk.identity import Identity
from kiosk.screenshots import MOST_BYTES, Screenshots
from kiosk.web import create_app
from kiosk.web.alive import PageLife
from tests.conftest import CHROMIUM_FLAGS

WaitUntil = Callable[[Callable[[], object]], None]
NOBODY = 65_534


class Stand:
    """A kiosk's page, its browser on a screen of its own that nobody sees, and who takes pictures of it."""

    def __init__(self, folder: Path) -> None:
        clock = SystemClock()
        self.folder = folder
        self.board = ScreenBoard(screen.idle(), clock)
        self.life = PageLife(clock)
        door = Words(zh="东门", en="East")
        self.identity = Identity("house", "kiosk-1", uuid7(), clock, uuid7, door, lambda: True)
        self.screenshots = Screenshots(self.identity, self.board, self.life.drawn)
        app = create_app(
            self.board,
            press=lambda _version, _pressed: True,
            hub_connected=lambda: True,
            texts=Texts.load(Path(kiosk_package.__file__ or "").parent / "texts"),
            clock=clock,
            zone=ZoneInfo("Asia/Shanghai"),
            life=self.life,
            pictures=self.screenshots,
        )
        self.server = WebServer(app, "127.0.0.1", 0, 8)
        self.server.start()
        browser = BrowserConfig(
            nightly_hour=-1,
            flags=tuple(CHROMIUM_FLAGS),
        )
        config = KioskConfig(
            site="house",
            device="kiosk-1",
            door=door,
            broker=BrokerConfig(secret=folder),
            screen=ScreenConfig(port=self.server.port),
            browser=browser,
        )
        self.keeper = Keeper(config, BrowserProcess(command(browser), folder), clock, Service({}))
        self.thread = threading.Thread(target=self.keeper.run)
        self.thread.start()

    @property
    def seen(self) -> bool:
        """Say whether the page has drawn what is on the board."""
        return self.life.drawn()[0] == self.board.current()[0]

    def ask(self, wait_until: WaitUntil) -> CommandResult:
        """Ask as the hub does, and wait for the answer."""
        stamp = self.identity.stamp()
        self.screenshots.ask(Command(**stamp, kind=CommandKind.SCREENSHOT))
        answers: list[CommandResult] = []

        def answered() -> bool:
            answers.extend(self.screenshots.results())
            return bool(answers)

        wait_until(answered)
        return answers[0]

    def stop(self) -> None:
        """End everything."""
        self.keeper.stop()
        self.thread.join(20)
        self.server.stop()


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    """Give a stand whose cage draws in memory; cage refuses to run as root, so there it runs as nobody.

    Its folders are not pytest's, which every other run of pytest closes to anybody but its own user.
    """
    if os.geteuid() == 0 and not Path("/dev/shm").stat().st_mode & stat.S_IWOTH:  # noqa: S108 - where cage draws
        pytest.skip("this machine's shared memory (/dev/shm) is root's alone, and cage does not run as root")
    with tempfile.TemporaryDirectory(prefix="yingbin-panel-", ignore_cleanup_errors=True) as name:
        session, folder, tools = (Path(name) / part for part in ("session", "browser", "tools"))
        for made in (session, folder, tools):
            made.mkdir(mode=0o700)
        if os.getuid() == 0:
            Path(name).chmod(0o755)
            shutil.chown(session, NOBODY, NOBODY)
            as_nobody = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups {shutil.which('cage')}"
            words = f'#!/bin/sh\nchown -R {NOBODY} {folder}\nexec {as_nobody} "$@"\n'
            (tools / "cage").write_text(words, encoding="ascii")
            (tools / "cage").chmod(0o755)
            monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
        in_memory = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
        for variable, value in {**in_memory, "XDG_RUNTIME_DIR": str(session), "HOME": str(folder)}.items():
            monkeypatch.setenv(variable, value)
        running = Stand(folder)
        yield running
        running.stop()


def pixels(webp: bytes) -> NDArray[np.float64]:
    """Return a picture's grey values."""
    with Image.open(io.BytesIO(webp)) as image:
        assert image.format == "WEBP"
        return np.asarray(image.convert("L"), dtype=np.float64)


@pytest.mark.browser
def test_the_keeper_pictures_the_panel_when_the_kiosk_wishes_for_it(stand: Stand, wait_until: WaitUntil) -> None:
    """The whole way: wish, grim on cage's own screen, a small WebP, the answer to the hub. Nothing on the disk.

    Cage in memory, without a graphics card, shows only part of what Chromium draws: that it is the idle page is held in
    web/test_pictures.py.
    """
    wait_until(lambda: stand.seen)
    before = {file for file in stand.folder.rglob("*") if "profile" not in file.parts}
    told = stand.ask(wait_until)
    assert (told.ok, told.reason) == (True, None)
    seen = pixels(base64.b64decode(told.picture))
    assert seen.shape == (270, 480)
    assert seen.max() > seen.min(), "the browser's window is on it"
    assert {file for file in stand.folder.rglob("*") if "profile" not in file.parts} == before


@pytest.mark.browser
def test_a_keeper_without_grim_says_so(
    stand: Stand, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The hub hears that there is no picture; the journal hears what to type."""
    wait_until(lambda: stand.seen)
    monkeypatch.setattr(panel, "GRIM", "grim-of-old")
    told = stand.ask(wait_until)
    assert (told.ok, told.reason) == (False, "no_picture")
    assert "apt-get install grim" in caplog.text


def test_a_browser_on_no_wayland_screen_has_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without a Wayland session stands for a browser in one of X."""
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    process = subprocess.Popen(["sleep", "60"], start_new_session=True, env={"DISPLAY": ":0"})
    try:
        with pytest.raises(panel.NoPicture, match="Wayland"):
            panel.picture(process.pid, MOST_BYTES)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("size", "small"), [((1920, 1080), (480, 270)), ((1080, 1920), (480, 853)), ((320, 240), (320, 240))]
)
def test_a_picture_keeps_its_shape(size: tuple[int, int], small: tuple[int, int]) -> None:
    """Lying, standing, and one that is small already."""
    assert pixels(panel.shrink(ppm(np.zeros((size[1], size[0], 3), np.uint8)), MOST_BYTES)).shape == small[::-1]


def test_even_noise_fits_into_one_message() -> None:
    """As good as the room allows; where nothing fits it is said."""
    noise = ppm(np.random.default_rng(1).integers(0, 256, (720, 1280, 3), dtype=np.uint8))
    assert len(panel.shrink(noise, MOST_BYTES)) <= MOST_BYTES
    with pytest.raises(panel.NoPicture, match="fit"):
        panel.shrink(noise, 50)


@pytest.mark.parametrize("nonsense", [b"", b"P6\n1280 720\n255\n", b"not a picture"])
def test_what_is_no_picture_is_said(nonsense: bytes) -> None:
    """As when grim is stopped halfway."""
    with pytest.raises(panel.NoPicture, match="grim gave no picture"):
        panel.shrink(nonsense, MOST_BYTES)


def ppm(pixels: NDArray[np.uint8]) -> bytes:
    """Write pixels as grim does."""
    height, width, _ = pixels.shape
    return b"P6\n%d %d\n255\n" % (width, height) + pixels.tobytes()
