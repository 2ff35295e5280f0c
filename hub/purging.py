"""The door for what is past its term: every night, and once as a hub starts, personal data is cleared (decision 65)."""

import logging
from collections import Counter
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from devices.contract.topics import HUB
from devices.ports import Clock
from hub.domain.retention import Retention, next_night
from hub.ports import Ids, Store
from hub.rounds import Rounds
from hub.usecases.acting import Deciding
from hub.usecases.purge_personal import note_purge, purge_personal

_log = logging.getLogger(__name__)


class Alone(Protocol):
    """Says whether this process is the one of several that does it."""

    def is_mine(self) -> bool:
        """Say so, and become it where nobody is."""

    def give_back(self) -> None:
        """Let another be it."""


class Purger(Rounds):
    """Clears piece by piece, then has the store remove what the pieces, and erasures by day, leave in its files."""

    def __init__(self, store: Store, retention: Retention, *, clock: Clock, ids: Ids, alone: Alone) -> None:
        """Take the parts; the first turn is due at once."""
        super().__init__("purger")
        self._store = store
        self._retention = retention
        self._clock = clock
        self._ids = ids
        self._alone = alone
        self._gone: Counter[str] = Counter()
        self._next: datetime | None = None

    def turn(self) -> int:
        """Clear one piece, or end the night; returns whether there is more. Raises StoreUnavailable."""
        who = Deciding(actor=HUB, at=self._clock.now(), ids=self._ids)
        if (self._next and who.at < self._next) or not self._alone.is_mine():
            return 0
        with self._store.write() as tx:
            gone = purge_personal(tx, who, self._retention)
        self._gone.update(gone)
        if gone:
            return 1
        with self._store.read() as tx:
            left = tx.personal_data.left_behind()
        if left:
            self._store.scrub(left)
            with self._store.write() as tx:
                tx.personal_data.scrubbed(left)
        if self._gone:
            with self._store.write() as tx:
                note_purge(tx, self._gone, who)
            _log.info("personal data past its term was cleared: %d rows", self._gone.total())
            self.counts["rows"] += self._gone.total()
            self._gone.clear()
        with self._store.read() as tx:
            venue = tx.meetings.venue()
        self._next = next_night(who.at, ZoneInfo(venue.zone if venue else "UTC"), self._retention.hour)
        self._alone.give_back()
        return 0
