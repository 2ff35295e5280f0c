"""PostgreSQL as the hub needs it: many connections, durable at every commit, in UTC."""

from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Engine, create_engine, event

from hub.store.errors import CannotOpen

_SECRETS = ("password", "sslpassword")
_CONNECTIONS = 10
_MORE_IN_A_CROWD = 10
_WAIT_SECONDS = 10
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
        pool_pre_ping=True,  # a restarted server is met by a new connection, not by an error
        connect_args={"connect_timeout": 5, "application_name": "yingbin", **secrets},
        **options,
    )
    event.listen(engine, "connect", _set_up)
    return engine


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
