"""Public keys for signed codes. The private halves are files of the hub, never rows."""

from collections.abc import Sequence

from sqlalchemy import select

from hub.domain.keys import SigningKey
from hub.store import tables as t
from hub.store.work import Upsert, Work

_ALL = select(t.signing_keys).order_by(t.signing_keys.c.key_id)
_PUT = Upsert(t.signing_keys, "key_id")


class SqlKeys:
    """Fills ``hub.ports.Keys``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def all(self) -> Sequence[SigningKey]:
        """Return all keys, the oldest first."""
        return [
            SigningKey(
                key_id=row.key_id,
                meeting=row.meeting,
                public_key=row.public_key,
                withdrawn=row.withdrawn,
                version=row.version,
                house_key=row.house_key,
                statement=row.statement,
            )
            for row in self._work.rows(_ALL)
        ]

    def save(self, key: SigningKey) -> None:
        """Add a key, or withdraw it."""
        self._work.put(
            _PUT,
            {
                "key_id": key.key_id,
                "meeting": key.meeting,
                "public_key": key.public_key,
                "withdrawn": key.withdrawn,
                "version": key.version,
                "house_key": key.house_key,
                "statement": key.statement,
            },
        )
