import logging
import traceback
from collections.abc import Callable

import pytest

from hub.store import migrate
from hub.store.engine import open_database
from hub.store.errors import CannotOpen, CannotReach
from hub.store.sql import open_store
from tests.hub import postgres

SECRET = "s3cr3t-Passw0rd"


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[Callable[[], object]], str]:
    """Run something that fails, and return all it said."""
    caplog.set_level(logging.DEBUG)

    def run(work: Callable[[], object]) -> str:
        with pytest.raises(CannotOpen) as raised:
            work()
        out, err = capfd.readouterr()
        shown = traceback.format_exception(raised.value, chain=True)
        return "\n".join([repr(raised.value), *shown, caplog.text, out, err])

    return run


@pytest.mark.parametrize(
    "address",
    [
        "mysql://hub@host/name",
        "postgresql+psycopg2://hub@host/name",
        "hub.db",
        "",
        "sqlite+aiosqlite:///hub.db",
    ],
)
def test_an_address_of_another_kind_is_refused_with_the_forms_that_work(address: str) -> None:
    """Somebody configures the hub for the first time."""
    with pytest.raises(CannotOpen, match=r"sqlite:///folder/hub\.db or postgresql://"):
        open_database(address)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://hub:{SECRET}@127.0.0.1:1/hub",
        f"postgresql://hub:{SECRET}@127.0.0.1:not-a-port/hub",
        f"postgresql://hub:{SECRET}@no-such-host.invalid/hub",
        f"postgresql://127.0.0.1:1/hub?user=hub&password={SECRET}",
        f"postgresql://127.0.0.1:1/hub?user=hub&password={SECRET}&nonsense=1",
        f"postgresql://hub@127.0.0.1:1/hub?sslpassword={SECRET}",
        f"postgresql//hub:{SECRET}@127.0.0.1/hub",
        f"mysql://hub:{SECRET}@127.0.0.1/hub",
        f"hub:{SECRET}@127.0.0.1",
        f"sqlite://hub:{SECRET}@/hub.db",
    ],
)
def test_a_password_appears_nowhere_when_opening_fails(
    address: str, said: Callable[[Callable[[], object]], str]
) -> None:
    """Not in the error, its traceback, the logs, or on the terminal: all of these are copied into tickets."""
    for work in (open_store, migrate.upgrade, migrate.current, migrate.check):
        assert SECRET not in said(lambda work=work: work(address))  # type: ignore[misc]


@pytest.mark.postgresql
def test_a_password_appears_nowhere_while_the_database_is_open(
    postgresql_url: str, postgresql_server: postgres.Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Objects are printed by debuggers and error pages."""
    caplog.set_level(logging.DEBUG)
    address = postgresql_url.replace(f":{postgresql_server.password}@", "@")
    for url in (postgresql_url, f"{address}?password={postgresql_server.password}"):
        database = open_database(url)
        with database.writer.connect() as connection:
            shown = [database, database.name, database.writer, database.reader, database.writer.url, connection]
        store = open_store(url)
        with store.write() as tx:
            shown += [store, tx, tx._work]
        store.close()
        database.close()
        assert postgresql_server.password not in "".join([*map(repr, shown), *map(str, shown), caplog.text])
        assert database.name.startswith("postgresql+psycopg://hub")


@pytest.mark.postgresql
def test_a_wrong_password_is_said_without_naming_it(
    postgresql_url: str, postgresql_server: postgres.Server, said: Callable[[Callable[[], object]], str]
) -> None:
    """Nor the right one."""
    text = said(lambda: open_store(postgresql_url.replace(postgresql_server.password, SECRET)))
    assert "password authentication failed" in text
    assert SECRET not in text


def test_a_server_that_does_not_answer_is_told_from_a_bad_setting() -> None:
    """The hub may wait for one; the other needs a person."""
    with pytest.raises(CannotReach, match=r"postgresql\+psycopg://hub@127\.0\.0\.1:1/hub"):
        open_store("postgresql://hub@127.0.0.1:1/hub")
