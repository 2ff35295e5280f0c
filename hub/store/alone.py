"""What one process of several does alone: whoever holds a lock of the PostgreSQL server (its manual, 13.3.5).

On SQLite there is one process, which holds everything. A process that dies gives its locks back with its connection.
"""

import hashlib
from contextlib import suppress

import psycopg
from sqlalchemy import Engine

_SESSION = "SELECT set_config('idle_session_timeout', '300s', false)"
"""A frozen process loses the lock after so long; one that works asks every second."""

_TAKE = "SELECT pg_try_advisory_lock(%s)"
_GIVE_BACK = "SELECT pg_advisory_unlock(%s)"


class Alone:
    """One such thing, by name. One thread at a time uses it."""

    def __init__(self, engine: Engine | None, name: str) -> None:
        """Take the engine, None where nobody else could be; nothing is held yet."""
        self._engine = engine
        self._key = int.from_bytes(hashlib.sha256(f"yingbin {name}".encode()).digest()[:8], signed=True)
        self._connection: psycopg.Connection[tuple[bool]] | None = None
        self._held = False

    def is_mine(self) -> bool:
        """Say whether this process is the one, and become it where nobody is. A server that is away says no."""
        if self._engine is None:
            return True
        try:
            self._held = self._still() if self._held else self._take(self._engine)
        except Exception:  # noqa: BLE001 - whatever went wrong, nothing is held then
            self.give_back()
        return self._held

    def give_back(self) -> None:
        """Let another process be the one, at once: the server itself hears of a closed connection a moment later."""
        if self._connection is not None:
            with suppress(psycopg.Error):  # a lost connection has given it back already
                self._connection.execute(_GIVE_BACK, [self._key])
            self._connection.close()
        self._held, self._connection = False, None

    def _take(self, engine: Engine) -> bool:
        if self._connection is None:
            self._connection = _kept_apart(engine)
        row = self._connection.execute(_TAKE, [self._key]).fetchone()
        return row is not None and row[0]

    def _still(self) -> bool:
        """Ask over the same connection: the lock is there as long as that is."""
        return self._connection is not None and self._connection.execute("SELECT true").fetchone() is not None


def _kept_apart(engine: Engine) -> psycopg.Connection[tuple[bool]]:
    """Return a connection of its own: the lock is there as long as that is, so no pool may have it back."""
    borrowed = engine.raw_connection()
    driver = borrowed.driver_connection
    borrowed.detach()
    if not isinstance(driver, psycopg.Connection):  # pragma: no cover - only PostgreSQL comes here
        raise TypeError("advisory locks are PostgreSQL's")
    driver.execute(_SESSION)
    return driver
