"""The guests of a booking are invited, changed and withdrawn as its source says, and keep their codes (R18, C.3.2)."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from devices.contract.messages import Verdict
from devices.ids import uuid7
from hub.domain.bookings import BookingState
from hub.domain.guest_messages import MessageKind, MessageState
from hub.domain.guests import Diet, InvitationStatus, Invited, Rsvp
from hub.domain.seats import SeatAssignment
from hub.domain.source_items import Item, ItemGuest
from hub.domain.words import Language, Words
from hub.ports import Store, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.log_request import change_diet
from hub.usecases.one_guest import erase_guest
from hub.usecases.withdraw import withdraw
from tests.hub.build import at, seat_map
from tests.hub.usecases.following import DAY, Book, Follower, item, moved
from tests.hub.usecases.scans import scan, take

WANG = ItemGuest(
    key="7",
    name="王伟",
    title="总经理",
    company="云杉科技",
    phone="+86 138 0013 8000",
    email="wang@example.com",
    diets=frozenset({Diet.HALAL}),
    diet_note="不吃香菜",
    step_free=True,
    drink="龙井",
    party="云杉",
    vip=2,
    rsvp=Rsvp.ACCEPTED,
)
LI = ItemGuest(key="8", name="Anna Li", rsvp=Rsvp.TENTATIVE)


@pytest.fixture
def hub(store: Store) -> Follower:
    """Give a hub that has followed nothing yet."""
    return Follower.over(store)


@pytest.fixture
def book(hub: Follower) -> Book:
    """Give a source whose one meeting has two guests, and let the hub follow it."""
    book = Book()
    say(hub, book, item(guests=(WANG, LI)))
    return book


def say(hub: Follower, book: Book, now: Item) -> None:
    """Let the source say something of its meeting, and the hub follow."""
    book.say("1", now)
    hub.take(book)


def named(hub: Follower, book: Book, *guests: ItemGuest) -> Mapping[str, Invited]:
    """Let the source name these guests; returns all who are known, by their keys there."""
    say(hub, book, item(guests=guests))
    return known(hub)


def known(hub: Follower) -> Mapping[str, Invited]:
    """Return the guests of the meeting by their keys at the source."""
    with hub.store.read() as tx:
        everybody = tx.guests.of_meeting(the_meeting(tx))
    return {one.invitation.source_key.rpartition("/")[2]: one for one in everybody}


def the_meeting(tx: Transaction) -> str:
    """Return the id of the one meeting that a source has."""
    (meeting,) = tx.sync.linked([one.id for one in tx.meetings.all()])
    return meeting


def statuses(found: Mapping[str, Invited]) -> dict[str, InvitationStatus]:
    """Return whether each invitation opens the door."""
    return {key: one.invitation.status for key, one in found.items()}


def test_guests_come_with_all_that_the_source_knows_of_them(hub: Follower, book: Book) -> None:
    """With a code each, a salutation and a language; the level of a VIP is kept, not only that they are one."""
    del book
    found = known(hub)
    guest, invitation = found["7"].guest, found["7"].invitation
    assert (guest.name, guest.title, guest.company, guest.phone) == ("王伟", "总经理", "云杉科技", "+86 138 0013 8000")
    assert (guest.email, guest.diets, guest.diet_note) == ("wang@example.com", frozenset({Diet.HALAL}), "不吃香菜")
    assert (guest.step_free, guest.drink, guest.language) == (True, "龙井", Language.ZH)
    assert guest.salutation.zh.startswith("王")
    assert (invitation.vip, invitation.vip_level, invitation.party) == (True, 2, "云杉")
    assert found["8"].guest.language is Language.EN
    assert (found["8"].invitation.vip, found["8"].invitation.vip_level) == (False, 0)
    assert len({one.invitation.code for one in found.values()} - {""}) == 2


def test_the_same_list_again_changes_nothing(hub: Follower, book: Book) -> None:
    """Also where the meeting itself has changed: nobody gets another code for another time."""
    before = known(hub)
    say(hub, book, replace(moved(item(guests=(WANG, LI)), 3600), title=Words("渠道日", "Channel day")))
    assert known(hub) == before


def test_a_corrected_name_keeps_the_code(hub: Follower, book: Book) -> None:
    """And the salutation follows it."""
    before = known(hub)["7"]
    after = named(hub, book, replace(WANG, name="汪伟", vip=1), LI)["7"]
    assert (after.guest.name, after.guest.salutation.zh[0], after.invitation.vip_level) == ("汪伟", "汪", 1)
    assert (after.invitation.id, after.invitation.code) == (before.invitation.id, before.invitation.code)


@pytest.mark.parametrize("how", [(WANG,), (WANG, replace(LI, rsvp=Rsvp.DECLINED)), ()])
def test_who_is_off_the_list_is_withdrawn_and_back_again_has_the_same_code(
    hub: Follower, book: Book, how: tuple[ItemGuest, ...]
) -> None:
    """Declined, or not named any more; a source that says that it has no list at all says nothing."""
    before = known(hub)
    found = statuses(named(hub, book, *how))
    assert found["8"] is InvitationStatus.REVOKED
    assert found["7"] is (InvitationStatus.VALID if how else InvitationStatus.REVOKED)
    say(hub, book, item(guests=None, title=Words("别名", "")))
    assert statuses(known(hub)) == found
    after = named(hub, book, WANG, LI)
    assert set(statuses(after).values()) == {InvitationStatus.VALID}
    assert {key: one.invitation.code for key, one in after.items()} == {
        key: one.invitation.code for key, one in before.items()
    }


def test_the_answer_follows_the_source(hub: Follower, book: Book) -> None:
    """Each way, also of who has come all the same; who declines is withdrawn, who accepts again is good again."""
    assert answers(known(hub)) == {"7": Rsvp.ACCEPTED, "8": Rsvp.TENTATIVE}
    assert answers(named(hub, book, WANG, replace(LI, rsvp=Rsvp.ACCEPTED)))["8"] is Rsvp.ACCEPTED
    found = named(hub, book, WANG, replace(LI, rsvp=Rsvp.DECLINED))
    assert (answers(found)["8"], statuses(found)["8"]) == (Rsvp.DECLINED, InvitationStatus.REVOKED)
    found = named(hub, book, WANG, replace(LI, rsvp=Rsvp.NEEDS_ACTION))
    assert (answers(found)["8"], statuses(found)["8"]) == (Rsvp.NEEDS_ACTION, InvitationStatus.VALID)
    come(hub, "7", 2 * DAY - 600)
    hub.pass_time(2 * DAY - 300)
    found = named(hub, book, replace(WANG, rsvp=Rsvp.DECLINED), LI)
    assert (answers(found)["7"], statuses(found)["7"]) == (Rsvp.DECLINED, InvitationStatus.VALID)


def answers(found: Mapping[str, Invited]) -> dict[str, Rsvp]:
    """Return what each guest has answered."""
    return {key: one.invitation.rsvp for key, one in found.items()}


def test_who_declined_from_the_first_is_never_invited(hub: Follower) -> None:
    """There is nobody to withdraw."""
    assert set(named(hub, Book(), WANG, replace(LI, rsvp=Rsvp.DECLINED))) == {"7"}


def test_who_has_come_stays_invited_though_the_list_drops_them(hub: Follower, book: Book) -> None:
    """Nothing that guests stand on is pulled away (R5)."""
    come(hub, "8", 2 * DAY - 600)
    hub.pass_time(2 * DAY - 300)
    assert statuses(named(hub, book, WANG))["8"] is InvitationStatus.VALID


def come(hub: Follower, key: str, seconds: float) -> None:
    """Let a guest scan their code."""
    take(hub.store, scan(1, seconds, lookup=known(hub)[key].invitation.lookup))


def test_after_the_end_a_list_changes_nothing(hub: Follower, book: Book) -> None:
    """Who was invited then was invited."""
    before = known(hub)
    hub.pass_time(2 * DAY + 7200)
    assert named(hub, book, replace(WANG, name="汪伟")) == before


def test_what_people_changed_stays_until_the_source_says_something_else_of_it(hub: Follower, book: Book) -> None:
    """A diet noted at a table is not lost with the next telephone number (B.4: lost edits)."""
    li = known(hub)["8"].invitation.id
    with hub.store.write() as tx:
        change_diet(tx, li, Diet.VEGAN, hub.who())
    after = named(hub, book, WANG, replace(LI, phone="123456"))["8"].guest
    assert (after.phone, after.diets) == ("123456", frozenset({Diet.VEGAN}))
    after = named(hub, book, WANG, replace(LI, diets=frozenset({Diet.HALAL})))["8"].guest
    assert after.diets == {Diet.HALAL}


def test_whom_a_person_withdrew_stays_withdrawn_whatever_the_list_repeats(hub: Follower, book: Book) -> None:
    """Also when the list drops them and names them again; and whom a person let in again stays in."""
    meeting = hub.meeting()
    with hub.store.write() as tx:
        withdraw(tx, meeting, [invitation_of(tx, "8")], hub.who())
    for guests in ((WANG, replace(LI, phone="123456")), (WANG,), (WANG, LI)):
        assert statuses(named(hub, book, *guests))["8"] is InvitationStatus.REVOKED
    named(hub, book, LI)
    with hub.store.write() as tx:
        withdraw(tx, meeting, [invitation_of(tx, "7")], hub.who(), restore=True)
    assert statuses(named(hub, book, replace(LI, phone="9")))["7"] is InvitationStatus.VALID


def invitation_of(tx: Transaction, key: str) -> str:
    """Return the invitation of a guest by the key at the source."""
    everybody = (one.invitation for one in tx.guests.of_meeting(the_meeting(tx)))
    return next(one.id for one in everybody if one.source_key.endswith(f"/{key}"))


def seats(hub: Follower) -> dict[str, str]:
    """Return who holds which seat, by the keys at the source."""
    names = {one.invitation.id: key for key, one in known(hub).items()}
    with hub.store.read() as tx:
        held = tx.seats.assignments(the_meeting(tx))
    return {names[one.invitation]: one.seat for one in held}


def test_seats_that_the_source_names_are_kept_and_swapped_but_not_those_that_people_gave(
    hub: Follower, book: Book
) -> None:
    """Who cannot have the seat that is named is invited without; who leaves the list gives theirs back."""
    meeting = hub.meeting().id
    with hub.store.write() as tx:
        tx.seats.replace(meeting, seat_map())
    named(hub, book, replace(WANG, seat="A-1-1"), replace(LI, seat="A-1-2"))
    assert seats(hub) == {"7": "A-1-1", "8": "A-1-2"}
    named(hub, book, replace(WANG, seat="A-1-2"), replace(LI, seat="A-1-1"))
    assert seats(hub) == {"7": "A-1-2", "8": "A-1-1"}
    named(hub, book, WANG, replace(LI, seat="A-1-1"))
    third = ItemGuest(key="9", name="张三", seat="A-1-1")
    named(hub, book, WANG, replace(LI, seat="A-1-1"), third)
    assert seats(hub) == {"8": "A-1-1"}
    refused = known(hub)["9"].invitation.id
    with hub.store.read() as tx:
        rows = tx.audit_chain.newest(2**62, 99, family="guest")
        assert {one.subject for one in rows if one.action == "guest.seat_refused"} == {refused}, "by no key of a source"
    with hub.store.write() as tx:
        tx.seats.release([invitation_of(tx, "8")])
        tx.seats.assign([SeatAssignment(meeting=meeting, seat="A-4-4", invitation=invitation_of(tx, "8"))])
    named(hub, book, WANG, replace(LI, seat="A-2-2"), replace(third, seat="A-1-2"))
    assert seats(hub) == {"8": "A-4-4", "9": "A-1-2"}
    named(hub, book, WANG)
    assert seats(hub) == {}


def messages(hub: Follower) -> list[tuple[MessageKind, str]]:
    """Return what is waiting to be sent, by kind and guest."""
    names = {one.invitation.id: key for key, one in known(hub).items()}
    with hub.store.read() as tx:
        found = [one for one in tx.guest_messages.newest(20) if one.state is MessageState.WAITING]
    return sorted((one.kind, names[one.invitation]) for one in found)


def test_a_meeting_that_moves_keeps_its_codes_and_tells_its_guests(hub: Follower, book: Book) -> None:
    """Those who are invited, once each; who is new knows no other time (R104)."""
    before = known(hub)
    third = ItemGuest(key="9", name="张三")
    hub.pass_time(60)
    say(hub, book, moved(item(guests=(WANG, replace(LI, rsvp=Rsvp.DECLINED), third)), 3600))
    assert known(hub)["7"] == before["7"]
    assert (MessageKind.CHANGED, "7") in messages(hub)
    assert (MessageKind.CHANGED, "9") not in messages(hub)


def test_a_cancelled_meeting_tells_its_guests_and_its_codes_are_good_again_with_it(hub: Follower, book: Book) -> None:
    """The codes answer that it is cancelled; were they withdrawn, nobody would be written to."""
    before = known(hub)
    hub.pass_time(60)
    say(hub, book, item(guests=(WANG, LI), state=BookingState.CANCELLED))
    assert messages(hub) == [(MessageKind.CHANGED, "7"), (MessageKind.CHANGED, "8")]
    (answer,) = take(hub.store, scan(1, 2 * DAY - 600, lookup=before["7"].invitation.lookup, verdict=Verdict.UNKNOWN))
    assert answer.verdict is Verdict.CANCELLED
    hub.pass_time(120)
    say(hub, book, item(guests=(WANG, LI)))
    assert known(hub) == before
    assert messages(hub) == [], "they know of nothing else"


def test_a_guest_who_cannot_be_used_is_named_and_the_others_are_invited(hub: Follower, book: Book) -> None:
    """Until the source has corrected it, however often it is read."""
    for _ in range(2):
        assert set(named(hub, book, WANG, LI, ItemGuest(key="9", name=""))) == {"7", "8"}
        with hub.store.read() as tx:
            assert [(one.key, one.bad.field) for one in tx.sync.bad()] == [("1", "guests")]
    named(hub, book, WANG, LI)
    with hub.store.read() as tx:
        assert tx.sync.bad() == []


def test_who_leads_names_the_guests(hub: Follower, book: Book) -> None:
    """Where another source's entry takes over, its guests are invited and the others are not any more."""
    calendar = Book(source="calendar", collection="hall")
    calendar.say("x", item(guests=(replace(WANG, key="mailto:wang"),)))
    hub.take(calendar)
    assert set(known(hub)) == {"7", "8"}
    book.drop("1")
    hub.take(book)
    found = statuses(known(hub))
    assert found == {
        "7": InvitationStatus.REVOKED,
        "8": InvitationStatus.REVOKED,
        "mailto:wang": InvitationStatus.VALID,
    }


def test_what_the_source_said_of_a_guest_goes_with_the_guest(hub: Follower, book: Book) -> None:
    """Removed is removed: nothing that was heard before names them, and hearing the same again brings nobody back."""
    guest = known(hub)["7"].guest.id
    with hub.store.write() as tx:
        erase_guest(tx, guest, Deciding(actor="主管", at=at(0), ids=uuid7))
    with hub.store.read() as tx:
        (link,) = tx.sync.copies([the_meeting(tx)])
        assert [one.name for one in link.item.guests or ()] == ["Anna Li"]
    hub.take(book)
    with hub.store.read() as tx:
        assert [one.guest.name[0] for one in tx.guests.of_meeting(the_meeting(tx))] == ["#", "A"]
