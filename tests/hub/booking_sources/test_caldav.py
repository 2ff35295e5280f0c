"""``CalDavSource`` with the real Radicale: the promises of every source, with sync tokens and without."""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.booking_ports import BookingSource, CursorLost, LoginRefused, SourceWrong
from hub.booking_sources.caldav import CalDavSource
from hub.domain.source_items import Batch
from hub.domain.syncing import ConflictKind
from hub.ports import Store
from tests.hub.booking_sources.between import Asked, Said, between
from tests.hub.booking_sources.contract import HORIZON, NOON, Entry, SourceContract
from tests.hub.booking_sources.ics import calendar, entered, event
from tests.hub.booking_sources.radicale import HUB, PASSWORD, Radicale, Shared
from tests.hub.usecases.following import Book, Follower

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def source_of(url: str, user: str = HUB) -> CalDavSource:
    """Return a source of one calendar."""
    return CalDavSource("calendar", [url], user, PASSWORD, SHANGHAI)


@dataclass
class CalDavPeer:
    """A calendar on Radicale, and the source that follows it, maybe by way of a server in between."""

    calendar: Shared
    source: BookingSource
    names: list[str] = field(default_factory=list)

    def enter(self, entry: Entry) -> str:
        """Put an event."""
        self.names.append(f"event {len(self.names)}")
        self.change(self.names[-1], entry)
        return self.names[-1]

    def change(self, name: str, entry: Entry) -> None:
        """Put it again."""
        self.calendar.put(f"{name}.ics", calendar(entered(name, entry)))

    def delete(self, name: str) -> None:
        """Delete it."""
        self.calendar.delete(f"{name}.ics")

    def spoil(self) -> None:
        """Put an event that ends before it starts."""
        wrong = event("SUMMARY:Wrong", "DTSTART:20261201T060000Z", "DTEND:20261201T050000Z", uid="wrong")
        self.calendar.put("wrong.ics", calendar(wrong))

    def go_away(self) -> None:
        """Stop the server."""
        self.calendar.server.stop()

    def come_back(self) -> None:
        """Start it again."""
        self.calendar.server.start()

    def outcome(self, name: str) -> dict[str, object]:
        """Read the hub's own properties."""
        lines = self.calendar.get(f"{name}.ics").splitlines()
        said = dict(line.split(":", 1) for line in lines if line.startswith("X-YINGBIN-"))
        if not said:
            return {}
        return {
            "attended": int(said["X-YINGBIN-ATTENDED"]),
            "expected": int(said["X-YINGBIN-EXPECTED"]),
            "no_show": said["X-YINGBIN-NO-SHOW"] == "TRUE",
        }

    def texts(self) -> str:
        """Return all events."""
        return "".join(one.read_text("utf-8") for one in self.calendar.files())


class TestCalDav(SourceContract):
    """With sync tokens."""

    @pytest.fixture
    def peer(self, radicale: Radicale) -> Iterator[CalDavPeer]:
        """Give an empty calendar."""
        made = radicale.calendar()
        source = source_of(made.url)
        yield CalDavPeer(made, source)
        source.close()


def without_tokens(asked: Asked, said: Said) -> Said:
    """Let a server not know what changed: neither does it say that it does, nor does it answer."""
    if b"sync-collection" in asked.body:
        return Said(415)
    return Said(said.status, said.headers, said.body.replace(b"sync-collection", b"expand-property"))


class TestWithoutSyncCollection(SourceContract):
    """A server that does not tell changes: listed, and compared by ETags."""

    @pytest.fixture
    def peer(self, radicale: Radicale) -> Iterator[CalDavPeer]:
        """Give an empty calendar behind such a server."""
        made = radicale.calendar()
        with between(radicale.url) as server:
            server.after = without_tokens
            source = source_of(server.url + made.path)
            yield CalDavPeer(made, source)
            source.close()


@pytest.fixture
def peer(radicale: Radicale) -> Iterator[CalDavPeer]:
    """Give an empty calendar."""
    made = radicale.calendar()
    source = source_of(made.url)
    yield CalDavPeer(made, source)
    source.close()


def pull(peer: CalDavPeer, cursor: str | None = None) -> Batch:
    """Ask a peer's source."""
    return peer.source.pull(peer.source.collections()[0], cursor, HORIZON)


def titles(batch: Batch) -> list[str]:
    """Return what an answer's meetings are called."""
    return [one.title.zh for resource in batch.resources for one in resource.items]


def test_a_token_that_the_server_has_lost_is_a_lost_cursor(peer: CalDavPeer) -> None:
    """Everything is listed again then, also what went meanwhile."""
    name = peer.enter(Entry())
    peer.enter(Entry(title="年会"))
    before = pull(peer)
    peer.delete(name)
    peer.calendar.server.forget_tokens(peer.calendar)
    with pytest.raises(CursorLost):
        pull(peer, before.cursor)
    after = pull(peer)
    assert (after.complete, titles(after)) == (True, ["年会"])


def test_all_events_deleted_are_named_one_by_one(peer: CalDavPeer) -> None:
    """And an empty calendar is an empty list, which the brake judges."""
    names = [peer.enter(Entry(title=f"会{number}")) for number in range(5)]
    before = pull(peer)
    for name in names:
        peer.delete(name)
    assert set(pull(peer, before.cursor).gone) == {one.key for one in before.resources}
    assert pull(peer) == Batch(cursor=pull(peer).cursor, complete=True)


def test_a_mass_deletion_is_held_back_here(peer: CalDavPeer, sqlite_store: Store) -> None:
    """Until a person says that it is meant: the meetings stay."""
    hour, names = timedelta(hours=1), []
    for number in range(5):
        starts = NOON + number * DAY
        names.append(peer.enter(Entry(title=f"会{number}", starts_at=starts, ends_at=starts + hour)))
    hub = Follower.over(sqlite_store)
    book = Book(source="venue", collection=peer.calendar.url)
    before = pull(peer)
    hub.take(book, before)
    for name in names:
        peer.delete(name)
    hub.take(book, pull(peer, before.cursor))
    assert [one.cancelled for one in hub.meetings()] == [False] * 5
    assert [one.kind for one in hub.asked()] == [ConflictKind.MASS_DELETION]


@pytest.mark.parametrize(("prefix", "kind"), [("secret", LoginRefused), ("nobody", SourceWrong)])
def test_a_calendar_that_may_not_be_read_is_not_an_empty_one(
    radicale: Radicale, prefix: str, kind: type[SourceWrong]
) -> None:
    """403, and 404 where it is gone; the remedy says what to do."""
    shared = radicale.calendar(prefix)
    if prefix == "nobody":
        shared.delete("")
    source = source_of(shared.url)
    for cursor in (None, "token:http://radicale.org/ns/sync/0"):
        with pytest.raises(SourceWrong) as raised:
            source.pull(shared.url, cursor, HORIZON)
        assert type(raised.value) is kind
    (looked,) = source.look()
    assert looked.remedy
    source.close()


def test_a_wrong_password_is_said_and_not_shown(peer: CalDavPeer) -> None:
    """Nor is the right one."""
    source = CalDavSource("calendar", [peer.calendar.url], HUB, "wr0ng-secret", SHANGHAI)
    with pytest.raises(LoginRefused, match="user and password") as raised:
        source.pull(peer.calendar.url, None, HORIZON)
    assert "wr0ng-secret" not in "".join(traceback.format_exception(raised.value))
    assert [bool(one.remedy) for one in source.look()] == [True]
    source.close()


def test_an_address_with_a_password_in_it_is_refused_and_never_shown(radicale: Radicale) -> None:
    """It would stand on pages and in logs."""
    source = source_of(f"http://hub:pass-0815@127.0.0.1:{radicale.port}/hub/hall/")
    (collection,) = source.collections()
    with pytest.raises(SourceWrong) as raised:
        source.pull(collection, None, HORIZON)
    assert "0815" not in f"{collection} {raised.value} {list(source.look())}"


def test_an_event_that_leaves_the_horizon_says_so(peer: CalDavPeer) -> None:
    """It is there, and stands for no meeting."""
    name = peer.enter(Entry())
    before = pull(peer)
    peer.change(name, Entry(starts_at=NOON + 200 * DAY, ends_at=NOON + 201 * DAY))
    after = pull(peer, before.cursor)
    assert [(one.key, one.items, one.bad) for one in after.resources] == [(before.resources[0].key, (), ())]
    assert after.gone == ()


def test_tasks_in_a_calendar_are_none_of_ours(peer: CalDavPeer) -> None:
    """A calendar may hold them beside events."""
    todo = event("SUMMARY:Buy tea", uid="t").replace("VEVENT", "VTODO")
    peer.calendar.put("t.ics", calendar(todo))
    assert pull(peer).resources == ()


def test_the_second_event_of_a_uid_is_named_and_the_first_is_told(peer: CalDavPeer) -> None:
    """Radicale refuses it; a copied file does not ask."""
    peer.enter(Entry())
    before = pull(peer)
    (file,) = peer.calendar.files()
    (file.parent / "z copy.ics").write_bytes(file.read_bytes())
    for batch in (pull(peer, before.cursor), pull(peer)):
        bad = [bad for one in batch.resources for bad in one.bad]
        assert [one.field for one in bad] == ["UID"]
    peer.delete("event 0")
    assert titles(pull(peer)) == ["渠道大会"]


def test_an_event_that_is_no_calendar_is_named(radicale: Radicale) -> None:
    """The others are told."""
    made = radicale.calendar()
    with between(radicale.url) as server:
        through = CalDavPeer(made, source_of(server.url + made.path))
        through.enter(Entry())
        through.enter(Entry(title="年会"))
        server.after = lambda _, said: Said(
            said.status, said.headers, said.body.replace("SUMMARY:渠道大会".encode(), b"END:VEVENT")
        )
        batch = pull(through)
        assert titles(batch) == ["年会"]
        assert [bad.field for one in batch.resources for bad in one.bad] == ["object"]
        through.source.close()


def test_rooms_are_calendars_where_events_name_none(radicale: Radicale) -> None:
    """By the last part of the address; each calendar has a cursor of its own."""
    halls = [radicale.calendar(one) for one in ("大厅", "side")]
    source = CalDavSource("both", [one.url for one in halls], HUB, PASSWORD, SHANGHAI)
    rooms = []
    for one in halls:
        one.put("a.ics", calendar(event("DTSTART:20261201T040000Z", "DTEND:20261201T050000Z", uid=one.path)))
    for collection in source.collections():
        batch = source.pull(collection, None, HORIZON)
        rooms += [item.room.partition("-")[0] for resource in batch.resources for item in resource.items]
    assert rooms == ["大厅", "side"]
    with pytest.raises(SourceWrong):
        source.pull("http://127.0.0.1/other/", None, HORIZON)
    source.close()


def test_a_restarted_hub_lists_anew_where_it_compares_etags(radicale: Radicale) -> None:
    """What it compared with is gone; sync tokens outlast it."""
    made = radicale.calendar()
    peer = CalDavPeer(made, source_of(made.url))
    peer.enter(Entry())
    assert pull(CalDavPeer(made, source_of(made.url)), pull(peer).cursor).resources == ()
    with between(radicale.url) as server:
        server.after = without_tokens
        cursor = pull(CalDavPeer(made, source_of(server.url + made.path))).cursor
        with pytest.raises(CursorLost):
            pull(CalDavPeer(made, source_of(server.url + made.path)), cursor)


@dataclass
class LateClock:
    """A clock that is an hour late."""

    def now(self) -> datetime:
        """Return the wrong time."""
        return datetime.now(UTC) - timedelta(hours=1)

    def monotonic_ms(self) -> int:
        """Return no time."""
        return 0


def test_a_look_names_what_a_person_has_to_mend(radicale: Radicale) -> None:
    """A clock that is wrong, a calendar that is only read, an event that ends before it starts, no calendar at all."""
    shared = radicale.calendar("read")
    peer = CalDavPeer(shared, CalDavSource("c", [shared.url], HUB, PASSWORD, SHANGHAI, LateClock()))
    soon = datetime.now(UTC).replace(microsecond=0)
    peer.enter(Entry(starts_at=soon, ends_at=soon + DAY))
    peer.spoil()
    looked = list(peer.source.look())
    assert [one.found.partition(" ")[0] for one in looked if one.remedy] == ["its", "may", "DTEND"]
    assert "1 meetings from yesterday on" in [one.found for one in looked]
    home = CalDavSource("c", [f"{radicale.url}/{HUB}/"], HUB, PASSWORD, SHANGHAI)
    assert [one.found for one in home.look() if one.remedy] == ["is no calendar"]
