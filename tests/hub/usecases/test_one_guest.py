"""A guest asks what is known of them, or that it be removed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from devices.contract.messages import RequestKind
from devices.ids import uuid7
from devices.sealing import seal
from hub.domain.errors import NotFound
from hub.domain.guests import InvitationStatus
from hub.domain.tasks import TaskState
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.one_guest import erase_guest, export_guest, find_guests
from hub.usecases.serve_roster import roster_page
from tests.hub.build import T0, at, furnish, guest, invited
from tests.hub.usecases.asks import request
from tests.hub.usecases.scans import scan, take

WHO = Deciding(actor="小李", at=at(100), ids=uuid7)


@pytest.fixture
def house(store: Store) -> Store:
    """Give a store with three guests, of whom the first, a VIP with a telephone number, is in."""
    with store.write() as tx:
        furnish(tx, [invited(number, vip=number == 1) for number in (1, 2, 3)])
        first = tx.guests.by_invitation(["inv-1"])["inv-1"]
        tx.guests.change(replace(first.guest, phone="13800001111", email="w@example.com"), first.invitation)
        tx.feed.touch([("guest", one.invitation.lookup) for one in tx.guests.of_meeting("m-launch")])
    take(store, scan(1))
    return store


def test_guests_are_found_by_what_people_know_of_them(house: Store) -> None:
    """A part of the name, the number, the address; in any case."""
    with house.read() as tx:
        assert [one.invited.guest.id for one in find_guests(tx, "王2")] == ["guest-2"]
        assert [one.invited.guest.id for one in find_guests(tx, "0000111")] == ["guest-1"]
        assert [one.meetings for one in find_guests(tx, "W@EXAMPLE")] == [("launch",)]
        assert [one.invited.guest.id for one in find_guests(tx, "示例")] == ["guest-1", "guest-2", "guest-3"]
        assert find_guests(tx, "nobody") == []


def test_an_export_holds_the_guest_the_scans_and_the_tasks_and_nobody_else(house: Store) -> None:
    """And the audit log says who gave it out, by the guest's id."""
    with house.write() as tx:
        known = export_guest(tx, "guest-1", WHO)
    assert known["guests"][0]["phone"] == "13800001111"
    assert [row["lookup"] for row in known["check_ins"]] == [f"{1:032x}"]
    assert sorted(row["kind"] for row in known["tasks"]) == ["drink", "vip_arrival"]
    assert "王2" not in str(known)
    with house.read() as tx:
        assert [(one.actor, one.action) for one in tx.records.audited("guest-1", T0, 9)] == [("小李", "privacy.export")]


def test_an_erased_guest_is_nobody_and_the_check_in_stays(house: Store) -> None:
    """Proof of delivery by ids alone; tasks about them are given up, and the code opens nothing any more."""
    with house.write() as tx:
        gone = erase_guest(tx, "guest-1", WHO)
    assert {"guests", "invitations", "credentials", "tasks"} <= gone.keys()
    with house.read() as tx:
        first, second, _ = tx.guests.of_meeting("m-launch")
        assert first.guest.name.startswith("#")
        assert (first.guest.phone, first.guest.email, first.invitation.code) == ("", "", "")
        assert first.invitation.status is InvitationStatus.REVOKED
        assert (second.guest, second.invitation.code) == (guest(2), "CODE-2")
        assert [one.check_in for one in tx.check_ins.admissions(["inv-1"]).values()]
        assert [task for task in tx.tasks.open() if task.state is not TaskState.CLOSED] == []
        known = tx.personal_data.export("guest-1")
        assert "王1" not in str(known)
        assert "13800001111" not in str(known)


def test_kiosks_forget_an_erased_guest(house: Store) -> None:
    """With their next roster page; the others stay."""
    with house.write() as tx:
        head = tx.feed.head()
        erase_guest(tx, "guest-1", WHO)
    with house.read() as tx:
        page = roster_page(tx, "kiosk-1", request(RequestKind.ROSTER, cursor=head), seal, T0)
        everything = roster_page(tx, "kiosk-1", request(RequestKind.ROSTER, cursor=0), seal, T0)
    assert [(item.key, item.gone) for item in page.items if item.kind == "guest"] == [(f"{1:032x}", True)]
    assert sorted(item.gone for item in everything.items if item.kind == "guest") == [False, False, True]


def test_a_meeting_that_is_over_withdraws_nothing(house: Store) -> None:
    """There is nothing to come to any more."""
    late = Deciding(actor="小李", at=at(10_800) + timedelta(days=1), ids=uuid7)
    with house.write() as tx:
        erase_guest(tx, "guest-2", late)
        assert tx.guests.by_invitation(["inv-2"])["inv-2"].invitation.status is InvitationStatus.VALID


def test_nobody_is_an_error_that_says_how_ids_are_found(house: Store) -> None:
    """And nothing is written into the audit log."""
    for do in (erase_guest, export_guest):
        with pytest.raises(NotFound, match="privacy find"), house.write() as tx:
            do(tx, "guest-9", WHO)
    with house.read() as tx:
        assert tx.records.audited("guest-9", T0, 9) == []
