"""Kiosks that live have seats for when the hub is away, and nobody is left standing for that (DESIGN 4, R4)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.domain.guests import InvitationStatus
from hub.domain.meetings import Meeting
from hub.domain.seat_leases import SOON, SeatLease
from hub.domain.seats import SeatKind
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.usecases.keep_leases import recall_leases
from hub.usecases.lease_seats import LOOK_AGAIN, lease_seats
from tests.hub.build import T0, assignment, at, furnish, furnished, guest, invited, lookup, meeting, seat_map
from tests.hub.usecases.leases import beat, card, labels, leases, lending, pulse
from tests.hub.usecases.scans import scan, take


def seats_of(store: Store, *numbers: int) -> list[str]:
    """Return where guests sit, empty for who has no seat."""
    with store.read() as tx:
        found = tx.seats.of_invitations([f"inv-{number}" for number in numbers])
    return [found[f"inv-{number}"].label if f"inv-{number}" in found else "" for number in numbers]


def recall(store: Store, *seats: str) -> int:
    """Recall seats of the first kiosk, and return the position at which it is told."""
    with store.write() as tx:
        recall_leases(tx, "m-launch", "kiosk-1", seats)
    return leases(store, "kiosk-1")[0].told


def test_a_kiosk_that_lives_has_a_block_at_the_edge_until_the_meeting_s_end(store: Store) -> None:
    """Forty free seats and two kiosks: six for each, in the order in which it shall give them away."""
    furnished(store, guests=40)
    assert beat(store)
    assert [one.seat for one in leases(store)] == ["A-4-10", "A-4-5", "A-4-6", "A-4-7", "A-4-8", "A-4-9"]
    assert {(one.device, one.until, one.recalled) for one in leases(store)} == {("kiosk-1", meeting().ends_at, False)}
    told = card(store)
    assert told is not None
    assert [one.label for one in told.seats] == [f"A-4-{number}" for number in (10, 9, 8, 7, 6, 5)]
    assert (told.seats[0].seat.row, told.seats[0].seat.number) == ("4", "10")
    assert told.until == meeting().ends_at.replace(microsecond=123_000)


def test_each_kiosk_has_its_own_seats_and_hears_of_no_other_s(store: Store) -> None:
    """Disjoint blocks: that is what makes them safe to give away."""
    furnished(store, guests=40)
    beat(store, "kiosk-1")
    beat(store, "kiosk-2")
    first, second = labels(store, "kiosk-1"), labels(store, "kiosk-2")
    assert (len(first), len(second)) == (6, 6)
    assert not set(first) & set(second)
    told = card(store, "kiosk-2")
    assert told is not None
    assert sorted(one.label for one in told.seats) == second


def test_two_kiosks_in_one_batch_are_served_alike(sqlite_store: Store) -> None:
    """The broker hands both heartbeats over together."""
    furnished(sqlite_store, guests=40)
    with sqlite_store.write() as tx:
        lease_seats(tx, {"kiosk-2": pulse(), "kiosk-1": pulse()}, lending(), at(5))
    assert [len(labels(sqlite_store, device)) for device in ("kiosk-1", "kiosk-2")] == [6, 6]


def test_most_heartbeats_find_nothing_to_do(sqlite_store: Store) -> None:
    """One look at the feed, until something changes or a minute has passed."""
    furnished(sqlite_store, guests=40)
    by = lending()
    assert beat(sqlite_store, by=by, now=at(5))
    assert beat(sqlite_store, by=by, now=at(20))  # its own change has moved the feed
    assert not beat(sqlite_store, by=by, now=at(35))
    take(sqlite_store, scan(1, 40))
    assert not beat(sqlite_store, by=by, now=at(50))
    assert beat(sqlite_store, by=by, now=at(20) + LOOK_AGAIN)
    assert not beat(sqlite_store, by=by, now=at(35) + LOOK_AGAIN)
    with sqlite_store.write() as tx:
        tx.feed.touch([("meeting", "m-launch")])
    assert beat(sqlite_store, by=by, now=at(50) + LOOK_AGAIN)
    by.forget()
    assert beat(sqlite_store, by=by, now=at(65) + LOOK_AGAIN)


@pytest.mark.parametrize(
    ("launch", "now"),
    [
        (meeting(), T0 - SOON - timedelta(minutes=1)),
        (meeting(), meeting().ends_at + timedelta(seconds=1)),
        (meeting(cancelled=True), at(5)),
    ],
)
def test_a_meeting_that_is_far_off_over_or_cancelled_has_no_leases(
    sqlite_store: Store, launch: Meeting, now: datetime
) -> None:
    """Seats are lent when a guest may come."""
    furnished(sqlite_store, guests=40)
    with sqlite_store.write() as tx:
        tx.meetings.save(launch)
    beat(sqlite_store, now=now)
    assert leases(sqlite_store) == []


def test_no_more_seats_are_leased_than_guests_are_expected_who_may_have_them(store: Store) -> None:
    """Who has come, has a seat kept, is a VIP, needs step-free access or was withdrawn is not waited for."""
    with store.write() as tx:
        furnish(tx, [invited(number) for number in range(1, 8)])
        tx.guests.add(guest(8, step_free=True), invited(8).invitation)
        tx.guests.add(guest(9), invited(9, vip=True).invitation)
        tx.seats.assign([assignment("A-1-1", 1)])
        tx.guests.set_status("inv-2", InvitationStatus.REVOKED, T0)
    take(store, scan(3))
    beat(store, now=at(20))
    assert len(labels(store)) == 4
    beat(store, "kiosk-2", now=at(20))
    assert labels(store, "kiosk-2") == []


def test_the_house_may_lease_none_and_takes_back_what_it_had(sqlite_store: Store) -> None:
    """The setting 0."""
    furnished(sqlite_store, guests=40)
    beat(sqlite_store)
    off = lending(0)
    beat(sqlite_store, by=off, now=at(20))
    assert labels(sqlite_store) == []
    assert card(sqlite_store) is None
    beat(sqlite_store, by=off, now=at(35))
    assert leases(sqlite_store) == []
    beat(sqlite_store, by=off, now=at(50))
    assert leases(sqlite_store) == []


def test_a_seat_planned_for_a_guest_is_not_leased(store: Store) -> None:
    """A person's plan comes before a kiosk's need."""
    with store.write() as tx:
        furnish(tx, [invited(number, seat_wish="A-4-10" if number == 1 else "") for number in range(1, 41)])
    beat(store)
    assert labels(store) == [f"A-4-{number}" for number in (4, 5, 6, 7, 8, 9)]


def test_a_seat_that_a_person_gives_away_is_leased_no_more(store: Store) -> None:
    """The guest who comes with that wish gets it, and the kiosk is told."""
    furnished(store, guests=40)
    beat(store)
    with store.write() as tx:
        found = tx.guests.by_invitation(["inv-1"])["inv-1"]
        tx.guests.change(found.guest, replace(found.invitation, seat_wish="A-4-10"))
    take(store, scan(1))
    assert seats_of(store, 1) == ["A-4-10"]
    assert "A-4-10" not in [one.seat for one in leases(store)]
    told = card(store)
    assert told is not None
    assert "A-4-10" not in [one.label for one in told.seats]


def test_a_seat_kept_for_somebody_since_is_taken_out_of_the_lease(store: Store) -> None:
    """However it came to be kept."""
    furnished(store, guests=40)
    beat(store)
    with store.write() as tx:
        tx.seats.assign([assignment("A-4-10", 1)])
    beat(store, now=at(5) + LOOK_AGAIN)
    assert "A-4-10" not in [one.seat for one in leases(store)]


def test_guests_who_come_in_online_are_never_given_a_leased_seat(store: Store) -> None:
    """And the leases shrink as the room fills."""
    furnished(store, guests=40)
    beat(store)
    beat(store, "kiosk-2")
    for number in range(1, 29):
        out = {one.seat for one in leases(store)}
        take(store, scan(number, number))
        assert seats_of(store, number)[0] not in out | {""}
    assert (len(labels(store, "kiosk-1")), len(labels(store, "kiosk-2"))) == (2, 2)
    assert len(leases(store)) == 12


def test_a_recalled_seat_is_free_only_when_its_kiosk_has_heard_and_owes_no_event(store: Store) -> None:
    """Else a guest may be on the way to it whom the hub does not know."""
    furnished(store, guests=40)
    beat(store)
    told = recall(store, "A-4-10")
    for roster, unacked in ((told - 1, 0), (told, 1), (told + 1_000_000, 0)):
        beat(store, roster=roster, unacked=unacked)
        assert labels(store, recalled=True) == ["A-4-10"]
    beat(store, "kiosk-2", roster=told)
    assert labels(store, recalled=True) == ["A-4-10"]
    beat(store, roster=told)
    assert "A-4-10" not in [one.seat for one in leases(store) if one.recalled]


def test_the_heartbeat_that_gives_a_seat_back_is_not_passed_over(sqlite_store: Store) -> None:
    """It is due as soon as it shows what was waited for."""
    furnished(sqlite_store, guests=40)
    by = lending()
    beat(sqlite_store, by=by)
    told = recall(sqlite_store, "A-4-10")
    assert beat(sqlite_store, by=by, roster=told - 1)
    assert not beat(sqlite_store, by=by, roster=told - 1, now=at(6))
    assert not beat(sqlite_store, by=by, roster=told, unacked=2, now=at(7))
    assert beat(sqlite_store, by=by, roster=told, now=at(8))
    assert labels(sqlite_store, recalled=True) == []


def test_a_guest_left_standing_gets_the_seat_that_is_given_back_and_the_task_names_it(store: Store) -> None:
    """The kiosk hears of the recall at once; with its next heartbeat staff know where to lead the guest."""
    with store.write() as tx:
        furnish(tx, [invited(number) for number in range(1, 9)], rows=1, numbers=8)
    with store.write() as tx:
        tx.leases.add(
            SeatLease(meeting="m-launch", seat=f"A-1-{number}", device="kiosk-1", until=meeting().ends_at)
            for number in (7, 8)
        )
    take(store, *(scan(number, number) for number in range(1, 9)))
    assert seats_of(store, 7, 8) == ["", ""]
    assert labels(store, recalled=True) == ["A-1-7", "A-1-8"]
    beat(store, now=at(20))
    assert sorted(seats_of(store, 7, 8)) == ["A-1-7", "A-1-8"]
    assert leases(store) == []
    with store.read() as tx:
        tasks = {task.facts["name"]: (task.kind, task.facts["seat"]) for task in tx.tasks.open()}
        occupied = {one.seat: one.occupied for one in tx.seats.assignments("m-launch")}
    assert tasks == {f"王{n}": (TaskKind.NO_SEAT, seats_of(store, n)[0]) for n in (7, 8)}
    assert occupied["A-1-8"]
    assert card(store) is None


def test_all_kiosks_learn_where_the_guest_sits_now(sqlite_store: Store) -> None:
    """A second scan shows the seat."""
    with sqlite_store.write() as tx:
        furnish(tx, [invited(1), invited(2)], rows=1, numbers=2)
        tx.leases.add([SeatLease(meeting="m-launch", seat="A-1-2", device="kiosk-1", until=meeting().ends_at)])
    take(sqlite_store, scan(1), scan(2, 11))
    with sqlite_store.read() as tx:
        before = tx.feed.head()
    beat(sqlite_store, now=at(20))
    with sqlite_store.read() as tx:
        changes = {(change.kind, change.key) for change in tx.feed.after(before, ["guest", "tasks", "arrivals"], 99)}
    assert changes == {("guest", lookup(2)), ("tasks", ""), ("arrivals", "m-launch")}


def test_a_kiosk_that_is_gone_keeps_its_seats_to_the_meeting_s_end_and_no_longer(store: Store) -> None:
    """It may be giving them away; afterwards it may not."""
    furnished(store, guests=40)
    beat(store)
    recall(store, *labels(store))
    beat(store, "kiosk-2", now=meeting().ends_at - timedelta(seconds=1))
    assert len(leases(store, "kiosk-1")) == 6
    beat(store, "kiosk-2", now=meeting().ends_at)
    assert leases(store) == []


def test_a_kiosk_that_is_no_longer_the_house_s_has_no_seats(store: Store) -> None:
    """Its events would not be believed either."""
    furnished(store, guests=40)
    beat(store)
    beat(store, "kiosk-2", by=lending(kiosks=("kiosk-2",)), now=at(20))
    assert leases(store, "kiosk-1") == []


def test_a_meeting_that_ends_later_is_leased_longer(store: Store) -> None:
    """And the kiosk is told."""
    furnished(store, guests=40)
    beat(store)
    with store.write() as tx:
        tx.meetings.save(meeting(ends_at=at(20_000)))
    beat(store, now=at(20))
    told = card(store)
    assert told is not None
    assert told.until == at(20_000).replace(microsecond=123_000)


def test_a_meeting_that_is_cancelled_takes_its_seats_back(store: Store) -> None:
    """In two steps, as ever."""
    furnished(store, guests=40)
    beat(store)
    with store.write() as tx:
        tx.meetings.save(meeting(cancelled=True))
    beat(store, now=at(20))
    assert (labels(store), len(labels(store, recalled=True))) == ([], 6)
    beat(store, now=at(35))
    assert leases(store) == []


def test_seats_that_a_new_map_lacks_or_keeps_for_vips_are_leased_no_more(store: Store) -> None:
    """The first at once, for they are gone; the others when the kiosk has heard."""
    furnished(store, guests=40)
    beat(store)
    with store.write() as tx:
        kept = [seat for seat in seat_map() if seat.label != "A-4-10"]
        tx.seats.replace("m-launch", [replace(s, kind=SeatKind.VIP) if s.label == "A-4-9" else s for s in kept])
    assert labels(store) == [f"A-4-{number}" for number in (5, 6, 7, 8, 9)]
    told = card(store)
    assert told is not None
    assert len(told.seats) == 5
    beat(store, roster=0, now=at(20))
    assert labels(store, recalled=True) == ["A-4-9"]


def test_a_restarted_hub_goes_on_where_the_other_ended(store: Store) -> None:
    """What is leased stands in the database; memory only spares looks."""
    furnished(store, guests=40)
    beat(store)
    before = leases(store)
    beat(store, now=at(20))
    assert leases(store) == before
