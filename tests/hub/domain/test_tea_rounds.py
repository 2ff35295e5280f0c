"""One walk serves the rooms of a floor; nobody walks through a speech (R108, R109)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.meetings import Meeting, Room
from hub.domain.room_wishes import RoomWish, wish_task
from hub.domain.tasks import Task, TaskState, accept
from hub.domain.tea_rounds import Due, brought_forward, rounds
from hub.domain.timers import Timer
from hub.domain.watch_settings import Tea
from hub.domain.words import Words
from tests.hub.build import at, meeting

NOW = at(4000)
M = timedelta(minutes=1)
LOTUS, BAMBOO, CELLAR, TENT = (
    Room(key=key, name=Words(key, key), floor=floor)
    for key, floor in (("lotus", "2"), ("bamboo", "2"), ("cellar", "0"), ("tent", ""))
)


def due(room: Room, minutes: float, tea: Tea | None = None, quiet: float = 0) -> Due:
    """Return a room's next refill, so many minutes from now; somebody speaks there for ``quiet`` minutes more."""
    whole = meeting(room.key, room=room.key)
    speech = replace(whole.agenda[0], quiet=True, starts_at=at(0), ends_at=NOW + quiet * M)
    timer = Timer(rule="tea_round", subject=whole.id, due_at=NOW + minutes * M)
    return Due(timer, replace(whole, agenda=(speech,)), room, tea or Tea())


@pytest.mark.parametrize(
    ("one", "along"),
    [
        (due(BAMBOO, 10), True),
        (due(BAMBOO, 10.1), False),
        (due(BAMBOO, 0), False),
        (due(BAMBOO, 3, Tea(together=2 * M)), False),
        (due(BAMBOO, 3, Tea(together=0 * M)), False),
        (due(BAMBOO, 5, Tea(every=15 * M)), True),
        (due(BAMBOO, 5.1, Tea(every=15 * M)), False),
        (due(BAMBOO, 5, quiet=1), False),
        (due(LOTUS, 5), False),
        (due(CELLAR, 5), False),
    ],
)
def test_what_is_due_within_a_few_minutes_on_the_same_floor_goes_along(one: Due, *, along: bool) -> None:
    """Not another floor, not the room itself, not who had tea a moment ago, not where somebody speaks (R109)."""
    found = brought_forward([one], LOTUS, NOW)
    assert found == ([replace(one.timer, due_at=NOW)] if along else [])


def test_a_room_of_which_nobody_knows_the_floor_has_no_round() -> None:
    """Two rooms without a floor need not be near each other."""
    assert brought_forward([due(replace(BAMBOO, floor=""), 5)], TENT, NOW) == []


FLOORS = {"lotus": "2", "bamboo": "2", "cellar": "0", "tent": "", "hut": ""}


def tea(room: str, **facts: str) -> Task:
    """Return tea for a room that nobody has taken yet."""
    here = Room(key=room, name=Words(room, room))
    task = wish_task(here, RoomWish.TEA, None, task_id=room, at=at(0), meeting=f"m-{room}", step=0)
    return replace(task, facts=task.facts | facts)


def quiet(room: str) -> dict[str, Meeting]:
    """Let somebody speak in a room."""
    return {f"m-{room}": due(Room(key=room, name=Words(room, room)), 0, quiet=5).meeting}


def test_tea_for_several_rooms_of_a_floor_is_one_round() -> None:
    """By the deadline; a room alone is none, nor are rooms of which nobody knows the floor."""
    late = replace(tea("lotus"), due_at=at(9000))
    (one,) = rounds([late, tea("bamboo"), tea("cellar"), tea("tent"), tea("hut")], FLOORS, {}, NOW)
    assert (one.floor, [task.id for task in one.tasks]) == ("2", ["bamboo", "lotus"])


def test_what_somebody_has_taken_or_was_never_tea_is_no_part_of_a_round() -> None:
    """One drink at a seat is carried by itself."""
    taken = accept(tea("bamboo"), "小李", NOW)
    done = replace(tea("bamboo"), state=TaskState.CLOSED)
    seat = replace(tea("bamboo"), dedupe="drink:inv-1:tea")
    for other in (taken, done, seat):
        assert rounds([tea("lotus"), other], FLOORS, {}, NOW) == []


@pytest.mark.parametrize(
    ("facts", "along"), [({}, True), ({"pots": "2"}, False), ({"cause": "too_low"}, False), ({"before": "yes"}, False)]
)
def test_where_somebody_speaks_only_who_asked_gets_tea(facts: dict[str, str], *, along: bool) -> None:
    """續水時動作要輕緩 (R109): what a pot or the clock says waits; after the speech it goes along."""
    both = [tea("lotus"), tea("bamboo", **facts)]
    assert bool(rounds(both, FLOORS, quiet("bamboo"), NOW)) is along
    assert rounds(both, FLOORS, quiet("bamboo"), NOW + 6 * M)
