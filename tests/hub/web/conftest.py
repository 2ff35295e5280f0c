"""The web application over a real store, with a clock that stands still."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.domain.words import Language
from hub.ports import Store
from hub.web import WebParts, create_app
from hub.web.watch import FeedWatch
from tests.hub.web.scene import TEXTS, StillClock, furnish_house


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
        hosts=("hub.example",),
        streams=2,
    )
    watch.stop()


@pytest.fixture
def app(parts: WebParts) -> Flask:
    """Give the application."""
    return create_app(parts)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser that asks in Chinese."""
    return app.test_client()
