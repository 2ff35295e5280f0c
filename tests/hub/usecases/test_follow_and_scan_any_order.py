"""Batches, scans and restarts in any order, and as often as may be: the same meetings stand, with the same guests."""

import random
from dataclasses import dataclass, replace

import pytest

from devices.ids import uuid7
from hub.domain.bookings import BookingState, Headcount
from hub.domain.source_items import Item
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming
from tests.hub.build import at, invited
from tests.hub.usecases.following import Book, Follower, item, moved
from tests.hub.usecases.scans import KIOSKS, scan

BUSY, QUIET = ("a", "b"), ("c", "d", "e")
"""Meetings to which guests come in the course of it, and those that nobody has come to yet."""

GUESTS = range(4)
HOUR = 3600


@dataclass(slots=True)
class House:
    """A hub with its guests, which may start again at any time."""

    hub: Follower
    desk: Desk

    @classmethod
    def over(cls, store: Store, book: Book) -> "House":
        """Open one that knows the book's first answer, and invite guests to the busy meetings."""
        house = cls(Follower.over(store), Desk(uuid7, KIOSKS))
        house.hub.pass_time(HOUR)
        house.hub.take(book)
        with store.read() as tx:
            links = tx.sync.linked([one.id for one in tx.meetings.all()])
        meetings = {link.item.uid: key for key, link in links.items()}
        with store.write() as tx:
            for place, uid in enumerate(BUSY):
                for number in GUESTS:
                    one = invited(50 + 10 * place + number, in_meeting=meetings[uid])
                    tx.guests.add(one.guest, one.invitation)
        return house

    def start_again(self) -> None:
        """Forget everything that is not on disk."""
        self.hub = replace(self.hub, seed=self.hub.seed + 1000)
        self.desk = Desk(uuid7, KIOSKS)

    def hear(self, *scans: Incoming) -> None:
        """Take scans, as a batch."""
        with self.hub.store.write() as tx:
            check_in(tx, scans, self.desk, self.hub.now)

    def stands(self) -> dict[str, object]:
        """Return what stands here, without the ids that chance gave."""
        with self.hub.store.read() as tx:
            meetings = {one.id: one for one in tx.meetings.all()}
            links = tx.sync.linked(meetings)
            counts = tx.attendance.counts(list(links))
            firm = tx.bookings.held_by(list(links))
            bookings = tx.bookings.of_meetings(list(links))
            conflicts = [(one.kind, one.subject) for one in tx.sync.conflicts()]
            names = [f"inv-{50 + 10 * place + number}" for place in range(len(BUSY)) for number in GUESTS]
            came = {key: (one.check_in, one.device, one.at) for key, one in tx.check_ins.admissions(names).items()}
        return {
            "meetings": {
                link.item.uid: (
                    meetings[key].title,
                    meetings[key].room,
                    meetings[key].starts_at,
                    meetings[key].ends_at,
                    meetings[key].agenda,
                    [one.firmness for one in firm.get(key, ())],
                    bookings[key].headcount,
                    bookings[key].state,
                    counts[key].guests.arrived,
                )
                for key, link in links.items()
                if not meetings[key].cancelled
            },
            "came": came,
            "asked": sorted(str(one) for one in conflicts),
        }


def first() -> dict[str, Item]:
    """Return what the source says at first: five meetings, each in its own hours."""
    return {
        uid: replace(moved(item(uid), 0), starts_at=at((2 + 3 * place) * HOUR), ends_at=at((4 + 3 * place) * HOUR))
        for place, uid in enumerate((*BUSY, *QUIET))
    }


def change(chance: random.Random, book: Book) -> None:
    """Change something at the source: words of what is in use, anything of what is not."""
    uid = chance.choice((*BUSY, *QUIET))
    (known,) = book.kept[uid].items if uid in book.kept else (first()[uid],)
    title = Words(chance.choice(("渠道大会", "年会", "培训")), "")
    if uid in BUSY:
        book.say(uid, replace(known, title=title, headcount=Headcount(most=chance.randint(10, 200))))
    elif uid in book.kept and chance.random() < 0.3:
        book.drop(uid)
    else:
        state = chance.choices((BookingState.DEFINITE, BookingState.CANCELLED), (4, 1))[0]
        room = chance.choice(("大厅", "side-room"))
        book.say(uid, replace(moved(known, chance.choice((-600, 0, 600))), title=title, room=room, state=state))


def scans() -> list[Incoming]:
    """Return who comes: most guests of the busy meetings, some at two doors."""
    numbers = [50 + 10 * place + number for place in range(len(BUSY)) for number in GUESTS[:3]]
    made = [scan(number, HOUR - 600 + number) for number in numbers]
    return [*made, *(scan(number, HOUR - 300 + number, "kiosk-2") for number in numbers[::2])]


@pytest.mark.parametrize("seed", range(10))
def test_batches_scans_and_restarts_in_any_order_end_in_the_same(
    seed: int, sqlite_store: Store, another_store: Store
) -> None:
    """One house sees everything in some order, some twice and some half; the other the end, then the guests."""
    chance, book = random.Random(seed), Book()
    for uid, one in first().items():
        book.say(uid, one)
    house, straight = House.over(sqlite_store, book), House.over(another_store, book)
    waiting = scans()
    chance.shuffle(waiting)
    come = list(waiting)
    while waiting or chance.random() < 0.8:
        match chance.choice(("change", "whole", "half", "scan", "again", "restart")):
            case "change":
                change(chance, book)
            case "whole":
                house.hub.part(book, book.all())
                house.hub.rest(book, book.all())
            case "half":
                house.hub.part(book, book.all())
            case "scan" if waiting:
                house.hear(*(waiting.pop() for _ in range(min(len(waiting), chance.randint(1, 4)))))
            case "again":
                house.hear(*chance.sample(come, 2))
            case _:
                house.start_again()
    for each in (house, straight):
        each.hub.part(book, book.all())
        each.hub.rest(book, book.all())
    straight.hear(*sorted(come, key=lambda one: one.event.ts))
    ours, theirs = house.stands(), straight.stands()
    for part, found in ours.items():
        assert found == theirs[part], part
    assert ours["came"]
