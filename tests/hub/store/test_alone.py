from collections.abc import Callable
from contextlib import closing

import pytest
from psycopg import sql
from sqlalchemy import make_url

from hub.store.alone import Alone
from hub.store.postgresql import make_engine
from hub.store.sql import open_store
from tests.hub import postgres


def test_on_sqlite_there_is_one_process_and_it_does_everything(sqlite_url: str) -> None:
    """Nothing is asked of anybody."""
    with closing(open_store(sqlite_url)) as store:
        assert store.alone("follow bookings").is_mine()


@pytest.mark.postgresql
def test_of_two_processes_one_does_it_until_it_stops(postgresql_url: str) -> None:
    """The other one waits, and does something else meanwhile."""
    with closing(open_store(postgresql_url)) as one, closing(open_store(postgresql_url)) as other:
        first, second, apart = one.alone("follow bookings"), other.alone("follow bookings"), other.alone("follow else")
        assert [first.is_mine(), second.is_mine(), first.is_mine(), apart.is_mine()] == [True, False, True, True]
        first.give_back()
        assert [second.is_mine(), first.is_mine()] == [True, False]
        _end(first, second, apart)


@pytest.mark.postgresql
def test_a_process_whose_connection_ends_is_not_the_one_any_more(
    postgresql_server: postgres.Server, postgresql_url: str, wait_until: Callable[..., None]
) -> None:
    """The server has given the lock to whoever asked next: it must not go on as if nothing had been."""
    with closing(open_store(postgresql_url)) as one, closing(open_store(postgresql_url)) as other:
        first, second = one.alone("follow bookings"), other.alone("follow bookings")
        assert first.is_mine()
        assert first._connection is not None
        process = first._connection.info.backend_pid
        postgresql_server.command(sql.SQL("SELECT pg_terminate_backend({})").format(process))
        wait_until(lambda: not first.is_mine())
        wait_until(second.is_mine)
        assert not first.is_mine()
        _end(first, second)


@pytest.mark.postgresql
def test_a_server_that_is_away_lets_nobody_be_the_one(postgresql_url: str) -> None:
    """Who cannot ask does nothing."""
    engine = make_engine(make_url(postgresql_url).set(port=1), {})
    assert not Alone(engine, "follow bookings").is_mine()


def _end(*those: Alone) -> None:
    for one in those:
        one.give_back()
