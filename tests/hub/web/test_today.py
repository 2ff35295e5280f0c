"""Which meetings stand on the first page, and where each one is in its course."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from hub.ports import Store
from hub.web.today import Stage, read_today, stage
from tests.hub.build import T0, at, meeting
from tests.hub.web.scene import NOW, StillClock, arrive, furnish_house, page, raise_help

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-1, Stage.LATER), (0, Stage.DOORS_OPEN), (3600, Stage.RUNNING), (10_799, Stage.RUNNING), (10_800, Stage.OVER)],
)
def test_a_meeting_is_at_one_stage(seconds: int, expected: Stage) -> None:
    """By doors, start and end; each belongs to what begins with it."""
    assert stage(meeting(), at(seconds)) is expected
    assert stage(meeting(cancelled=True), at(seconds)) is Stage.CANCELLED


def test_today_is_the_venues_day(sqlite_store: Store) -> None:
    """Midnight is that of the house; a meeting that runs across it belongs to both days."""
    furnish_house(sqlite_store)
    with sqlite_store.write() as tx:
        late = T0 + timedelta(hours=14)
        tx.meetings.save(meeting("night", doors_at=late, starts_at=late, ends_at=late + timedelta(hours=3)))
        next_day = T0 + timedelta(days=1)
        tx.meetings.save(meeting("next", doors_at=next_day, starts_at=next_day, ends_at=next_day + timedelta(hours=1)))
    with sqlite_store.read() as tx:
        assert keys(read_today(tx, NOW, SHANGHAI).lines) == ["launch", "night"]
        assert keys(read_today(tx, NOW + timedelta(days=1), SHANGHAI).lines) == ["night", "next"]
        assert keys(read_today(tx, NOW - timedelta(days=1), SHANGHAI).coming) == ["launch", "night", "next"]
        assert not read_today(tx, NOW + timedelta(days=2), SHANGHAI).coming


def keys(lines: object) -> list[str]:
    """Return the meetings' keys."""
    return [line.meeting.key for line in lines]  # type: ignore[attr-defined]  # lines of meetings


def test_the_first_page_says_how_things_stand(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """How many have come, how much work waits, how much of it is late, and whether the devices are well."""
    text = page(client.get("/"))
    assert "暂无任务" in text
    assert "0 / 2 台正常" in text
    arrive(house, 2, 3)
    raise_help(house)
    clock.forward(200)
    text = page(client.get("/"))
    assert "2 / 5 位" in text
    assert "1 项待办" in text
    assert "其中 1 项已超时" in text


def test_a_free_day_shows_what_comes_next(client: FlaskClient, house: Store, clock: StillClock) -> None:
    """With its day."""
    del house
    clock.forward(-3 * 86_400)
    text = page(client.get("/"))
    assert "今天没有会议" in text
    assert "12月1日 星期二" in text
