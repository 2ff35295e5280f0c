"""Signatures on paper are check-ins: once each, at the time they state, under the name of who wrote them down."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select

from hub.domain.check_ins import Class
from hub.domain.errors import InvalidInput
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import PAPER
from hub.domain.rulings import RulingKind
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.store import tables as t
from hub.usecases.rule import rule
from hub.usecases.sign_on_paper import rows, write_down
from tests.hub.build import at, furnished, invited, lookup, meeting
from tests.hub.imports import acting
from tests.hub.usecases.scans import scan, take
from tests.hub.usecases.test_serve_roster import told

LAUNCH = meeting()
LATER = 7_200


def enter(store: Store, signed: Mapping[int, float], seed: int = 1, now: float = LATER) -> list[str]:
    """Write down that guests signed, so many seconds after T0."""
    stated = {f"inv-{number}": at(seconds) for number, seconds in signed.items()}
    with store.write() as tx:
        return write_down(tx, LAUNCH, stated, replace(acting(seed), at=at(now)))


def classes(store: Store, number: int) -> list[tuple[str, Class]]:
    """Return where a guest's check-ins come from and what they count as, in the order at the doors."""
    with store.read() as tx:
        events = tx.check_ins.of_invitations([f"inv-{number}"]).get(f"inv-{number}", ())
    return [(one.scan.device, one.classed) for one in sorted(events, key=lambda one: one.scan.order())]


def test_a_signature_lets_its_guest_in_at_the_stated_time_with_a_seat(store: Store) -> None:
    """Stored as any event, by method and device paper; all kiosks learn of it."""
    furnished(store)
    (event,) = enter(store, {1: 600})
    with store.read() as tx:
        stored = tx.check_ins.known([event])[event]
        admission = tx.check_ins.admissions(["inv-1"])["inv-1"]
        assert tx.seats.of_invitations(["inv-1"])
        assert sum(tx.check_ins.tally().values()) == 1
    assert (stored.scan.device, stored.method, stored.classed, stored.offline) == (PAPER, "paper", Class.ADMITTED, True)
    assert (stored.scan.at, stored.door_at, stored.received_at) == (at(600), at(600), at(LATER))
    assert (stored.scan.boot, stored.scan.seq) == (event, 1)
    assert (admission.at, admission.device) == (at(600), PAPER)
    assert lookup(1) in {item.key for item in told(store)}


def test_the_audit_log_says_who_wrote_it_down(store: Store) -> None:
    """By name, for each event (I12)."""
    furnished(store)
    (event,) = enter(store, {1: 600})
    with store.read() as tx:
        found = tx._work.rows(select(t.audit))  # type: ignore[attr-defined]  # no port reads it
    assert [(row.actor, row.subject) for row in found if row.action == "paper.written_down"] == [("tester", event)]


def test_the_same_signature_entered_again_changes_nothing(store: Store) -> None:
    """By the same person, by another, and with another time; nor does the feed move."""
    furnished(store)
    enter(store, {1: 600, 2: 660})
    with store.read() as tx:
        before = tx.feed.head()
    assert enter(store, {1: 600}, 2) == enter(store, {1: 900, 2: 660}, 3) == []
    with store.read() as tx:
        assert tx.feed.head() == before
    assert classes(store, 1) == [(PAPER, Class.ADMITTED)]


def test_a_guest_who_was_scanned_as_well_is_in_once_in_whatever_order_it_is_heard(store: Store) -> None:
    """The earlier one is the arrival; where the kiosk could not know, a person is asked (I2, I6)."""
    furnished(store)
    take(store, scan(1, 300))
    enter(store, {1: 600, 2: 300})
    take(store, scan(2, 600), now=at(LATER))
    assert classes(store, 1) == [("kiosk-1", Class.ADMITTED), (PAPER, Class.DUPLICATE)]
    assert classes(store, 2) == [(PAPER, Class.ADMITTED), ("kiosk-1", Class.DUPLICATE)]
    with store.read() as tx:
        assert {one.at for one in tx.check_ins.admissions(["inv-1", "inv-2"]).values()} == {at(300)}
        tasks = {task.dedupe: task.facts for task in tx.tasks.open()}
    assert set(tasks) == {f"{TaskKind.DOUBLE_ENTRY}:inv-1", f"{TaskKind.DOUBLE_ENTRY}:inv-2"}
    assert tasks[f"{TaskKind.DOUBLE_ENTRY}:inv-2"]["1_door_en"] == "Sign-in sheet"


def test_an_entry_that_a_person_undid_may_be_made_anew(store: Store) -> None:
    """The wrong row was ticked, and later the right time found."""
    furnished(store)
    (wrong,) = enter(store, {1: 600})
    with store.write() as tx:
        rule(tx, wrong, RulingKind.UNDO, "slip", acting(4))
    (right,) = enter(store, {1: 900}, 5)
    assert right != wrong
    assert classes(store, 1) == [(PAPER, Class.REFUSED), (PAPER, Class.ADMITTED)]
    assert enter(store, {1: 900}, 6) == []


def test_a_withdrawn_guest_who_signed_is_in_and_flagged(store: Store) -> None:
    """Facts are never refused; the supervisor is called."""
    furnished(store)
    with store.write() as tx:
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, at(60))
    enter(store, {1: 600})
    assert classes(store, 1) == [(PAPER, Class.REVOKED)]
    with store.read() as tx:
        assert [task.kind for task in tx.tasks.open()] == [TaskKind.REVOKED_INSIDE]


def test_strangers_and_times_to_come_are_refused_and_nothing_is_kept(store: Store) -> None:
    """A page that is out of date, or a slip."""
    furnished(store)
    with pytest.raises(InvalidInput, match="not invited"):
        enter(store, {1: 600, 99: 600})
    with pytest.raises(InvalidInput, match="still to come"):
        enter(store, {1: LATER + 60})
    assert classes(store, 1) == []


def test_rows_keep_their_numbers_when_guests_are_withdrawn_or_added(store: Store) -> None:
    """A sheet printed yesterday is still the one on the screen; who came is marked."""
    furnished(store)
    with store.read() as tx:
        before = [row.code for row in rows(tx, LAUNCH)]
    enter(store, {2: 600})
    with store.write() as tx:
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, at(60))
        new = invited(9)
        tx.guests.add(new.guest, new.invitation)
    with store.read() as tx:
        after = rows(tx, LAUNCH)
    assert [row.code for row in after][:3] == before
    assert [(row.withdrawn, bool(row.admission), bool(row.seat)) for row in after] == [
        (True, False, False),
        (False, True, True),
        (False, False, False),
        (False, False, False),
    ]
