"""The page of a tablet in a meeting room: what is on, how devices are used, and buttons that call a person."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from hub.domain.meetings import Room
from hub.domain.room_wishes import RoomWish
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.tasks import Task, TaskState
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.ask_guest import ask_now
from hub.usecases.keep_task import find_task
from hub.usecases.work_task import accept_task, finish_task
from hub.web.parts import WebParts
from hub.web.room_wishes import DONE_SHOWN, ICONS
from tests.hub.build import meeting
from tests.hub.web.scene import NOW, OURS, PROGRAM, TONGUES, ZH, StillClock, arrive, furnish_panels, page

PANEL = "/panel/hall"


@pytest.fixture
def room(house: Store) -> Store:
    """Give the house with devices in its hall."""
    return furnish_panels(house)


def press(client: FlaskClient, room: str = "hall", **form: str) -> list[str]:
    """Press a button as the page's script does, and return what people in the room are told."""
    answer = client.post(f"/panel/{quote(room)}", data=form, headers=PROGRAM)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    said: list[str] = answer.get_json()["said"]
    return said


def tasks(store: Store) -> list[Task]:
    """Return the open tasks."""
    with store.read() as tx:
        return list(tx.tasks.open())


def refresh(parts: WebParts) -> None:
    """Let the watch see what somebody else has changed."""
    parts.watch.look()


def test_the_agenda_says_what_is_on_and_what_follows(client: FlaskClient, room: Store, clock: StillClock) -> None:
    """Part, time left, what follows with its place, in the house's zone (R103)."""
    del room
    clock.forward(50 * 60)  # 10:10, ten minutes into the talk
    text = page(client.get(PANEL))
    for words in ("大厅", "Grand Hall", "发布会", "新品发布", "还剩 20 分钟", "接下来", "10:30", "茶歇", "前厅"):
        assert words in text
    client.set_cookie("yingbin_language", "en")
    text = page(client.get(f"{PANEL}?part=agenda"))
    for words in ("Launch", "The launch", "20 min left", "Next", "Tea", "Foyer"):
        assert words in text


def test_before_it_begins_and_between_meetings_the_page_says_when(
    client: FlaskClient, room: Store, parts: WebParts
) -> None:
    """Doors open; then, in another room, the next meeting with its day where it is not today."""
    assert "入场中，10:00 开始" in page(client.get(PANEL))
    tomorrow = {name: getattr(meeting(), name) + timedelta(days=1) for name in ("doors_at", "starts_at", "ends_at")}
    with room.write() as tx:
        tx.meetings.save(meeting("board", room="annex", title=Words("董事会", "Board"), **tomorrow))
        tx.feed.touch([("meeting", "m-board")])
    refresh(parts)
    text = page(client.get("/panel/annex"))
    for words in ("会议室空闲", "下一场", "12月2日", "10:00", "董事会"):
        assert words in text


def test_an_empty_day_is_a_calm_page(client: FlaskClient, room: Store) -> None:
    """With its buttons."""
    del room
    text = page(client.get("/panel/annex"))
    assert "近期没有会议" in text
    assert text.count('class="wish"') == len(ICONS)
    assert "设备怎么用" not in text


def test_no_guest_is_ever_named(client: FlaskClient, room: Store, clock: StillClock) -> None:
    """Everybody in the room sees it: guests, hosts and speakers stay out, whatever happens."""
    arrive(room, 1, 2, 3, seconds=1180)
    clock.forward(50 * 60)
    for wish in RoomWish:
        press(client, wish=wish)
    for language in ("zh", "en"):
        client.set_cookie("yingbin_language", language)
        text = page(client.get(PANEL))
        for name in ("王建国", "王总", "Mr Wang", "Sofia", "Rossi", "腾云", "陈明", "王2"):
            assert name not in text


def test_a_guide_opens_by_an_address_within_the_page(client: FlaskClient, room: Store) -> None:
    """Only devices that have one; the steps in both languages, numbered by the list (R102)."""
    del room
    text = page(client.get(PANEL))
    assert 'href="#guide-projector"' in text
    assert 'id="guide-projector"' in text
    assert "guide-lights" not in text
    assert re.findall(r"<li>(.*?)</li>", text) == ["按“投影”键", "接上电脑"]
    client.set_cookie("yingbin_language", "en")
    assert "<li>Press Projector</li>" in page(client.get(PANEL))


def test_who_is_cold_hears_an_apology_at_once_in_both_languages(client: FlaskClient, room: Store) -> None:
    """R155: 非常抱歉，我们马上为您调整."""
    said = press(client, wish="too_cold")
    assert said == ["非常抱歉，我们马上为您调整", "We are very sorry. We will adjust it at once"]
    (task,) = tasks(room)
    assert (task.kind, task.facts["room_zh"]) == (TaskKind.COMFORT, "大厅")
    assert said[0] in page(client.get(f"{PANEL}?part=told"))
    assert page(client.get(f"{PANEL}?part=wishes")).count("asked") == 1


def test_a_child_at_the_buttons_makes_one_task_and_is_thanked(client: FlaskClient, room: Store) -> None:
    """Forty presses: one task, one change for staff pages, a kind word each time."""
    press(client, wish="tea")
    with room.read() as tx:
        head = tx.feed.head()
    said = [press(client, wish="tea") for _ in range(40)]
    assert all(one == ["已经通知同事，马上就到，谢谢您。", "Somebody is on the way. Thank you."] for one in said)
    assert len(tasks(room)) == 1
    with room.read() as tx:
        assert tx.feed.head() == head


def test_the_panel_follows_who_comes_and_that_it_is_done(
    client: FlaskClient, room: Store, parts: WebParts, clock: StillClock
) -> None:
    """As a kiosk does; what was done leaves the page after a while, and the button can be pressed anew."""
    press(client, wish="too_hot")
    (task,) = tasks(room)
    with room.write() as tx:
        accept_task(tx, task.id, "小李", NOW)
    refresh(parts)
    assert "小李正在为您调低温度" in page(client.get(f"{PANEL}?part=told"))
    with room.write() as tx:
        finish_task(tx, task.id, "小李", NOW)
    refresh(parts)
    text = page(client.get(PANEL))
    assert "温度已经调低，谢谢您告诉我们" in text
    assert "asked" not in text
    clock.forward(DONE_SHOWN.total_seconds() + 1)
    assert "told-" not in page(client.get(f"{PANEL}?part=told"))
    press(client, wish="too_hot")
    assert tasks(room)[0].state is TaskState.ACCEPTED


def test_ten_minutes_after_the_work_the_panel_asks_and_hears_the_room(
    client: FlaskClient, room: Store, parts: WebParts, clock: StillClock
) -> None:
    """R155: before everything else on the page; a stale tap or a made-up answer changes nothing."""
    press(client, wish="too_cold")
    (task,) = tasks(room)
    press(client, wish="help")
    with room.write() as tx:
        finish_task(tx, task.id, "小李", NOW)
    clock.forward(600)
    with room.write() as tx:
        ask_now(tx, find_task(tx, task.id), "hub", clock.now(), parts.times)
    refresh(parts)
    text = page(client.get(f"{PANEL}?part=told"))
    assert "现在温度怎么样？舒服了吗？" in text
    assert "已经通知工作人员" not in text
    assert all(words in text for words in ("舒服了", "还是冷", "现在太热"))
    assert client.post(PANEL, data={"wish": "too_cold", "answer": "maybe"}, headers=PROGRAM).status_code == 400
    assert client.post(PANEL, data={"wish": "too_hot", "answer": "fine"}, headers=PROGRAM).status_code == 409
    assert press(client, wish="too_cold", answer="not_yet")[0] == "非常抱歉，我们马上再为您处理。"
    refresh(parts)
    assert "现在温度怎么样" not in page(client.get(PANEL))
    assert client.post(PANEL, data={"wish": "too_cold", "answer": "fine"}, headers=PROGRAM).status_code == 409
    assert {one.kind: one.state for one in tasks(room)}[TaskKind.COMFORT] is TaskState.ACCEPTED


def test_a_broken_device_calls_the_technician_to_it_in_this_room(client: FlaskClient, room: Store) -> None:
    """From the room's list, or something else; staff read room and device at a glance."""
    assert press(client, wish="broken", device="projector")[0] == "非常抱歉，技术人员马上来看投影仪"
    press(client, wish="broken", device="")
    assert [task.kind for task in tasks(room)] == [TaskKind.DEVICE_FAULT] * 2
    staff = page(client.get("/staff?part=tasks"))
    assert ZH.join(("大厅", "投影仪")) in staff
    assert "设备故障" in staff


@pytest.mark.parametrize(
    ("wish", "said", "read"),
    [
        ("connect", "好的，技术人员马上来为您连接", "连接电脑"),
        ("slides", "好的，技术人员马上来为您播放", "播放演示文稿"),
        ("volume", "好的，马上为您调整音量", "调整音响音量"),
    ],
)
def test_a_technician_is_called_to_show_how_equipment_is_used(
    client: FlaskClient, room: Store, wish: str, said: str, read: str
) -> None:
    """R120: 協助客戶連接電腦、播放演示文稿、調整音響音量; once, however often it is pressed."""
    assert press(client, wish=wish)[0] == said
    press(client, wish=wish)
    (task,) = tasks(room)
    assert (task.kind, RULES[task.kind].owner) == (TaskKind.GUIDANCE, Role.TECHNICIAN)
    assert said in page(client.get(f"{PANEL}?part=told"))
    assert page(client.get(f"{PANEL}?part=sheets")).count('class="asked"') == 1
    staff = page(client.get("/staff?part=tasks"))
    for words in ("大厅", "设备协助", read, "确认正常后再离开"):
        assert words in staff


def test_tea_and_help_say_the_room_on_the_staff_page(client: FlaskClient, room: Store) -> None:
    """Once, in the heading."""
    del room
    for wish in ("tea", "help"):
        press(client, wish=wish)
    staff = page(client.get("/staff?part=tasks"))
    assert ZH.join(("大厅", "茶")) in staff
    assert "请送到会议室" in staff
    assert staff.partition('<ol class="tasks">')[2].count("大厅") == 2


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "wish"),
        ({"wish": "dance"}, "wish"),
        ({"wish": "TEA"}, "wish"),
        ({"wish": "tea", "device": "projector"}, "device"),
        ({"wish": "broken", "device": "laser"}, "device"),
        ({"wish": "tea", "room": "annex"}, "room"),
    ],
)
def test_what_no_button_sends_is_refused_with_the_field(
    client: FlaskClient, room: Store, form: dict[str, str], field: str
) -> None:
    """And calls nobody."""
    answer = client.post(PANEL, data=form, headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["field"]) == (400, field)
    assert tasks(room) == []


def test_a_press_from_elsewhere_calls_nobody(client: FlaskClient, room: Store) -> None:
    """Another web site, or a plain GET."""
    assert client.post(PANEL, data={"wish": "help"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get(f"{PANEL}?wish=help").status_code == 200
    assert tasks(room) == []


def test_an_unknown_room_lists_the_addresses_there_are(client: FlaskClient, room: Store) -> None:
    """For whoever hangs up the tablet; a script, and a press, get a plain 404."""
    del room
    answer = client.get("/panel/<b>cellar")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 404
    for words in ("没有这间会议室：&lt;b&gt;cellar", "There is no room", 'href="/panel/hall"', 'href="/panel/annex"'):
        assert words in text
    assert client.get("/panel/cellar", headers=PROGRAM).get_json()["code"] == "not_found"
    assert client.post("/panel/cellar", data={"wish": "help"}, headers=PROGRAM).status_code == 404


def test_an_unknown_room_in_an_empty_house_says_what_is_missing(client: FlaskClient) -> None:
    """Nothing was imported yet."""
    answer = client.get("/panel/hall")
    assert answer.status_code == 404
    assert "请管理员先导入会场资料" in answer.get_data(as_text=True)


def test_a_rooms_key_may_hold_a_slash(client: FlaskClient, room: Store) -> None:
    """As the venue file allows."""
    with room.write() as tx:
        tx.meetings.save_room(Room(key="tower/2", name=Words("塔楼", "Tower")))
    assert "塔楼" in page(client.get("/panel/tower/2"))
    answer = client.post("/panel/tower/2", data={"wish": "help"}, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/panel/tower/2")
    assert tasks(room)[0].facts["room"] == "tower/2"


def test_technicians_find_every_panels_address(client: FlaskClient, room: Store) -> None:
    """With how many guides it shows."""
    del room
    text = page(client.get("/rooms?part=panels"))
    assert 'href="/panel/hall"' in text
    assert "1 份设备指南" in text
    assert 'href="/panel/annex"' in text
    assert "还没有设备指南" in text


def test_every_wish_has_its_words_in_both_languages() -> None:
    """Label, apology, who comes, and done."""
    for tongue in TONGUES:
        for wish in RoomWish:
            assert tongue.say(f"panel.wish.{wish}")
            for progress in ("taken", "accepted", "done"):
                assert tongue.say(f"panel.told.{wish}.{progress}", by="Li", thing="X")


def test_a_meeting_that_moves_is_on_the_panel_at_once(client: FlaskClient, room: Store, parts: WebParts) -> None:
    """The agenda is live (R98)."""
    assert "发布会" in page(client.get(PANEL))
    with room.write() as tx:
        tx.meetings.save(replace(meeting(), room="annex"))
        tx.feed.touch([("meeting", "m-launch")])
    refresh(parts)
    assert "会议室空闲" in page(client.get(f"{PANEL}?part=agenda"))
    assert "发布会" in page(client.get("/panel/annex?part=agenda"))
