"""One whole event day, in house time: everything that the hub does, to the second, and nothing else.

The best single read of what the hub does. Each chapter says what people, guests and devices do, and then tells the
whole story of what the hub made of it, as its own rows have it (``diary.py`` explains the words). The numbers are
those of the house's policy: ``reference/user-experience.md`` 8, ``domain-and-booking.md`` C.3 and A.2, DESIGN 8.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.case import Case
from tests.faults.evidence import Evidence, read_hub
from tests.faults.invariants import CHECKS
from tests.hub.day import afternoon, morning, talks
from tests.hub.day.clockwork import Day
from tests.hub.day.house import PROJECTOR, House

CHAPTERS = (
    morning.set_up,
    morning.arrivals,
    talks.cold_room,
    talks.late_speaker,
    talks.dead_projector,
    talks.delay,
    talks.tea_and_lunch,
    afternoon.hand_over,
    afternoon.question,
    afternoon.silent_tablet,
    afternoon.fire_drill,
    afternoon.cool_air,
    afternoon.strike,
)


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Open the house at ten to eight, before anybody is at work: its meeting was rehearsed, its things are in place."""
    day = Day(database_url, tmp_path, monkeypatch, "07:50")
    made = House(day)
    day.starts()
    made.join("周敏", "老王", "小孙", "许棠", "小李", "罗琴", "赵工", "钱工")
    made.kiosk_starts()
    made.furnish()
    made.rehearsed()
    day.diary.read()
    yield made
    day.close()


@pytest.mark.timeout(1200)  # some thousand seconds of the house, each looked at: minutes where other tests run too
def test_a_whole_event_day_happens_as_it_is_told_and_nothing_else(house: House, database_url: str) -> None:
    """Arrivals, tea, a cold room, a dead projector, a late speaker, a fire drill; then nothing is left open."""
    for chapter in CHAPTERS:
        chapter(house)
    with house.day.store.read() as tx:
        assert [task.dedupe for task in tx.tasks.open()] == []
        assert [one.subject for one in tx.conditions.open()] == [PROJECTOR], "it waits to be repaired"
        assert tx.incidents.open() == []
    assert house.day.failures() == {}
    kept = Evidence(hub=read_hub(database_url), kiosks={}, witnessed=(), enrolled=frozenset({"kiosk-1"}))
    for name in ("I2", "I3", "I4", "I5", "I10", "I12"):
        assert list(CHECKS[name](Case(kept))) == [], name
