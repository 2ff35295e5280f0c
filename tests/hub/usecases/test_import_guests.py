"""A guest list is imported once, changed by repeating it, and never half."""

import pytest
from sqlalchemy import select

from devices.contract import credential
from hub.domain.guests import InvitationStatus, Invited
from hub.domain.meetings import Meeting
from hub.domain.seat_leases import SeatLease, lease_key
from hub.domain.seats import SeatAssignment
from hub.ports import Store
from hub.store import tables as t
from hub.usecases.guest_rows import GuestRow
from hub.usecases.import_guests import Plan
from tests.hub.build import furnished, meeting
from tests.hub.imports import SITE_KEY, import_rows, rows

LAUNCH = meeting()


@pytest.fixture
def launch(store: Store) -> Meeting:
    """Furnish a meeting with a room and seats, without guests."""
    furnished(store, guests=0)
    return LAUNCH


def guests(store: Store) -> list[Invited]:
    """Return everybody who is invited."""
    with store.read() as tx:
        return list(tx.guests.of_meeting(LAUNCH.id))


def seats(store: Store) -> dict[str, str]:
    """Return who has which seat, by name."""
    names = {one.invitation.id: one.guest.name for one in guests(store)}
    with store.read() as tx:
        return {names[one.invitation]: one.seat for one in tx.seats.assignments(LAUNCH.id)}


def problems(plan: Plan) -> list[tuple[int, str]]:
    """Return line and field of all mistakes."""
    return [(one.line, one.field) for one in plan.findings if not one.warning]


def test_every_row_becomes_a_guest_with_a_code_of_its_own(store: Store, launch: Meeting) -> None:
    """A code that reads as ours, found by its lookup."""
    plan = import_rows(store, launch, rows("王伟,星河,a@b.cn", "李娜,远帆,c@d.cn"))
    assert (plan.kept, plan.added(), plan.changed()) == (True, 2, 0)
    found = guests(store)
    assert [one.guest.name for one in found] == ["王伟", "李娜"]
    for one in found:
        code = one.invitation.code
        assert isinstance(credential.read(code), credential.ShortCredential)
        assert one.invitation.lookup == credential.lookup(SITE_KEY, code)
    assert len({one.invitation.code for one in found}) == 2


def test_a_repeated_import_changes_nothing(store: Store, launch: Meeting) -> None:
    """Not even the feed."""
    list_of_two = rows("王伟,星河,a@b.cn", "李娜,远帆,c@d.cn")
    import_rows(store, launch, list_of_two)
    before = guests(store)
    with store.read() as tx:
        head = tx.feed.head()
    plan = import_rows(store, launch, list_of_two, seed=2)
    assert (plan.added(), plan.changed()) == (0, 0)
    assert guests(store) == before
    with store.read() as tx:
        assert tx.feed.head() == head


def test_a_changed_row_updates_the_guest_and_keeps_the_code(store: Store, launch: Meeting) -> None:
    """And tells the kiosks; whoever is not in the list stays."""
    header = "编号,姓名,职务,忌口"
    import_rows(store, launch, rows("1,王伟,工程师,素食", "2,李娜,,", header=header))
    before = guests(store)
    with store.read() as tx:
        head = tx.feed.head()
    plan = import_rows(store, launch, rows("1,王伟,总经理,素食", header=header), seed=2)
    assert (plan.added(), plan.changed()) == (0, 1)
    after = guests(store)
    assert after[0].guest.salutation.zh == "王总"
    assert after[0].invitation == before[0].invitation
    assert after[1] == before[1]
    with store.read() as tx:
        assert [change.key for change in tx.feed.after(head, ["guest"], 9)] == [before[0].invitation.lookup]


def test_a_list_changes_only_what_it_has_columns_for(store: Store, launch: Meeting) -> None:
    """A second list with nothing but seats leaves diets and salutations alone."""
    import_rows(store, launch, rows("1,王伟,总经理,素食", header="编号,姓名,职务,忌口"))
    before = guests(store)[0]
    import_rows(store, launch, rows("1,王伟,A-1-1", header="编号,姓名,座位"), seed=2)
    after = guests(store)[0]
    assert after.guest == before.guest
    assert seats(store) == {"王伟": "A-1-1"}


def test_without_an_id_guests_are_told_apart_by_name_company_and_contact(store: Store, launch: Meeting) -> None:
    """Two people of one name are two guests; the warning is there for when they are not."""
    import_rows(store, launch, rows("王伟,星河,a@b.cn"))
    plan = import_rows(store, launch, rows("王伟,星河,a@b.cn", "王伟,星河,other@b.cn"), seed=2)
    assert (plan.added(), plan.changed()) == (1, 0)
    assert not plan.findings
    plan = import_rows(store, launch, rows("王伟,星河,third@b.cn"), seed=3)
    assert [(one.line, one.warning) for one in plan.findings] == [(2, True)]


def test_a_guest_twice_in_a_list_is_told_with_both_lines(store: Store, launch: Meeting) -> None:
    """By contact or by id; nothing is kept."""
    plan = import_rows(store, launch, rows("王伟,星河,a@b.cn", "李娜,远帆,", "王伟, 星河 ,A@b.cn"))
    assert problems(plan) == [(4, "name")]
    assert "line 2" in plan.findings[0].problem
    assert not plan.kept
    plan = import_rows(store, launch, rows("7,王伟", "7,李娜", header="id,name"))
    assert problems(plan) == [(3, "id")]
    assert guests(store) == []


def test_good_rows_are_kept_when_asked_for(store: Store, launch: Meeting) -> None:
    """Else none is."""
    twice = rows("王伟,星河,a@b.cn", "王伟,星河,a@b.cn", "李娜,远帆,")
    assert not import_rows(store, launch, twice).kept
    assert guests(store) == []
    assert import_rows(store, launch, twice, good_rows=True).kept
    assert [one.guest.name for one in guests(store)] == ["王伟", "李娜"]


SEATED = "编号,姓名,座位"


def test_seats_that_the_list_names_are_kept_for_their_guests(store: Store, launch: Meeting) -> None:
    """R96; and they can be swapped, and given back."""
    import_rows(store, launch, rows("1,王伟,A-1-1", "2,李娜,A-1-2", "3,张三,", header=SEATED))
    assert seats(store) == {"王伟": "A-1-1", "李娜": "A-1-2"}
    plan = import_rows(store, launch, rows("1,王伟,A-1-2", "2,李娜,A-1-1", header=SEATED), seed=2)
    assert plan.changed() == 2
    assert seats(store) == {"王伟": "A-1-2", "李娜": "A-1-1"}
    import_rows(store, launch, rows("1,王伟,", header=SEATED), seed=3)
    assert seats(store) == {"李娜": "A-1-1"}


def test_a_leased_seat_that_the_list_names_is_leased_no_more(store: Store, launch: Meeting) -> None:
    """A person's plan comes first, and the kiosk is told; its other seats stay its own."""
    with store.write() as tx:
        tx.leases.add(
            SeatLease(meeting=launch.id, seat=seat, device="kiosk-1", until=launch.ends_at)
            for seat in ("A-1-3", "A-1-4")
        )
    import_rows(store, launch, rows("1,王伟,A-1-4", "2,李娜,", header=SEATED))
    with store.read() as tx:
        assert [one.seat for one in tx.leases.of_meeting(launch.id)] == ["A-1-3"]
        assert [change.key for change in tx.feed.after(0, ["lease"], 9)] == [lease_key("kiosk-1", launch.id)]


def test_a_seat_that_is_taken_or_unknown_makes_a_bad_row(store: Store, launch: Meeting) -> None:
    """The others can be kept."""
    import_rows(store, launch, rows("1,王伟,A-1-1", header=SEATED))
    plan = import_rows(
        store, launch, rows("2,李娜,A-1-1", "3,张三,Z-1-1", "4,赵四,A-1-4", header=SEATED), good_rows=True, seed=2
    )
    assert problems(plan) == [(2, "seat"), (3, "seat")]
    assert "王伟" in plan.findings[0].problem
    assert seats(store) == {"王伟": "A-1-1", "赵四": "A-1-4"}


def test_a_guest_who_sits_is_not_moved_by_a_list(store: Store, launch: Meeting) -> None:
    """Seats once taken stay taken."""
    import_rows(store, launch, rows("1,王伟,A-1-1", header=SEATED))
    sitting = guests(store)[0].invitation.id
    with store.write() as tx:
        tx.seats.occupy([sitting])
    assert import_rows(store, launch, rows("1,王伟,A-2-2", header=SEATED), seed=2).findings[0].warning
    assert seats(store) == {"王伟": "A-1-1"}


CODED = "编号,姓名,码"
TICKET, OTHER = "k8ssjkzs9anxtz8m", "mzx72kfjwppqr41c"


def test_a_code_of_the_venue_becomes_the_guests_code(store: Store, launch: Meeting) -> None:
    """DESIGN 5: a pretix secret, a plain id."""
    import_rows(store, launch, rows(f"1,王伟,{TICKET}", "2,李娜,", header=CODED))
    assert guests(store)[0].invitation.code == TICKET
    with store.read() as tx:
        found = tx.guests.by_lookup([credential.lookup(SITE_KEY, TICKET)])
    assert [one.guest.name for one in found.values()] == ["王伟"]
    assert import_rows(store, launch, rows(f"1,王伟,{TICKET}", header=CODED), seed=2).changed() == 0


def test_another_code_of_the_venue_replaces_the_first(store: Store, launch: Meeting) -> None:
    """Both answer: the old one that it was replaced."""
    import_rows(store, launch, rows(f"1,王伟,{TICKET}", header=CODED))
    with store.read() as tx:
        head = tx.feed.head()
    import_rows(store, launch, rows(f"1,王伟,{OTHER}", header=CODED), seed=2)
    lookups = [credential.lookup(SITE_KEY, code) for code in (TICKET, OTHER)]
    with store.read() as tx:
        found = tx.guests.by_lookup(lookups)
        touched = {change.key for change in tx.feed.after(head, ["guest"], 9)}
    assert [found[key].invitation.status for key in lookups] == [InvitationStatus.REPLACED, InvitationStatus.VALID]
    assert touched == set(lookups)
    back = import_rows(store, launch, rows(f"1,王伟,{TICKET}", header=CODED), seed=3)
    assert back.findings[0].warning
    assert guests(store)[0].invitation.code == OTHER


def test_a_code_that_somebody_else_has_is_refused(store: Store, launch: Meeting) -> None:
    """Within the list, and against who is invited already."""
    import_rows(store, launch, rows(f"1,王伟,{TICKET}", header=CODED))
    plan = import_rows(
        store, launch, rows(f"2,李娜,{TICKET}", f"3,张三,{OTHER}", f"4,赵四,{OTHER}", header=CODED), seed=2
    )
    assert problems(plan) == [(2, "code"), (4, "code")]
    assert "王伟" in plan.findings[0].problem
    assert "line 3" in plan.findings[1].problem


def test_a_withdrawn_guest_stays_withdrawn(store: Store, launch: Meeting) -> None:
    """A list does not open the door again."""
    found: list[GuestRow] = list(rows("王伟,星河,a@b.cn"))
    import_rows(store, launch, found)
    withdrawn = guests(store)[0].invitation.id
    with store.write() as tx:
        tx.guests.set_status(withdrawn, InvitationStatus.REVOKED, LAUNCH.doors_at)
    plan = import_rows(store, launch, found, seed=2)
    assert plan.findings[0].warning
    assert guests(store)[0].invitation.status is InvitationStatus.REVOKED


def test_every_change_has_an_actor_in_the_audit_log(store: Store, launch: Meeting) -> None:
    """I12."""
    import_rows(store, launch, rows("1,王伟,A-1-1", "2,李娜,", header=SEATED))
    import_rows(store, launch, rows("1,王伟,A-1-2", "2,李娜,", header=SEATED), seed=2)
    with store.read() as tx:
        entries = tx._work.rows(select(t.audit).order_by(t.audit.c.id))  # type: ignore[attr-defined]  # no port reads it
    first, second = (one.invitation.id for one in guests(store))
    assert [(entry.actor, entry.action, entry.subject) for entry in entries] == [
        ("tester", "guest.added", first),
        ("tester", "guest.added", second),
        ("tester", "guest.changed", first),
    ]


def test_a_list_for_a_meeting_with_other_guests_leaves_them(store: Store) -> None:
    """Those who were added by hand have no source key."""
    furnished(store, guests=3)
    with store.write() as tx:
        tx.seats.assign([SeatAssignment(meeting=LAUNCH.id, seat="A-1-1", invitation="inv-2")])
    plan = import_rows(store, LAUNCH, rows("1,李娜,A-1-1", header=SEATED))
    assert plan.findings[0].problem == "A-1-1 is kept for 王2"
    assert len(guests(store)) == 3
