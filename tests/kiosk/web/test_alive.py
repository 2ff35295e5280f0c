from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from devices.texts import Texts
from kiosk.board import ScreenBoard
from kiosk.web import create_app
from kiosk.web.alive import PageLife
from tests.kiosk.web.browsing import Kiosk
from tests.kiosk.web.samples import StillClock

OURS = {"Origin": "http://localhost"}


@pytest.fixture
def life(clock: StillClock) -> PageLife:
    """Give a page's life that begins now."""
    return PageLife(clock)


@pytest.fixture
def client(board: ScreenBoard, clock: StillClock, texts: Texts, life: PageLife) -> FlaskClient:
    """Give a client of a kiosk's page."""
    zone = ZoneInfo("Asia/Shanghai")
    app = create_app(
        board,
        press=lambda _version, _pressed: True,
        hub_connected=lambda: True,
        texts=texts,
        clock=clock,
        zone=zone,
        life=life,
    )
    return app.test_client()


def test_health_tells_how_long_ago_the_page_was_seen(client: FlaskClient, clock: StillClock) -> None:
    """Nothing before its first word; then seconds."""
    clock.forward(7)
    assert client.get("/healthz").get_json()["page_s"] is None
    assert client.post("/alive", headers=OURS).status_code == 204
    clock.forward(2.5)
    assert client.get("/healthz").get_json()["page_s"] == 2.5


def test_only_the_page_itself_can_say_that_it_lives(client: FlaskClient) -> None:
    """Another site in another window is not the guest's page."""
    assert client.post("/alive").status_code == 403
    assert client.post("/alive", headers={"Origin": "http://elsewhere"}).status_code == 403


def test_a_page_that_never_spoke_is_silent_since_the_start(life: PageLife, clock: StillClock) -> None:
    """So that a screen that never came up is noticed too."""
    clock.forward(31)
    assert (life.silent_s, life.last_s) == (31, None)


@pytest.mark.browser
def test_a_page_that_is_drawn_says_so(page: Page, kiosk: Kiosk) -> None:
    """At once, and every three seconds."""
    for _ in range(2):
        with page.expect_response("**/alive") as answered:
            pass
        assert answered.value.status == 204
    assert kiosk.url in page.url


@pytest.mark.browser
def test_a_page_that_runs_but_is_not_drawn_says_nothing(page: Page) -> None:
    """Its script alone is no sign of life: the guest would look at a dead screen."""
    page.evaluate("window.requestAnimationFrame = () => 0")
    page.wait_for_timeout(500)
    said: list[str] = []
    page.on("request", lambda request: said.append(request.url) if request.url.endswith("/alive") else None)
    page.wait_for_timeout(7_000)
    assert said == []
