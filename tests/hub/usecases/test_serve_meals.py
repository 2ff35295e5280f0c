"""Meals are cooked for who has really arrived, and how late they were is kept, on both databases (R18, R136)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.domain.double_entries import double_entry
from hub.domain.guests import Diet, InvitationStatus
from hub.domain.meals import Note, by_diet
from hub.domain.rulings import RulingKind
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.usecases.rule import rule, tell_apart
from hub.usecases.serve_meals import covers_of
from hub.usecases.work_task import finish_task
from tests.hub.build import at, guest, invited
from tests.hub.usecases.housekeeping import LAUNCH, of, plan, planned
from tests.hub.usecases.scans import scan, take
from tests.hub.usecases.working import Floor, by

SERVED = LAUNCH.agenda[0].starts_at
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
DOORS_S = 6 * 3_600
NEEDS: Sequence[tuple[int, frozenset[Diet], str]] = (
    (1, frozenset({Diet.VEGETARIAN}), ""),
    (2, frozenset({Diet.VEGETARIAN, Diet.GLUTEN_FREE}), ""),
    (3, frozenset(), "花生过敏"),
    (4, frozenset({Diet.VEGETARIAN}), ""),
    (5, frozenset(), ""),
)


@pytest.fixture
def house(store: Store) -> Store:
    """Give the launch with five guests of different needs, of whom three came; the vegetarian 4 did not."""
    planned(store)
    with store.write() as tx:
        for number in (4, 5):
            one = invited(number)
            tx.guests.add(one.guest, one.invitation)
        for number, diets, note in NEEDS:
            tx.guests.change(guest(number, diets=diets, diet_note=note), invited(number).invitation)
    come(store, 1, 2, 3)
    return store


def come(store: Store, *numbers: int) -> None:
    """Let guests in after the doors opened."""
    take(store, *(scan(number, DOORS_S + number) for number in numbers))


def counted(store: Store) -> dict[str, int]:
    """Return the plates by kind."""
    with store.read() as tx:
        return by_diet(covers_of(tx, LAUNCH))


def serve(store: Store, now: datetime) -> None:
    """Let the kitchen say that serving has begun."""
    (task,) = of(store, TaskKind.MEAL)
    with store.write() as tx:
        finish_task(tx, task.id, "小周", now)


def test_the_meal_is_asked_for_an_hour_before_and_due_when_it_is_to_be_served(house: Store) -> None:
    """To the second; once."""
    floor = Floor(house)
    floor.until(SERVED - HOUR - SECOND)
    assert of(house, TaskKind.MEAL) == []
    floor.until(SERVED - HOUR)
    plan(house, now=SERVED - HOUR + SECOND)
    floor.until(SERVED - HOUR + SECOND)
    (task,) = of(house, TaskKind.MEAL)
    assert (task.due_at, task.facts["what_zh"], task.facts["place_zh"]) == (SERVED, "自助午餐", "餐厅")


def test_plates_are_counted_for_who_is_there_each_kind_by_itself(house: Store) -> None:
    """A guest with two needs is one plate; who comes later is counted at once; the guaranteed number stands beside."""
    assert counted(house) == {"vegetarian": 1, "vegetarian+gluten_free": 1, "": 1}
    come(house, 4)
    assert counted(house) == {"vegetarian": 2, "vegetarian+gluten_free": 1, "": 1}
    with house.read() as tx:
        covers = covers_of(tx, LAUNCH)
    assert (covers.arrived, covers.guaranteed) == (4, 60)
    assert sum(one.expected for one in covers.kinds) == 5


def test_who_was_sent_away_or_came_on_a_withdrawn_invitation_is_not_cooked_for(house: Store) -> None:
    """And two people on one invitation are two plates."""
    with house.write() as tx:
        tx.guests.set_status("inv-5", InvitationStatus.REVOKED, at(60))
    take(house, scan(5, DOORS_S + 9, offline=True))  # the door could not know
    with house.read() as tx:
        assert tx.check_ins.admissions(["inv-5"])["inv-5"].flagged
        assert sum(one.expected for one in covers_of(tx, LAUNCH).kinds) == 4
    assert counted(house) == {"vegetarian": 1, "vegetarian+gluten_free": 1, "": 1}
    with house.read() as tx:
        first = tx.check_ins.of_invitations(["inv-1"])["inv-1"][0].scan.id
    with house.write() as tx:
        rule(tx, first, RulingKind.UNDO, "asked_to_leave", by("刘主管", at(DOORS_S + 60)))
    assert counted(house) == {"vegetarian+gluten_free": 1, "": 1}
    again = scan(3, DOORS_S + 5, "kiosk-2", offline=True)
    take(house, again, now=at(DOORS_S + 600))
    with house.write() as tx:
        seen = double_entry(tx.check_ins.of_invitations(["inv-3"])["inv-3"], ())
        assert seen
        tell_apart(tx, "inv-3", RulingKind.TWO_PEOPLE, "both_inside", seen.seen, by("刘主管", at(DOORS_S + 601)))
    assert counted(house) == {"vegetarian+gluten_free": 1, "": 2}


def test_free_words_are_told_by_seat_and_without_a_name(house: Store) -> None:
    """The kitchen needs to know where, not who; of who is not there nobody hears."""
    with house.write() as tx:
        (seat,) = [one.seat for one in tx.seats.assignments(LAUNCH.id) if one.invitation == "inv-3"]
        tx.guests.change(guest(5, diet_note="不吃蒜"), invited(5).invitation)
    with house.read() as tx:
        assert covers_of(tx, LAUNCH).notes == [Note(seat, "花生过敏")]


@pytest.mark.parametrize(("minutes", "late"), [(0, None), (5, None), (6, timedelta(minutes=6))])
def test_a_late_start_is_kept_as_a_delay(house: Store, minutes: int, late: timedelta | None) -> None:
    """With the plates as they were counted then."""
    Floor(house).until(SERVED - HOUR)
    serve(house, SERVED + timedelta(minutes=minutes))
    with house.read() as tx:
        (served,) = tx.house_work.served(LAUNCH.id).values()
    assert (served.by, served.planned_at, served.late(timedelta(minutes=5))) == ("小周", SERVED, late)
    assert served.covers == {"vegetarian": 1, "vegetarian+gluten_free": 1, "": 1}
    plan(house, now=SERVED + HOUR / 2)
    Floor(house).until(SERVED + HOUR / 2)
    assert of(house, TaskKind.MEAL) == []


def test_a_meal_moves_with_the_agenda_and_a_missed_one_is_not_asked_for(house: Store) -> None:
    """The hub was away while they ate."""
    Floor(house).until(SERVED - HOUR)
    later = replace(LAUNCH.agenda[0], starts_at=SERVED + HOUR / 2)
    plan(house, replace(LAUNCH, agenda=(later,)), SERVED - HOUR + SECOND)
    assert [task.due_at for task in of(house, TaskKind.MEAL)] == [SERVED + HOUR / 2]
    supper = replace(LAUNCH.agenda[0], starts_at=SERVED + HOUR, ends_at=SERVED + HOUR * 2)
    serve(house, SERVED + HOUR / 2)
    plan(house, replace(LAUNCH, agenda=(later, supper)), SERVED + HOUR / 2)
    Floor(house).until(SERVED + HOUR * 2)
    assert of(house, TaskKind.MEAL) == []
