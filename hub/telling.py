"""What became of meetings goes back to the source that they come from, by the thread that follows it.

No transaction is open while the source is asked. Killed in between, the hub tells the same operation again.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from hub.booking_ports import (
    BookingSource,
    SourceAway,
    SourceWrong,
    TargetGone,
    WriteRefused,
    Written,
    WrittenMeanwhile,
)
from hub.domain.errors import HubError
from hub.domain.source_items import WriteBack
from hub.domain.syncing import Told
from hub.ports import Store
from hub.usecases import tell_source
from hub.usecases.acting import Acting

LOOK_EVERY = timedelta(seconds=5)
LATELY = timedelta(hours=1)
"""Meetings that ended within this are looked at each time."""

LOOK_BACK_EVERY = timedelta(minutes=1)
DAY = timedelta(days=1)
DAYS_BACK = 30
"""So often those of the last day are looked at, and those of one day more, in turn, of so many: half an hour in all.

A kiosk that comes back later than this with check-ins changes nothing any more that a source is told.
"""

AT_ONCE = 20
"""So much is told in one turn; reading comes in between."""

_log = logging.getLogger(__name__)


class Teller:
    """Tells one source. ``after`` hears of it; ``counts`` is for the metrics; ``acting`` says as whom, and when."""

    def __init__(
        self,
        store: Store,
        source: BookingSource,
        *,
        acting: Callable[[], Acting],
        after: Callable[[], None],
        counts: Counter[str],
    ) -> None:
        """Take the parts."""
        self._store, self._source, self._acting, self._counts = store, source, acting, counts
        self._after = after
        self._looked_at: datetime | None = None
        self._looked_back_at: datetime | None = None
        self._days_back = 0
        self._not_before: datetime | None = None
        self._failures = 0

    def turn(self, now: datetime) -> bool:
        """Look what is new, and tell what is due; returns whether the source has to be read again first.

        Raises StoreUnavailable.
        """
        if not self._source.can.writes:
            return False
        self._look(now)
        if self._not_before is not None and now < self._not_before:
            return False
        for _ in range(AT_ONCE):
            with self._store.read() as tx:
                due = tell_source.next_told(tx, self._source.name, now)
            if due is None:
                return False
            try:
                self._tell(*due)
                self._after()
            except WrittenMeanwhile as problem:
                self._later(due[0], problem, now)
                return True
            except (SourceAway, SourceWrong) as problem:
                self._away(due[0], problem, now)
                return False
        return False

    def _look(self, now: datetime) -> None:
        """Queue what has changed. Everything that may still change is looked at from time to time."""
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return
        for span in self._spans(now):
            with self._store.read() as tx:
                found = tell_source.to_queue(tx, self._source.name, span, now)
            if found:
                with self._store.write() as tx:
                    tell_source.queue(tx, found, self._acting())
        self._looked_at = now

    def _spans(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans of time to look at now, each of them short: guests check in meanwhile."""
        if self._looked_back_at is not None and now - self._looked_back_at < LOOK_BACK_EVERY:
            yield now - LATELY, now
            return
        yield now - DAY, now
        self._days_back = self._days_back % (DAYS_BACK - 1) + 1
        yield now - (self._days_back + 1) * DAY, now - self._days_back * DAY
        self._looked_back_at = now

    def _tell(self, told: Told, write: WriteBack | None) -> None:
        """Tell one thing, and keep what came of it. Raises SourceAway, SourceWrong, WrittenMeanwhile."""
        if write is None:
            self._gone(told, "the source does not name it any more")
            return
        try:
            written = self._push(told.collection, write)
        except TargetGone as problem:
            self._gone(told, str(problem))
            return
        except WriteRefused as problem:
            self._counts["write_refused"] += 1
            with self._store.write() as tx:
                tell_source.note_refused(tx, told, str(problem), self._acting())
            return
        with self._store.write() as tx:
            tell_source.note_told(tx, told, write, written, self._acting())
        self._failures, self._not_before = 0, None
        self._counts["told"] += 1

    def _push(self, collection: str, write: WriteBack) -> Written:
        try:
            return self._source.push(collection, write)
        except HubError:
            raise
        except Exception as problem:
            _log.exception("booking source %s could not be told", self._source.name)
            raise SourceWrong(f"it could not be told ({type(problem).__name__}): see the hub's log") from problem

    def _gone(self, told: Told, problem: str) -> None:
        self._counts["target_gone"] += 1
        with self._store.write() as tx:
            tell_source.note_gone(tx, told, problem, self._acting())

    def _later(self, told: Told, problem: Exception, now: datetime) -> None:
        with self._store.write() as tx:
            tell_source.note_not_now(tx, told, str(problem), now)

    def _away(self, told: Told, problem: Exception, now: datetime) -> None:
        """Leave the source alone for a while, ever longer; what waits for it waits."""
        self._counts["not_told"] += 1
        self._later(told, problem, now)
        self._not_before = now + tell_source.pause(self._failures)
        self._failures += 1
        _log.warning("booking source %s takes nothing: %s", self._source.name, problem)
