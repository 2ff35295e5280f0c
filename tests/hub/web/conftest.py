"""The web application over a real store, with a clock that stands still."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page

from devices.server import WebServer
from hub.domain.accounts import SessionTimes
from hub.domain.words import Language
from hub.pinyin import readings
from hub.ports import Store
from hub.usecases.hand_out_code import CodeMaker
from hub.web import WebParts, create_app
from hub.web.recent import Recent
from hub.web.watch import FeedWatch
from tests.conftest import WAIT_S
from tests.hub.web import scene
from tests.hub.web.codes import maker
from tests.hub.web.scene import TEXTS, StillClock, enter, furnish_house, let_in


@pytest.fixture(autouse=True)
def _pages_look_nothing_up_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whatever asks for what is recent while it writes: it works until that is old, and then answers 500."""
    found = Recent._slot

    def checked(recent: Recent, key: Hashable) -> object:
        assert not getattr(getattr(recent._store, "_here", None), "busy", False), f"{key} is looked up in a transaction"
        return found(recent, key)

    monkeypatch.setattr(Recent, "_slot", checked)


LONG = SessionTimes(
    tablet_idle=timedelta(days=99),
    account_idle=timedelta(days=99),
    longest=timedelta(days=99),
    proof=timedelta(days=99),
)
"""Nobody is signed out while a test lets time pass; those that are about that say otherwise."""


@pytest.fixture(autouse=True)
def _browsers_know_their_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every browser of these tests post as one of our pages does."""
    monkeypatch.setattr(Flask, "test_client_class", scene.Browser)


@pytest.fixture
def clock() -> StillClock:
    """Give a clock that moves only when told."""
    return StillClock()


@pytest.fixture
def house(sqlite_store: Store) -> Store:
    """Give a store with the house and five guests."""
    return furnish_house(sqlite_store)


@pytest.fixture
def parts(sqlite_store: Store, clock: StillClock) -> Iterator[WebParts]:
    """Give the parts over an empty store; the watch looks only when asked."""
    watch = FeedWatch(sqlite_store)
    yield WebParts(
        store=sqlite_store,
        clock=clock,
        watch=watch,
        texts=TEXTS,
        default_language=Language.ZH,
        counts=lambda: {"ingest_messages_total": 12.0, "queue": 3.0},
        alive=lambda: {"database": True, "broker": True},
        readings=readings,
        hosts=("hub.example",),
        streams=2,
        sessions=LONG,
    )
    watch.stop()


@pytest.fixture
def app(parts: WebParts) -> Flask:
    """Give the application."""
    return create_app(parts)


@pytest.fixture
def codes(tmp_path: Path) -> CodeMaker:
    """Make codes in a folder of this test."""
    return maker(tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser that asks in Chinese, signed in by an account that may do everything."""
    return enter(app.test_client())


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """Give a browser at which nobody is signed in."""
    return app.test_client()


class Site:
    """The pages on a real server, which can go away and come back at the same address."""

    def __init__(self, parts: WebParts) -> None:
        """Take the parts; nothing runs yet."""
        self._app = create_app(parts)
        self._port = 0
        self._server: WebServer | None = None

    @property
    def address(self) -> str:
        """Return where the pages are."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Serve."""
        self._server = WebServer(self._app, "127.0.0.1", self._port, threads=20)
        self._server.start()
        self._port = self._server.port

    def stop(self) -> None:
        """Stop serving."""
        if self._server:
            self._server.stop()


@pytest.fixture
def site(parts: WebParts, house: Store) -> Iterator[Site]:
    """Serve the house's pages, with the watch running."""
    del house
    parts.watch.start()
    made = Site(replace(parts, streams=12))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def visit(browser: Browser, site: Site, house: Store) -> Iterator[Callable[..., Page]]:
    """Give ``visit("/staff", language="en", width=390, ...)``: a page in a browser of its own, live and on duty.

    ``person=""``: signed in, and not on duty yet; ``person=None``: not signed in.
    At the end nothing may have been complained of: no failed script, nothing that the policy stopped.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str, *, language: str = "zh", size: tuple[int, int] = (1280, 800), **more: Any) -> Page:  # noqa: ANN401 - any field
        person = more.pop("person", "小李")
        secret = "" if person is None else let_in(house, person)
        live = more.pop("live", True)
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
        contexts.append(context)
        cookies = {"yingbin_language": language} | ({"yingbin_session": secret} if secret else {})
        context.add_cookies([{"name": name, "value": value, "url": site.address} for name, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(WAIT_S * 1000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.goto(site.address + path)
        if live:
            page.wait_for_selector("[data-pulse=live]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
