"""Databases for tests: each test finds one as the migrations made it, and nobody else at it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.ports import Store
from hub.store import migrate
from hub.store.sql import open_store
from tests.hub import postgres


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
