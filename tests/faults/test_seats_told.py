"""No screen shows a guest one seat while the hub has another and nobody is told (I4, decision 54)."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.ids import uuid7
from hub.domain.tasks import Task
from hub.ports import Store
from hub.usecases.check_in import Desk
from tests.faults.counters import Counter, House, guests
from tests.hub.usecases.scans import KIOSKS

ALL = range(1, 13)
SLOW = 0.3
"""How often a hub that is heard again answers after the kiosk's own word is on the screen."""


@pytest.fixture
def house(store: Store) -> House:
    """Give a house with a party of three, and nine guests who come alone."""
    made = House(store)
    made.furnish([*guests(range(1, 4), "party"), *guests(range(4, 13))])
    return made


@pytest.fixture
def open_counter(house: House, tmp_path: Path) -> Iterator[Callable[[str], Counter]]:
    """Give a function that opens a kiosk with roster and leased seats, cut off from then on."""
    opened: list[Counter] = []

    def make(device: str) -> Counter:
        counter = Counter(house, device, tmp_path)
        opened.append(counter)
        counter.fetch()
        house.beat(counter)
        counter.fetch()
        return counter

    yield make
    for counter in opened:
        counter.close()


def test_a_seat_of_the_roster_that_the_hub_has_moved_since_calls_a_person(
    house: House, open_counter: Callable[[str], Counter]
) -> None:
    """The storms' finding, at one door: it told a leased seat while the hub kept another one for the guest.

    Then it heard of that one, and had its answer, but not yet the roster with the seat that the hub has now.
    """
    one, two = open_counter("kiosk-1"), open_counter("kiosk-2")
    one.scan(2)
    two.hears = True
    two.scan(1)
    one.fetch()
    one.send()
    one.hear()
    one.scan(2)
    one.all_through()
    first, stale = (shown.seat for shown in house.shown if shown.guest == 2)
    assert first != stale
    assert house.seats()[2] == first, "who sits stays"
    task = house.clashes()[2]
    assert (task.facts["told"], task.facts["seat"], task.facts["stays"]) == (stale, first, "yes")
    assert house.broken() == []


def test_a_seat_of_the_roster_is_the_guest_s_as_long_as_it_is_free(
    house: House, open_counter: Callable[[str], Counter]
) -> None:
    """The hub kept it with the party; nobody is called for what is as it should be."""
    one, two = open_counter("kiosk-1"), open_counter("kiosk-2")
    two.hears = True
    two.scan(1)
    one.fetch()
    one.scan(2)
    one.all_through()
    assert house.seats()[2] == house.shown[-1].seat
    assert house.clashes() == {}
    assert house.broken() == []


def test_a_seat_of_the_roster_that_a_person_gave_to_another_calls_a_person_to_both_names(
    house: House, open_counter: Callable[[str], Counter]
) -> None:
    """A guest list with two seats changed about, read while the kiosk is cut off; both guests come."""
    house.plan(4, "A-1-1")
    house.plan(5, "A-1-2")
    one, two = open_counter("kiosk-1"), open_counter("kiosk-2")
    house.plan(4, "A-1-3")
    house.plan(5, "A-1-1")
    two.fetch()
    two.hears = True
    one.scan(4)
    two.scan(5)
    one.all_through()
    assert (house.seats()[4], house.seats()[5]) == ("A-1-3", "A-1-1"), "what a person gave stays (R96)"
    task = house.clashes()[4]
    assert (task.facts["told"], task.facts["seat"]) == ("A-1-1", "A-1-3")
    assert house.broken() == []


def test_of_two_guests_whom_the_hub_and_an_old_roster_told_one_seat_the_first_stays(
    house: House, open_counter: Callable[[str], Counter]
) -> None:
    """The kept seat was given to another by a kiosk's claim before the guest's own event came; both stand there."""
    one, two = open_counter("kiosk-1"), open_counter("kiosk-2")
    two.hears = True
    two.scan(1)
    one.fetch()
    kept = house.seats()[2]
    house.plan(2, "A-4-1")
    house.plan(4, kept)
    one.scan(2)
    two.fetch()
    two.scan(4)
    one.all_through()
    assert house.seats()[4] == kept
    told: Task = house.clashes()[2]
    assert (told.facts["told"], told.facts["seat"]) == (kept, "A-4-1")
    assert house.broken() == []


def test_a_seat_planned_anew_in_the_moment_of_the_scan_is_the_one_that_the_screen_ends_with(
    house: House, open_counter: Callable[[str], Counter]
) -> None:
    """The answer comes after the quarter of a second: the roster's seat was read, so a person is called."""
    house.plan(4, "A-1-1")
    one = open_counter("kiosk-1")
    house.plan(4, "A-1-3")
    one.hears = one.slow = True
    one.scan(4)
    assert [(shown.seat, shown.by_hub) for shown in house.shown] == [("A-1-1", False), ("A-1-3", True)]
    assert house.clashes()[4].facts["seat"] == "A-1-3"
    assert house.broken() == []


@pytest.mark.parametrize("slow", [False, True], ids=["at-once", "late"])
def test_a_hub_whose_clock_is_ahead_does_not_make_the_kiosk_s_own_seat_its_word(
    house: House, open_counter: Callable[[str], Counter], *, slow: bool
) -> None:
    """A storm's finding: scans made in the last moment offline are too old, by such a clock, to be sent a card for."""
    one, two = open_counter("kiosk-1"), open_counter("kiosk-2")
    one.scan(4)
    two.scan(5)
    two.scan(4)
    one.send()
    house.ahead_s = 90
    two.hears = two.just_heard = True
    two.slow = slow
    two.scan(4)
    shown = house.shown[-1]
    assert (shown.door, shown.by_hub) == ("kiosk-2", False)
    assert shown.seat != house.seats()[4], "the hub has the seat of the other door, and could not say so"
    two.all_through()
    assert house.broken() == []


def test_the_same_events_sent_to_three_processes_in_any_order_leave_one_seat_each(
    house: House, open_counter: Callable[[str], Counter]
) -> None:
    """Two guests of one party and a third, each told a seat at both doors; the later scan may come first."""
    one, two = open_counter("kiosk-1"), open_counter("kiosk-2")
    for number in (2, 3, 4, 2):
        one.scan(number)
        two.scan(number)
    for place in (3, 0, 2, 1):
        house.desk = Desk(uuid7, KIOSKS)  # another process: it has no plan at hand
        two.send(place)
        house.desk = Desk(uuid7, KIOSKS)
        one.send(3 - place)
    assert house.broken() == []
    assert {2, 3, 4} <= house.seats().keys()


@pytest.mark.parametrize("seed", range(20))
def test_whatever_comes_late_no_screen_is_wrong_without_a_person(store: Store, tmp_path: Path, seed: int) -> None:
    """Two doors, cut off now and then; rosters, events, answers and heartbeats late and in any order; people plan."""
    house = House(store)
    house.furnish([*guests(range(1, 4), "p"), *guests(range(4, 7), "q"), *guests(range(7, 13))], rows=2)
    counters = [Counter(house, device, tmp_path) for device in ("kiosk-1", "kiosk-2")]
    chance = random.Random(seed)
    for counter in counters:
        counter.fetch()
        house.beat(counter)
        counter.fetch()
    for _ in range(60):
        counter = chance.choice(counters)
        _happen(house, counter, chance)
        house.clock.seconds += chance.random() * 20
    for counter in counters:
        counter.all_through()
    assert house.broken() == []
    for counter in counters:
        counter.close()


def _happen(house: House, counter: Counter, chance: random.Random) -> None:
    match chance.choices(("scan", "send", "hear", "fetch", "beat", "cut", "plan"), (30, 8, 10, 8, 6, 10, 3))[0]:
        case "scan":
            counter.scan(chance.choice(ALL))
        case "send":
            waiting = counter.outbox.backlog().unanswered
            if waiting:
                counter.send(*sorted(chance.sample(range(waiting), chance.randint(1, waiting))))
        case "hear":
            counter.hear()
        case "fetch":
            counter.fetch()
        case "beat":
            house.beat(counter)
        case "cut":
            counter.hears, counter.slow = not counter.hears, chance.random() < SLOW
            counter.just_heard, house.ahead_s = chance.random() < SLOW, chance.choice((0, 90))
        case _:
            came = {shown.guest for shown in house.shown}
            absent = [number for number in ALL if number not in came]
            free = [seat for seat in (f"A-1-{number}" for number in range(1, 11)) if seat not in house.seats().values()]
            if absent and free:
                house.plan(chance.choice(absent), chance.choice(free))
