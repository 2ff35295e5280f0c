"""What is kept for a time only goes when that is over."""

from dataclasses import replace
from datetime import timedelta

from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.source_items import ItemGuest
from hub.ports import Store
from hub.usecases.clear_away import CONDITIONS_KEPT, TOMBSTONES_KEPT, clear_away
from tests.hub.build import T0
from tests.hub.usecases.following import Book, Follower, item, moved


def test_what_was_wrong_in_a_room_is_forgotten_after_a_quarter_of_a_year(store: Store) -> None:
    """What is still open is never too old (I13)."""
    old = Condition(
        id="c-1",
        cause=Cause.OFFLINE,
        about=SubjectKind.DEVICE,
        subject="d",
        room=None,
        since=T0,
        opened_at=T0,
        over_at=T0,
    )
    kept = replace(old, id="c-2", over_at=T0 + timedelta(seconds=1))
    still = replace(old, id="c-3", over_at=None)
    with store.write() as tx:
        for one in (old, kept, still):
            tx.conditions.save(one)
        clear_away(tx, timedelta(days=30), T0 + CONDITIONS_KEPT + timedelta(seconds=1))
    with store.read() as tx:
        found = {one.id for one in tx.conditions.of_subjects(["d"], T0 - timedelta(days=1))}
    assert found == {"c-2", "c-3"}


def test_what_is_gone_at_a_booking_source_is_forgotten_with_the_guests_that_it_named(store: Store) -> None:
    """Reference C.6.6, rule 11; what is still there stays known."""
    hub, book = Follower.over(store), Book()
    book.say("1", item("a", guests=(ItemGuest(key="g-1", name="周敏"),)))
    book.say("2", moved(item("b"), 86_400))
    hub.take(book)
    book.drop("1")
    hub.take(book)
    for passed, known in ((timedelta(), {"a", "b"}), (timedelta(seconds=1), {"b"})):
        with store.write() as tx:
            clear_away(tx, timedelta(days=30), hub.now + TOMBSTONES_KEPT + passed)
        with store.read() as tx:
            assert {link.item.uid for link in tx.sync.same_uid(["a", "b"])} == known
