"""The door for booking sources: asks each again and again what has changed, in a thread of its own.

Nothing else waits for a source: pages, kiosks and staff work from the hub's copy. One that does not answer is asked
ever less often, up to every five minutes, and pages say how old the copy is.
"""

import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from devices.ports import Clock
from hub.booking_ports import BookingSource, CursorLost, SourceAway, SourceWrong
from hub.domain.source_items import Batch, Horizon
from hub.ports import Store
from hub.rounds import Rounds
from hub.telling import Teller
from hub.usecases.acting import Acting
from hub.usecases.follow_source import is_held_back, note_failure, take_part, take_rest
from hub.usecases.keep_changes import Done, Following

AT_ONCE = 50
"""Resources in one transaction: who checks in meanwhile waits for no more than these."""

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
JITTER = 0.3
"""Pauses are longer by up to this share, so that several hubs do not ask in step."""

BACK = timedelta(days=1)
WHOLE_EVERY = timedelta(hours=24)
"""So often everything is listed: dates of a series come into view as time passes, and a mistake does not stay."""

_log = logging.getLogger(__name__)


class Follower(Rounds):
    """Follows one source. ``after`` hears when something was changed here; ``acting`` says as whom, and when."""

    def __init__(  # noqa: PLR0913 - the parts of a door
        self,
        store: Store,
        source: BookingSource,
        following: Callable[[], Following],
        *,
        clock: Clock,
        acting: Callable[[], Acting],
        every: timedelta,
        ahead: timedelta,
        after: Callable[[], None],
    ) -> None:
        """Take the parts: ask ``every`` so often for what lies up to ``ahead`` of now."""
        super().__init__(f"follow {source.name}")
        self._store, self._source, self._following, self._clock = store, source, following, clock
        self._acting, self._every, self._ahead, self._after = acting, every, ahead, after
        self._next_at: datetime | None = None
        self._failures = 0
        self._teller = Teller(store, source, acting=acting, after=after, counts=self.counts)

    def turn(self) -> int:
        """Ask once, if it is time, and tell what became of meetings. Raises StoreUnavailable."""
        now = self._clock.now()
        if self._next_at is None or now >= self._next_at:
            self._read(now)
        if not self._failures and self._teller.turn(now):
            self._next_at = None
        return 0

    def _read(self, now: datetime) -> None:
        """Read once. One that is away is not asked again for a while."""
        try:
            done = self.follow(now)
        except (SourceAway, SourceWrong) as problem:
            self._failed(problem, now)
            return
        self._failures, self._next_at = 0, now + self._every
        self.counts["asked"] += 1
        for name in ("added", "changed", "cancelled", "bad"):
            self.counts[name] += getattr(done, name)

    def follow(self, now: datetime) -> Done:
        """Ask every collection what has changed, and do it. Raises SourceAway, SourceWrong, StoreUnavailable."""
        following, horizon = self._following(), self.horizon(now)
        answers = [(one, self._ask(one, horizon, now)) for one in self._source.collections()]
        arriving = {
            (item.uid, item.occurrence) for _, batch in answers for one in batch.resources for item in one.items
        }
        taken = [(one, batch) for one, batch in answers if not self._held(following, one, batch, arriving)]
        done = Done()
        for collection, batch in taken:
            for start in range(0, len(batch.resources), AT_ONCE):
                part = batch.resources[start : start + AT_ONCE]
                with self._store.write() as tx:
                    done += take_part(tx, following, collection, part, horizon, self._acting())
        for collection, batch in taken:
            with self._store.write() as tx:
                done += take_rest(tx, following, collection, batch, horizon, self._acting())
        self._after()
        return done

    def horizon(self, now: datetime) -> Horizon:
        """Return the days that are looked at; they change at midnight UTC only."""
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return Horizon(since=today - BACK, until=today + self._ahead)

    def stop(self) -> None:
        """End, and give the source's connections back."""
        super().stop()
        self._source.close()

    def _ask(self, collection: str, horizon: Horizon, now: datetime) -> Batch:
        """Return an answer: what changed, or everything where that is due or the source has lost count."""
        with self._store.read() as tx:
            pull = tx.sync.pull(self._source.name, collection)
        is_due = pull.full_at is None or now - pull.full_at >= WHOLE_EVERY or pull.held
        try:
            return self._source.pull(collection, None if is_due else pull.cursor, horizon)
        except CursorLost:
            self.counts["cursor_lost"] += 1
            return self._source.pull(collection, None, horizon)

    def _held(self, following: Following, collection: str, batch: Batch, arriving: set[tuple[str, str]]) -> bool:
        with self._store.write() as tx:
            return is_held_back(tx, following, collection, batch, arriving, self._acting())

    def _failed(self, problem: Exception, now: datetime) -> None:
        """Note that the source is away, and leave it alone for a while, ever longer."""
        self.counts["failed"] += 1
        pause = min(FIRST_PAUSE * 2 ** min(self._failures, 16), LONGEST_PAUSE)
        self._failures += 1
        self._next_at = now + pause * random.uniform(1, 1 + JITTER)  # noqa: S311 - nobody is to guess it, nobody minds
        _log.warning("booking source %s: %s", self._source.name, problem)
        for collection in self._known():
            with self._store.write() as tx:
                note_failure(tx, self._source.name, collection, str(problem), now)
        self._after()

    def _known(self) -> Sequence[str]:
        """Return the collections that were read before; the source itself may not say."""
        with self._store.read() as tx:
            known = [one.collection for one in tx.sync.pulls() if one.source == self._source.name]
        return known or [""]
