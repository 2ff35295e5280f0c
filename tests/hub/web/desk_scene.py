"""A desk with one of everything: sources that stand differently, every question, entries of no use, a day of rooms."""

from dataclasses import replace
from datetime import timedelta

from hub.booking_ports import SourceAway
from hub.domain.bookings import BookingState, Firmness, Hold
from hub.domain.no_show import NoShow, NoShowState
from hub.domain.source_items import BadItem, Item
from hub.domain.syncing import Conflict, ConflictKind
from hub.domain.words import Words
from hub.following import Followed
from hub.ports import Store
from hub.usecases.acting import Acting
from hub.usecases.ask_desk import ask_desk
from hub.usecases.follow_source import note_failure
from tests.hub.build import T0
from tests.hub.usecases.following import SIDE, Book, Follower, item
from tests.hub.web.scene import NOW

_EARLY, _AGAIN = Words("不晚于开始时间", "lies before its start"), Words("请改正结束时间", "correct the end")
ORDER = ("venue", "calendar", "partner", "club")


def followed(hub: Follower) -> dict[str, Followed]:
    """Return the sources as the pages know them."""
    return {
        one: Followed(hub.following(one), kind, timedelta(seconds=5)) for one, kind in zip(ORDER, KINDS, strict=True)
    }


NOBODY = NoShow(
    meeting="", state=NoShowState.SUSPECT, starts_at=T0, since=T0, looked_at=NOW, blind=timedelta(minutes=5), expected=9
)
"""What is known of a room that nobody was seen to come to."""

KINDS = ("sql", "caldav", "ical", "csv")


def today(uid: str, zh: str, en: str, hour: float, hours: float, **changes: object) -> Item:
    """Return a meeting of the day: ``hour`` counts from nine in the morning, when the doors of the launch open."""
    start = T0 + timedelta(hours=hour)
    changes = {"title": Words(zh, en), "starts_at": start, "ends_at": start + timedelta(hours=hours)} | changes
    return item(uid, **changes)


def desk_hub(store: Store) -> Follower:
    """Return a hub that follows sources in a house that is furnished, at the pages' time."""
    with store.write() as tx:
        tx.meetings.save_room(SIDE)
    return Follower(store, order=ORDER, now=NOW)


def furnish_desk(store: Store) -> Follower:
    """Let the house have booking sources, with one of everything that a person may have to decide."""
    hub = desk_hub(store)
    hub.now = T0 - timedelta(hours=12)
    venue, calendar = Book(), Book(source="calendar", collection="https://calendar.example/rooms/side/")
    venue.say("1", today("a", "季度经营会", "Quarterly review", 4, 2, made_at=T0 - timedelta(days=20)))
    venue.say("2", today("b", "客户路演", "Client roadshow", 5, 2.5, made_at=T0 - timedelta(days=2)))
    venue.say("3", today("c", "新人培训", "New joiners", 0.1, 2.5, room="小厅"))
    venue.say("4", today("d", "项目评审", "Project review", 3, 1, room="小厅"))
    venue.say("5", today("e", "年会彩排", "Gala rehearsal", 7, 3, room="小厅", state=BookingState.OPTION_SENT))
    venue.say("6", today("f", "读书会", "Book club", 8.5, 2, room="小厅", state=BookingState.OPTION))
    hub.take(venue)
    dates = [today(f"s{n}", f"沙龙 {n}", f"Salon {n}", 24 * n, 2, room="小厅") for n in range(3, 9)]
    for number, date in enumerate(dates):
        calendar.say(str(number), date)
    hub.take(calendar)
    hub.now = NOW
    venue.say("3", today("c", "新人培训", "New joiners", 0.5, 3, room="小厅"))
    venue.say("7", replace(today("g", "董事会", "Board", 30, 2), room="水晶厅"))
    bad = BadItem(field="ends_at", problem=_EARLY, remedy=_AGAIN, title="供应商大会")
    venue.say("8", bad=(bad,))
    hub.take(venue)
    calendar.drop("0", "1", "2", "3")
    hub.take(calendar)
    ask_all(hub)
    with store.write() as tx:
        (trained,) = [one.id for one in tx.meetings.all() if one.title.en == "New joiners"]
        tx.no_shows.save(replace(NOBODY, meeting=trained))
        tx.bookings.hold(
            Hold(
                owner="closed-hall",
                room="hall",
                since=T0 + timedelta(hours=10),
                until=T0 + timedelta(hours=12),
                firmness=Firmness.CLOSURE,
            )
        )
        note_failure(tx, "partner", "calendar", SourceAway("503: the server is being serviced"), NOW)
    return hub


def ask_all(hub: Follower) -> list[Conflict]:
    """Put everything else before a person that there is; returns it."""
    facts = {"title_zh": "渠道大会", "title_en": "Channel day", "room": "hall", "people": "320", "seats": "200"}
    times = {"starts_at": T0.isoformat(), "ends_at": NOW.isoformat(), "said_starts_at": T0.isoformat()}
    times |= {"said_ends_at": NOW.isoformat(), "rival_zh": "年会", "rival_en": "Gala", "said_room": "小厅"}
    with hub.store.write() as tx:
        asked = {one.kind for one in tx.sync.conflicts()}
        return [
            ask_desk(tx, "m-launch", kind, "venue", facts | times, _hub(hub))
            for kind in ConflictKind
            if kind not in asked
        ]


def _hub(hub: Follower) -> Acting:
    return hub.who()
