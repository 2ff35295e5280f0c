from dataclasses import replace

import pytest

from hub.domain.check_ins import Class
from hub.domain.errors import Refused
from hub.ports import Store
from tests.hub.build import admission, at, check_in, furnished, meeting


def test_an_event_comes_back_whole_and_only_when_it_is_there(store: Store) -> None:
    """Every field, so that it can be answered again in the same words; a stranger's has no invitation."""
    known = check_in(1)
    stranger = check_in(2, offline=True, invitation=None, meeting=None, classed=Class.QUARANTINED)
    with furnished(store).write() as tx:
        tx.check_ins.add([stranger, known])
        tx.check_ins.add([])
    with store.read() as tx:
        assert tx.check_ins.known(["ev-1", "ev-2", "ev-3"]) == {"ev-1": known, "ev-2": stranger}
        assert tx.check_ins.known([]) == {}


def test_events_are_found_by_invitation(store: Store) -> None:
    """All of them, for classes depend on all."""
    first, again, other = check_in(1), check_in(1, "1b"), check_in(2)
    with furnished(store).write() as tx:
        tx.check_ins.add([other, again, first])
        found = tx.check_ins.of_invitations(["inv-1", "inv-3"])
        assert tx.check_ins.of_invitations([]) == {}
    assert set(found) == {"inv-1"}
    assert sorted(found["inv-1"], key=lambda one: one.scan.id) == [first, again]


def test_the_database_stores_no_event_twice(store: Store) -> None:
    """I2: and the transaction that tried keeps nothing."""
    with furnished(store).write() as tx:
        tx.check_ins.add([check_in(1)])
    with pytest.raises(Refused, match="stored already"), store.write() as tx:
        tx.check_ins.add([check_in(2), check_in(1), check_in(3)])
    with store.read() as tx:
        assert set(tx.check_ins.known(["ev-1", "ev-2", "ev-3"])) == {"ev-1"}


def test_an_event_of_an_invitation_to_another_meeting_is_refused(store: Store) -> None:
    """The two are one fact, held by the database."""
    with furnished(store).write() as tx:
        tx.meetings.save(meeting("other"))
    with pytest.raises(Refused), store.write() as tx:
        tx.check_ins.add([check_in(1, meeting="m-other")])


def test_classes_change_and_nothing_else_does(store: Store) -> None:
    """After an earlier event arrived late."""
    with furnished(store).write() as tx:
        tx.check_ins.add([check_in(1), check_in(2)])
        tx.check_ins.reclass({"ev-1": Class.DUPLICATE})
        tx.check_ins.reclass({})
    with store.read() as tx:
        found = tx.check_ins.known(["ev-1", "ev-2"])
    assert found == {"ev-1": check_in(1, classed=Class.DUPLICATE), "ev-2": check_in(2)}


def test_an_admission_moves_to_an_earlier_scan_and_never_to_a_later_one(store: Store) -> None:
    """I2 and I6 in the database: the first admission is the earliest, in whatever order they come."""
    middle = check_in(1)
    early = replace(check_in(1, "early"), scan=replace(middle.scan, id="ev-early", at=at(-60), device="kiosk-2"))
    late = replace(check_in(1, "late"), scan=replace(middle.scan, id="ev-late", at=at(60)))
    with furnished(store).write() as tx:
        tx.check_ins.add([middle, early, late])
        tx.check_ins.admit([admission(middle)])
        tx.check_ins.admit([admission(late)])
        assert tx.check_ins.admissions(["inv-1", "inv-2"]) == {"inv-1": admission(middle)}
        tx.check_ins.admit([admission(early)])
        tx.check_ins.admit([admission(middle)])
        tx.check_ins.admit([])
    with store.read() as tx:
        assert tx.check_ins.admissions(["inv-1"]) == {"inv-1": admission(early)}
        assert tx.check_ins.admissions([]) == {}


def test_an_admission_can_be_flagged_afterwards(store: Store) -> None:
    """The same scan, judged again after the invitation was withdrawn."""
    flagged = replace(admission(check_in(1)), flagged=True)
    with furnished(store).write() as tx:
        tx.check_ins.add([check_in(1)])
        tx.check_ins.admit([admission(check_in(1))])
        tx.check_ins.admit([flagged])
        assert tx.check_ins.admissions(["inv-1"]) == {"inv-1": flagged}


def test_one_scan_admits_one_guest(store: Store) -> None:
    """The database refuses a second guest on the same scan."""
    with furnished(store).write() as tx:
        tx.check_ins.add([check_in(1)])
        tx.check_ins.admit([admission(check_in(1))])
    with pytest.raises(Refused, match="cannot admit two"), store.write() as tx:
        tx.check_ins.admit([replace(admission(check_in(1)), invitation="inv-2")])


def test_a_batch_of_many_is_stored_at_once(store: Store) -> None:
    """As many as an outbox sends after days offline."""
    numbers = range(1, 301)
    events = [check_in(number) for number in numbers]
    with furnished(store, guests=300).write() as tx:
        tx.check_ins.add(events)
        tx.check_ins.admit(admission(event) for event in events)
    with store.read() as tx:
        assert len(tx.check_ins.known([event.scan.id for event in events])) == 300
        assert len(tx.check_ins.admissions([f"inv-{number}" for number in numbers])) == 300


def test_all_events_are_counted_by_class(store: Store) -> None:
    """I3: together they are all of them."""
    with furnished(store).write() as tx:
        assert tx.check_ins.tally() == {}
        tx.check_ins.add([check_in(1), check_in(2), check_in(3, classed=Class.RESCAN)])
        assert tx.check_ins.tally() == {Class.ADMITTED: 2, Class.RESCAN: 1}
