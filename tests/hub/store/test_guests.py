from dataclasses import replace

import pytest

from hub.domain.errors import NotFound, Refused
from hub.domain.guests import Diet, Guest, Invitation, InvitationStatus, Invited, Rsvp
from hub.domain.words import Language, Words
from hub.ports import Store
from tests.hub.build import at, furnished, invited, lookup, meeting


def _full() -> Invited:
    guest = Guest(
        id="guest-9",
        name="欧阳明",
        salutation=Words("欧阳总", "Mr Ouyang"),
        title="总经理",
        company="示例",
        language=Language.EN,
        phone="+86 1",
        email="o@example.org",
        diets=frozenset({Diet.VEGAN, Diet.HALAL}),
        diet_note="no nuts 🥜",
        step_free=True,
    )
    one = invited(
        9,
        status_at=at(5),
        party="p",
        vip=True,
        vip_level=2,
        rsvp=Rsvp.TENTATIVE,
        host="h",
        seat_wish="A-1-1",
        source_key="row 9",
    )
    return Invited(invitation=one.invitation, guest=guest)


def test_a_guest_comes_back_whole(store: Store) -> None:
    """Every field of guest, invitation and code."""
    full = _full()
    with furnished(store).write() as tx:
        tx.guests.add(full.guest, full.invitation)
    with store.read() as tx:
        assert tx.guests.by_invitation(["inv-9", "inv-none"]) == {"inv-9": full}
        assert tx.guests.by_lookup([lookup(9), "none"]) == {lookup(9): full}
        assert tx.guests.by_lookup([]) == {}
        assert tx.guests.by_invitation([]) == {}


def test_guests_come_in_the_order_they_were_added(store: Store) -> None:
    """As on the list, also over several imports; ids made in one millisecond do not sort."""
    order = [5, 3, 9, 1]
    furnished(store, guests=0)
    for numbers in (order[:2], order[2:]):
        with store.write() as tx:
            for number in numbers:
                one = invited(number)
                tx.guests.add(one.guest, one.invitation)
    with store.read() as tx:
        assert [one.guest.id for one in tx.guests.of_meeting("m-launch")] == [f"guest-{number}" for number in order]
        assert tx.guests.of_meeting("m-none") == []


def test_a_long_list_goes_in_by_table_and_in_order(store: Store) -> None:
    """More rows than are gathered at once: each invitation still finds its guest there."""
    many = range(1, 2_502)
    with furnished(store, guests=0).write() as tx:
        for number in many:
            tx.records.audit("importer", "guest.added", f"inv-{number}", at(0))
            one = invited(number)
            tx.guests.add(one.guest, one.invitation)
    with store.read() as tx:
        assert [one.guest.id for one in tx.guests.of_meeting("m-launch")] == [f"guest-{number}" for number in many]


def test_a_party_is_found_in_its_meeting_only(store: Store) -> None:
    """Two meetings may both have a party called table 1."""
    with furnished(store, guests=0).write() as tx:
        tx.meetings.save(meeting("other"))
        rows = [invited(1, party="t1"), invited(2, party="t2"), invited(3), invited(4, "m-other", party="t1")]
        for one in rows:
            tx.guests.add(one.guest, one.invitation)
        assert tx.guests.of_parties("m-launch", ["t1", "t9"]) == [rows[0]]
        assert tx.guests.of_parties("m-launch", []) == []


def test_a_change_keeps_code_and_place_in_the_order(store: Store) -> None:
    """A corrected name must not void the letter that was sent."""
    before = invited(1)
    guest = replace(before.guest, name="新名", diets=frozenset({Diet.VEGETARIAN}))
    invitation = replace(before.invitation, vip=True, code="ignored", lookup="ignored")
    with furnished(store, guests=2).write() as tx:
        tx.guests.change(guest, invitation)
    with store.read() as tx:
        first = tx.guests.of_meeting("m-launch")[0]
    assert first == Invited(invitation=replace(before.invitation, vip=True), guest=guest)


def test_a_new_code_opens_and_the_old_one_says_replaced(store: Store) -> None:
    """Both lead to the invitation, each with its own standing."""
    with furnished(store).write() as tx:
        tx.guests.replace_code("inv-1", "NEW", "new", at(9))
    with store.read() as tx:
        found = tx.guests.by_lookup([lookup(1), "new"])
        current = tx.guests.by_invitation(["inv-1"])["inv-1"].invitation
    old, new = found[lookup(1)].invitation, found["new"].invitation
    assert (old.code, old.status, old.status_at) == ("CODE-1", InvitationStatus.REPLACED, at(9))
    assert (new.code, new.status, new.status_at) == ("NEW", InvitationStatus.VALID, at(9))
    assert current == new


def test_a_withdrawn_invitation_can_be_restored_and_old_codes_stay_replaced(store: Store) -> None:
    """The standing is that of the current code."""
    with furnished(store).write() as tx:
        tx.guests.replace_code("inv-1", "NEW", "new", at(1))
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, at(2))
        assert tx.guests.by_lookup(["new"])["new"].invitation.status is InvitationStatus.REVOKED
        tx.guests.set_status("inv-1", InvitationStatus.VALID, at(3))
        found = tx.guests.by_lookup([lookup(1), "new"])
    assert found["new"].invitation.status is InvitationStatus.VALID
    assert found["new"].invitation.status_at == at(3)
    assert found[lookup(1)].invitation.status is InvitationStatus.REPLACED


def test_what_names_nobody_is_not_found(store: Store) -> None:
    """A change that hits nothing must not look like one that worked."""
    stranger = invited(99)
    furnished(store)
    with pytest.raises(NotFound), store.write() as tx:
        tx.guests.set_status("inv-99", InvitationStatus.REVOKED, at(0))
    with pytest.raises(NotFound), store.write() as tx:
        tx.guests.replace_code("inv-99", "C", "c", at(0))
    with pytest.raises(NotFound), store.write() as tx:
        tx.guests.change(stranger.guest, stranger.invitation)


@pytest.mark.parametrize(
    ("guest", "invitation", "why"),
    [
        (invited(1).guest, invited(9, guest="guest-1").invitation, "the guest exists already"),
        (invited(9).guest, invited(9, id="inv-1").invitation, "the invitation exists already"),
        (invited(9).guest, invited(9, lookup=lookup(1)).invitation, "the code belongs to an invitation already"),
        (invited(9).guest, invited(9, source_key="row 1").invitation, "was imported already"),
        (invited(9).guest, invited(9, guest="guest-1").invitation, "the guest is invited to this meeting already"),
        (invited(9).guest, invited(9, "m-none").invitation, "something it refers to|fk_invitations_meeting"),
    ],
)
def test_the_database_refuses_what_must_be_once_and_keeps_nothing(
    store: Store, guest: Guest, invitation: Invitation, why: str
) -> None:
    """Unique in the database, not only in the code of the import."""
    first = invited(1, source_key="row 1")
    with furnished(store, guests=0).write() as tx:
        tx.guests.add(first.guest, first.invitation)
    with pytest.raises(Refused, match=why), store.write() as tx:
        tx.guests.add(guest, invitation)
    with store.read() as tx:
        assert tx.guests.of_meeting("m-launch") == [first]


def test_rows_without_a_key_of_their_own_are_many(store: Store) -> None:
    """An empty source key is no key."""
    with furnished(store, guests=2).read() as tx:
        assert len(tx.guests.of_meeting("m-launch")) == 2
