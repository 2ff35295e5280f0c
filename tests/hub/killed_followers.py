"""A hub that is killed while it takes a booking source's answer: a process of its own, and a real SIGKILL."""

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hub.domain.words import Words
from hub.following import Follower as Door
from hub.ports import Store, Transaction
from hub.store.alone import Alone
from hub.store.sql import open_store
from tests.hub.build import T0
from tests.hub.usecases.following import Book, Follower, Hand, item, moved

MANY = 110
GONE, NEW = "7", "new"


def book(*, second: bool) -> Book:
    """Return the source before and after the change: nearly all are renamed, one goes, one is new."""
    made = Book()
    for number in range(MANY):
        made.say(str(number), moved(item(str(number)), number * 7200))
    if second:
        for number in range(MANY):
            (known,) = made.kept[str(number)].items
            made.say(str(number), replace(known, title=Words(f"年会 {number}", "")))
        made.drop(GONE)
        made.say(NEW, moved(item(NEW), MANY * 7200))
    return made


def door(hub: Follower, source: Book, at: datetime) -> Door:
    """Open a door to the source."""
    hub.now = at
    return Door(
        hub.store,
        source,
        lambda: hub.following("venue"),
        clock=Hand(at),
        acting=hub.who,
        every=timedelta(seconds=15),
        ahead=timedelta(days=90),
        after=lambda: None,
        turn=Alone(None, "follow"),
    )


class Dying:
    """A store with which the process dies at its n-th writing, just before or just after that is committed."""

    def __init__(self, store: Store, writing: int, *, committed: bool) -> None:
        """Count from 1."""
        self._store, self._left, self._committed = store, writing, committed

    @contextlib.contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a transaction, perhaps the last."""
        self._left -= 1
        with self._store.write() as tx:
            yield tx
            if not self._left and not self._committed:
                os.kill(os.getpid(), signal.SIGKILL)
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextlib.contextmanager
    def read(self) -> Iterator[Transaction]:
        """Open a transaction that reads."""
        with self._store.read() as tx:
            yield tx


def follow_and_die(url: str, writing: int, *, committed: bool) -> None:
    """Take the second answer as a process of its own, and die on the way."""
    hub = Follower(open_store(url), seed=50_000)
    dying = Dying(hub.store, writing, committed=committed)
    at = T0 + timedelta(minutes=5)
    hub.now = at
    opened = door(hub, book(second=True), at)
    opened._store = dying  # type: ignore[assignment] # reads and writes are all a door asks of its store
    opened.turn()
