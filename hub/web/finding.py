"""Finds a guest of a meeting that is on now by a few letters, for staff who log what that guest said (R148)."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.guests import Invited
from hub.domain.name_search import MOST_SHOWN, NameIndex, Readings
from hub.domain.seats import Seat
from hub.ports import Store
from hub.usecases.find_guest import Names


@dataclass(frozen=True, slots=True)
class FoundGuest:
    """A guest who may be meant, with the seat."""

    invited: Invited
    seat: Seat | None


class GuestFinder:
    """Searches in a copy of the names of its own, which is read when it is first needed. For any thread."""

    def __init__(self, store: Store, readings: Readings) -> None:
        """Take the parts; nothing is read yet."""
        self._store = store
        self._names = Names(NameIndex(readings))
        self._lock = threading.Lock()

    def find(self, typed: str, now: datetime) -> Sequence[FoundGuest] | None:
        """Return the guests who may be meant by name or salutation (王总); None when they are too many to show.

        Raises StoreUnavailable.
        """
        typed = " ".join(typed.split())
        if not typed:
            return []
        with self._lock:
            meetings = self._names.follow(self._store, now)
            found = self._names.index.search(typed, meetings)
        with self._store.read() as tx:
            greeted = tx.names.saluted(meetings, typed, MOST_SHOWN + 1)
            hits = list(dict.fromkeys(one.invitation for one in (*greeted, *found.guests)))
            if len(hits) > MOST_SHOWN or (found.more and not hits):
                return None
            invited, seats = tx.guests.by_invitation(hits), tx.seats.of_invitations(hits)
        return [FoundGuest(invited[one], seats.get(one)) for one in hits if one in invited]
