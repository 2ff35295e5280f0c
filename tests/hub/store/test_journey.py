"""One journey to PostgreSQL for many statements: each is answered, a refusal is told, and nothing stays on its way."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from hub.store.journey import Journeys, Planned

pytestmark = pytest.mark.postgresql


@pytest.fixture
def connection(postgresql_url: str) -> Iterator["psycopg.Connection[Any]"]:
    """Give a connection as the store's pool has them, with a table to write to."""
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as opened:
        opened.execute("CREATE TEMPORARY TABLE notes (id integer PRIMARY KEY, said text, at timestamptz, done boolean)")
        yield opened


@pytest.fixture
def journeys(connection: "psycopg.Connection[Any]") -> Journeys:
    """Give a way to the server that knows nothing yet."""
    return Journeys(connection, Planned())


ADD = "INSERT INTO notes (id, said) VALUES ($1, $2)"


def test_every_statement_gets_its_own_answer(journeys: Journeys) -> None:
    """In the order in which they were sent."""
    added = journeys.send(ADD, [(1, "茶"), (2, None)])
    count = journeys.send("SELECT count(*) AS notes FROM notes")
    said = journeys.send("SELECT said FROM notes WHERE id = ANY ($1) ORDER BY id", [([1, 2],)])
    journeys.go()
    assert added.rowcount == 2
    assert (count.fetchall(), [name for name, _ in count.description or ()]) == ([(2,)], ["notes"])
    assert said.fetchall() == [("茶",), (None,)]


def test_values_come_back_as_they_went(journeys: Journeys) -> None:
    """Instants, truth and text with quotes, as with psycopg's own cursors."""
    at = datetime(2026, 11, 22, 3, 4, 5, 678901, UTC)
    journeys.send("INSERT INTO notes VALUES ($1, $2, $3, $4)", [(7, "a'b\"c{},\\", at, True)])
    found = journeys.send("SELECT * FROM notes")
    journeys.go()
    assert found.fetchall() == [(7, "a'b\"c{},\\", at, True)]


def test_the_first_refusal_is_told_and_nothing_after_it_happens(journeys: Journeys) -> None:
    """Neither the row before it is kept, nor is the connection spoilt."""
    journeys.send("BEGIN")
    journeys.send(ADD, [(1, "one"), (1, "again")])
    late = journeys.send(ADD, [(2, "two")])
    journeys.send("COMMIT")
    with pytest.raises(psycopg.errors.UniqueViolation):
        journeys.go()
    assert late.rowcount == 0
    journeys.send("ROLLBACK")
    kept = journeys.send("SELECT * FROM notes")
    journeys.go()
    assert kept.fetchall() == []


def test_a_commit_that_came_to_nothing_says_so(journeys: Journeys) -> None:
    """PostgreSQL answers the COMMIT of a spoilt transaction with ROLLBACK, not with an error."""
    journeys.send("BEGIN")
    journeys.send("SELECT 1 / 0")
    with pytest.raises(psycopg.errors.DivisionByZero):
        journeys.go()
    commit = journeys.send("COMMIT")
    journeys.go()
    assert commit.did == "ROLLBACK"


def test_a_value_that_cannot_be_sent_sends_nothing(journeys: Journeys) -> None:
    """Half a surrogate pair is found before the statement leaves."""
    journeys.send(ADD, [(1, "one")])
    with pytest.raises(UnicodeEncodeError):
        journeys.send(ADD, [(2, "\ud83d")])
    journeys.go()
    found = journeys.send("SELECT id FROM notes")
    journeys.go()
    assert found.fetchall() == [(1,)]


def test_a_statement_is_planned_once_for_each_connection(connection: "psycopg.Connection[Any]") -> None:
    """Whichever transaction sends it; one whose planning failed is planned anew."""
    planned = Planned()
    for number in range(3):
        journeys = Journeys(connection, planned)
        journeys.send(ADD, [(number, "one")])
        journeys.go()
    assert list(planned.names) == [ADD]
    broken = Journeys(connection, planned)
    broken.send("SELECT * FROM nothing")
    with pytest.raises(psycopg.errors.UndefinedTable):
        broken.go()
    assert list(planned.names) == [ADD]
    names = connection.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'yingbin%'").fetchone()
    assert names == (1,)


def test_far_more_than_the_wire_holds_goes_in_one_journey(journeys: Journeys) -> None:
    """Client and server do not wait for each other for ever, both with full pockets."""
    echoed = journeys.send("SELECT $1::text", [("茶" * 3_000,)] * 3_000)
    journeys.go()
    assert len(echoed.fetchall()) == 3_000


def test_a_server_that_goes_away_is_an_operational_error(
    connection: "psycopg.Connection[Any]", journeys: Journeys, postgresql_url: str
) -> None:
    """The store then tells its callers that the database is away, and gives the connection up."""
    journeys.send("SELECT 1")
    journeys.go()
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
    journeys.send("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        journeys.go()


def test_no_journey_without_a_statement(journeys: Journeys) -> None:
    """Nothing to send is nothing to wait for."""
    journeys.go()
