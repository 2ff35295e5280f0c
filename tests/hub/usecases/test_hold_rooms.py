"""Meetings that were kept before rooms were held take theirs when the hub starts."""

from hub.domain.bookings import Firmness
from hub.domain.syncing import ConflictKind
from hub.ports import Store
from hub.usecases.hold_rooms import hold_rooms
from tests.hub.build import furnished, meeting
from tests.hub.imports import acting


def test_who_holds_no_room_takes_theirs_once_and_two_in_one_are_told(store: Store) -> None:
    """What is off takes none; the second start changes nothing and asks nobody again."""
    with furnished(store).write() as tx:
        tx.meetings.save(meeting("same", number=2))
        tx.meetings.save(meeting("off", number=3, cancelled=True))
    for _ in range(2):
        with store.write() as tx:
            hold_rooms(tx, tx.meetings.all(), acting(5))
    with store.read() as tx:
        held = tx.bookings.held_by([one.id for one in tx.meetings.all()])
        (asked,) = tx.sync.conflicts()
    assert {key: one[0].firmness for key, one in held.items()} == {
        "m-launch": Firmness.DEFINITE,
        "m-same": Firmness.DOUBLE_BOOKED,
    }
    assert (asked.kind, asked.subject, asked.times) == (ConflictKind.DOUBLE_BOOKED, "m-same", 1)
