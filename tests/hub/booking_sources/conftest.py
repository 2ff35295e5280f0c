"""Fixtures of the booking sources' tests.

``database``  an empty database of bookings; the test runs once on SQLite and once on PostgreSQL.
``radicale``  the real Radicale, one for all tests, running when a test begins.

Whatever these tests find that cannot be used has to say why in both languages of the house.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.domain.salutations import has_han
from hub.domain.source_items import BadItem
from tests.hub import postgres
from tests.hub.booking_sources.databases import Database, PostgresqlDatabase, SqliteFile
from tests.hub.booking_sources.radicale import Radicale


@pytest.fixture(scope="session")
def _postgresql_bookings(postgresql_server: postgres.Server) -> PostgresqlDatabase:
    return PostgresqlDatabase(postgresql_server)


@pytest.fixture
def postgresql_bookings(_postgresql_bookings: PostgresqlDatabase) -> Iterator[PostgresqlDatabase]:
    """Give an empty database of a real server, with a user for the hub."""
    _postgresql_bookings.empty()
    yield _postgresql_bookings
    _postgresql_bookings.forget()


@pytest.fixture
def sqlite_bookings(tmp_path: Path) -> Iterator[SqliteFile]:
    """Give an empty file."""
    made = SqliteFile(tmp_path / "bookings.db")
    yield made
    made.forget()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> Database:
    """Give an empty database of bookings; the test runs once on each kind."""
    made: Database = request.getfixturevalue(f"{request.param}_bookings")
    return made


@pytest.fixture(scope="session")
def _radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    folder: Path = tmp_path_factory.mktemp("radicale")
    made = Radicale(folder)
    made.prepare()
    yield made
    made.stop()


@pytest.fixture
def radicale(_radicale: Radicale) -> Radicale:
    """Give the server, running whatever the test before has done to it."""
    _radicale.start()
    return _radicale


@pytest.fixture(autouse=True)
def _in_both_languages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """See that each thing that cannot be used is named in Chinese and in English, whatever the test is about."""
    made: list[BadItem] = []
    begin = BadItem.__init__

    def keep(bad: BadItem, **said: object) -> None:
        begin(bad, **said)  # type: ignore[arg-type] # as it is called
        made.append(bad)

    monkeypatch.setattr(BadItem, "__init__", keep)
    yield
    for words in (words for bad in made for words in (bad.problem, bad.remedy)):
        assert words.en, words
        assert has_han(words.zh), words
        assert words.zh != words.en
