"""What is packed is compared with the guaranteed headcount before a meeting, on both databases (R48)."""

from datetime import timedelta

import pytest

from hub.domain.errors import Refused
from hub.domain.house_work import NO_SHEET
from hub.domain.materials import Document, HandOut, Materials
from hub.domain.meetings import Meeting
from hub.domain.rehearsals import Result
from hub.domain.task_kinds import TaskKind
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.house_work_times import set_house_work
from hub.usecases.rehearse import Said, mark_line
from tests.hub.build import T0, furnished, meeting
from tests.hub.usecases.housekeeping import SHEET, of
from tests.hub.usecases.working import Floor, by

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LAUNCH: Meeting = meeting(doors_at=T0 + 3 * DAY, starts_at=T0 + 3 * DAY + DAY / 24, ends_at=T0 + 3 * DAY + DAY / 8)
COUNTED = LAUNCH.starts_at - DAY
BAG, HANDBOOK = Words("资料袋", "Document bag"), Words("会议手册", "Handbook")
FIRST, SECOND_CHECK = "material document handbook.pdf 1", "material document handbook.pdf 2"


def packed(store: Store, bags: int) -> None:
    """Import how many bags there are; umbrellas are for whoever wants one."""
    umbrella = HandOut("umbrella", Words("雨伞", "Umbrella"), 3)
    bag = HandOut("bag", BAG, bags, per_guest=True)
    with store.write() as tx:
        tx.materials.save(
            LAUNCH.id, Materials(documents=(Document(HANDBOOK, "handbook.pdf"),), hand_outs=(bag, umbrella))
        )


@pytest.fixture
def house(store: Store) -> Store:
    """Give the launch in three days, with sixty guaranteed guests and fifty bags."""
    furnished(store)
    packed(store, 50)
    with store.write() as tx:
        tx.meetings.save(LAUNCH)
        tx.house_work.save_sheet(LAUNCH.id, SHEET)
        set_house_work(tx, [LAUNCH], T0)
    return store


def missing(store: Store) -> set[str]:
    """Return what logistics are called to."""
    return {task.facts["what_zh"] for task in of(store, TaskKind.MISSING_MATERIAL)}


def check(store: Store, line: str, who: str, counted: float | None = None) -> None:
    """Let somebody say how a line of the rehearsal is."""
    with store.write() as tx:
        mark_line(tx, LAUNCH, line, Said(result=Result.PASSED, counted=counted), by(who, T0 + DAY))


def test_a_shortfall_is_called_a_day_before_and_ends_when_there_is_enough(house: Store) -> None:
    """To the second; only what each guest is to get counts."""
    floor = Floor(house)
    floor.until(COUNTED - SECOND)
    assert missing(house) == set()
    floor.until(COUNTED)
    assert missing(house) == {"资料袋 50/60", "会议手册（未核对）"}
    (task, *_) = of(house, TaskKind.MISSING_MATERIAL)
    assert task.due_at == COUNTED + timedelta(minutes=10)
    packed(house, 60)
    with house.write() as tx:
        set_house_work(tx, [LAUNCH], COUNTED + SECOND, changed=[LAUNCH.id])
    floor.until(COUNTED + SECOND)
    assert missing(house) == {"会议手册（未核对）"}


def test_it_is_said_once_and_again_only_for_other_numbers(house: Store) -> None:
    """A hub that starts anew says nothing new."""
    floor = Floor(house)
    floor.until(COUNTED)
    with house.write() as tx:
        set_house_work(tx, [LAUNCH], COUNTED + SECOND)
        assert tx.timers.of_rule("count_materials") == []


def test_what_people_counted_at_the_rehearsal_holds(house: Store) -> None:
    """And puts the call right that was raised before."""
    check(house, "material hand_out bag", "小陈", counted=60)
    Floor(house).until(COUNTED)
    assert missing(house) == {"会议手册（未核对）"}


def test_a_document_is_checked_by_two_different_people(house: Store) -> None:
    """R48: two names; the same one twice is refused."""
    Floor(house).until(COUNTED)
    check(house, FIRST, "小陈")
    with pytest.raises(Refused, match="another person"):
        check(house, SECOND_CHECK, "小陈")
    assert "会议手册（未核对）" in missing(house)
    check(house, SECOND_CHECK, "小李")
    assert missing(house) == {"资料袋 50/60"}


def test_without_a_guaranteed_number_it_is_packed_for_who_is_invited(house: Store) -> None:
    """Three guests."""
    with house.write() as tx:
        tx.house_work.save_sheet(LAUNCH.id, NO_SHEET)
    packed(house, 3)
    Floor(house).until(COUNTED)
    assert missing(house) == {"会议手册（未核对）"}
