"""What was cleared leaves the database's files as well: its log, and the space that rows have left behind.

SQLite's ``secure_delete`` writes zeros over what is deleted, but a page that is laid out anew keeps bytes that belong
to no row (one name in ten thousand was found so), and the write-ahead log holds pages as they were: so the file is
written anew and the log cut to nothing. PostgreSQL leaves a row that was changed where it was: the tables are written
anew. Its own log (pg_wal) and all backups are the house's to let expire (docs/privacy.md).
"""

import logging
import sqlite3
from collections.abc import Iterable

import psycopg
from sqlalchemy import Engine

from hub.store.personal import PERSONAL

_LOCK_S = 2
"""So long a table is waited for on PostgreSQL; guests come first, and the next night tries again."""

_STATISTICS = "pg_statistic"
"""Where PostgreSQL keeps values that it met often; who does not own the database is told that it is passed over."""

_log = logging.getLogger(__name__)


def scrub(engine: Engine, tables: Iterable[str]) -> None:
    """Do it for these tables, and those from which rows are removed. Raises what the driver does."""
    borrowed = engine.raw_connection()
    try:
        driver = borrowed.driver_connection
        if isinstance(driver, sqlite3.Connection):
            _scrub_file(driver)
        elif isinstance(driver, psycopg.Connection):
            removed = {one.table for one in PERSONAL if one.removed}
            _scrub_tables(driver, sorted({*tables} | removed))
    finally:
        borrowed.close()


def _scrub_file(driver: sqlite3.Connection) -> None:
    """Write the file anew; the copy on its way is a file too, for it may be larger than the memory."""
    driver.execute("PRAGMA temp_store = FILE")
    try:
        driver.execute("VACUUM")
    except sqlite3.OperationalError as problem:
        _log.warning("the database cannot be written anew (%s): traces of what was cleared may stay in it", problem)
    driver.execute("PRAGMA temp_store = MEMORY")
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _scrub_tables(driver: "psycopg.Connection[tuple[object, ...]]", tables: Iterable[str]) -> None:
    driver.execute(f"SET lock_timeout = '{_LOCK_S}s'")
    for table in (*tables, _STATISTICS):
        try:
            driver.execute(f"VACUUM (FULL, ANALYZE) {table}")
        except psycopg.errors.LockNotAvailable:
            _log.warning("%s is in use: what was cleared there leaves its file another night", table)
    driver.execute("RESET lock_timeout")
