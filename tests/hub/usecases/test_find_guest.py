"""A guest without a code is found, asked "is this you?", and opened: for this kiosk, now, and no list of guests."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from devices.contract.messages import Progress, RequestKind
from devices.ids import uuid7
from hub.domain.guests import InvitationStatus
from hub.domain.name_search import NameIndex
from hub.pinyin import readings
from hub.ports import Store
from hub.store import tables as t
from hub.usecases.find_guest import PART, Names
from hub.usecases.identify_guest import SHOWN_FOR
from tests.hub.build import T0, at, furnished, guest, invited, lookup, meeting
from tests.hub.usecases.asks import NOW, ask, find, request, serve, service


@pytest.fixture
def house(store: Store) -> Store:
    """Give the launch with 王小明, 李娜 and John Smith."""
    furnished(store, 0)
    people = ((1, "王小明", "+86 138 0000 1234"), (2, "李娜", "13911112222"), (3, "John Smith", ""))
    with store.write() as tx:
        for number, name, phone in people:
            tx.guests.add(guest(number, name=name, phone=phone), invited(number).invitation)
        tx.feed.touch(("guest", lookup(number)) for number, _, _ in people)
    return store


def audit(store: Store) -> list[tuple[str, str, str]]:
    """Return what the audit log says."""
    with store.read() as tx:
        rows = tx._work.rows(select(t.audit).order_by(t.audit.c.id))  # type: ignore[attr-defined]  # no port reads it
    return [(row.actor, row.action, row.subject) for row in rows]


def test_a_candidate_is_shown_masked(house: Store) -> None:
    """Enough for its bearer, too little for anybody else (G9)."""
    answer = find(house, "wxm")
    (one,) = answer.found
    assert answer.progress is Progress.ANSWERED
    assert (one.name, one.phone, one.meeting, one.lookup) == ("王**", "138****1234", "m-launch", lookup(1))
    assert [one.name for one in find(house, "smith").found] == ["J*** S****"]
    assert [one.name for one in find(house, "2222").found] == ["李*"]


def test_nobody_is_found_says_so_and_too_little_asks_for_more(house: Store) -> None:
    """Two different things for the guest to do."""
    missed, short = find(house, "zhaoliu"), find(house, "w")
    assert (missed.progress, missed.reason, missed.more) == (Progress.REFUSED, "not_found", False)
    assert (short.progress, short.found, short.more) == (Progress.ANSWERED, (), True)


def test_what_was_typed_is_nowhere_kept(house: Store) -> None:
    """The audit log says that somebody searched, and how many were shown."""
    find(house, "wxm")
    find(house, "secretname")
    assert audit(house) == [("kiosk-1", "guest.find", "1 shown"), ("kiosk-1", "guest.find", "0 shown")]
    with house.read() as tx:
        assert "secretname" not in repr(tx._work.rows(select(t.requests)))  # type: ignore[attr-defined]  # whole rows


def test_the_one_who_was_shown_is_opened_with_the_lookup_that_admits(house: Store) -> None:
    """The guest's own code stays unknown to the kiosk."""
    find(house, "wxm")
    answer = ask(house, RequestKind.IDENTIFY, lookup=lookup(1))
    assert answer.card is not None
    assert (answer.card.name, answer.card.invitation, answer.lookup) == ("王小明", "inv-1", lookup(1))
    assert "CODE-1" not in repr(answer)
    assert audit(house)[-1] == ("kiosk-1", "guest.identify", "inv-1")


@pytest.mark.parametrize("guess", ["never shown", "shown elsewhere", "shown too long ago", "none"])
def test_nobody_opens_cards_by_guessing(house: Store, guess: str) -> None:
    """Only whom this kiosk was shown in the last two minutes."""
    if guess == "shown elsewhere":
        find(house, "wxm", device="kiosk-2")
    if guess == "shown too long ago":
        find(house, "wxm", now=NOW - SHOWN_FOR - timedelta(seconds=1))
    answer = ask(house, RequestKind.IDENTIFY, lookup=lookup(1) if guess != "none" else None)
    assert (answer.progress, answer.reason, answer.card) == (Progress.REFUSED, "not_found", None)


def test_a_question_sent_again_is_answered_again_but_not_for_ever(house: Store) -> None:
    """After two minutes another guest may stand at the screen."""
    search = request(RequestKind.FIND, text="wxm")
    assert find(house, search) == find(house, search)
    opening = request(RequestKind.IDENTIFY, lookup=lookup(1))
    assert serve(house, opening) == serve(house, opening)
    late = serve(house, opening, now=NOW + SHOWN_FOR + timedelta(seconds=1))
    assert late is not None
    assert (late.progress, late.card) == (Progress.REFUSED, None)
    with house.read() as tx:
        assert tx.requests.count("kiosk-1", ["find", "identify"], at(0)) == 2


def test_a_kiosk_that_asks_all_the_time_is_refused_until_a_minute_is_over(house: Store) -> None:
    """Searches and openings count together; another kiosk goes on."""
    rules = service(a_minute=3)
    find(house, "wxm", by=rules)
    find(house, "xyz", by=rules)
    ask(house, RequestKind.IDENTIFY, lookup=lookup(1), by=rules)
    refused = [find(house, "wxm", by=rules), ask(house, RequestKind.IDENTIFY, lookup=lookup(1), by=rules)]
    assert {one.reason for one in refused} == {"too_many_questions"}
    assert all(one.found == () and one.card is None for one in refused)
    assert find(house, "wxm", by=rules, device="kiosk-2").found != ()
    assert find(house, "wxm", by=rules, now=NOW + timedelta(seconds=61)).found != ()


@pytest.mark.parametrize(("minutes", "found"), [(-61, 0), (-59, 1), (0, 1), (179, 1), (181, 0)])
def test_guests_are_found_from_an_hour_before_the_doors_until_the_end(house: Store, minutes: int, found: int) -> None:
    """The doors open at T0; the meeting ends three hours later."""
    assert len(find(house, "wxm", now=T0 + timedelta(minutes=minutes)).found) == found


def test_guests_of_a_cancelled_meeting_and_withdrawn_guests_are_not_found(house: Store) -> None:
    """A person explains that, not a list."""
    with house.write() as tx:
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, T0)
        tx.feed.touch([("guest", lookup(1))])
    assert find(house, "wxm").reason == "not_found"
    with house.write() as tx:
        tx.meetings.save(meeting(cancelled=True))
    assert find(house, "lina").reason == "not_found"


def test_the_names_follow_the_guest_list(house: Store) -> None:
    """Who is added, renamed, withdrawn or given a new code is found so at once; a restored house is read anew."""
    names = Names(NameIndex(readings))

    def found(typed: str) -> list[str]:
        return [one.lookup for one in names.index.search(typed, names.follow(house, NOW)).guests]

    assert found("wxm") == [lookup(1)]
    with house.write() as tx:
        tx.guests.change(guest(1, name="赵敏"), invited(1).invitation)
        tx.guests.replace_code("inv-2", "CODE-9", lookup(9), T0)
        tx.guests.set_status("inv-3", InvitationStatus.REVOKED, T0)
        tx.guests.add(guest(4, name="孙悟空"), invited(4).invitation)
        tx.feed.touch(("guest", lookup(number)) for number in (1, 2, 9, 3, 4))
    assert (found("wxm"), found("zhaomin"), found("lina"), found("smith"), found("swk")) == (
        [],
        [lookup(1)],
        [lookup(9)],
        [],
        [lookup(4)],
    )


def test_a_restored_house_is_read_anew(house: Store) -> None:
    """Its positions mean something else, so what changed cannot be told from them."""
    names = Names(NameIndex(readings))
    names.follow(house, NOW)
    with house.write() as tx:
        tx.guests.change(guest(1, name="赵敏"), invited(1).invitation)
    with house.read() as tx:
        incarnation = tx.feed.incarnation()
    house.renew_incarnation(incarnation, uuid7())
    found = names.index.search("zhaomin", names.follow(house, NOW))
    assert [one.lookup for one in found.guests] == [lookup(1)]


def test_names_of_meetings_that_are_not_near_are_not_in_memory(house: Store) -> None:
    """Also when their guest list changes."""
    names = Names(NameIndex(readings))
    names.follow(house, NOW)
    with house.write() as tx:
        tx.meetings.save(meeting("later", doors_at=at(90_000), starts_at=at(90_000), ends_at=at(99_000)))
        tx.guests.add(guest(8, name="孙悟空"), invited(8, "m-later").invitation)
        tx.feed.touch([("guest", lookup(8))])
    names.follow(house, NOW)
    assert len(names.index) == 3


def test_a_meeting_of_many_guests_is_read_in_parts_and_whole(store: Store) -> None:
    """Each part is one short look, so that a door waits for none of them long."""
    furnished(store, 0)
    many = 2 * PART + 7
    with store.write() as tx:
        for number in range(1, many + 1):
            tx.guests.add(guest(number, name=f"Guest N{number}x"), invited(number).invitation)
    names = Names(NameIndex(readings))
    names.follow(store, NOW)
    assert len(names.index) == many
    assert [one.lookup for one in names.index.search("n1x", {"m-launch"}).guests] == [lookup(1)]
    assert [one.lookup for one in names.index.search(f"n{many}x", {"m-launch"}).guests] == [lookup(many)]


def test_a_meeting_that_is_over_is_forgotten(house: Store) -> None:
    """Memory holds the names of today's doors only (I13)."""
    names = Names(NameIndex(readings))
    names.follow(house, NOW)
    assert len(names.index) == 3
    names.follow(house, at(10_801))
    assert len(names.index) == 0
