"""PostgreSQL as the hub needs it: many connections, durable at every commit, in UTC."""

import math
import select
import time
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from hub.store.errors import CannotOpen

_SECRETS = ("password", "sslpassword")
_CONNECTIONS = 10
_MORE_IN_A_CROWD = 10
_WAIT_SECONDS = 10
_ASK_AFTER_S = 5.0
_CHECKED = "yingbin_checked"
_MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")
_SETTINGS = "SELECT name FROM pg_settings WHERE name = ANY (%s) AND setting = 'off' ORDER BY name"
_SESSION = {
    "TimeZone": "UTC",
    # A frozen process must not hold the feed's counter for ever.
    "idle_in_transaction_session_timeout": "60s",
    # A plan made while a table was empty reads the whole table, and is kept: with 50,000 guests in it each check of a
    # foreign key still would. Every query in a hurry has its index, so say so. Compiling plans would only cost time.
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}
_SET_UP = "SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _SESSION.items())


def make_engine(url: URL, options: dict[str, Any]) -> Engine:
    """Return an engine with a pool. Secrets in the address's query leave it, so that nobody prints them.

    Raises CannotOpen for an option that PostgreSQL does not know.
    """
    secrets = {name: url.query[name] for name in _SECRETS if name in url.query}
    try:
        make_conninfo(**{name: value for name, value in url.query.items() if isinstance(value, str)})
    except psycopg.ProgrammingError as problem:
        raise CannotOpen(f"the database's address has an option PostgreSQL does not know: {problem}") from None
    engine = create_engine(
        url.difference_update_query(_SECRETS).set(drivername="postgresql+psycopg"),
        pool_size=_CONNECTIONS,
        max_overflow=_MORE_IN_A_CROWD,
        pool_timeout=_WAIT_SECONDS,
        connect_args={"connect_timeout": 5, "application_name": "yingbin", **secrets},
        **options,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "checkout", _look_over)
    return engine


def _look_over(connection: psycopg.Connection[Any], record: Any, _proxy: object) -> None:  # noqa: ANN401 - SQLAlchemy's
    """Meet a restarted server with a new connection, not with an error, without asking the server each time.

    One that ended the connection has said so: there is something to read. One that vanished is asked after a while.
    """
    idle_s = time.monotonic() - record.info.get(_CHECKED, -math.inf)
    record.info[_CHECKED] = time.monotonic()
    heard = select.poll()
    heard.register(connection, select.POLLIN)
    if idle_s < _ASK_AFTER_S and not heard.poll(0):
        return
    try:
        connection.execute("")
    except psycopg.Error as problem:
        raise DisconnectionError("the connection was lost") from problem


def _set_up(connection: psycopg.Connection[Any], _record: object) -> None:
    """Speak UTC, let the server end transactions of a frozen process, and refuse a server that may lose commits.

    The driver's own BEGIN is switched off: ours goes together with the first statement.
    """
    connection.autocommit = True
    connection.execute(_SET_UP)
    careless = [name for (name,) in connection.execute(_SETTINGS, [list(_MUST_BE_ON)])]
    if careless:
        connection.close()
        raise CannotOpen(
            f"PostgreSQL runs with {' and '.join(careless)} off and could lose check-ins it confirmed: "
            "switch on what is off in postgresql.conf (or for this role or database), and reload"
        )
