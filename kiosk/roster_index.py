"""What a kiosk keeps in memory of its roster, so that a code that nobody issued is refused without its database.

A hash costs 120 bytes: 6 MB for 50,000 guests. It is filled from the file when it is first wanted, and again after the
file was opened anew; what is on the disk stays the truth.
"""

import sqlite3
from collections.abc import Iterable

from devices.contract.messages import ItemKind

_CODES = frozenset({ItemKind.GUEST, ItemKind.GROUP})
_BODIES = frozenset({ItemKind.KEY, ItemKind.MEETING})
_ALL = """
    SELECT kind, key, CASE WHEN kind IN (?, ?) THEN 'sealed' ELSE body END FROM roster
    WHERE body != '' AND kind IN (?, ?, ?, ?)
"""


class RosterIndex:
    """Which codes are on the list, and the open entries that a signature is judged by."""

    def __init__(self) -> None:
        """Know nothing."""
        self._codes: dict[str, set[bytes]] = {}
        self._bodies: dict[tuple[str, str], str] = {}

    def fill(self, connection: sqlite3.Connection) -> None:
        """Learn everything from the file."""
        self._codes, self._bodies = {kind: set() for kind in _CODES}, {}
        self.learn(connection.execute(_ALL, [*_CODES, *_CODES, *_BODIES]))

    def learn(self, items: Iterable[tuple[str, str, str]]) -> None:
        """Take entries over: kind, key and body; one without a body is gone."""
        for kind, key, body in items:
            if kind in _CODES:
                hashed, codes = key.encode(), self._codes[kind]
                codes.add(hashed) if body else codes.discard(hashed)
            elif kind in _BODIES:
                self._bodies[kind, key] = body

    def has_code(self, kind: ItemKind, lookup: str) -> bool:
        """Say whether a code (its keyed hash) is on the list."""
        return lookup.encode() in self._codes[kind]

    def body(self, kind: ItemKind, key: str) -> str:
        """Return a key's or a meeting's entry; empty where there is none."""
        return self._bodies.get((kind, key), "")
