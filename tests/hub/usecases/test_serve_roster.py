from collections.abc import Iterator
from dataclasses import replace

from devices.contract import codec
from devices.contract.cards import AnswerCard, GuestCard, LeaseCard, MeetingCard, PlaceCard
from devices.contract.credential import short
from devices.contract.envelope import MAX_BYTES
from devices.contract.messages import ItemKind, Request, RequestKind, RosterItem, RosterPage
from devices.ids import uuid7
from devices.sealing import seal, unseal
from hub.domain.guests import InvitationStatus
from hub.domain.house_answers import HouseAnswer
from hub.domain.materials import HandOut, Materials
from hub.domain.meetings import Place
from hub.domain.seat_leases import SeatLease
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.serve_roster import KINDS, roster_page
from tests.hub.build import T0, at, furnished, invited, lookup, meeting, seat_map
from tests.hub.usecases.scans import scan, take


def told(store: Store, device: str = "kiosk-1", cursor: int = 0) -> list[RosterItem]:
    """Return everything a kiosk is told after a position, page by page as it asks."""
    return [item for page in pages(store, device, cursor) for item in page.items]


def pages(store: Store, device: str, cursor: int) -> Iterator[RosterPage]:
    """Let a kiosk ask until it knows everything."""
    while True:
        with store.read() as tx:
            page = roster_page(tx, device, ask(cursor), seal, T0)
        message = RosterPage(
            id=uuid7(),
            ts=T0,
            boot=uuid7(),
            seq=1,
            request=uuid7(),
            incarnation=uuid7(),
            cursor=cursor,
            to=page.to,
            head=page.head,
            items=page.items,
        )
        assert len(codec.encode(message)) <= MAX_BYTES
        yield message
        if page.to >= page.head:
            return
        assert page.to > cursor
        cursor = page.to


def ask(cursor: int, *, check: bool = False) -> Request:
    """Make the request of a kiosk that knows everything up to a position."""
    return Request(id=uuid7(), ts=T0, boot=uuid7(), seq=1, kind=RequestKind.ROSTER, cursor=cursor, check=check)


def announce(store: Store, *changes: tuple[str, str]) -> None:
    """Note things as changed."""
    with store.write() as tx:
        tx.feed.touch(changes)


def test_a_guest_s_card_opens_with_the_guest_s_own_code_alone(store: Store) -> None:
    """What travels and lies on a kiosk's disk is a hash and a box."""
    furnished(store)
    announce(store, ("guest", lookup(1)))
    (item,) = told(store)
    assert (item.kind, item.key) == (ItemKind.GUEST, lookup(1))
    card = codec.load_card(unseal("CODE-1", item.body), GuestCard)
    assert (card.name, card.meeting, card.status) == ("王1", "m-launch", "valid")


def test_after_a_check_in_all_kiosks_learn_seat_and_arrival(store: Store) -> None:
    """The other door answers "already in" without asking."""
    furnished(store)
    take(store, scan(1))
    (item,) = told(store, "kiosk-2")
    card = codec.load_card(unseal("CODE-1", item.body), GuestCard)
    assert card.seat is not None
    assert card.arrived is not None
    assert card.arrived.at == at(10).replace(microsecond=123_000)


def test_a_replaced_code_is_told_apart_from_the_new_one(store: Store) -> None:
    """Both are on the list: one opens the door, the other says why it does not."""
    furnished(store)
    new = short(99).text
    with store.write() as tx:
        tx.guests.replace_code("inv-1", new, "f" * 32, T0)
        tx.feed.touch([("guest", lookup(1)), ("guest", "f" * 32)])
    cards = {item.key: item.body for item in told(store)}
    old = codec.load_card(unseal("CODE-1", cards[lookup(1)]), GuestCard)
    fresh = codec.load_card(unseal(new, cards["f" * 32]), GuestCard)
    assert (old.status, fresh.status) == ("replaced", "valid")


def test_a_withdrawn_invitation_is_told_at_once(store: Store) -> None:
    """A kiosk that goes offline a moment later still knows."""
    furnished(store)
    with store.write() as tx:
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, T0)
        tx.feed.touch([("guest", lookup(1))])
    (item,) = told(store)
    assert codec.load_card(unseal("CODE-1", item.body), GuestCard).status == "revoked"


def test_a_meeting_comes_with_its_agenda_and_room(store: Store) -> None:
    """The tea break on the screen is the one in the agenda (R98)."""
    furnished(store)
    announce(store, ("meeting", "m-launch"))
    (item,) = told(store)
    card = codec.load_card(item.body, MeetingCard)
    assert card.room_name.zh == "大厅"
    assert [segment.kind for segment in card.segments] == ["talk", "tea_break"]


def test_a_kiosk_is_told_what_each_guest_is_given(store: Store) -> None:
    """The first three that each guest gets, by name; what only some take is no part of a greeting (R58)."""
    furnished(store)
    bag, badge, pen, map_ = (
        HandOut(key, Words(key, key.title()), 9, per_guest=True) for key in ["bag", "badge", "pen", "map"]
    )
    gift = HandOut("gift", Words("gift", "Gift"), 9)
    with store.write() as tx:
        tx.materials.save("m-launch", Materials(hand_outs=(gift, bag, badge, pen, map_)))
    announce(store, ("meeting", "m-launch"))
    (item,) = told(store)
    assert [one.en for one in codec.load_card(item.body, MeetingCard).hand_outs] == ["Bag", "Badge", "Pen"]


def test_a_kiosk_is_told_only_its_own_ways(store: Store) -> None:
    """Where the restrooms are depends on where one stands (R99)."""
    furnished(store)
    for device in ("kiosk-1", "kiosk-2"):
        place = Place(device=device, key="restroom", name=Words("洗手间", "Restrooms"), way=Words(device, device))
        with store.write() as tx:
            tx.meetings.save_place(place)
            tx.feed.touch([("place", f"{device}/restroom")])
    (item,) = told(store, "kiosk-2")
    assert codec.load_card(item.body, PlaceCard).way.zh == "kiosk-2"


def test_a_kiosk_is_told_its_own_seats_and_when_it_has_none_any_more(store: Store) -> None:
    """Each lease is one entry, of one kiosk and one meeting."""
    furnished(store)
    for device, seat in (("kiosk-1", "A-4-10"), ("kiosk-2", "A-4-9")):
        with store.write() as tx:
            tx.leases.add([SeatLease(meeting="m-launch", seat=seat, device=device, until=at(60))])
            tx.feed.touch([("lease", f"{device}/m-launch")])
    (item,) = told(store, "kiosk-2")
    assert item.key == "kiosk-2/m-launch"
    assert [one.label for one in codec.load_card(item.body, LeaseCard).seats] == ["A-4-9"]
    with store.write() as tx:
        tx.leases.end("m-launch", ["A-4-9"])
        tx.feed.touch([("lease", "kiosk-2/m-launch")])
    (item,) = told(store, "kiosk-2")
    assert (item.key, item.gone, item.body) == ("kiosk-2/m-launch", True, "")


def test_the_largest_lease_fits_in_one_message(sqlite_store: Store) -> None:
    """As many seats as may be set, with the longest names a room can have."""
    zone = "贵" * 20
    seats = [
        replace(one, label=f"{zone}-{one.row}-{one.number}", zone=zone, row=f"10{one.row}", number=f"100{one.number}")
        for one in seat_map()
    ]
    furnished(sqlite_store)
    with sqlite_store.write() as tx:
        tx.seats.replace("m-launch", seats)
        tx.leases.add(SeatLease(meeting="m-launch", seat=seat.label, device="kiosk-1", until=at(60)) for seat in seats)
        tx.feed.touch([("lease", "kiosk-1/m-launch")])
    (item,) = told(sqlite_store)
    assert len(codec.load_card(item.body, LeaseCard).seats) == 40


def test_what_is_gone_is_told_as_gone(store: Store) -> None:
    """A kiosk forgets what the hub no longer knows."""
    furnished(store)
    announce(store, ("guest", "e" * 32))
    (item,) = told(store)
    assert (item.gone, item.body) == (True, "")


def test_a_long_list_comes_in_pages_that_fit_and_misses_nobody(sqlite_store: Store) -> None:
    """Every guest once, whatever the size of their card."""
    furnished(sqlite_store, guests=0)
    with sqlite_store.write() as tx:
        for number in range(1, 501):
            one = invited(number)
            long_name = replace(one.guest, name="名" * (number % 190 + 1), company="x" * 100)
            tx.guests.add(long_name, one.invitation)
            tx.feed.touch([("guest", lookup(number))])
    found = told(sqlite_store)
    assert sorted(item.key for item in found) == sorted(lookup(number) for number in range(1, 501))


def test_only_what_changed_is_told_again(sqlite_store: Store) -> None:
    """A small change costs a small message."""
    furnished(sqlite_store)
    announce(sqlite_store, *(("guest", lookup(number)) for number in (1, 2, 3)))
    with sqlite_store.read() as tx:
        head = tx.feed.head(KINDS)
    announce(sqlite_store, ("guest", lookup(2)), ("tasks", ""))
    assert [item.key for item in told(sqlite_store, cursor=head)] == [lookup(2)]
    assert told(sqlite_store, cursor=head + 1) == []


def test_a_meeting_that_was_moved_is_told_with_its_new_time(sqlite_store: Store) -> None:
    """Too early and too late are judged by the newest plan."""
    furnished(sqlite_store)
    with sqlite_store.write() as tx:
        tx.meetings.save(meeting(cancelled=True))
        tx.feed.touch([("meeting", "m-launch")])
    (item,) = told(sqlite_store)
    assert codec.load_card(item.body, MeetingCard).cancelled


def test_a_complete_page_carries_a_fingerprint_when_asked(store: Store) -> None:
    """The kiosk compares its copy with it, places of its own included and others' not."""
    furnished(store)
    announce(store, ("guest", lookup(1)), ("place", "kiosk-1/hall"), ("place", "kiosk-2/hall"))
    with store.read() as tx:
        head = tx.feed.head(KINDS)
        assert roster_page(tx, "kiosk-1", ask(head), seal, T0).fingerprint is None
        entries = [change for change in tx.feed.after(0, KINDS, 999) if not change.key.startswith("kiosk-2/")]
        page = roster_page(tx, "kiosk-1", ask(0, check=True), seal, T0)
    assert page.fingerprint == f"{len(entries)}-{sum(change.seq for change in entries)}"


def test_an_answer_of_the_house_reaches_every_kiosk_and_so_does_its_removal(store: Store) -> None:
    """A question that many ask, answered on the spot (R147, R149); the fingerprint counts it, gone or not."""
    answer = HouseAnswer(key="wifi", question=Words("网络？", "Wi-Fi?"), answer=Words("请问服务台", "Please ask"))
    with store.write() as tx:
        tx.answers.put([answer])
        tx.feed.touch([("answer", "wifi")])
    (item,) = told(store, "kiosk-2")
    assert item.kind is ItemKind.ANSWER
    assert codec.load_card(item.body, AnswerCard).answer.en == "Please ask"
    with store.write() as tx:
        tx.answers.remove(["wifi"])
        tx.feed.touch([("answer", "wifi")])
    (item,) = told(store, "kiosk-2")
    assert item.gone
    with store.read() as tx:
        page = roster_page(tx, "kiosk-2", ask(0, check=True), seal, T0)
    assert page.fingerprint == f"1-{item.seq}"
