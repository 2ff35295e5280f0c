import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from devices.contract.messages import CodeKind, Verdict
from devices.ids import uuid7
from hub.domain.check_ins import Class
from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Door
from hub.domain.task_kinds import TaskKind
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import PROMPT
from tests.hub.build import T0, at, furnished, invited, lookup, meeting, seat_map
from tests.hub.usecases.scans import scan, take


def classes(store: Store, number: int = 1) -> list[Class]:
    """Return the classes of a guest's stored events by the time at the door."""
    with store.read() as tx:
        events = tx.check_ins.of_invitations([f"inv-{number}"]).get(f"inv-{number}", ())
    return [event.classed for event in sorted(events, key=lambda event: event.scan.at)]


def open_tasks(store: Store) -> list[TaskKind]:
    """Return the kinds of the open tasks."""
    with store.read() as tx:
        return sorted(task.kind for task in tx.tasks.open())


def test_a_guest_who_is_scanned_is_admitted_and_seated(store: Store) -> None:
    """The answer carries the seat and the greeting (R91, R96)."""
    furnished(store)
    (answer,) = take(store, scan(1))
    assert answer.verdict is Verdict.WELCOME
    assert answer.card is not None
    assert answer.card.seat is not None
    assert answer.card.salutation.zh == "王总"
    with store.read() as tx:
        (kept,) = tx.seats.assignments("m-launch")
        assert (kept.invitation, kept.occupied) == ("inv-1", True)
        assert tx.check_ins.admissions(["inv-1"])["inv-1"].at == at(10)


def test_the_same_event_again_changes_nothing_and_is_answered_the_same(store: Store) -> None:
    """Every delivery may come twice (I2)."""
    furnished(store)
    event = scan(1)
    first = take(store, event)
    again = take(store, event, event, now=at(60))
    assert [answer.verdict for answer in again] == [Verdict.WELCOME] * 2
    assert again[0].card == first[0].card
    assert classes(store) == [Class.ADMITTED]


def test_an_old_scan_made_offline_is_answered_without_a_card(store: Store) -> None:
    """A kiosk that comes back with thousands of them shows none to anybody; the event is stored all the same."""
    furnished(store)
    (answer,) = take(store, scan(1, offline=True), now=at(600))
    assert (answer.verdict, answer.card) == (Verdict.WELCOME, None)
    assert classes(store) == [Class.ADMITTED]


def test_a_live_scan_is_answered_with_its_card_however_late_the_kiosk_s_clock_is(store: Store) -> None:
    """The guest stands there and wants to know the seat."""
    furnished(store)
    (answer,) = take(store, scan(1), now=at(600))
    assert answer.card is not None
    assert answer.card.seat is not None


def test_a_second_scan_is_a_rescan_at_the_same_door_and_a_duplicate_later_or_elsewhere(store: Store) -> None:
    """One admission, and each further scan has its class (conflict rule R3)."""
    furnished(store)
    take(store, scan(1, 10))
    answers = take(store, scan(1, 30), scan(1, 40, "kiosk-2"), scan(1, 500))
    assert {answer.verdict for answer in answers} == {Verdict.ALREADY_IN}
    assert classes(store) == [Class.ADMITTED, Class.RESCAN, Class.DUPLICATE, Class.DUPLICATE]


def test_an_earlier_scan_that_arrives_late_becomes_the_admission(store: Store) -> None:
    """The first at the door is first, whenever its message comes (I6)."""
    furnished(store)
    take(store, scan(1, 300, "kiosk-2"))
    take(store, scan(1, 10, offline=True), now=at(9_000))
    assert classes(store) == [Class.ADMITTED, Class.DUPLICATE]
    with store.read() as tx:
        admission = tx.check_ins.admissions(["inv-1"])["inv-1"]
        assert (admission.at, admission.device) == (at(10), "kiosk-1")


@pytest.mark.parametrize("seed", range(4))
def test_any_order_and_repetition_ends_in_the_same_classes_and_admissions(sqlite_store: Store, seed: int) -> None:
    """Batches may be cut, shuffled and repeated as the network likes (I6)."""
    furnished(sqlite_store, guests=6)
    chance = random.Random(7)
    events = [
        scan(chance.randint(1, 6), chance.randint(0, 300), chance.choice(["kiosk-1", "kiosk-2"]), offline=True)
        for _ in range(40)
    ]
    expected = _outcome_of(events)
    shuffled = [*events, *events[:15]]
    random.Random(seed).shuffle(shuffled)
    cuts = sorted(random.Random(seed).sample(range(1, len(shuffled)), 8))
    for start, end in pairwise([0, *cuts, len(shuffled)]):
        take(sqlite_store, *shuffled[start:end], now=at(10_000))
    with sqlite_store.read() as tx:
        stored = tx.check_ins.of_invitations([f"inv-{number}" for number in range(1, 7)])
        admissions = tx.check_ins.admissions([f"inv-{number}" for number in range(1, 7)])
    found = {event.scan.id: event.classed for events in stored.values() for event in events}
    assert found == expected
    assert len(admissions) == len({item.event.lookup for item in events})


def _outcome_of(events: list[Any]) -> dict[str, Class]:
    """Work the classes out a second way: by sorting all events and walking through them."""
    outcome: dict[str, Class] = {}
    last: dict[str, list[Any]] = {}
    for item in sorted(
        events, key=lambda item: (item.event.ts, item.device, item.event.boot, item.event.seq, item.event.id)
    ):
        before = last.setdefault(item.event.lookup, [])
        near = [
            one for one in before if one.device == item.device and item.event.ts - one.event.ts <= timedelta(minutes=1)
        ]
        outcome[item.event.id] = Class.ADMITTED if not before else Class.RESCAN if near else Class.DUPLICATE
        before.append(item)
    return outcome


def test_a_withdrawn_guest_whom_an_offline_kiosk_let_in_stays_in_and_is_reported(store: Store) -> None:
    """What happened at the door happened; a person looks at it (conflict rule R5)."""
    furnished(store)
    with store.write() as tx:
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, T0)
    (answer,) = take(store, scan(1, offline=True))
    assert answer.verdict is Verdict.REVOKED
    assert classes(store) == [Class.REVOKED]
    assert open_tasks(store) == [TaskKind.REVOKED_INSIDE]
    with store.read() as tx:
        assert tx.check_ins.admissions(["inv-1"])["inv-1"].flagged


@pytest.mark.parametrize("old_code_first", [True, False])
def test_a_withdrawal_counts_whichever_of_the_guests_codes_came_last(store: Store, *, old_code_first: bool) -> None:
    """A scan of a replaced code must not make an earlier flagged arrival a good one, nor depend on the order (I6)."""
    furnished(store)
    with store.write() as tx:
        tx.guests.replace_code("inv-1", "CODE-101", lookup(101), T0)
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, T0)
    new_code, old_code = scan(101, 10, offline=True), scan(1, 300, offline=True)
    for one in (old_code, new_code) if old_code_first else (new_code, old_code):
        take(store, one, now=at(9_000))
    assert classes(store) == [Class.REVOKED, Class.DUPLICATE]
    with store.read() as tx:
        assert tx.check_ins.admissions(["inv-1"])["inv-1"].flagged


def test_a_guest_whom_the_kiosk_did_not_know_yet_is_let_in_by_the_hub_while_they_wait(store: Store) -> None:
    """The hub's list is newer than the kiosk's; its word comes in time."""
    furnished(store)
    (answer,) = take(store, scan(1, verdict=Verdict.UNKNOWN))
    assert answer.verdict is Verdict.WELCOME
    assert classes(store) == [Class.ADMITTED]


@pytest.mark.parametrize(
    ("changes", "now"),
    [({"offline": True}, at(10.1)), ({"seconds": -3_600}, at(60)), ({"seconds": 10}, at(10) + PROMPT * 2)],
    ids=["said offline", "an hour ago", "a moment too long ago"],
)
def test_a_guest_who_was_turned_away_and_has_gone_is_not_counted_in_afterwards(
    store: Store, changes: dict[str, Any], now: datetime
) -> None:
    """They are not inside: the kiosk's own answer was the one they saw."""
    furnished(store)
    with store.write() as tx:
        tx.meetings.save(meeting(doors_at=at(-7_200)))
    take(store, scan(1, **({"verdict": Verdict.UNKNOWN} | changes)), now=now)
    assert classes(store) == [Class.REFUSED]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [({"seconds": -60}, Verdict.TOO_EARLY), ({"seconds": 11_000}, Verdict.TOO_LATE)],
)
def test_a_guest_at_the_wrong_time_is_refused_with_the_reason(
    store: Store, changes: dict[str, Any], verdict: Verdict
) -> None:
    """The hub and the kiosk judge by one rule."""
    furnished(store)
    (answer,) = take(store, scan(1, verdict=verdict, **changes))
    assert answer.verdict is verdict
    assert classes(store) == [Class.REFUSED]


def test_a_foreign_code_is_stored_as_refused_without_its_text(store: Store) -> None:
    """A refused scan is a fact too; only the hash of what was shown is kept."""
    furnished(store)
    item = scan(99, kind=CodeKind.FOREIGN, verdict=Verdict.FOREIGN)
    (answer,) = take(store, item)
    assert (answer.verdict, answer.accepted, answer.card) == (Verdict.FOREIGN, True, None)
    with store.read() as tx:
        assert tx.check_ins.known([item.event.id])[item.event.id].classed is Class.REFUSED


def test_a_stranger_whom_a_kiosk_welcomed_is_put_before_the_supervisor(store: Store) -> None:
    """Somebody is inside whom nobody here invited: a restored backup, or a lost key."""
    furnished(store)
    item = scan(99)
    take(store, item)
    with store.read() as tx:
        assert tx.check_ins.known([item.event.id])[item.event.id].classed is Class.QUARANTINED
    assert open_tasks(store) == [TaskKind.UNKNOWN_INSIDE]


def test_the_same_id_with_another_body_is_quarantined_and_the_first_stays(store: Store) -> None:
    """Somebody rewrites history: a person is told, and the next guest is served (conflict rule R7)."""
    furnished(store)
    first = scan(1)
    forged = replace(first, body="0" * 64)
    take(store, first)
    forged_answer, other = take(store, forged, scan(2))
    assert not forged_answer.accepted
    assert other.verdict is Verdict.WELCOME
    with store.read() as tx:
        assert [item.reason for item in tx.records.quarantined(9)] == ["same_id_other_body"]
    assert open_tasks(store) == [TaskKind.SUSPECT_EVENT]


def test_a_device_that_is_not_enrolled_leaves_no_row(store: Store) -> None:
    """Its events are kept apart, never counted (I7)."""
    furnished(store)
    (answer,) = take(store, scan(1, device="stranger"))
    assert not answer.accepted
    assert classes(store) == []


def test_a_vip_calls_the_greeter_to_the_door_by_name(store: Store) -> None:
    """The task names guest, door and host, once, however often the VIP is scanned (R100)."""
    furnished(store)
    with store.write() as tx:
        vip = invited(50, vip=True, host="李经理")
        tx.guests.add(vip.guest, vip.invitation)
        tx.meetings.save_door(Door(device="kiosk-1", name=Words("东门", "East door")))
    take(store, scan(50), scan(50, 100), scan(50, 200, "kiosk-2"))
    with store.read() as tx:
        task, tea = tx.tasks.open()
    assert (task.kind, tea.kind) == (TaskKind.VIP_ARRIVAL, TaskKind.DRINK)
    assert (task.facts["name"], task.facts["door_zh"], task.facts["host"]) == ("王50", "东门", "李经理")


def test_when_the_house_is_full_the_guest_is_in_and_a_person_is_called(store: Store) -> None:
    """Nobody is refused for want of a chair, and nobody gets another's."""
    furnished(store, guests=41)
    take(store, *(scan(number, number) for number in range(1, 42)))
    with store.read() as tx:
        taken = Counter(one.seat for one in tx.seats.assignments("m-launch"))
    assert len(taken) == 40
    assert set(taken.values()) == {1}
    assert open_tasks(store) == [TaskKind.NO_SEAT]


def test_a_party_sits_together_though_its_members_come_apart(store: Store) -> None:
    """The first to come gets seats for all; the others find theirs kept (R96)."""
    furnished(store)
    with store.write() as tx:
        for number in range(60, 64):
            member = invited(number, party="示例公司")
            tx.guests.add(member.guest, member.invitation)
    take(store, scan(60))
    take(store, scan(1), scan(2), scan(3))
    take(store, scan(63, 400), scan(61, 401))
    with store.read() as tx:
        seats = tx.seats.of_invitations([f"inv-{number}" for number in range(60, 64)])
        occupied = {one.invitation for one in tx.seats.assignments("m-launch") if one.occupied}
    places = sorted(seat.place for seat in seats.values())
    assert len({seat.run for seat in seats.values()}) == 1
    assert places == list(range(places[0], places[0] + 4))
    assert occupied == {"inv-1", "inv-2", "inv-3", "inv-60", "inv-61", "inv-63"}


def test_kiosks_and_pages_are_told_what_changed(store: Store) -> None:
    """Other doors learn who is in; pages learn that somebody arrived."""
    furnished(store)
    with store.read() as tx:
        before = tx.feed.head()
    take(store, scan(1))
    with store.read() as tx:
        changes = {(change.kind, change.key) for change in tx.feed.after(before, ("guest", "arrivals", "tasks"), 99)}
    assert changes == {("guest", lookup(1)), ("arrivals", "m-launch")}


def test_an_empty_batch_is_no_work(store: Store) -> None:
    """The writer may come with telemetry only."""
    with store.write() as tx:
        assert check_in(tx, [], Desk(uuid7, ()), T0) == []


def test_a_seat_map_that_was_laid_out_anew_is_used_from_the_next_guest_on(store: Store) -> None:
    """Seat maps are kept at hand between batches, never longer than they are true."""
    furnished(store)
    desk = Desk(uuid7, ("kiosk-1",))
    first, second = scan(1), scan(2, 20)
    with store.write() as tx:
        check_in(tx, [first], desk, first.event.ts)
    with store.write() as tx:
        held = {one.seat for one in tx.seats.assignments("m-launch")}
        kept = [seat for seat in seat_map() if seat.label in held]
        tx.seats.replace("m-launch", [*kept, replace(seat_map()[-1], label="Z-9-9", run="Z-9", zone="Z")])
    with store.write() as tx:
        check_in(tx, [second], desk, second.event.ts)
    with store.read() as tx:
        assert tx.seats.of_invitations(["inv-2"])["inv-2"].label == "Z-9-9"
