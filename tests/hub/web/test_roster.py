"""The roster on a supervisor's page, a person's own part, and what the board and their own page say of both."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.roster import Staffing, edition_of
from hub.domain.staff import Shift
from hub.domain.task_kinds import Role, TaskKind
from hub.ports import Store
from hub.usecases.acknowledge_role import playbooks_in_force
from hub.usecases.work_task import accept_task
from tests.hub.web.people_scene import HOUR, carry, hire, signed_in
from tests.hub.web.scene import NOW, OURS, PROGRAM, StillClock, enter, page, raise_help, until
from tests.hub.web.test_access import address

Visit = Callable[..., Page]
ADD = {"staff": "wu", "day": "2026-12-01", "from": "21:00", "until": "01:30", "meeting": "launch", "role": "technician"}


def shifts(store: Store, key: str) -> list[Shift]:
    """Return a person's shifts."""
    with store.read() as tx:
        return [one for one in tx.staff.shifts(NOW - 24 * HOUR, NOW + 48 * HOUR) if one.staff == key]


def words(text: str) -> str:
    """Return what a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.fixture
def boss(app: Flask, house: Store) -> FlaskClient:
    """Give the supervisor's tablet."""
    return signed_in(app, hire(house), "wang")


def test_a_day_says_who_works_when_for_what_and_who_is_missing(boss: FlaskClient) -> None:
    """And the meeting says that it has no technician, and who does not know their part."""
    text = words(page(boss.get("/staff/shifts")))
    assert "08:20–12:20 小李 接待 发布会 未到岗 未确认职责" in text
    assert "没有设备维护专人" in text
    assert "职责已确认 2 人中的 0 人 ，还缺：" in text.replace("人，", "人 ，")
    assert "这一天还没有排班" in words(page(boss.get("/staff/shifts?day=2026-12-02")))


def test_a_shift_is_added_in_the_houses_time_changed_and_removed(boss: FlaskClient, house: Store) -> None:
    """Until half past one is the next morning."""
    assert boss.post("/staff/shifts", data=ADD, headers=OURS).headers["Location"] == "/staff/shifts?day=2026-12-01"
    (made,) = shifts(house, "wu")
    assert (made.ends_at - made.starts_at, made.meeting, made.role) == (4.5 * HOUR, "launch", Role.TECHNICIAN)
    instead = made.starts_at.isoformat()
    boss.post("/staff/shifts", data=ADD | {"instead": instead, "from": "22:00", "meeting": ""}, headers=OURS)
    (changed,) = shifts(house, "wu")
    assert (changed.starts_at - made.starts_at, changed.meeting) == (HOUR, "")
    boss.post("/staff/shifts/remove", data={"staff": "wu", "starts": changed.starts_at.isoformat()}, headers=OURS)
    assert shifts(house, "wu") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "soon"}, "day"),
        ({"from": "9 o'clock"}, "from"),
        ({"until": ""}, "until"),
        ({"role": "waiter"}, "role"),
        ({"role": "receptionist"}, "role"),
        ({"meeting": "gala"}, "meeting"),
        ({"staff": "nobody"}, "staff"),
        ({"instead": "yesterday"}, "instead"),
    ],
)
def test_mistakes_name_the_field_and_the_remedy(boss: FlaskClient, changes: dict[str, str], field: str) -> None:
    """And nothing is kept."""
    told = boss.post("/staff/shifts", data=ADD | changes, headers=PROGRAM).get_json()
    assert (told["status"], told["field"]) == (400, field)
    assert told["remedy"]
    assert boss.post("/staff/shifts/remove", data={"staff": "wu", "starts": "x"}, headers=PROGRAM).status_code == 400


def test_a_meeting_gets_its_technician_and_the_call_for_one_ends(boss: FlaskClient, house: Store) -> None:
    """The board says so too (R65, R116)."""
    until(house, NOW)
    with house.read() as tx:
        assert TaskKind.NO_TECHNICIAN in {task.kind for task in tx.tasks.open()}
    assert "没有设备维护专人" in words(page(boss.get("/staff/board")))
    form = {"technician": "wu", "minutes_taker": "li", "importance": "4", "minutes": "1"}
    boss.post("/staff/shifts/meetings/launch", data=form, headers=OURS)
    until(house, NOW)
    with house.read() as tx:
        assert TaskKind.NO_TECHNICIAN not in {task.kind for task in tx.tasks.open()}
        assert tx.roster.staffing(["m-launch"])["m-launch"] == Staffing(
            importance=4, minutes=True, minutes_taker="li", technician="wu"
        )
    board = words(page(boss.get("/staff/board")))
    assert "没有设备维护专人" not in board
    assert re.search(r"10:00 发布会 入场中 .* 已到 0 / 5 位 .* 小吴 小李", board)
    assert boss.post("/staff/shifts/meetings/launch", data={}, headers=PROGRAM).get_json()["field"] == "importance"
    assert boss.post("/staff/shifts/meetings/gala", data=form, headers=PROGRAM).status_code == 404


def test_one_tap_says_that_a_person_knows_their_part_and_the_playbooks(app: Flask, house: Store) -> None:
    """They were shown the text; the count at their own page goes, and the roster's page has it (R81)."""
    client = signed_in(app, hire(house), "fang")
    text = page(client.get("/staff/part"))
    assert "处理突发情况" in text
    assert "火灾" in text
    assert "119" in text
    assert 'class="badge">1</span>' in page(client.get("/staff"))
    starts, edition = (
        re.findall(r'name="starts" value="([^"]+)"', text),
        re.findall(r'name="edition" value="(\w+)"', text),
    )
    with house.read() as tx:
        assert edition == [edition_of(playbooks_in_force(tx))]
    old = {"starts": starts, "edition": "older"}
    assert client.post("/staff/part", data=old, headers=PROGRAM).status_code == 409
    client.post("/staff/part", data={"starts": starts, "edition": edition}, headers=OURS)
    assert "全部已确认" in page(client.get("/staff/part"))
    assert 'href="/staff/part"' in page(client.get("/staff"))
    assert 'class="badge">1</span>' not in page(client.get("/staff?part=me"))
    (one,) = shifts(house, "fang")
    assert one.acknowledged_at == NOW


def test_a_receptionist_is_shown_no_playbooks_and_a_stranger_nothing(app: Flask, house: Store) -> None:
    """Who is not signed in is asked to; a moment that is none is refused by its field."""
    client = signed_in(app, hire(house), "li")
    text = page(client.get("/staff/part"))
    assert "接待与签到" in text
    assert "应急预案" not in text
    assert client.post("/staff/part", data={"starts": "x"}, headers=PROGRAM).get_json()["field"] == "starts"
    assert client.post("/staff/part", data={"starts": NOW.isoformat()}, headers=PROGRAM).status_code == 404
    assert "请先上岗" in page(enter(app.test_client()).get("/staff/part"))


def test_the_end_of_a_shift_proposes_to_hand_over_what_is_in_hand(app: Flask, house: Store, clock: StillClock) -> None:
    """From a quarter of an hour before it on, first to a colleague of the team; not where nothing is in hand."""
    client = signed_in(app, hire(house), "li")
    signed_in(app, house, "wu", "二楼平板")
    with house.write() as tx:
        staff = tx.staff.by_name("王姐")
        assert staff is not None
    signed_in(app, house, "wang", "三楼平板")
    clock.forward(3 * 3600 - 14 * 60)
    assert "shift-ends" not in page(client.get("/staff"))
    raise_help(house)
    with house.write() as tx:
        accept_task(tx, "task-1", "小李", clock.now())
    clock.forward(31)
    text = page(client.get("/staff?part=me"))
    assert "班次 12:20 结束，手上还有 1 项：请交接" in text
    assert re.findall(r"<option>(\S+)</option>", text.split('id="shift-ends"')[1].split("</form>")[0])
    client.post("/staff/hand-over", data={"to": "小吴"}, headers=OURS)
    assert "shift-ends" not in page(client.get("/staff?part=me"))
    with house.read() as tx:
        assert [task.accepted_by for task in tx.tasks.open() if task.id == "task-1"] == ["小吴"]


def test_in_the_middle_of_a_shift_nobody_is_asked_to_hand_over(app: Flask, house: Store, clock: StillClock) -> None:
    """Sixteen minutes before its end it is too early."""
    client = signed_in(app, hire(house), "li")
    raise_help(house)
    with house.write() as tx:
        accept_task(tx, "task-1", "小李", NOW)
    clock.forward((3 * HOUR - timedelta(minutes=16)).total_seconds())
    assert "shift-ends" not in page(client.get("/staff"))


@pytest.mark.browser
def test_a_tap_on_the_tablet_acknowledges_and_the_page_says_so_at_once(visit: Visit, app: Flask, house: Store) -> None:
    """Without leaving the page."""
    client = signed_in(app, hire(house), "li")
    tab = visit("/staff/sign-in", person=None, live=False)
    carry(client, tab)
    tab.goto(address(tab) + "/staff/part")
    tab.click("#know button.main")
    expect(tab.locator("[data-part=part]")).to_contain_text("全部已确认")
