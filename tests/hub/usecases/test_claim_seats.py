"""Events of guests whom a kiosk told a seat while the hub was away (DESIGN 4; conflict rule R4, fault 51)."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from devices.contract.messages import Verdict
from hub.domain.check_ins import Class, classify
from hub.domain.meetings import Door
from hub.domain.seat_leases import SeatLease
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import Task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.judging import Incoming
from tests.hub.build import assignment, at, furnish, furnished, invited, meeting, seat_map
from tests.hub.usecases.leases import beat, card, labels, leases
from tests.hub.usecases.scans import scan, take


def told(number: int, seat: str, seconds: float = 10, device: str = "kiosk-1") -> Incoming:
    """Make the scan with which a kiosk without the hub gave a guest a seat."""
    return scan(number, seconds, device, offline=True, seat=seat)


def sits(store: Store) -> dict[int, str]:
    """Return where guests sit whose seat is occupied."""
    with store.read() as tx:
        held = tx.seats.assignments("m-launch")
    return {int(one.invitation.removeprefix("inv-")): one.seat for one in held if one.occupied}


def kept(store: Store) -> dict[int, str]:
    """Return which seats are kept for guests who have not come."""
    with store.read() as tx:
        held = tx.seats.assignments("m-launch")
    return {int(one.invitation.removeprefix("inv-")): one.seat for one in held if not one.occupied}


def lease(store: Store, *seats: str, device: str = "kiosk-1") -> None:
    """Lease seats to a kiosk."""
    with store.write() as tx:
        tx.leases.add(
            SeatLease(meeting="m-launch", seat=seat, device=device, until=meeting().ends_at) for seat in seats
        )


def keep(store: Store, seat: str, number: int, *, occupied: bool = False) -> None:
    """Keep a seat for a guest."""
    with store.write() as tx:
        tx.seats.assign([replace(assignment(seat, number), occupied=occupied)])


def tasks(store: Store) -> list[Task]:
    """Return the open tasks."""
    with store.read() as tx:
        return list(tx.tasks.open())


def test_a_guest_who_was_told_a_leased_seat_sits_there_and_it_is_leased_no_more(store: Store) -> None:
    """And the answer, when it comes, names the same seat."""
    furnished(store, guests=40)
    beat(store)
    (answer,) = take(store, told(1, "A-4-10"))
    assert answer.verdict is Verdict.WELCOME
    assert answer.card is not None
    assert answer.card.seat is not None
    assert (answer.card.seat.row, answer.card.seat.number) == ("4", "10")
    assert sits(store) == {1: "A-4-10"}
    assert "A-4-10" not in [one.seat for one in leases(store)]
    rest = card(store)
    assert rest is not None
    assert "A-4-10" not in [one.label for one in rest.seats]
    assert tasks(store) == []


def test_a_kiosk_that_has_given_seats_away_gets_others(sqlite_store: Store) -> None:
    """Topped up with its next heartbeat."""
    furnished(sqlite_store, guests=40)
    beat(sqlite_store)
    take(sqlite_store, told(1, "A-4-10"), told(2, "A-4-9", 11))
    assert len(labels(sqlite_store)) == 4
    beat(sqlite_store, now=at(30))
    assert labels(sqlite_store) == [f"A-4-{number}" for number in (3, 4, 5, 6, 7, 8)]


def test_the_whole_block_given_away_in_one_batch_is_kept_as_told(store: Store) -> None:
    """Six guests at a door without network, and one at the other door meanwhile."""
    furnished(store, guests=40)
    beat(store)
    block = labels(store)
    take(store, *(told(number, seat, number) for number, seat in enumerate(block, 1)), scan(9, 3, "kiosk-2"))
    seats = sits(store)
    assert [seats[number] for number in range(1, 7)] == block
    assert seats[9] not in block


def test_the_told_seat_wins_over_one_that_was_kept(store: Store) -> None:
    """The friend came in at the other door meanwhile, and the hub kept a seat beside them."""
    with store.write() as tx:
        furnish(tx, [invited(1, party="p"), invited(2, party="p"), *(invited(number) for number in range(3, 41))])
    beat(store)
    take(store, scan(1, 10, "kiosk-2"))
    assert list(kept(store)) == [2]
    free_again = kept(store)[2]
    take(store, told(2, "A-4-10", 8))
    assert sits(store)[2] == "A-4-10"
    assert kept(store) == {}
    take(store, scan(3, 30))
    assert sits(store)[3] == free_again


def test_who_sits_elsewhere_stays_and_the_leased_seat_goes_back(store: Store) -> None:
    """They were told one seat at a door without network, and another one at the next door."""
    furnished(store, guests=40)
    beat(store)
    take(store, scan(1, 20, "kiosk-2"))
    first = sits(store)
    take(store, told(1, "A-4-10", 10))
    assert sits(store) == first
    assert "A-4-10" not in [one.seat for one in leases(store)]
    assert [task.kind for task in tasks(store)] == [TaskKind.DOUBLE_ENTRY], "two doors, and no clash of seats"


def test_members_of_a_party_sit_beside_the_one_who_was_told_a_seat(sqlite_store: Store) -> None:
    """The hub seats the others where it can."""
    with sqlite_store.write() as tx:
        furnish(tx, [invited(1, party="p"), invited(2, party="p")])
    lease(sqlite_store, "A-4-10")
    take(sqlite_store, told(1, "A-4-10"))
    assert kept(sqlite_store) == {2: "A-4-9"}


@pytest.mark.parametrize("first", [1, 2])
def test_of_two_guests_on_one_seat_the_earlier_keeps_it_and_the_other_is_led_to_a_new_one(
    store: Store, first: int
) -> None:
    """Two kiosks, one of them restored from an old card; whichever event comes first."""
    furnished(store, guests=10)
    with store.write() as tx:
        tx.meetings.save_door(Door(device="kiosk-2", name=Words("西门", "West Gate")))
    lease(store, "A-4-10")
    scans = {1: told(1, "A-4-10", 10), 2: told(2, "A-4-10", 20, "kiosk-2")}
    take(store, scans[first], now=at(30))
    take(store, scans[3 - first], now=at(40))
    seats = sits(store)
    assert seats[1] == "A-4-10"
    assert seats[2] != "A-4-10"
    (task,) = tasks(store)
    assert task.kind is TaskKind.SEAT_CONFLICT
    assert (task.facts["name"], task.facts["other"], task.facts["told"]) == ("王2", "王1", "A-4-10")
    assert (task.facts["seat"], task.facts["door_en"]) == (seats[2], "West Gate")
    assert RULES[task.kind].owner is Role.RECEPTIONIST
    assert (task.due_at - task.created_at).total_seconds() == 180
    assert task.created_at == at(40)


def test_what_counts_for_a_seat_is_the_scan_that_told_it_not_the_first_of_the_evening(store: Store) -> None:
    """Guest 1 came in first and without a seat; guest 2 was told that one before guest 1 was."""
    with store.write() as tx:
        furnish(tx, [invited(1), invited(2)], rows=1, numbers=1)
    lease(store, "A-1-1", device="kiosk-2")
    take(store, scan(1, 5))
    take(store, told(1, "A-1-1", 30, "kiosk-2"))
    assert sits(store) == {1: "A-1-1"}
    take(store, told(2, "A-1-1", 20))
    assert sits(store) == {2: "A-1-1"}


def test_a_seat_that_is_not_this_kiosk_s_is_kept_as_told_where_it_is_free(store: Store) -> None:
    """The guest was told: free seats of the house, another kiosk's, and even a kept back one."""
    furnished(store, guests=40)
    beat(store, "kiosk-2")
    other = labels(store, "kiosk-2")[0]
    take(store, told(1, "A-1-1"), told(2, other, 11))
    assert sits(store) == {1: "A-1-1", 2: other}
    assert other not in labels(store, "kiosk-2")
    assert tasks(store) == []


def test_a_seat_that_is_not_this_kiosk_s_and_taken_is_a_conflict(store: Store) -> None:
    """Who sits there came earlier."""
    furnished(store, guests=5)
    take(store, scan(1, 5))
    seat = sits(store)[1]
    take(store, told(2, seat, 10))
    assert sits(store)[1] == seat
    assert sits(store)[2] != seat
    assert [(task.kind, task.facts["name"]) for task in tasks(store)] == [(TaskKind.SEAT_CONFLICT, "王2")]


def test_a_label_that_is_on_no_map_is_a_conflict_with_nobody(store: Store) -> None:
    """The guest gets a seat, and somebody to say so."""
    furnished(store, guests=5)
    take(store, told(1, "Z-99"))
    (task,) = tasks(store)
    assert (task.kind, task.facts["told"], task.facts["other"]) == (TaskKind.SEAT_CONFLICT, "Z-99", "")
    assert task.facts["seat"] == sits(store)[1]


def test_a_guest_without_any_seat_left_is_one_task_not_two(store: Store) -> None:
    """The task then names no seat, until one is free."""
    with store.write() as tx:
        furnish(tx, [invited(1), invited(2)], rows=1, numbers=1)
    take(store, scan(1, 5))
    take(store, told(2, "A-1-1", 10))
    (task,) = tasks(store)
    assert (task.kind, task.facts["seat"]) == (TaskKind.SEAT_CONFLICT, "")


def test_a_seat_kept_for_an_absent_guest_is_moved_without_ado_unless_a_person_planned_it(store: Store) -> None:
    """Nobody stands there; but a name card may."""
    with store.write() as tx:
        furnish(tx, [invited(1), invited(2), invited(3, seat_wish="A-2-2"), invited(4)])
    keep(store, "A-2-1", 2)
    keep(store, "A-2-2", 3)
    take(store, told(1, "A-2-1"))
    assert sits(store) == {1: "A-2-1"}
    assert kept(store)[2] not in {"A-2-1", ""}
    assert tasks(store) == []
    take(store, told(4, "A-2-2", 20))
    (task,) = tasks(store)
    assert (task.facts["name"], task.facts["other"], task.facts["seat"]) == ("王3", "王4", kept(store)[3])


def test_a_told_seat_comes_to_a_guest_who_was_in_without_one(store: Store) -> None:
    """They stood at the first door, and the second one had a seat left."""
    with store.write() as tx:
        furnish(tx, [invited(1), invited(2)], rows=1, numbers=2)
    lease(store, "A-1-2")
    keep(store, "A-1-1", 1)
    take(store, scan(2, 10, "kiosk-2"))
    assert sits(store) == {}
    take(store, told(2, "A-1-2", 8))
    assert sits(store) == {2: "A-1-2"}


def test_the_same_event_again_moves_nobody(store: Store) -> None:
    """Every delivery may come twice (I2)."""
    furnished(store, guests=40)
    beat(store)
    event = told(1, "A-4-10")
    take(store, event)
    before = sits(store)
    take(store, event, event, now=at(50))
    assert sits(store) == before


def test_a_refused_scan_gives_no_seat(sqlite_store: Store) -> None:
    """A label on it changes nothing."""
    furnished(sqlite_store, guests=5)
    take(sqlite_store, scan(1, 10, verdict=Verdict.TOO_LATE, seat="A-4-10", offline=True))
    assert sits(sqlite_store) == {}


def test_a_meeting_without_seats_has_nothing_to_settle(sqlite_store: Store) -> None:
    """Free seating since the map was taken away."""
    furnished(sqlite_store, guests=5)
    with sqlite_store.write() as tx:
        tx.seats.replace("m-launch", [])
    (answer,) = take(sqlite_store, told(1, "A-4-10"))
    assert answer.verdict is Verdict.WELCOME
    assert tasks(sqlite_store) == []


def test_the_task_of_a_conflict_learns_of_the_seat_that_is_given_back(store: Store) -> None:
    """As that of any guest who stands."""
    with store.write() as tx:
        furnish(tx, [invited(1), invited(2)], rows=1, numbers=2)
    lease(store, "A-1-2")
    take(store, scan(1, 5))
    take(store, told(2, "A-1-1", 10, "kiosk-2"))
    assert tasks(store)[0].facts["seat"] == ""
    beat(store, now=at(20))
    assert tasks(store)[0].facts["seat"] == sits(store)[2] == "A-1-2"


@pytest.mark.parametrize("seed", range(12))
def test_in_whatever_order_events_come_the_same_guests_are_in_and_no_seat_is_held_twice(
    sqlite_store: Store, seed: int
) -> None:
    """I4 and I6, with kiosks that tell right, wrong and impossible seats; everybody who is in has one seat."""
    told_seats = ["A-1-1", "A-1-2", "A-1-3", "A-2-9", "A-2-10", "Z-1", None, None]
    chance = random.Random(7)
    events = [
        scan(
            chance.randint(1, 12),
            chance.randint(0, 300),
            chance.choice(["kiosk-1", "kiosk-2"]),
            offline=True,
            seat=chance.choice(told_seats),
        )
        for _ in range(40)
    ]
    with sqlite_store.write() as tx:
        furnish(tx, [invited(number) for number in range(1, 13)], rows=2)
    lease(sqlite_store, "A-2-9", "A-2-10")
    shuffled = [*events, *events[:15]]
    random.Random(seed).shuffle(shuffled)
    cuts = sorted(random.Random(seed).sample(range(1, len(shuffled)), 12))
    for start, end in pairwise([0, *cuts, len(shuffled)]):
        take(sqlite_store, *shuffled[start:end], now=at(10_000))
        once(sqlite_store)
    everybody = [f"inv-{number}" for number in range(1, 13)]
    with sqlite_store.read() as tx:
        stored = tx.check_ins.of_invitations(everybody)
        admissions = tx.check_ins.admissions(everybody)
    for invitation, scans in stored.items():
        expected = classify(one.scan for one in scans)
        assert {one.scan.id: one.classed for one in scans} == expected
        assert expected[admissions[invitation].check_in] is Class.ADMITTED
    assert {f"inv-{number}" for number in sits(sqlite_store)} == set(stored) == set(admissions)
    assert kept(sqlite_store) == {}


def once(store: Store) -> None:
    """Assert that no seat is both held and leased, and that all labels are on the map."""
    with store.read() as tx:
        held = {one.seat for one in tx.seats.assignments("m-launch")}
        leased = {one.seat for one in tx.leases.of_meeting("m-launch")}
    assert not held & leased
    assert held | leased <= {seat.label for seat in seat_map(2)}
