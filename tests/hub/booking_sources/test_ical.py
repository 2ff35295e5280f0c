"""``IcalSource``: a calendar in a file or at an address, which is only read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.booking_ports import BookingSource, SourceAway, SourceWrong
from hub.booking_sources.ical import COLLECTION, IcalSource
from hub.booking_sources.objects import Reading
from hub.domain.bookings import BookingState
from hub.domain.guests import Rsvp
from hub.domain.source_items import Item, ItemGuest
from hub.domain.words import Language, Words
from tests.hub.booking_sources.between import Asked, Between, Said, between
from tests.hub.booking_sources.contract import HORIZON, NOON, Entry, SourceContract, everything, items
from tests.hub.booking_sources.ics import calendar, entered, event

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class IcalPeer:
    """A calendar that its own program writes anew whenever something changes."""

    source: BookingSource
    write: Callable[[str | None], None]
    events: dict[str, str] = field(default_factory=dict)

    def enter(self, entry: Entry) -> str:
        """Enter a booking."""
        name = f"event-{len(self.events)}"
        self.change(name, entry)
        return name

    def change(self, name: str, entry: Entry) -> None:
        """Let it be another."""
        self.put(name, entered(name, entry))

    def put(self, name: str, text: str) -> None:
        """Write an event, whatever it says."""
        self.events[name] = text
        self.come_back()

    def delete(self, name: str) -> None:
        """Delete it."""
        del self.events[name]
        self.come_back()

    def spoil(self) -> None:
        """Enter one that ends before it starts."""
        self.put("bad", event("SUMMARY:Wrong", "DTSTART:20261201T060000Z", "DTEND:20261201T050000Z", uid="bad"))

    def go_away(self) -> None:
        """Be there no longer."""
        self.write(None)

    def come_back(self) -> None:
        """Be there, with all events."""
        self.write(calendar(*self.events.values()))

    def outcome(self, name: str) -> dict[str, object]:
        """Return nothing: it is told nothing."""
        return {name: None}

    def texts(self) -> str:
        """Return all of it."""
        return calendar(*self.events.values())


def in_a_file(path: Path) -> IcalPeer:
    """Return a peer that writes a file."""

    def write(text: str | None) -> None:
        if text is None:
            path.unlink()
        else:
            path.write_bytes(text.encode())

    peer = IcalPeer(IcalSource("file", path, SHANGHAI), write)
    peer.come_back()
    return peer


class TestFile(SourceContract):
    """A file."""

    @pytest.fixture
    def peer(self, tmp_path: Path) -> IcalPeer:
        """Give one without events."""
        return in_a_file(tmp_path / "大厅.ics")


@pytest.fixture
def server() -> Iterator[Between]:
    """Give a web server that knows nothing yet."""
    with between("") as found:
        found.instead = lambda _: Said(500)
        yield found


def at_an_address(server: Between) -> IcalPeer:
    """Return a peer that gives a calendar at an address, with ETags."""

    def write(text: str | None) -> None:
        body = (text or "").encode()
        etag = f'"{hash(body)}"'

        def answer(asked: Asked) -> Said:
            if text is None:
                return Said(503)
            return Said(304) if asked.headers.get("if-none-match") == etag else Said(200, {"ETag": etag}, body)

        server.instead = answer

    peer = IcalPeer(IcalSource("feed", f"{server.url}/private/hall.ics?key=s3cret", SHANGHAI), write)
    peer.come_back()
    return peer


class TestAddress(SourceContract):
    """An address that gives one."""

    @pytest.fixture
    def peer(self, server: Between) -> Iterator[IcalPeer]:
        """Give one without events."""
        made = at_an_address(server)
        yield made
        made.source.close()


@pytest.fixture
def peer(tmp_path: Path) -> IcalPeer:
    """Give a file that holds no events."""
    return in_a_file(tmp_path / "大厅.ics")


def read(peer: IcalPeer, *lines: str) -> Item:
    """Return the one meeting of an event of these lines, at noon where they do not say when."""
    when = () if any(line.startswith("DTSTART") for line in lines) else ("DTSTART:20261201T040000Z", "DURATION:PT2H")
    peer.put("a", event(*when, *lines))
    (found,) = items(everything(peer))
    return found


def wrong(peer: IcalPeer, *events: str) -> tuple[str, str]:
    """Return which field of events cannot be used, and which meetings can be beside a good one."""
    peer.events = {str(number): one for number, one in enumerate(events)}
    peer.enter(Entry(title="年会"))
    batches = everything(peer)
    assert [one.title.zh for one in items(batches)] == ["年会"]
    (bad,) = [bad for _, batch in batches for one in batch.resources for bad in one.bad]
    assert bad.remedy.en
    return bad.field, bad.problem.en


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ((), BookingState.DEFINITE),
        (("STATUS:CONFIRMED",), BookingState.DEFINITE),
        (("STATUS:TENTATIVE",), BookingState.OPTION),
        (("STATUS:CANCELLED",), BookingState.CANCELLED),
        (("STATUS:CONFIRMED", "TRANSP:TRANSPARENT"), BookingState.INQUIRY),
        (("STATUS:CANCELLED", "TRANSP:TRANSPARENT"), BookingState.CANCELLED),
    ],
)
def test_an_events_status_is_how_firm_a_booking_is(peer: IcalPeer, lines: tuple[str, ...], state: BookingState) -> None:
    """And what takes nobody's time takes no room."""
    assert read(peer, *lines).state is state


def test_a_title_is_in_the_language_that_it_says(peer: IcalPeer) -> None:
    """Or in the one that its script shows; both may stand there."""
    both = read(peer, "SUMMARY;LANGUAGE=zh-CN:AI 2026", "SUMMARY;LANGUAGE=en:AI\\, and\\nmore")
    assert both.title == Words("AI 2026", "AI, and more")
    assert read(peer, "SUMMARY:Channel day").title == Words("", "Channel day")
    assert read(peer, "SUMMARY:渠道 day").title == Words("渠道 day", "")
    assert read(peer).title == Words("（无标题）", "(no title)")


def test_a_room_is_the_place_or_the_room_that_was_invited_or_the_calendars(peer: IcalPeer) -> None:
    """In this order; a room that has declined is none."""
    room = 'ATTENDEE;CUTYPE=ROOM;CN="Side, Room":mailto:side@venue.example'
    declined = "ATTENDEE;CUTYPE=ROOM;PARTSTAT=DECLINED;CN=Hall:mailto:hall@venue.example"
    assert read(peer, "LOCATION:小厅", room).room == "小厅"
    assert read(peer, declined, room).room == "Side, Room"
    assert read(peer, declined).room == "大厅"


def test_guests_are_who_was_invited_with_their_answers(peer: IcalPeer) -> None:
    """Rooms, groups and those who are only told are none; a calendar without any keeps no list."""
    found = read(
        peer,
        "ORGANIZER;CN=Clerk:mailto:clerk@venue.example",
        'ATTENDEE;CN="王; 芳";PARTSTAT=ACCEPTED;LANGUAGE=zh-CN:mailto:Wang@example.cn',
        "ATTENDEE;PARTSTAT=DECLINED:mailto:li@example.cn",
        "ATTENDEE;PARTSTAT=DELEGATED;CN=Boss:mailto:boss@example.cn",
        "ATTENDEE;CN=Twice:mailto:LI@example.cn",
        "ATTENDEE;CUTYPE=GROUP:mailto:all@example.cn",
        "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:told@example.cn",
        "ATTENDEE;CUTYPE=ROOM;CN=Hall:mailto:hall@venue.example",
    )
    wang = ItemGuest(
        key="wang@example.cn", name="王; 芳", email="wang@example.cn", language=Language.ZH, rsvp=Rsvp.ACCEPTED
    )
    assert found.guests is not None
    assert found.guests[0] == wang
    assert [(one.name, one.rsvp) for one in found.guests[1:]] == [("li", Rsvp.DECLINED), ("Boss", Rsvp.DECLINED)]
    assert found.client == "Clerk"
    assert read(peer, "SUMMARY:x").guests is None


def test_it_is_known_when_it_was_booked_and_what_it_belongs_to(peer: IcalPeer) -> None:
    """By CREATED and RELATED-TO."""
    found = read(peer, "CREATED:20260901T010203Z", "RELATED-TO:fair", "RELATED-TO;RELTYPE=SIBLING:other")
    assert (found.made_at, found.booking, found.uid) == (datetime(2026, 9, 1, 1, 2, 3, tzinfo=UTC), "fair", "a")
    assert read(peer, "CREATED:nonsense").made_at is None
    assert read(peer).booking == "a"


@pytest.mark.parametrize(
    ("events", "field_"),
    [
        (("DTSTART:20261201T040000Z", "DTEND:20261201T040000Z"), "DTEND"),
        (("DTSTART:20261201T040000Z", "DTEND:20281201T040000Z"), "DTEND"),
        (("DTSTART:20261201T040000Z", "DURATION:-PT1H"), "DURATION"),
        (("DTSTART:20261201T040000Z", "DURATION:P99999999W"), "DURATION"),
        (("DTSTART:20261201T040000Z",), "DTEND"),
        (("DTSTART;VALUE=DATE:20261201", "DTEND:20261202T040000Z"), "DTEND"),
        (("DTEND:20261201T040000Z",), "DTSTART"),
        (("DTSTART:20261301T040000Z", "DURATION:PT1H"), "DTSTART"),
        (("DTSTART;TZID=Mars/Base:20261201T040000", "DURATION:PT1H"), "TZID"),
        (("DTSTART;TZID=../../etc/passwd:20261201T040000", "DURATION:PT1H"), "TZID"),
        (("DTSTART:20261201T040000Z", "DURATION:PT1H", "STATUS:COMPLETED"), "STATUS"),
        (("DTSTART:20261201T040000Z", "DURATION:PT1H", "SUMMARY:" + "a" * 501), "SUMMARY"),
        (("DTSTART:20261201T040000Z", "DURATION:PT1H", "DESCRIPTION:" + "a" * 1_048_576), "DESCRIPTION"),
        (("DTSTART:20261201T040000Z", "DURATION:PT1H", "SUMMARY\0:a"), "SUMMARY"),
        (("DTSTART:20261201T040000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=0"), "RRULE"),
        (("DTSTART:20261201T040000Z", "DURATION:PT1H", "RRULE:FREQ=HOURLY"), "RRULE"),
        (("DTSTART:20261201T040000Z", "DURATION:PT1H", "EXRULE:FREQ=WEEKLY"), "EXRULE"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_property(peer: IcalPeer, events: tuple[str, ...], field_: str) -> None:
    """The event beside it is told."""
    assert wrong(peer, event(*events, uid="wrong"))[0] == field_


def test_an_event_without_a_uid_or_with_one_that_two_have_is_named(peer: IcalPeer) -> None:
    """None of the two is taken for the other."""
    at_noon = ("DTSTART:20261201T040000Z", "DURATION:PT1H")
    assert wrong(peer, event(*at_noon, uid="")) == ("UID", "is missing")
    both = event(*at_noon, "SUMMARY:one", uid="x"), event(*at_noon, "SUMMARY:other", uid="x")
    assert wrong(peer, *both)[0] == "UID"


def test_bytes_that_are_no_text_cost_their_own_event_only(peer: IcalPeer, tmp_path: Path) -> None:
    """A title in another encoding cannot be guessed."""
    spoilt = event("SUMMARY:#", "DTSTART:20261201T040000Z", "DURATION:PT1H", uid="x")
    peer.enter(Entry(title="年会"))
    peer.put("x", spoilt)
    path = tmp_path / "大厅.ics"
    path.write_bytes(path.read_bytes().replace(b"SUMMARY:#", b"SUMMARY:\xff\xfe"))
    batches = everything(peer)
    assert [one.title.zh for one in items(batches)] == ["年会"]
    assert [bad.field for _, batch in batches for one in batch.resources for bad in one.bad] == ["SUMMARY"]


def test_half_a_file_is_not_a_calendar_with_less_in_it(peer: IcalPeer, tmp_path: Path) -> None:
    """Wherever it stops."""
    peer.enter(Entry())
    peer.enter(Entry(title="年会"))
    path = tmp_path / "大厅.ics"
    whole = path.read_bytes()
    for length in range(0, len(whole) - len("END:VCALENDAR\r\n") + 1, 7):
        path.write_bytes(whole[:length])
        with pytest.raises(SourceAway):
            peer.source.pull(COLLECTION, None, HORIZON)


def test_an_address_is_asked_for_changes_alone(server: Between) -> None:
    """By its ETag; what has not changed is said again."""
    peer = at_an_address(server)
    peer.enter(Entry())
    first = everything(peer)
    assert everything(peer) == first
    assert [one.headers.get("if-none-match") is None for one in server.asked] == [True, False]
    peer.source.close()


def test_a_redirect_is_followed_and_an_endless_one_is_not(server: Between) -> None:
    """Feeds move; nothing secret is sent along."""
    peer = at_an_address(server)
    peer.enter(Entry())
    there = server.instead
    server.instead = lambda asked: there(asked) if asked.path == "/new" else Said(302, {"Location": "/new"})
    assert [one.title.zh for one in items(everything(peer))] == ["渠道大会"]
    server.instead = lambda _: Said(302, {"Location": "/again"})
    with pytest.raises(SourceWrong, match="without end"):
        everything(peer)
    peer.source.close()


@pytest.mark.parametrize("said", [Said(404), Said(403), Said(200, {}, b"<html>Sign in</html>"), Said(200), Said(500)])
def test_what_is_no_calendar_is_not_an_empty_one(server: Between, said: Said) -> None:
    """Nor is a page to sign in at; the address's secret stands in no message."""
    peer = at_an_address(server)
    server.instead = lambda _: said
    with pytest.raises((SourceAway, SourceWrong)) as raised:
        everything(peer)
    looked = list(peer.source.look())
    assert looked[-1].remedy
    assert "s3cret" not in f"{raised.value} {looked}"
    assert "private" not in f"{raised.value} {looked}"
    peer.source.close()


@pytest.mark.parametrize("address", ["http://calendar.example/hall.ics", "ftp://calendar.example/a", "hall.ics"])
def test_an_address_that_is_not_encrypted_or_none_is_not_asked(address: str) -> None:
    """The remedy says so."""
    source = IcalSource("feed", address, SHANGHAI)
    with pytest.raises(SourceWrong):
        source.pull(COLLECTION, None, HORIZON)
    assert "https" in next(source.look()).remedy


def test_a_feed_that_stamps_every_answer_has_not_changed(peer: IcalPeer) -> None:
    """DTSTAMP alone is no new version."""
    peer.enter(Entry())
    before = everything(peer)
    peer.events = {name: text.replace("DTSTAMP:2026", "DTSTAMP:2027") for name, text in peer.events.items()}
    peer.come_back()
    assert [batch.resources for _, batch in everything(peer)] == [batch.resources for _, batch in before]


def test_days_and_times_without_a_zone_are_the_sources(peer: IcalPeer) -> None:
    """Not UTC: noon in the house is noon, and a day begins at its midnight."""
    floating = read(peer, "DTSTART:20261201T120000", "DTEND:20261201T140000")
    assert (floating.starts_at, floating.ends_at) == (NOON, NOON + timedelta(hours=2))
    day = read(peer, "DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261207")
    assert day.starts_at == datetime(2026, 12, 4, 16, tzinfo=UTC)
    assert day.ends_at == datetime(2026, 12, 6, 16, tzinfo=UTC)
    assert read(peer, "DTSTART;VALUE=DATE:20261205").ends_at == datetime(2026, 12, 5, 16, tzinfo=UTC)


def test_an_event_within_events_within_events_is_refused(peer: IcalPeer) -> None:
    """As is one of many megabytes, at a server."""
    at_noon = ("DTSTART:20261201T040000Z", "DURATION:PT1H")
    deep = "\r\n".join([*["BEGIN:VALARM"] * 20, *["END:VALARM"] * 20])
    peer.put("deep", event(*at_noon, deep, uid="deep"))
    with pytest.raises(SourceAway, match="deeply"):
        everything(peer)
    large = calendar(event(*at_noon, *[f"X-{number}:{'a' * 200_000}" for number in range(25)]))
    _, found = Reading(SHANGHAI, HORIZON, "hall").resource("a.ics", "", large.encode())
    assert [(one.field, one.problem.en[:3]) for one in found.bad] == [("object", "has")]


def test_a_file_that_is_written_while_it_is_read_is_asked_for_again(
    peer: IcalPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of it is the old one, half the new."""
    peer.enter(Entry())
    whole, path = Path.read_bytes, tmp_path / "大厅.ics"

    def read_bytes(self: Path) -> bytes:
        found = whole(self)
        path.write_bytes(found + b"\r\n")
        return found

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    with pytest.raises(SourceAway, match="being written"):
        everything(peer)
