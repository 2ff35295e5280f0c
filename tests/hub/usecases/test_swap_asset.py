"""A broken projector is swapped for a spare by two scans, on both databases (R119)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.assets import Asset, AssetState
from hub.domain.errors import InvalidInput, NotFound, NotOpen, TakenAlready
from hub.domain.field_devices import FieldDevice, Standing
from hub.domain.meetings import Room
from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.room_wishes import RoomWish
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Outcome, Task, TaskState
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_from_room import ask_from_room
from hub.usecases.import_venue import VenuePlan, import_venue
from hub.usecases.settle_conditions import GONE
from hub.usecases.swap_asset import SWAP_SEEN, mark_broken, mark_tested, plan_swap, swap_asset
from hub.usecases.venue_plan import VenueFile
from hub.usecases.work_task import accept_task, finish_task
from tests.hub.build import at, furnished
from tests.hub.imports import acting
from tests.hub.usecases.working import TIMES, Floor, by

IN_USE = Asset(
    label="PRJ-1", kind=DeviceKind.PROJECTOR, state=AssetState.IN_USE, room="hall", thing="projector", device="pj-one"
)
SHELF = Words("仓库 2 架", "Store, shelf 2")
SPARE = Asset(label="PRJ-2", kind=DeviceKind.PROJECTOR, shelf=SHELF, tested_at=at(0), device="pj-two")


def device(name: str, **more: object) -> FieldDevice:
    """Return a projector that speaks for itself."""
    told = FieldDevice(id=name, publisher="agent", identity=name, name=name, announced_at=at(0))
    return replace(told, standing=Standing.ADMITTED, **more)  # type: ignore[arg-type]


@pytest.fixture
def house(store: Store) -> Store:
    """Give a hall with a projector, and a spare of it."""
    with furnished(store).write() as tx:
        tx.meetings.save_room(Room(key="annex", name=Words("副厅", "Annex")))
        tx.room_devices.put(
            RoomDevice(room="hall", key=key, kind=kind, name=Words("投影仪", "Projector"))
            for key, kind in (("projector", DeviceKind.PROJECTOR), ("lights", DeviceKind.LIGHTS))
        )
        tx.assets.put([IN_USE, SPARE])
        tx.field_devices.save(device("pj-one", room="hall", thing="projector"))
        tx.field_devices.save(device("pj-two"))
    return store


def broken(store: Store, thing: str = "projector", seconds: float = 0) -> Task:
    """Let the room's panel say that something is broken."""
    with store.write() as tx:
        return ask_from_room(tx, "hall", RoomWish.BROKEN, thing, by("panel", at(seconds)), TIMES)


def swap(store: Store, task: Task, old: str = "prj-1", new: str = "PRJ-2\n", who: str = "Chen", s: float = 100) -> None:
    """Scan both labels."""
    with store.write() as tx:
        swap_asset(tx, task.id, old, new, by(who, at(s)))


def heard(store: Store, name: str, seconds: float, *, available: bool | None = True) -> None:
    """Let a device say something."""
    with store.write() as tx:
        found = tx.field_devices.get(name)
        assert found
        tx.field_devices.save(replace(found, heard_at=at(seconds), available=available))


def test_the_fault_leads_to_the_spare_and_the_shelf_it_stands_on(house: Store) -> None:
    """With what fills the place now."""
    task = broken(house)
    with house.read() as tx:
        plan = plan_swap(tx, task.id, at(1))
    assert (plan.fills, plan.spare, plan.thing.key) == (IN_USE, SPARE, "projector")


def test_the_task_closes_when_the_new_device_has_spoken_and_not_before(house: Store) -> None:
    """An older word of it, or its will, does not count; the place, the room and the task are the new one's."""
    floor, task = Floor(house), broken(house)
    heard(house, "pj-two", 50)
    swap(house, task)
    floor.until(at(103))
    heard(house, "pj-two", 104, available=False)
    gone = floor.task(task.id)
    with house.write() as tx:
        tx.tasks.save(replace(gone, facts=gone.facts | {GONE: "yes"}))  # with the old piece went what was wrong of it
    floor.until(at(110))
    assert floor.task(task.id).state is TaskState.ACCEPTED
    heard(house, "pj-two", 111)
    floor.until(at(112))
    ended = floor.task(task.id)
    assert (ended.state, ended.outcome, ended.accepted_by) == (TaskState.CLOSED, Outcome.FINISHED, "Chen")
    with house.read() as tx:
        resting = tx.field_devices.get("pj-one")
        assert resting is not None
        assert resting.excused(at(3600)), "nobody is called about a piece that waits to be repaired"
        assert tx.assets.in_place("hall", "projector") == replace(
            SPARE, state=AssetState.IN_USE, room="hall", thing="projector", since=at(100)
        )
        assert tx.assets.get("PRJ-1") == replace(IN_USE, state=AssetState.REPAIR, room=None, thing="", since=at(100))
        places = {one.id: (one.room, one.thing) for one in tx.field_devices.all()}
    assert places == {"pj-one": (None, ""), "pj-two": ("hall", "projector")}
    assert [one.kind for one in floor.open()] == [TaskKind.SPARES_OUT]


def test_a_silent_new_device_keeps_the_task_open_for_as_long_as_it_takes(house: Store) -> None:
    """It is looked for ever more seldom, and the task closes when it speaks at last."""
    floor, task = Floor(house), broken(house)
    swap(house, task)
    floor.until(at(700))
    assert floor.task(task.id).state is TaskState.ACCEPTED
    open_kinds = sorted(one.kind for one in floor.open())
    assert open_kinds == [TaskKind.DEVICE_FAULT, TaskKind.SPARES_OUT], "swapped in time: the supervisor is not called"
    heard(house, "pj-two", 701)
    floor.until(at(707))
    assert floor.task(task.id).state is TaskState.CLOSED


def test_what_is_not_swapped_in_time_is_told_to_the_supervisor_once(house: Store) -> None:
    """After five minutes, and it is counted in the audit log; a fault that was mended calls nobody."""
    floor, task, other = Floor(house), broken(house), broken(house, "lights")

    with house.write() as tx:
        finish_task(tx, other.id, "Li", at(200))
    floor.until(at(299))
    assert floor.open() == [task]
    floor.until(at(300))
    floor.until(at(2_000))
    called = [one for one in floor.open() if one.kind is TaskKind.HANDED_UP]
    assert [(one.facts["why"], one.facts["about"]) for one in called] == [("late_swap", task.id)]


def test_a_swap_is_made_by_its_owner_and_once(house: Store) -> None:
    """Another person's, a closed one's, and a second one are refused, and nothing moves."""
    task = broken(house)
    swap(house, task)
    with pytest.raises(NotOpen, match="swapped already"):
        swap(house, task, "PRJ-2", "PRJ-1")
    lights = broken(house, "lights")

    with house.write() as tx:
        accept_task(tx, lights.id, "Li", at(1))
    with pytest.raises(TakenAlready):
        swap(house, lights, "LGT-1", "LGT-2")
    with house.write() as tx:
        finish_task(tx, lights.id, "Li", at(2))
    with pytest.raises(NotOpen):
        swap(house, lights, "LGT-1", "LGT-2", "Li")
    with house.read() as tx:
        assert tx.assets.get("LGT-1") is None


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("PRJ-9", "PRJ-2", "old"), ("PRJ-1", "PRJ-1", "new"), ("", "PRJ-2", "old"), ("PRJ-1", "??", "new")],
)
def test_a_wrong_scan_changes_nothing(house: Store, old: str, new: str, field: str) -> None:
    """The field that is wrong is named."""
    task = broken(house)
    with pytest.raises(InvalidInput) as refused:
        swap(house, task, old, new)
    assert refused.value.field == field
    with house.read() as tx:
        assert tx.assets.all() == [IN_USE, SPARE]


def test_what_is_broken_must_be_named_to_be_swapped(house: Store) -> None:
    """Something else of the room, another kind of task, or a task that never was."""
    with house.write() as tx:
        some = ask_from_room(tx, "hall", RoomWish.BROKEN, "", by("panel", at(0)), TIMES)
        tea = ask_from_room(tx, "hall", RoomWish.TEA, "", by("panel", at(0)), TIMES)
    for task, error in ((some.id, NotOpen), (tea.id, NotOpen), ("nothing", NotFound)):
        with house.read() as tx, pytest.raises(error):
            plan_swap(tx, task, at(1))


def test_a_piece_without_a_device_needs_a_persons_word(house: Store) -> None:
    """Nothing in a microphone speaks for itself: no timer waits for it."""
    floor, task = Floor(house), broken(house, "lights")
    swap(house, task, "LGT-1", "LGT-2")
    with house.read() as tx:
        assert tx.timers.of_rule(SWAP_SEEN) == []
    floor.until(at(250))
    assert floor.task(task.id).state is TaskState.ACCEPTED


def test_where_another_device_watches_the_place_its_word_closes_the_task(house: Store) -> None:
    """A room's agent asks the projector, whichever stands there: what was wrong is gone, and so is the task."""
    floor, task = Floor(house), broken(house, "lights")
    with house.write() as tx:
        tx.field_devices.save(device("agent-hall", room="hall", thing="lights"))
        tx.tasks.save(replace(task, facts=task.facts | {"cause": "fault"}))
    swap(house, task, "LGT-1", "LGT-2")
    with house.read() as tx:
        agent = tx.field_devices.get("agent-hall")
    assert agent
    assert (agent.room, agent.thing) == ("hall", "lights")
    floor.until(at(110))
    found = floor.task(task.id)
    assert found.state is TaskState.ACCEPTED
    with house.write() as tx:
        tx.tasks.save(replace(found, facts=found.facts | {"gone": "yes"}))
    floor.until(at(112))
    assert floor.task(task.id).state is TaskState.CLOSED


def test_a_piece_is_marked_tested_or_broken_by_a_person(house: Store) -> None:
    """And it is in the audit log."""
    with house.write() as tx:
        mark_broken(tx, "PRJ-2", by("Chen", at(1)))
        assert tx.assets.get("PRJ-2") == replace(SPARE, state=AssetState.REPAIR, since=at(1))
        mark_tested(tx, "PRJ-2", by("Chen", at(2)))
        found = tx.assets.get("PRJ-2")
        assert found == replace(SPARE, since=at(2), tested_at=at(2), tested_by="Chen")
        assert found.is_tested(at(2) + timedelta(days=30))
        with pytest.raises(NotFound):
            mark_tested(tx, "PRJ-9", by("Chen", at(2)))


def spares_out(store: Store) -> list[Task]:
    """Return the open tasks to get another spare."""
    with store.read() as tx:
        return [one for one in tx.tasks.open() if one.kind is TaskKind.SPARES_OUT]


def test_the_last_spare_that_is_used_calls_for_another_until_there_is_one(house: Store) -> None:
    """One task however often it is looked at, and none while a spare is left (T9)."""
    with house.write() as tx:
        tx.assets.put([replace(SPARE, label="PRJ-3", device="")])
    swap(house, broken(house))
    assert spares_out(house) == [], "one is left"
    for seconds in (200, 201):
        with house.write() as tx:
            mark_broken(tx, "PRJ-3", by("Chen", at(seconds)))
    (task,) = spares_out(house)
    assert (task.facts, task.due_at) == ({"kind": "projector"}, at(200) + timedelta(hours=8))
    with house.write() as tx:
        accept_task(tx, task.id, "Chen", at(210))
        mark_tested(tx, "PRJ-3", by("Chen", at(220)))
    assert spares_out(house) == []


def put_in(store: Store, *assets: Asset) -> VenuePlan:
    """Import a venue file with these pieces."""
    with store.write() as tx:
        return import_venue(tx, VenueFile(assets=assets), replace(acting(), at=at(9)))


def test_a_file_adds_and_describes_pieces_and_leaves_them_where_people_moved_them(house: Store) -> None:
    """A newer test counts; a file that is imported again changes nothing."""
    with house.write() as tx:
        mark_broken(tx, "PRJ-2", by("Chen", at(1)))
    said = replace(SPARE, model="EB-1", floor="2F", device="", tested_at=at(5))
    new = Asset(label="MIC-1", kind=DeviceKind.SOUND, shelf=SHELF)
    plan = put_in(house, said, new)
    assert plan.kept
    assert [(one.what, one.key, one.new) for one in plan.changed] == [
        ("asset", "PRJ-2", False),
        ("asset", "MIC-1", True),
    ]
    with house.read() as tx:
        moved = replace(said, state=AssetState.REPAIR, since=at(1), device="pj-two")
        assert tx.assets.all() == [replace(new, since=at(9)), IN_USE, moved]
    assert put_in(house, said, new).changed == []


def test_a_file_that_puts_two_pieces_into_one_place_is_refused_whole(house: Store) -> None:
    """Or that says of two that they are the same device."""
    for clash in (replace(IN_USE, label="PRJ-3", device=""), replace(SPARE, label="PRJ-3")):
        plan = put_in(house, Asset(label="MIC-1", kind=DeviceKind.SOUND), clash)
        assert not plan.kept
        assert "PRJ-3 and PRJ-" in plan.findings[0].problem
    with house.read() as tx:
        assert tx.assets.all() == [IN_USE, SPARE]
