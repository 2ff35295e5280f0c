"""A meeting is rehearsed line by line, on both databases (R77-R80, R82-R85)."""

from dataclasses import replace

import pytest

from hub.domain.errors import InvalidInput, NotFound, Refused
from hub.domain.rehearsals import OWNER, Part
from hub.domain.room_checks import Flaw
from hub.domain.room_wishes import RoomWish
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import TaskState
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_from_room import ask_from_room
from hub.usecases.check_room import check_room
from hub.usecases.rehearse import look_again, pass_rehearsal
from hub.usecases.swap_asset import is_fault, plan_swap
from tests.hub.build import T0, at
from tests.hub.usecases.rehearsing import (
    FAILED,
    LAUNCH,
    NOT_YET,
    PASSED,
    furnish_hall,
    hear,
    line,
    listed,
    open_of,
    pass_all,
    say,
)
from tests.hub.usecases.working import TIMES, Floor, by

PROJECTOR = "hall thing projector"
BAGS = "material bags"
HOT = "hall place temperature"


@pytest.fixture
def house(store: Store) -> Store:
    """Give the hall where the launch is rehearsed."""
    return furnish_hall(store)


def test_the_list_is_made_of_what_the_hub_knows(house: Store) -> None:
    """A line for each segment, device, kiosk, set-up, material and place; nothing is found yet."""
    found = listed(house)
    keys = {part: [one.item.key for one in found.of(part)] for part in Part}
    assert keys[Part.AGENDA] == ["agenda talk 新品发布", "agenda tea_break 茶歇"]
    assert keys[Part.EQUIPMENT] == [
        PROJECTOR,
        "hall thing lights",
        "hall sound",
        "hall microphones",
        "hall device node-hall",
        "kiosk kiosk-1",
    ]
    assert keys[Part.SET_UP] == ["hall set_up backdrop", "hall set_up layout", "hall set_up lights"]
    assert {one.item.what: one.wanted for one in found.of(Part.MATERIALS)} == {
        "sign_in_sheets": 1,
        "badges": 3,
        "bags": 3,
        "gifts": 3,
    }
    assert [one.item.what for one in found.of(Part.PLACES)] == ["tea_break", "toilet_signs", "temperature"]
    assert {one.result for one in found.lines} == {NOT_YET}
    assert line(house, PROJECTOR).item.label == "PJ-1"


def test_each_line_says_by_whom_when_and_with_what_note(house: Store) -> None:
    """What was found stays until somebody finds otherwise; a slip of the finger is taken back."""
    say(house, "agenda talk 新品发布", FAILED, at(60), note="  话筒  接不上 ")
    mark = line(house, "agenda talk 新品发布").mark
    assert mark
    assert (mark.result, mark.by, mark.at, mark.note) == (FAILED, "小陈", at(60), "话筒 接不上")
    say(house, "agenda talk 新品发布", PASSED, at(90))
    assert line(house, "agenda talk 新品发布").result is PASSED
    say(house, "agenda talk 新品发布", NOT_YET, at(91))
    assert line(house, "agenda talk 新品发布").result is NOT_YET
    with house.read() as tx:
        steps = [one.action for one in tx.records.audited("launch agenda talk 新品发布", T0, 9)]
    assert steps == ["rehearsal.line_not_yet", "rehearsal.line_passed", "rehearsal.line_failed"]


def test_a_projector_that_fails_calls_a_technician_at_once_with_the_spare(house: Store) -> None:
    """R83: 技術組需立即更換備用設備. The same fault that the room's panel reports (I5); passing closes it."""
    say(house, PROJECTOR, FAILED, note="接不上电脑")
    (task,) = open_of(house, TaskKind.DEVICE_FAULT)
    assert (task.facts["thing"], task.facts["text"], task.due_at, task.meeting) == (
        "projector",
        "接不上电脑",
        at(300),
        LAUNCH.id,
    )
    assert is_fault(task)
    with house.write() as tx:
        spare = plan_swap(tx, task.id, T0).spare
        assert spare
        assert spare.label == "PJ-9"
        assert ask_from_room(tx, "hall", RoomWish.BROKEN, "projector", by("panel", at(9)), TIMES).id == task.id
    say(house, PROJECTOR, FAILED, at(20))
    assert len(open_of(house, TaskKind.DEVICE_FAULT)) == 1
    assert line(house, PROJECTOR).result is FAILED
    say(house, PROJECTOR, PASSED, at(30))
    assert Floor(house).task(task.id).state is TaskState.CLOSED


def test_a_fault_that_was_mended_leaves_its_line_failed_until_somebody_passes_it(house: Store) -> None:
    """Who mended it does not say that it was looked at."""
    say(house, "hall microphones", FAILED)
    (task,) = open_of(house, TaskKind.DEVICE_FAULT)
    assert not is_fault(task)  # no piece of the list: nothing to swap
    assert task.facts["thing_en"] == "Microphones"
    with house.write() as tx:
        tx.tasks.save(replace(task, state=TaskState.CLOSED))
    assert line(house, "hall microphones", at(50)).result is FAILED


def test_materials_that_are_short_or_wrong_call_logistics_at_once(house: Store) -> None:
    """R84: 發現資料袋未裝筆,需馬上補裝; within ten minutes, and passing closes the task."""
    say(house, BAGS, PASSED, counted=2)
    found = line(house, BAGS)
    assert found.mark
    assert (found.result, found.mark.counted, found.wanted) == (FAILED, 2, 3)
    (task,) = open_of(house, TaskKind.MISSING_MATERIAL)
    assert (task.facts["what_zh"], task.due_at) == ("资料袋 2/3", at(600))
    say(house, BAGS, FAILED, at(10), counted=3, note="没装笔")
    (same,) = open_of(house, TaskKind.MISSING_MATERIAL)
    assert (same.id, same.facts["what_en"], same.facts["text"]) == (task.id, "Bags 3/3", "没装笔")
    say(house, BAGS, PASSED, at(20))
    assert line(house, BAGS).mark
    assert open_of(house, TaskKind.MISSING_MATERIAL) == []
    mark = line(house, BAGS).mark
    assert mark
    assert mark.counted == 3  # "all there" is a count


def test_how_many_are_wanted_can_be_said(house: Store) -> None:
    """Gifts for the speakers alone; what was said of it stays through the next count."""
    say(house, "material gifts", NOT_YET, wanted=2)
    assert (line(house, "material gifts").wanted, line(house, "material gifts").result) == (2, NOT_YET)
    say(house, "material gifts", PASSED, counted=2)
    assert line(house, "material gifts").result is PASSED
    say(house, "material gifts", PASSED, counted=2, wanted=4)
    assert line(house, "material gifts").result is FAILED


def test_kiosks_and_devices_are_looked_at_by_the_hub_alone(house: Store) -> None:
    """R78: heartbeats and health, recorded with the time; nobody ticks them."""
    say(house, "hall set_up backdrop")
    for key in ("kiosk kiosk-1", "hall device node-hall", HOT):
        mark = line(house, key).mark
        assert mark, key
        assert (mark.result, mark.by, mark.at) == (PASSED, "hub", T0)
        with pytest.raises(Refused):
            say(house, key, FAILED)
    hear(house, at(10), camera_ok=False)
    with house.write() as tx:
        look_again(tx, LAUNCH, by("小陈", at(10)))
    mark = line(house, "kiosk kiosk-1").mark
    assert mark
    assert (mark.result, mark.note, mark.at) == (FAILED, "worry.camera", at(10))
    (task,) = open_of(house, TaskKind.DEVICE_FAULT)
    assert (task.facts["door_en"], task.facts["device"], "room" in task.facts) == ("East Gate", "kiosk-1", False)


def test_while_people_rehearse_the_hub_looks_again_by_itself(house: Store) -> None:
    """A kiosk that comes back passes without anybody doing anything, and its task closes."""
    hear(house, T0, camera_ok=False)
    say(house, "hall set_up backdrop")
    assert line(house, "kiosk kiosk-1").result is FAILED
    hear(house, at(29))
    Floor(house).until(at(29))
    assert line(house, "kiosk kiosk-1").result is FAILED
    Floor(house).until(at(30))
    assert line(house, "kiosk kiosk-1").result is PASSED
    assert open_of(house, TaskKind.DEVICE_FAULT) == []
    Floor(house).until(at(3 * 3_600))
    with house.read() as tx:
        assert tx.timers.of_rule("rehearsal_look") == []  # nobody has rehearsed for two hours


def test_a_persons_fault_is_not_ended_by_what_the_hub_finds(house: Store) -> None:
    """The projector speaks again, but nobody has seen its picture."""
    with house.write() as tx:
        device = tx.field_devices.get("node-hall")
        assert device
        tx.field_devices.save(replace(device, thing="projector", available=False))
    say(house, "hall set_up backdrop")
    say(house, PROJECTOR, FAILED, at(1), note="偏色")
    assert len(open_of(house, TaskKind.DEVICE_FAULT)) == 1
    with house.write() as tx:
        device = tx.field_devices.get("node-hall")
        assert device
        tx.field_devices.save(replace(device, available=True))
        look_again(tx, LAUNCH, by("小陈", at(10)))
    assert line(house, "hall device node-hall").result is PASSED
    assert len(open_of(house, TaskKind.DEVICE_FAULT)) == 1


def test_the_temperature_is_compared_with_the_rooms_band(house: Store) -> None:
    """R82: by the hub where a sensor speaks; else a person reads it, and the band judges just the same."""
    hear(house, T0, degrees=28.5)
    say(house, "hall set_up backdrop")
    mark = line(house, HOT).mark
    assert mark
    assert (mark.result, mark.counted, mark.by) == (FAILED, 28.5, "hub")
    late = at(3_600)  # the sensor was not heard for an hour
    assert not line(house, HOT, late).item.by_hub
    assert line(house, HOT, late).result is FAILED  # as it was found
    say(house, HOT, PASSED, late, counted=19)
    assert line(house, HOT, late).result is FAILED
    say(house, HOT, PASSED, late, counted=21.5)
    assert line(house, HOT, late).result is PASSED
    with pytest.raises(InvalidInput, match="counted"):
        say(house, HOT, PASSED, late, counted=215)


def test_a_rehearsal_passes_only_when_every_line_has(house: Store) -> None:
    """R84; who said so and when is written, and a line that fails afterwards takes it back."""
    pass_all(house)
    say(house, BAGS, FAILED, at(5), note="没装笔")
    with house.write() as tx, pytest.raises(Refused):
        pass_rehearsal(tx, LAUNCH, by("小陈", at(6)))
    say(house, BAGS, PASSED, at(7))
    assert not listed(house).passed
    with house.write() as tx:
        pass_rehearsal(tx, LAUNCH, by("王主管", at(8)))
    course = listed(house).course
    assert course
    assert (listed(house).passed, course.passed_by, course.passed_at) == (True, "王主管", at(8))
    say(house, PROJECTOR, FAILED, at(9))
    say(house, PROJECTOR, PASSED, at(10))
    assert not listed(house).passed  # somebody has to say so again


def test_a_new_segment_is_rehearsed_and_a_moved_one_stays_so(house: Store) -> None:
    """What was found belongs to the segment, not to its time."""
    pass_all(house)
    with house.write() as tx:
        pass_rehearsal(tx, LAUNCH, by("小陈", at(8)))
        first, second = LAUNCH.agenda
        more = replace(first, title=Words("签约", "Signing"))
        later = replace(first, starts_at=at(5_000), ends_at=at(5_400))
        changed = replace(LAUNCH, agenda=(later, more, second))
        tx.meetings.save(changed)
    found = listed(house, about=changed)
    assert {one.item.name.en: one.result for one in found.of(Part.AGENDA)} == {
        "The launch": PASSED,
        "Signing": NOT_YET,
        "Tea": PASSED,
    }
    assert not found.passed


def test_a_room_is_not_ready_while_equipment_failed_or_was_not_looked_at(house: Store) -> None:
    """R38, R85: with the reason; a meeting that nobody was asked to rehearse is not held up."""
    assert _why(house) == {}
    say(house, PROJECTOR, FAILED, note="偏色")
    assert _why(house) == {"projector": Flaw.FAULT, "inspection": Flaw.INSPECTION}
    (task,) = open_of(house, TaskKind.DEVICE_FAULT)
    with house.write() as tx:
        tx.tasks.save(replace(task, state=TaskState.CLOSED))
    assert _why(house) == {"projector": Flaw.REHEARSAL, "inspection": Flaw.INSPECTION}
    pass_all(house)
    assert _why(house) == {}
    hear(house, T0, camera_ok=False)
    assert _why(house) == {"kiosk-1": Flaw.REHEARSAL}


def test_a_room_that_was_not_ready_is_ready_with_the_line_that_was_missing(house: Store) -> None:
    """The technician's task about the room closes by itself; nobody has to ask for another check."""
    pass_all(house)
    say(house, "hall microphones", NOT_YET)
    assert _why(house) == {"inspection": Flaw.INSPECTION}
    assert len(open_of(house, TaskKind.ROOM_CHECK)) == 1
    say(house, "hall microphones", FAILED, at(5))
    assert len(open_of(house, TaskKind.ROOM_CHECK)) == 1
    say(house, "hall microphones", PASSED, at(9))
    assert open_of(house, TaskKind.ROOM_CHECK) == []


def _why(store: Store) -> dict[str, Flaw]:
    with store.write() as tx:
        found = check_room(tx, LAUNCH, by("小陈", T0))
    return {one.key: one.flaw for one in found.failed if one.flaw}


def test_what_is_not_on_the_list_and_what_cannot_be_is_refused(house: Store) -> None:
    """With the field and the remedy, and nothing is kept."""
    with pytest.raises(NotFound):
        say(house, "hall thing organ")
    for more, field in (({"counted": 1.5}, "counted"), ({"wanted": -1}, "wanted"), ({"note": "x" * 121}, "note")):
        with pytest.raises(InvalidInput, match=field):
            say(house, BAGS, PASSED, **more)
    assert listed(house).course is None


def test_a_rehearsal_does_not_pass_while_a_part_of_the_agenda_has_no_owner(house: Store) -> None:
    """The hub finds it by itself; it is over when the agenda names who answers (R7)."""
    talk, tea = LAUNCH.agenda
    with house.write() as tx:
        tx.meetings.save(replace(LAUNCH, agenda=(replace(talk, owner=""), tea)))
        unowned = tx.meetings.get([LAUNCH.id])[LAUNCH.id]
        look_again(tx, unowned, by("小陈", T0))
    found = listed(house, about=unowned)
    lacking = [
        (one.item.name, one.result, one.mark.note if one.mark else "") for one in found.lines if one.item.what == OWNER
    ]
    assert lacking == [(talk.title, FAILED, "no_owner")]
    pass_all(house)
    with house.write() as tx, pytest.raises(Refused):
        pass_rehearsal(tx, unowned, by("小陈", T0))
    with house.write() as tx:
        tx.meetings.save(LAUNCH)
    assert [one for one in listed(house).lines if one.item.what == OWNER] == []
