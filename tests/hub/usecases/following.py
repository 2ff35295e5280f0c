"""A booking source of the tests, which says what it is told to, and a hub that follows it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hub.booking_ports import Capabilities, Looked, WriteRefused, Written
from hub.domain.booked_meetings import Reading
from hub.domain.bookings import BookingState, Firmness
from hub.domain.meetings import Meeting, Room
from hub.domain.source_items import BadItem, Batch, Horizon, Item, Resource, WriteBack
from hub.domain.syncing import Conflict
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Acting
from hub.usecases.follow_agenda import TIMES
from hub.usecases.follow_source import is_held_back, take_part, take_rest
from hub.usecases.keep_changes import Done, Following
from tests.hub.build import T0, at, furnished
from tests.hub.imports import acting

DAY = 86_400
SIDE = Room(key="side-room", name=Words("小厅", "Side Room"))
HORIZON = Horizon(since=T0 - timedelta(days=1), until=T0 + timedelta(days=90))


def item(uid: str = "a", **changes: object) -> Item:
    """Return a meeting of a source: in the hall, in two days, for two hours, booked at the first instant."""
    values: dict[str, object] = {
        "uid": uid,
        "booking": uid,
        "title": Words("渠道大会", "Channel day"),
        "room": "大厅",
        "starts_at": at(2 * DAY),
        "ends_at": at(2 * DAY + 7200),
        "state": BookingState.DEFINITE,
        "made_at": at(0),
    }
    return Item(**(values | changes))  # type: ignore[arg-type] # any field of an item


def moved(one: Item, seconds: float) -> Item:
    """Return a meeting so much later."""
    by = timedelta(seconds=seconds)
    return replace(one, starts_at=one.starts_at + by, ends_at=one.ends_at + by)


class Hand:
    """A clock that is moved by hand."""

    def __init__(self, at: datetime = T0) -> None:
        """Begin at an instant."""
        self.at = at

    def now(self) -> datetime:
        """Return the time that it was moved to."""
        return self.at

    def monotonic_ms(self) -> int:
        """Return the same as a count."""
        return int(self.at.timestamp() * 1000)


@dataclass
class Book:
    """One collection of a source: resources by key, each with its meetings. ``say`` and ``drop`` change it.

    It may be asked as a source itself; ``trouble`` is what it answers with then, ``asked`` with which cursors it was.
    """

    source: str = "venue"
    collection: str = "rooms"
    kept: dict[str, Resource] = field(default_factory=dict)
    number: int = 0
    trouble: list[Exception] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    @property
    def can(self) -> Capabilities:
        """Say that it tells changes and takes nothing."""
        return Capabilities(deltas=True, writes=False)

    @property
    def name(self) -> str:
        """Return the source's name."""
        return self.source

    def collections(self) -> list[str]:
        """Return the one it has."""
        return [self.collection]

    def pull(self, collection: str, cursor: str | None, horizon: Horizon) -> Batch:
        """Return everything, or nothing where nothing has changed."""
        del collection, horizon
        self.asked.append(cursor)
        if self.trouble:
            raise self.trouble.pop(0)
        if cursor is None:
            return self.all()
        gone = tuple(key for key in self.said if key not in self.kept)
        return Batch(cursor=str(self.number), resources=tuple(self.kept.values()), gone=gone)

    def push(self, collection: str, told: WriteBack) -> Written:
        """Take nothing."""
        raise WriteRefused(f"{collection} takes no {told.op}")

    def look(self) -> Iterator[Looked]:
        """Find nothing."""
        return iter(())

    def close(self) -> None:
        """Do nothing."""

    def say(self, key: str, *items: Item, bad: tuple[BadItem, ...] = ()) -> None:
        """Let a resource hold these meetings."""
        self.number += 1
        self.said.add(key)
        self.kept[key] = Resource(key=key, version=f"v{self.number}", items=items, bad=bad)

    def drop(self, *keys: str) -> None:
        """Delete resources."""
        self.number += 1
        for key in keys:
            del self.kept[key]

    def all(self) -> Batch:
        """Return everything."""
        return Batch(cursor=str(self.number), resources=tuple(self.kept.values()), complete=True)


@dataclass
class Follower:
    """A hub that follows books: ``now`` is its time, ``order`` which source is believed first."""

    store: Store
    order: tuple[str, ...] = ("venue", "calendar")
    now: datetime = T0
    seed: int = 0

    @classmethod
    def over(cls, store: Store) -> "Follower":
        """Open one over a house with two rooms."""
        furnished(store)
        with store.write() as tx:
            tx.meetings.save_room(SIDE)
        return cls(store)

    def who(self) -> Acting:
        """Return the hub itself, with ids of its own."""
        self.seed += 1
        return replace(acting(self.seed), actor="hub", at=self.now)

    def following(self, source: str) -> Following:
        """Return how a source is followed."""
        readings = {one: Reading(source=one, order=self.order) for one in self.order}
        return Following(source=source, readings=readings, times=TIMES)

    def take(self, book: Book, batch: Batch | None = None) -> Done:
        """Take a book's answer whole; returns what was done. Held back, nothing is."""
        batch = batch or book.all()
        if self.holds(book, batch):
            return Done()
        done = self.part(book, batch)
        done += self.rest(book, batch)
        return done

    def holds(self, book: Book, batch: Batch, arriving: Collection[tuple[str, str]] = ()) -> bool:
        """Ask whether an answer is held back."""
        with self.store.write() as tx:
            return is_held_back(tx, self.following(book.source), book.collection, batch, arriving, self.who())

    def part(self, book: Book, batch: Batch) -> Done:
        """Take the first part of an answer."""
        with self.store.write() as tx:
            return take_part(tx, self.following(book.source), book.collection, batch.resources, HORIZON, self.who())

    def rest(self, book: Book, batch: Batch) -> Done:
        """Take its last part."""
        with self.store.write() as tx:
            return take_rest(tx, self.following(book.source), book.collection, batch, HORIZON, self.who())

    def meetings(self) -> list[Meeting]:
        """Return the meetings that came from sources, by start."""
        with self.store.read() as tx:
            known = tx.meetings.all()
            linked = tx.sync.linked([one.id for one in known])
        return [one for one in known if one.id in linked]

    def meeting(self) -> Meeting:
        """Return the one meeting that came from a source."""
        (found,) = self.meetings()
        return found

    def firmness(self) -> dict[str, Firmness]:
        """Return how firmly each booking's meeting has its room, by the uid at its source."""
        with self.store.read() as tx:
            links = tx.sync.linked([one.id for one in tx.meetings.all()])
            held = tx.bookings.held_by(list(links))
        return {link.item.uid: held[key][0].firmness for key, link in links.items() if key in held}

    def asked(self) -> list[Conflict]:
        """Return what a person is to decide."""
        with self.store.read() as tx:
            return list(tx.sync.conflicts())

    def pass_time(self, seconds: float) -> None:
        """Let the hub's clock stand so long after the first instant."""
        self.now = at(seconds)
