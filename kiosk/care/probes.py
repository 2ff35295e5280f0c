"""How the page's server and the database are tried, as whoever uses them would."""

import http.client
import sqlite3
from collections.abc import Callable

from devices.ports import Clock
from kiosk.database import Database

DURABLE_MS = 3_600_000
"""Every hour one page is written through to the disk: one that takes nothing any more is seen, and no card wears."""

_WITHIN_S = 4.0
_OK = 200


def page(port: Callable[[], int]) -> Callable[[], None]:
    """Return a probe that asks the kiosk's own ``/healthz``, through the same threads as the guest's page."""

    def probe() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=_WITHIN_S)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            if answer.status != _OK:
                raise OSError(f"/healthz answered {answer.status}")
        finally:
            connection.close()

    return probe


def database(kept: Database, clock: Clock) -> Callable[[], None]:
    """Return a probe that reads, and now and then writes. A full disk is no failure: staff are told of it."""
    due_ms = clock.monotonic_ms() + DURABLE_MS

    def probe() -> None:
        nonlocal due_ms
        try:
            _read(kept)
            if clock.monotonic_ms() >= due_ms:
                _write(kept)
                due_ms = clock.monotonic_ms() + DURABLE_MS
        except sqlite3.Error as problem:
            if not kept.is_full(problem):
                raise

    return probe


def _read(kept: Database) -> None:
    with kept.read() as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _write(kept: Database) -> None:
    """Write one page, which changes nothing, through to the disk."""
    with kept.write() as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version={int(version)}")
