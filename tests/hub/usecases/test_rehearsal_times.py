"""When meetings are rehearsed, on both databases (R77: 會前1-2天進行流程預演)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.domain.errors import Refused
from hub.domain.meetings import Meeting
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import TaskState
from hub.ports import Store
from hub.usecases.rehearsal_times import set_rehearsals
from hub.usecases.rehearse import pass_rehearsal
from hub.usecases.work_task import finish_task
from tests.hub.build import T0, at
from tests.hub.usecases.rehearsing import LAUNCH, before, furnish_hall, hear, listed, open_of, pass_all
from tests.hub.usecases.working import Floor, by

DAY = timedelta(days=1)


@pytest.fixture
def house(store: Store) -> Store:
    """Give the hall, with the launch three days away and its timers set."""
    furnish_hall(store)
    plan(store, LAUNCH, T0)
    return store


def plan(store: Store, meeting: Meeting, now: datetime) -> None:
    """Import the meeting as it is now."""
    with store.write() as tx:
        tx.meetings.save(meeting)
        set_rehearsals(tx, [meeting], now)


def due(store: Store) -> list[datetime]:
    """Return by when the open rehearsals must have passed."""
    return [task.due_at for task in open_of(store, TaskKind.REHEARSAL)]


def late(store: Store) -> int:
    """Count what the supervisor was told."""
    return len(open_of(store, TaskKind.REHEARSAL_LATE))


def test_the_task_opens_two_days_before_and_is_due_one_day_before(house: Store) -> None:
    """Once, however often the meeting is imported."""
    floor = Floor(house)
    floor.until(before(48) - timedelta(seconds=1))
    assert due(house) == []
    floor.until(before(48))
    plan(house, LAUNCH, before(40))
    floor.until(before(30))
    assert due(house) == [before(24)]
    assert open_of(house, TaskKind.REHEARSAL)[0].facts["room_en"] == "Grand Hall"


@pytest.mark.parametrize("without", [False, True])
def test_nobody_ends_a_rehearsal_by_a_tap_on_its_card(house: Store, *, without: bool) -> None:
    """Only its list does, once every line has passed (R84)."""
    Floor(house).until(before(48))
    (task,) = open_of(house, TaskKind.REHEARSAL)
    with pytest.raises(Refused, match="its list"), house.write() as tx:
        finish_task(tx, task.id, "小李", before(47), without=without)
    assert due(house) == [before(24)]


def test_the_supervisor_is_told_once_what_has_not_passed_a_day_before(house: Store) -> None:
    """With how much is still to do; a hub that starts again says nothing new."""
    floor = Floor(house)
    floor.until(before(24) - timedelta(seconds=1))
    assert late(house) == 0
    floor.until(before(24))
    (task,) = open_of(house, TaskKind.REHEARSAL_LATE)
    assert int(task.facts["open"]) == int(task.facts["lines"]) == len(listed(house).lines)
    with house.write() as tx:
        tx.tasks.save(replace(task, state=TaskState.CLOSED))
    plan(house, LAUNCH, before(20))
    floor.until(before(20))
    assert late(house) == 0
    assert due(house) == [before(24)]
    floor.until(LAUNCH.starts_at)
    assert due(house) == []  # too late for a rehearsal


def test_a_rehearsal_that_passed_closes_its_task_and_tells_nobody(house: Store) -> None:
    """Also when it took place before anybody was asked to."""
    Floor(house).until(before(48))
    hear(house, before(47))
    pass_all(house, before(47))
    with house.write() as tx:
        pass_rehearsal(tx, LAUNCH, by("小陈", before(47)))
    assert due(house) == []
    Floor(house).until(before(1))
    assert late(house) == 0
    plan(house, LAUNCH, before(30))
    with house.read() as tx:
        assert tx.timers.of_rule("rehearse") == []


def test_one_that_passed_early_is_not_asked_for(house: Store) -> None:
    """Three days before, for instance."""
    hear(house, T0)
    pass_all(house)
    with house.write() as tx:
        pass_rehearsal(tx, LAUNCH, by("小陈", T0))
    Floor(house).until(before(1))
    assert due(house) == []
    assert late(house) == 0


@pytest.mark.parametrize(
    ("hours", "wanted"),
    [
        (30, before(24)),
        (20, LAUNCH.doors_at - timedelta(minutes=30)),
        (1.2, before(1.2) + timedelta(minutes=15)),
    ],
)
def test_a_meeting_imported_late_is_rehearsed_at_once(store: Store, hours: float, wanted: datetime) -> None:
    """Due half an hour before the doors at the latest, but never sooner than somebody can do it."""
    furnish_hall(store)
    plan(store, LAUNCH, before(hours))
    Floor(store).until(before(hours))
    assert due(store) == [wanted]


def test_for_one_that_begins_within_the_hour_nobody_is_called(store: Store) -> None:
    """Its list is there all the same."""
    furnish_hall(store)
    plan(store, LAUNCH, before(0.9))
    Floor(store).until(before(0.1))
    assert due(store) == []
    assert late(store) == 0
    assert listed(store).lines


def test_after_a_long_outage_nobody_is_called_at_the_last_minute(house: Store) -> None:
    """The hub was away for three days."""
    Floor(house).until(before(0.5))
    assert due(house) == []


def test_timers_and_tasks_move_with_the_meeting_and_go_with_it(house: Store) -> None:
    """A launch that is put off is rehearsed later, one that is cancelled not at all."""
    floor = Floor(house)
    later = replace(LAUNCH, doors_at=LAUNCH.doors_at + DAY, starts_at=LAUNCH.starts_at + DAY)
    plan(house, later, at(60))
    floor.until(before(48))
    assert due(house) == []
    floor.until(before(24))
    assert due(house) == [before(0)]
    floor.until(before(0))
    assert late(house) == 1
    week = replace(LAUNCH, doors_at=LAUNCH.doors_at + 7 * DAY, starts_at=LAUNCH.starts_at + 7 * DAY)
    plan(house, week, before(0))
    assert late(house) == 0  # there is time again
    assert due(house) == [before(24) + 7 * DAY]
    floor.until(before(48) + 7 * DAY)
    assert due(house) == [before(24) + 7 * DAY]
    floor.until(before(24) + 7 * DAY)
    assert late(house) == 1
    plan(house, replace(week, cancelled=True), before(23) + 7 * DAY)
    assert (due(house), late(house)) == ([], 0)
    with house.read() as tx:
        for rule in ("rehearse", "rehearse_late", "rehearse_over"):
            assert tx.timers.of_rule(rule) == []
