"""The texts, a board, and a browser before a kiosk's page."""

import threading
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page

import kiosk as kiosk_package
from devices.contract.cards import Words
from devices.contract.messages import Need
from devices.fake.speech import SilentSpeaker
from devices.ids import uuid7
from devices.pi.speech import EspeakVoice
from devices.server import WebServer
from devices.texts import Texts
from kiosk.board import ScreenBoard
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.preferences import Preferences
from kiosk.screen import Screen, idle
from kiosk.screenshots import Screenshots
from kiosk.speech import Speech
from kiosk.web import Glass, create_app
from kiosk.web.alive import PageLife
from tests.kiosk.cards import usual_page
from tests.kiosk.touched import Touched
from tests.kiosk.web.browsing import Kiosk
from tests.kiosk.web.samples import SCREENS, StillClock


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every sample screen in turn to a test that asks for ``sample``."""
    if "sample" in metafunc.fixturenames:
        metafunc.parametrize("sample", list(SCREENS.values()), ids=list(SCREENS))


@pytest.fixture(scope="session")
def screens() -> dict[str, Screen]:
    """Return every sample by its name."""
    return SCREENS


@pytest.fixture(scope="session")
def texts() -> Texts:
    """Return the kiosk's real texts."""
    return Texts.load(Path(kiosk_package.__file__ or "").parent / "texts")


@pytest.fixture
def clock() -> StillClock:
    """Return a clock that moves only when told."""
    return StillClock()


@pytest.fixture
def house() -> Preferences:
    """Return how each guest finds the kiosk; a test may be parametrized with other ways."""
    return Preferences()


@pytest.fixture
def board(clock: StillClock, house: Preferences) -> ScreenBoard:
    """Return a board that shows idle."""
    return ScreenBoard(idle(), clock, house)


@pytest.fixture
def speaker() -> SilentSpeaker:
    """Return a speaker that nobody hears, for which time passes as for a real one."""
    return SilentSpeaker(threading.Event().wait)


@pytest.fixture
def speech(board: ScreenBoard, speaker: SilentSpeaker) -> Speech:
    """Return speech by the real voice."""
    return Speech(EspeakVoice(), speaker, board)


@pytest.fixture
def glass() -> Glass:
    """Return a screen whose millimetres the page must guess; a test may be parametrized with others."""
    return Glass()


@pytest.fixture
def touched(board: ScreenBoard, clock: StillClock, tmp_path: Path) -> Iterator[Touched]:
    """Return what lies behind the page's buttons; the hub's words are the test's."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    yield Touched(database, board, clock, usual_page())
    database.close()


@pytest.fixture
def kiosk(
    board: ScreenBoard, clock: StillClock, texts: Texts, speech: Speech, glass: Glass, touched: Touched
) -> Iterator[Kiosk]:
    """Serve the page of a kiosk."""
    started: list[WebServer] = []
    needs: list[Need] = []
    life = PageLife(clock)
    door = Words(zh="东门", en="East")
    identity = Identity("house", "kiosk-1", uuid7(), clock, uuid7, door, lambda: True)
    screenshots = Screenshots(identity, board, life.drawn)
    made = Kiosk(board=board, clock=clock, needs=needs, touched=touched, life=life, screenshots=screenshots)

    def start(port: int) -> WebServer:
        app = create_app(
            board,
            press=touched.journey.press,
            phone="010 5550 1234",
            hub_connected=lambda: True,
            texts=texts,
            clock=clock,
            zone=ZoneInfo("Asia/Shanghai"),
            needs=lambda: needs,
            glass=glass,
            speech=speech,
            life=life,
            pictures=screenshots,
        )
        started.append(WebServer(app, "localhost", port, threads=8))
        started[-1].start()
        return started[-1]

    made.server = start(0)
    made.restart = lambda: start(made.server.port)
    yield made
    for running in started:
        running.stop()


@pytest.fixture
def page(browser: Browser, kiosk: Kiosk) -> Iterator[Page]:
    """Open the kiosk's page; a complaint in the browser's console fails the test."""
    page = browser.new_page(viewport={"width": 800, "height": 480}, reduced_motion="reduce")
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(kiosk.url)
    kiosk.settle(page)
    yield page
    page.close()
    assert complaints == []
