"""Codes of whole parties: one for each, no other than guests' codes, and known to every member."""

from collections.abc import Callable

import pytest

from hub.domain.errors import NotFound, Refused
from hub.domain.groups import Group
from hub.domain.guests import InvitationStatus
from hub.ports import Store, Transaction
from tests.hub.build import T0, at, furnish, invited, lookup

CODE = "9" * 32


def group(key: str = CODE, party: str = "tengyun") -> Group:
    """Return a group of the launch."""
    return Group(meeting="m-launch", party=party, code=f"CODE-{key}", lookup=key)


@pytest.fixture
def furnished(store: Store) -> Store:
    """Store the launch with a party of two and one who comes alone."""
    with store.write() as tx:
        furnish(tx, [invited(1, party="tengyun"), invited(2, party="tengyun"), invited(3)])
        tx.groups.add(group())
    return store


def test_each_member_names_the_code_of_their_party(furnished: Store) -> None:
    """By invitation, by their own code and in a batch of scans; who comes alone names none."""
    with furnished.read() as tx:
        assert [one.invitation.group for one in tx.guests.of_meeting("m-launch")] == [CODE, CODE, ""]
        assert tx.guests.by_lookup([lookup(1)])[lookup(1)].invitation.group == CODE
        assert tx.scans.around([lookup(2)], []).invited[lookup(2)].invitation.group == CODE
        assert tx.groups.by_lookup([CODE]) == {CODE: group()}


def test_a_party_s_new_code_takes_the_old_one_s_place(furnished: Store) -> None:
    """There is one at a time, in the database too."""
    new = group("8" * 32)
    with furnished.write() as tx:
        tx.groups.add(new)
    with furnished.read() as tx:
        assert tx.groups.of_meeting("m-launch") == [new]
        assert tx.groups.by_lookup([CODE]) == {}
        assert {one.invitation.group for one in tx.guests.of_parties("m-launch", ["tengyun"])} == {new.lookup}


def test_a_withdrawn_code_stays_its_party_s(furnished: Store) -> None:
    """Restored, it is the same again; a code that nobody has cannot be withdrawn."""
    with furnished.write() as tx:
        tx.groups.set_status(CODE, InvitationStatus.REVOKED, at(5))
    with furnished.read() as tx:
        (found,) = tx.groups.of_meeting("m-launch")
    assert (found.status, found.status_at) == (InvitationStatus.REVOKED, at(5))
    with pytest.raises(NotFound), furnished.write() as tx:
        tx.groups.set_status("7" * 32, InvitationStatus.REVOKED, T0)


TAKEN: dict[str, Callable[[Transaction], None]] = {
    "a group's by a new guest": lambda tx: tx.guests.add(invited(9).guest, invited(9, lookup=CODE).invitation),
    "a group's by a guest": lambda tx: tx.guests.replace_code("inv-3", "CODE-x", CODE, T0),
    "a guest's by a group": lambda tx: tx.groups.add(group(lookup(3), party="alone")),
    "a group's by another group": lambda tx: tx.groups.add(group(party="alone")),
}


@pytest.mark.parametrize("what", TAKEN)
def test_no_code_is_two_things(furnished: Store, what: str) -> None:
    """A code at a door is one guest's or one group's; the database holds it."""
    with pytest.raises(Refused, match="the code belongs to"), furnished.write() as tx:
        TAKEN[what](tx)
