"""The house's routine work comes back as it was kept, on both databases."""

from dataclasses import replace

from hub.domain.house_work import NO_SHEET, FunctionSheet, HouseWork, Tick
from hub.domain.meals import Served
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.domain.waits import Wait
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import at, furnished

SHEET = FunctionSheet(stage=Words("舞台", "Stage"), lights=Words("暖白", "warm white"), guaranteed=0)
WORK = HouseWork(meeting="m-launch", room="hall", set_up_at=at(0), strike_at=at(9))


def test_a_sheet_is_kept_in_the_place_of_the_one_before(store: Store) -> None:
    """What it does not say stays unsaid: no guaranteed guests is another thing than none said."""
    furnished(store)
    with store.write() as tx:
        assert tx.house_work.sheet("m-launch") == NO_SHEET
        tx.house_work.save_sheet("m-launch", SHEET)
    with store.write() as tx:
        assert tx.house_work.sheet("m-launch") == SHEET
        tx.house_work.save_sheet("m-launch", NO_SHEET)
    with store.read() as tx:
        assert tx.house_work.sheet("m-launch") == NO_SHEET


def test_how_far_a_room_is_is_kept_and_who_is_not_clear_is_found(store: Store) -> None:
    """Until it is struck."""
    furnished(store)
    with store.write() as tx:
        tx.house_work.save(WORK)
    with store.write() as tx:
        assert tx.house_work.works(["m-launch", "nowhere"]) == {"m-launch": WORK}
        assert tx.house_work.unstruck() == [WORK]
        tx.house_work.save(replace(WORK, struck_at=at(99), struck_by="小周", signed_by="刘主管", signed_at=at(5)))
    with store.read() as tx:
        assert tx.house_work.unstruck() == []
        assert tx.house_work.works([]) == {}


def test_ticks_and_meals_are_kept_with_their_names_and_times(store: Store) -> None:
    """A tick that is taken back is gone; a meal is served once."""
    furnished(store)
    task = raise_task(TaskKind.SET_UP, "m-launch", task_id="t", at=at(0), facts={}, meeting="m-launch")
    served = Served(meeting="m-launch", meal="午餐", planned_at=at(0), served_at=at(60), by="小周", covers={"": 3})
    with store.write() as tx:
        tx.tasks.raise_all([task])
        for step, second in (("plants", 2), ("banner", 1)):
            tx.house_work.tick(Tick("t", step, "小周", at(second)))
        tx.house_work.serve(served)
        tx.house_work.serve(replace(served, by="小吴"))
    with store.write() as tx:
        assert [one.step for one in tx.house_work.ticks(["t"])] == ["banner", "plants"]
        tx.house_work.untick("t", "banner")
    with store.read() as tx:
        assert list(tx.house_work.ticks(["t"])) == [Tick("t", "plants", "小周", at(2))]
        assert tx.house_work.served("m-launch") == {"午餐": served}
        assert tx.house_work.newest([TaskKind.SET_UP, TaskKind.STRIKE], "m-launch") == {TaskKind.SET_UP: "t"}


def test_only_what_people_asked_for_in_a_meeting_counts_as_waiting(store: Store) -> None:
    """Neither what the hub raised by itself, nor what was asked elsewhere."""
    furnished(store)
    said: tuple[tuple[str, TaskKind, dict[str, str], str | None], ...] = (
        ("a", TaskKind.DRINK, {"invitation": "inv-1"}, "m-launch"),
        ("b", TaskKind.DRINK, {"before": "yes"}, "m-launch"),
        ("c", TaskKind.DRINK, {"unasked": "yes"}, "m-launch"),
        ("d", TaskKind.HELP, {}, None),
        ("e", TaskKind.VIP_ARRIVAL, {}, "m-launch"),
    )
    with store.write() as tx:
        for key, kind, facts, about in said:
            tx.tasks.raise_all([raise_task(kind, key, task_id=key, at=at(0), facts=facts, meeting=about)])
    with store.read() as tx:
        kinds = (TaskKind.DRINK, TaskKind.HELP)
        assert list(tx.house_work.waited("m-launch", kinds)) == [Wait(at(0), None, None)]
