"""A shift without its person and a live meeting without a technician are told once, and settled by themselves."""

from dataclasses import replace

from hub.domain.roster import NO_STAFFING, Staffing
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.usecases.plan_shifts import plan_shift, staff_meeting
from hub.usecases.sign_in import end_duty
from hub.usecases.work_task import finish_task
from tests.hub.build import T0
from tests.hub.usecases.rostering import HOUR, LAUNCH, MINUTE, calls, come, rostered, shift
from tests.hub.usecases.working import Floor, by

EMPTY, ALONE = TaskKind.SHIFT_EMPTY, TaskKind.NO_TECHNICIAN
SUPERVISED = shift("wang", 12, T0 - 2 * HOUR)


def test_who_has_not_come_five_minutes_into_their_shift_is_told_to_the_lead_in_one_task(store: Store) -> None:
    """Two who are late are one task that names both, with the beginning of their shifts in the house's time."""
    house = rostered(store, shift("li"), shift("chen", begins=T0 + 2 * MINUTE), shift("wu"))
    come(house, "小吴", T0)
    assert calls(house, EMPTY, T0 + 4 * MINUTE) == []
    (task,) = calls(house, EMPTY, T0 + 5 * MINUTE)
    assert task.facts["what_zh"] == "小李 09:00"
    (same,) = calls(house, EMPTY, T0 + 7 * MINUTE)
    assert same.id == task.id
    assert same.facts["what_en"] == "小李 09:00, 小陈 09:02"


def test_the_task_goes_as_soon_as_they_have_come(store: Store) -> None:
    """Who comes is taken off it; with the last one it ends."""
    house = rostered(store, shift("li"), shift("chen"), shift("wu"))
    come(house, "小吴", T0)
    calls(house, EMPTY, T0 + 6 * MINUTE)
    come(house, "小李", T0 + 7 * MINUTE)
    (task,) = calls(house, EMPTY, T0 + 7 * MINUTE)
    assert task.facts["what_zh"] == "小陈 09:00"
    come(house, "小陈", T0 + 8 * MINUTE)
    assert calls(house, EMPTY, T0 + 8 * MINUTE) == []


def test_a_lead_who_has_seen_to_it_is_not_told_again_of_the_same_shift(store: Store) -> None:
    """The person stays away all day, and the supervisor hears of it once."""
    house = rostered(store, shift("li"), shift("wu"), shift("chen", begins=T0 + 2 * HOUR))
    come(house, "小吴", T0)
    (task,) = calls(house, EMPTY, T0 + 5 * MINUTE)
    with house.write() as tx:
        finish_task(tx, task.id, "王姐", T0 + 6 * MINUTE)
    assert calls(house, EMPTY, T0 + HOUR) == []
    (later,) = calls(house, EMPTY, T0 + 2 * HOUR + 5 * MINUTE)
    assert later.id != task.id
    assert "小陈 11:00" in later.facts["what_zh"]


def test_a_live_meeting_without_a_technician_calls_the_supervisor_when_its_doors_open(store: Store) -> None:
    """Not before; and where the house keeps no list of its people nobody can be named, so nobody is called (R116)."""
    house = rostered(store, SUPERVISED)
    assert calls(house, ALONE, T0 - MINUTE) == []
    (task,) = calls(house, ALONE, T0)
    assert (task.meeting, task.facts["room_zh"]) == (LAUNCH.id, "大厅")


def test_a_house_without_a_list_of_its_people_is_not_called(store: Store) -> None:
    """Everybody does everything there."""
    house = rostered(store)
    with house.write() as tx:
        tx.staff.put([replace(one, active=False) for one in tx.staff.all()])
    assert calls(house, ALONE, T0 + HOUR) == []


def test_it_settles_itself_once_a_technician_is_named(store: Store) -> None:
    """And is called again where the name is taken back: then there is nobody."""
    house = rostered(store, SUPERVISED)
    calls(house, ALONE, T0)
    for technician, count in (("wu", 0), ("", 1)):
        with house.write() as tx:
            staff_meeting(tx, LAUNCH, Staffing(technician=technician), by("王姐", T0 + MINUTE))
        assert len(calls(house, ALONE, T0 + MINUTE)) == count


def test_it_settles_itself_once_a_technicians_shift_is_on(store: Store) -> None:
    """A shift as something else is none."""
    house = rostered(store, SUPERVISED)
    calls(house, ALONE, T0)
    with house.write() as tx:
        plan_shift(tx, shift("wu", begins=T0 + 10 * MINUTE), by("王姐", T0 + MINUTE))
    assert calls(house, ALONE, T0 + 9 * MINUTE) != []
    assert calls(house, ALONE, T0 + 10 * MINUTE) == []


def test_who_is_told_of_a_missing_technician_once_is_not_told_again(store: Store) -> None:
    """The supervisor has seen to it in another way; the end of the meeting ends the rest."""
    house = rostered(store, SUPERVISED)
    (task,) = calls(house, ALONE, T0)
    with house.write() as tx:
        finish_task(tx, task.id, "王姐", T0 + MINUTE)
    assert calls(house, ALONE, T0 + 2 * HOUR) == []


def test_the_call_for_a_technician_ends_with_the_meeting(store: Store) -> None:
    """Nobody needs one any more."""
    house = rostered(store, SUPERVISED)
    assert calls(house, ALONE, T0 + 2 * HOUR) != []
    assert calls(house, ALONE, T0 + 3 * HOUR) == []


def test_the_watch_goes_on_by_itself_and_a_sign_off_is_seen(store: Store) -> None:
    """Whoever leaves during their shift is missed like one who never came."""
    house = rostered(store, shift("wu"))
    come(house, "小吴", T0)
    assert calls(house, EMPTY, T0 + 2 * HOUR) == []
    with house.write() as tx:
        end_duty(tx, "小吴", by("小吴", T0 + 2 * HOUR))
    assert calls(house, EMPTY, T0 + 2 * HOUR) != []
    assert Floor(house).until(T0 + 2 * HOUR) == 0
    with house.read() as tx:
        assert tx.roster.staffing([LAUNCH.id]).get(LAUNCH.id, NO_STAFFING).told_at is None
