"""The door for booking sources: asks each again and again what has changed, in a thread of its own.

Nothing else waits for a source: pages, kiosks and staff work from the hub's copy. One that does not answer is asked
ever less often, up to every five minutes, and pages say how old the copy is.
"""

import logging
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from devices.ports import Clock
from hub.booking_ports import AnswerUnreadable, BookingSource, CursorLost, SourceAway, SourceWrong
from hub.domain.errors import HubError
from hub.domain.meetings import Room
from hub.domain.source_items import Batch, Horizon, Resource
from hub.domain.syncing import Pull
from hub.ports import Store
from hub.rounds import Rounds
from hub.telling import Teller
from hub.usecases.acting import Acting
from hub.usecases.follow_source import is_held_back, is_stale, news, note_failure, note_quiet, take_part, take_rest
from hub.usecases.keep_changes import Done, Following

AT_ONCE = 50
GUESTS_AT_ONCE = 500
"""Resources, and guests on their lists, in one transaction: who checks in meanwhile waits for no more than these."""

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
JITTER = 0.3
"""Pauses are longer by up to this share, so that several hubs do not ask in step."""

BACK = timedelta(days=1)
WHOLE_EVERY = timedelta(hours=24)
"""So often everything is listed: dates of a series come into view as time passes, and a mistake does not stay."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Followed:
    """One source as pages show it: how it is followed, in what it is kept (its kind), how often it is asked."""

    following: Following
    kind: str
    every: timedelta


class Turn(Protocol):
    """Says which of several hub processes follows a source, so that it is asked once, and one thread writes."""

    def is_mine(self) -> bool:
        """Say whether this process is the one."""

    def give_back(self) -> None:
        """Let another process be the one."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a source said of a collection, and how far that had been read when it was asked."""

    asked: Pull
    batch: Batch

    @property
    def is_quiet(self) -> bool:
        """Say whether there is nothing to do about it."""
        pull, batch = self.asked, self.batch
        troubled = pull.failures or pull.held or pull.allowed
        return not (troubled or batch.complete or batch.resources or batch.gone or batch.cursor != pull.cursor)


class _Only:
    """The only process there is."""

    def is_mine(self) -> bool:
        return True

    def give_back(self) -> None:
        pass


ONLY: Turn = _Only()


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
        turn: Turn = ONLY,
    ) -> None:
        """Take the parts: ask ``every`` so often for what lies up to ``ahead`` of now, where it is our ``turn``."""
        super().__init__(f"follow {source.name}")
        self._store, self._source, self._following, self._clock = store, source, following, clock
        self._acting, self._every, self._ahead, self._after = acting, every, ahead, after
        self._ours = turn
        self._next_at: datetime | None = None
        self._failures = 0
        self._rooms: Sequence[Room] | None = None
        self._teller = Teller(store, source, acting=acting, after=after, counts=self.counts)

    @property
    def source(self) -> str:
        """Return the source's name."""
        return self._source.name

    def turn(self) -> int:
        """Ask once, if it is time, and tell what became of meetings. Raises StoreUnavailable."""
        now = self._clock.now()
        if not self._ours.is_mine():
            return 0
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
        rooms = self._house()
        anew = rooms != self._rooms  # we have just started, or there are others: what was of no use may be of use now
        answers = [self._ask(one, horizon, now, anew=anew) for one in self._source.collections()]
        arriving = {
            (item.uid, item.occurrence)
            for one in answers
            for resource in one.batch.resources
            for item in resource.items
        }
        quiet = [one.asked for one in answers if one.is_quiet]
        if quiet:
            with self._store.write() as tx:
                note_quiet(tx, quiet, now)
        taken = [one for one in answers if not one.is_quiet and not self._held(following, one, arriving)]
        done = Done()
        taken = [one for one in taken if self._take_parts(following, one, horizon, done)]
        for answer in taken:
            with self._store.write() as tx:
                if not self._stale(is_stale(tx, answer.asked)):
                    done += take_rest(tx, following, answer.asked.collection, answer.batch, horizon, self._acting())
        self._rooms = rooms
        if done.anything:
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
        self._ours.give_back()

    def _house(self) -> Sequence[Room]:
        with self._store.read() as tx:
            return tx.meetings.rooms()

    def _ask(self, collection: str, horizon: Horizon, now: datetime, *, anew: bool) -> _Answer:
        """Return an answer: what changed, or everything where that is due or the source has lost count."""
        with self._store.read() as tx:
            pull = tx.sync.pull(self._source.name, collection)
        is_due = anew or pull.full_at is None or now - pull.full_at >= WHOLE_EVERY or pull.held
        try:
            return _Answer(pull, self._pull(collection, None if is_due else pull.cursor, horizon))
        except CursorLost:
            self.counts["cursor_lost"] += 1
            return _Answer(pull, self._pull(collection, None, horizon))

    def _pull(self, collection: str, cursor: str | None, horizon: Horizon) -> Batch:
        try:
            return self._source.pull(collection, cursor, horizon)
        except HubError:
            raise
        except Exception as problem:
            _log.exception("booking source %s could not be read", self._source.name)
            raise AnswerUnreadable(
                f"its answer could not be read ({type(problem).__name__}): see the hub's log"
            ) from problem

    def _held(self, following: Following, answer: _Answer, arriving: set[tuple[str, str]]) -> bool:
        with self._store.write() as tx:
            if self._stale(is_stale(tx, answer.asked)):
                return True
            return is_held_back(tx, following, answer.asked.collection, answer.batch, arriving, self._acting())

    def _take_parts(self, following: Following, answer: _Answer, horizon: Horizon, done: Done) -> bool:
        """Take what came or changed, a part at a time; False where somebody else has read on meanwhile."""
        collection = answer.asked.collection
        with self._store.read() as tx:
            resources = news(tx, following.source, collection, answer.batch.resources, horizon)
        for part in parts(resources):
            with self._store.write() as tx:
                if self._stale(is_stale(tx, answer.asked)):
                    return False
                done += take_part(tx, following, collection, part, horizon, self._acting())
        return True

    def _stale(self, stale: bool) -> bool:  # noqa: FBT001 - it is what is counted
        self.counts["stale"] += stale
        return stale

    def _failed(self, problem: HubError, now: datetime) -> None:
        """Note that the source is away, and leave it alone for a while, ever longer."""
        self.counts["failed"] += 1
        pause = min(FIRST_PAUSE * 2 ** min(self._failures, 16), LONGEST_PAUSE)
        self._failures += 1
        self._next_at = now + pause * random.uniform(1, 1 + JITTER)  # noqa: S311 - nobody is to guess it, nobody minds
        _log.warning("booking source %s: %s", self._source.name, problem)
        for collection in self._known():
            with self._store.write() as tx:
                note_failure(tx, self._source.name, collection, problem, now)
        self._after()

    def _known(self) -> Sequence[str]:
        """Return the collections that were read before; the source itself may not say."""
        with self._store.read() as tx:
            known = [one.collection for one in tx.sync.pulls() if one.source == self._source.name]
        return known or [""]


def parts(resources: Iterable[Resource]) -> Iterator[list[Resource]]:
    """Yield resources in parts of so many, or fewer where their lists of guests are long; each holds one at least."""
    part: list[Resource] = []
    guests = 0
    for resource in resources:
        more = sum(len(item.guests or ()) for item in resource.items)
        if part and (len(part) == AT_ONCE or guests + more > GUESTS_AT_ONCE):
            yield part
            part, guests = [], 0
        part.append(resource)
        guests += more
    if part:
        yield part
