"""Statements to SQLite, which is in this very process: each is run at once."""

import sqlite3
from collections.abc import Sequence
from typing import Any


class Straight:
    """What ``Journeys`` is for PostgreSQL."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection, whose driver begins no transaction by itself."""
        self._connection = connection

    def send(self, sql: str, many: Sequence[Sequence[Any]] = ((),)) -> sqlite3.Cursor:
        """Run a statement with its values, or with many sets of them. Raises sqlite3.Error."""
        cursor = self._connection.cursor()
        return cursor.execute(sql, many[0]) if len(many) == 1 else cursor.executemany(sql, many)

    def go(self) -> None:
        """Do nothing: all of it has happened."""
