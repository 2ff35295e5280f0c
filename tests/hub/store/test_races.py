from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.alerts import AlertKind
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.timers import Timer
from hub.ports import Change
from hub.store.errors import AlreadyOpen
from hub.store.sql import open_store
from tests.hub.build import T0, furnished, seat_map, task
from tests.hub.on_duty import on_duty, somebody
from tests.hub.store import racers
from tests.hub.store.racers import RACERS, Race


@pytest.fixture(scope="module")
def race() -> Iterator[Race]:
    """Start the processes once for all races."""
    with racers.racing() as run:
        yield run


def test_four_processes_leave_one_open_task_for_each_subject(race: Race, database_url: str) -> None:
    """I5. On SQLite each waits until the others have closed the database, which is checked by their being refused."""
    race(racers.raise_tasks, database_url)
    store = open_store(database_url)
    with store.read() as tx:
        assert sorted(one.dedupe for one in tx.tasks.open()) == [f"help:subject-{number}" for number in range(5)]
    store.close()


@pytest.mark.postgresql
def test_processes_that_raise_the_same_tasks_in_other_orders_do_not_block_each_other(
    race: Race, postgresql_url: str
) -> None:
    """Two that each hold what the other waits for would end in a deadlock."""
    race(racers.raise_many_tasks, postgresql_url)
    store = open_store(postgresql_url)
    with store.read() as tx:
        assert len({one.dedupe for one in tx.tasks.open()}) == len(tx.tasks.open()) == 1_000
    store.close()


@pytest.mark.postgresql
def test_processes_that_take_the_same_readings_in_other_orders_count_each_once(race: Race, postgresql_url: str) -> None:
    """Points that nobody knew before, in batches that overlap, while one of the processes rolls up."""
    store = open_store(postgresql_url)
    with store.write() as tx:
        tx.field_devices.save(FieldDevice(id="node", publisher="p", identity="i", name="n", announced_at=T0))
        tx.field_devices.save_points(
            Point(id=one, device="node", key=one[-3:], component="sensor", name=one) for one in racers.POINTS
        )
    race(racers.add_readings, postgresql_url)
    with store.write() as tx:
        while tx.readings.roll_up(T0 + timedelta(days=1)):
            pass
    with store.read() as tx:
        for point in racers.POINTS:
            found = tx.readings.history(point, T0, T0 + timedelta(hours=2), 3600).spots
            assert sum(spot.n for spot in found) == racers.SAID
    store.close()


@pytest.mark.postgresql
def test_four_processes_ask_one_person_once_for_each_task(race: Race, postgresql_url: str) -> None:
    """Whoever has a task in hand, the others pass it by (S4)."""
    store = open_store(postgresql_url)
    with store.write() as tx:
        on_duty(tx, somebody("小李"), somebody("小陈"))
        tx.tasks.raise_all([replace(task(f"{n}", f"s-{n}"), attend_at=T0) for n in range(400)])
    seen = race(racers.attend_tasks, postgresql_url)
    assert sum(seen) == 400
    with store.read() as tx:
        offers = tx.alerts.offers([f"task-{n}" for n in range(400)])
        alerts = tx.alerts.since(T0 - timedelta(days=1))
    store.close()
    assert [len(of_one) for of_one in offers.values()] == [1] * 400
    assert len([one for one in alerts if one.kind is AlertKind.OFFER]) == 400


@pytest.mark.postgresql
def test_one_of_four_owns_a_task_and_the_others_are_told_who(race: Race, postgresql_url: str) -> None:
    """Four people tap the same alert at the same moment."""
    store = open_store(postgresql_url)
    with store.write() as tx:
        tx.tasks.raise_all([task()])
    owners = race(racers.accept_task, postgresql_url)
    assert len(owners) == RACERS
    assert len(set(owners)) == 1
    with store.read() as tx:
        found = tx.tasks.get("task-1")
    store.close()
    assert found is not None
    assert found.accepted_by == owners[0]


@pytest.mark.postgresql
def test_four_processes_that_do_not_lock_give_no_seat_twice_and_nobody_two(race: Race, postgresql_url: str) -> None:
    """I4 by the database alone; the refusals show that they really met."""
    store = furnished(open_store(postgresql_url), guests=40)
    refused = race(racers.take_seats, postgresql_url)
    with store.read() as tx:
        held = tx.seats.assignments("m-launch")
    store.close()
    assert sum(refused) > 0
    assert len({one.seat for one in held}) == len({one.invitation for one in held}) == len(held) == 40


@pytest.mark.postgresql
def test_four_processes_that_lock_the_meeting_are_never_refused(race: Race, postgresql_url: str) -> None:
    """Who has the lock sees every seat given before."""
    store = furnished(open_store(postgresql_url), guests=40)
    assert race(racers.take_seats_in_turn, postgresql_url) == [0] * RACERS
    with store.read() as tx:
        assert len(tx.seats.assignments("m-launch")) == 40
    store.close()


def test_threads_of_one_process_give_no_seat_twice_and_nobody_two(sqlite_url: str) -> None:
    """I4 on SQLite, where all writers of the venue are in one process."""
    store = furnished(open_store(sqlite_url), guests=40)

    def seat_all() -> None:
        while not racers._seat_one(store, lock=True):  # type: ignore[arg-type]
            pass

    with ThreadPoolExecutor(RACERS) as pool:
        for done in [pool.submit(seat_all) for _ in range(RACERS)]:
            done.result(60)
    with store.read() as tx:
        held = tx.seats.assignments("m-launch")
    with pytest.raises(AlreadyOpen):
        open_store(sqlite_url)
    store.close()
    assert len({one.seat for one in held}) == len({one.invitation for one in held}) == len(held) == 40


@pytest.mark.postgresql
def test_four_processes_that_lease_and_seat_at_once_give_no_seat_twice(race: Race, postgresql_url: str) -> None:
    """I4 with leases: a seat is leased to one kiosk, or held by one guest, and every seat that was told is kept."""
    store = furnished(open_store(postgresql_url), guests=80)
    with store.write() as tx:
        tx.seats.replace("m-launch", seat_map(rows=9))
    told = [seat for some in race(racers.lease_and_seat, postgresql_url) for seat in some]
    with store.read() as tx:
        held = tx.seats.assignments("m-launch")
        leased = {one.seat for one in tx.leases.of_meeting("m-launch")}
        tasks = [one.kind for one in tx.tasks.open()]
    store.close()
    assert len(told) > RACERS, "no kiosk gave a leased seat away: nothing was raced for"
    assert len(set(told)) == len(told)
    assert len({one.seat for one in held}) == len({one.invitation for one in held}) == len(held) == 80
    assert set(told) <= {one.seat for one in held}
    assert not leased & {one.seat for one in held}
    assert tasks == []


@pytest.mark.postgresql
def test_a_seat_is_never_leased_while_another_process_gives_it_to_a_guest(race: Race, postgresql_url: str) -> None:
    """Both reach for the same edge of the room; who has the meeting's lock sees what the other did."""
    store = furnished(open_store(postgresql_url), guests=130)
    with store.write() as tx:
        tx.seats.replace("m-launch", seat_map(rows=20))
    assert race(racers.lease_and_plan, postgresql_url) == [0] * RACERS
    with store.read() as tx:
        assert len({one.seat for one in tx.seats.assignments("m-launch")}) == 120
    store.close()


@pytest.mark.postgresql
def test_an_event_delivered_to_four_processes_is_stored_by_one(race: Race, postgresql_url: str) -> None:
    """I2: a broker may deliver again, and to another worker."""
    store = furnished(open_store(postgresql_url), guests=20)
    stored = race(racers.store_events, postgresql_url)
    with store.read() as tx:
        assert len(tx.check_ins.known([f"ev-{number}" for number in range(1, 21)])) == 20
    store.close()
    assert sum(stored) == 20


@pytest.mark.postgresql
def test_a_reader_who_follows_the_feed_misses_nothing_of_four_writers(race: Race, postgresql_url: str) -> None:
    """Positions follow commits: read "after the last one seen", every change comes by, once and in order."""
    store = open_store(postgresql_url)
    seen: list[Change] = []
    with ThreadPoolExecutor(1) as pool:
        racing = pool.submit(race, racers.touch_feed, postgresql_url)
        finished = False
        while not finished:
            finished = racing.done()
            with store.read() as tx:
                seen += tx.feed.after(seen[-1].seq if seen else 0, ["guest"], 1_000)
        racing.result(0)
    store.close()
    assert [change.seq for change in seen] == list(range(1, 50 * RACERS + 1))
    assert len({change.key for change in seen}) == 50 * RACERS


@pytest.mark.postgresql
def test_each_timer_is_in_the_hand_of_one_of_four_processes(race: Race, postgresql_url: str) -> None:
    """Several processes watch the time; nobody is asked twice."""
    subjects = [f"task-{number:03}" for number in range(200)]
    store = open_store(postgresql_url)
    with store.write() as tx:
        tx.timers.put(Timer(rule="note", subject=subject, due_at=T0) for subject in subjects)
    taken = race(racers.fire_timers, postgresql_url)
    assert sorted(subject for one in taken for subject in one) == subjects
    with store.read() as tx:
        assert tx.timers.of_rule("note") == []
    store.close()


def test_of_four_processes_that_want_a_room_at_overlapping_times_one_gets_it(race: Race, database_url: str) -> None:
    """Sixty times: never two, never none (R29, C.4)."""
    store = open_store(database_url)
    furnished(store)
    store.close()
    won = race(racers.take_rooms, database_url)
    assert sorted(slot for slots in won for slot in slots) == list(range(racers.SLOTS))
