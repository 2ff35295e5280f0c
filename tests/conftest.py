"""Fixtures that several parts share.

``broker``      a running managed Mosquitto on a free port of loopback, enrolled: the hub, ``kiosk-1``, ``kiosk-2``, and
                three sensors. Its own folder, its own secrets, gone after the test. Mark tests that use it
                ``pytest.mark.broker``.
``connect``     ``connect("kiosk-1", on_message, on_connect, subscriptions=(...), ...)``: a real link to ``broker``
                under that name, connected when it returns and stopped after the test; LinkSettings by keyword.
``secured``     a broker with a listener for certificates, and the authority that signs them (``tests.hub.secured``).
``database_url``  the address of a fresh database with the schema; the test runs once on SQLite and once on PostgreSQL.
``store``       an open store on such a database; ``sqlite_store`` on SQLite alone.
``browser``     a running Chromium, the same for all tests; mark them ``pytest.mark.browser``.
``wait_until``  ``wait_until(condition)``: returns when it holds, fails the test after a minute: longer than the
                slowest machine needs, and no test waits so long that passes.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from devices.contract import codec
from devices.contract.messages import DeviceState, Status
from devices.contract.topics import Leaf, topic
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings, OnConnect, Received
from hub.authority import Authority
from hub.broker import HOST, Broker, BrokerSettings
from hub.broker_files import Users
from hub.broker_tls import TlsListener
from hub.ports import Store
from hub.store import migrate
from hub.store.sql import open_store
from tests.hub import postgres
from tests.hub.secured import Secured

# Nothing here is judged by the clock of a shared machine: neither an example nor the making of one.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

SITE = "hall"
SENSORS = ("hall-node", "zigbee2mqtt", "plug-7")
WAIT_S = 60.0
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=WAIT_S * 1000)


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object]], None]:
    """Give a function that waits for a condition, within bounds."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + WAIT_S
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"the condition did not come true within {WAIT_S:g} s")
            time.sleep(0.005)

    return wait


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Give a running broker for site ``hall``."""
    made = Broker(BrokerSettings(tmp_path / "broker", SITE, ("kiosk-1", "kiosk-2"), Users(sensors=SENSORS)))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def connect(broker: Broker, wait_until: Callable[[Callable[[], object]], None]) -> Iterator[Callable[..., MqttLink]]:
    """Give a function that makes connected links."""
    links: list[MqttLink] = []

    def make(
        client: str,
        on_message: Callable[[Received], None] = lambda _: None,
        on_connect: OnConnect = lambda: None,
        **changes: Any,  # noqa: ANN401 - any field of LinkSettings
    ) -> MqttLink:
        settings = LinkSettings(
            host=HOST,
            port=broker.port,
            client_id=client,
            state_topic=topic(SITE, client, Leaf.STATE),
            presence=presence_of(uuid7()),
            username=client,
            password=broker.secrets(client).password,
        )
        link = MqttLink(replace(settings, **changes), on_message, on_connect)
        links.append(link)
        link.start()
        wait_until(lambda: link.connected)
        return link

    yield make
    for link in links:
        link.stop()


@pytest.fixture
def secured(tmp_path: Path, wait_until: Callable[[Callable[[], object]], None]) -> Iterator[Secured]:
    """Start a broker with a listener for certificates: kiosks, agent and pager are known, and one more process."""
    authority = Authority.open(tmp_path / "authority")
    users = Users(sensors=SENSORS, workers=("hub-2",))
    devices = ("kiosk-1", "kiosk-2", "room-1", "pager-1")
    settings = BrokerSettings(tmp_path / "broker", SITE, devices, users, tls=TlsListener(authority=authority))
    made = Secured(Broker(settings), authority, tmp_path, wait_until, presence_of)
    made.broker.start()
    yield made
    made.close()


def presence_of(boot: str) -> Callable[[Status], bytes]:
    """Write presence messages as a device with this boot does."""

    def presence(status: Status) -> bytes:
        return codec.encode(DeviceState(id=uuid7(), ts=datetime.now(UTC), boot=boot, seq=0, status=status))

    return presence


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgres.Server]:
    """Start a real PostgreSQL with the schema in its database ``schema_0``; it is stopped at the end of the run."""
    try:
        with postgres.running() as server:
            migrate.upgrade(server.url(server.create(prefix="schema")))
            yield server
    except postgres.PostgresMissing as problem:
        pytest.fail(str(problem), pytrace=False)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "hub.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """Give the address of a fresh SQLite database with the schema."""
    path = tmp_path / "hub.db"
    shutil.copy(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server: postgres.Server) -> str:
    """Give the address of an emptied PostgreSQL database with the schema. Nobody is connected to it any more."""
    postgresql_server.empty("schema_0")
    return postgresql_server.url("schema_0")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the address of a fresh database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Open a store; the test runs once on each kind of database."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """Open a store on SQLite, for tests that need only one kind."""
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def another_store(_sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """Open one more store on SQLite, for tests that compare two hubs."""
    copy = tmp_path / "another.db"
    shutil.copyfile(_sqlite_template, copy)
    opened = open_store(f"sqlite:///{copy}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium, once for all tests: Playwright runs one loop in a process."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("the browser tests need Chromium: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield started
        started.close()
