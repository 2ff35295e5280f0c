"""The thread that searches: it outlives whatever happens, never keeps the writer waiting, and clears away."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, cast

import pytest

from devices.contract import codec
from devices.contract.messages import Progress, Reply, Request, RequestKind
from devices.ids import uuid7
from devices.ports import Link
from hub.domain.business_cards import KeptCard
from hub.enquiries import WAITING, Enquiries
from hub.outgoing import Outgoing
from hub.pinyin import readings
from hub.ports import Store, StoreUnavailable
from tests.conftest import SITE
from tests.hub.build import at, furnished, lookup
from tests.hub.hall import HallClock
from tests.hub.usecases.asks import request, service

Wait = Callable[[Callable[[], object]], None]


class Heard:
    """A link that keeps what it is given to say."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    @property
    def connected(self) -> bool:
        """Say that it is."""
        return True

    def publish_soon(self, topic: str, payload: bytes, done: object, **options: Any) -> None:  # noqa: ANN401 - a link's own options
        """Keep a message."""
        del topic, done, options
        self.replies.append(codec.decode(payload, Reply))

    def answers(self) -> dict[str, tuple[Progress, str | None, list[str]]]:
        """Return what was answered, by request."""
        told = [one for reply in list(self.replies) for one in reply.requests]
        return {one.id: (one.progress, one.reason, [found.lookup for found in one.found]) for one in told}


@pytest.fixture
def heard() -> Heard:
    """Give the link."""
    return Heard()


@pytest.fixture
def enquiries(sqlite_store: Store, heard: Heard) -> Iterator[Enquiries]:
    """Give the searches over a furnished house, not yet started."""
    clock = HallClock()
    outgoing = Outgoing(furnished(sqlite_store), site=SITE, clock=clock, ids=uuid7)
    outgoing.attach(cast(Link, heard))
    term = timedelta(days=1)
    made = Enquiries(sqlite_store, outgoing, clock=clock, service=service(), readings=readings, cards_kept=term)
    yield made
    if made.alive:
        made.stop()


def search(typed: str) -> Request:
    """Make a search."""
    return request(RequestKind.FIND, text=typed)


def test_a_search_is_answered(enquiries: Enquiries, heard: Heard, wait_until: Wait) -> None:
    """And counted, with those that found nobody."""
    enquiries.start()
    found, missed = search("王2"), search("nobody")
    for one in (found, missed):
        enquiries.ask("kiosk-1", one)
    wait_until(lambda: len(heard.answers()) == 2)
    assert heard.answers() == {
        found.id: (Progress.ANSWERED, None, [lookup(2)]),
        missed.id: (Progress.REFUSED, "not_found", []),
    }
    assert enquiries.counts == {"answered": 2, "refused.not_found": 1}


def test_who_asks_while_too_many_wait_is_refused_at_once(enquiries: Enquiries, heard: Heard) -> None:
    """The queue is bounded (I13); the thread is not even running here."""
    for _ in range(WAITING):
        enquiries.ask("kiosk-1", search("wang"))
    late = search("wang")
    enquiries.ask("kiosk-1", late)
    assert heard.answers() == {late.id: (Progress.REFUSED, "too_many_questions", [])}
    assert enquiries.counts == {"refused.too_many_questions": 1}


def test_a_search_that_breaks_something_costs_the_next_guest_nothing(
    enquiries: Enquiries, heard: Heard, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug, and a database that is away for a moment: the kiosk asks again."""
    follow = enquiries._names.follow
    trouble: list[Exception] = [ZeroDivisionError(), StoreUnavailable("away")]

    class Troubled:
        index = enquiries._names.index

        def follow(self, *given: Any) -> frozenset[str]:  # noqa: ANN401 - the real one's arguments
            if trouble:
                raise trouble.pop(0)
            return follow(*given)

    monkeypatch.setattr(enquiries, "_names", Troubled())
    monkeypatch.setattr(enquiries, "_stopping", Impatient())
    enquiries.start()
    searches = [search("王1"), search("王2"), search("王3")]
    for one in searches:
        enquiries.ask("kiosk-1", one)
    wait_until(lambda: searches[2].id in heard.answers())
    assert heard.answers().keys() == {searches[2].id}
    assert (enquiries.counts["failed"], enquiries.counts["store_unavailable"]) == (1, 1)


class Impatient(threading.Event):
    """An event nobody waits for long."""

    def wait(self, timeout: float | None = None) -> bool:
        """Look, and go on."""
        del timeout
        return self.is_set()


def test_cards_whose_time_is_over_are_removed_while_the_hub_runs(
    enquiries: Enquiries, sqlite_store: Store, wait_until: Wait
) -> None:
    """The purge runs by itself (I14)."""
    with sqlite_store.write() as tx:
        for number, age in ((1, 25), (2, 23)):
            tx.business_cards.put(
                KeptCard(
                    invitation=f"inv-{number}",
                    meeting="m-launch",
                    device="kiosk-1",
                    consented_at=at(15) - timedelta(hours=age),
                    name="x",
                )
            )
    enquiries.start()
    enquiries.ask("kiosk-1", search("wang"))

    def kept() -> list[str]:
        with sqlite_store.read() as tx:
            return [one.invitation for one in tx.business_cards.of_meeting("m-launch")]

    wait_until(lambda: kept() == ["inv-2"])


def test_stopping_ends_the_thread_even_when_searches_wait(enquiries: Enquiries) -> None:
    """A hub that is told to stop stops."""
    for _ in range(WAITING):
        enquiries.ask("kiosk-1", search("wang"))
    enquiries.start()
    enquiries.stop()
    assert not enquiries.alive
