"""The page of a meeting's house work, its cards, the tiles of rooms, and the signs of diet zones (R39-R41, R136)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hub.domain.guests import Diet
from hub.domain.house_work import FunctionSheet
from hub.domain.meetings import Segment, SegmentKind
from hub.domain.task_kinds import TaskKind
from hub.domain.timers import Timer
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.serve_meals import MEALS, fire_meals
from hub.usecases.set_up_room import SIGN_OFF, fire_set_up, fire_sign_off
from hub.usecases.strike_room import STRIKE, fire_strike
from hub.usecases.work_task import accept_task, finish_task, tick_step
from tests.hub.build import at, guest, invited
from tests.hub.web.scene import NOW, PROGRAM, StillClock, arrive, on_duty, page

WORK = "/staff/meetings/launch/house-work"
LABELS = "/staff/meetings/launch/diet-labels"
LUNCH = Segment(kind=SegmentKind.MEAL, title=Words("自助午餐", "Buffet lunch"), starts_at=at(3_600), ends_at=at(5_400))


def _who(name: str, seconds: float = 0) -> Deciding:
    numbers = iter(range(1_000))
    return Deciding(actor=name, at=NOW + timedelta(seconds=seconds), ids=lambda: f"{name}-{seconds}-{next(numbers)}")


def task_of(store: Store, kind: TaskKind) -> str:
    """Return the id of the one open task of a kind."""
    with store.read() as tx:
        (found,) = [task.id for task in tx.tasks.open() if task.kind is kind]
    return found


def furnish_work(store: Store) -> Store:
    """Let 小周 have set the hall up but for the plants, and lunch be near; guest 3 wrote something of his own."""
    arrive(store, 1, 2, 3)
    return begin_work(store)


def begin_work(store: Store) -> Store:
    """Do so without anybody coming in."""
    with store.write() as tx:
        launch = tx.meetings.get(["m-launch"])["m-launch"]
        tx.meetings.save(replace(launch, agenda=(*launch.agenda, LUNCH)))
        tx.house_work.save_sheet(
            "m-launch",
            FunctionSheet(stage=Words("六米乘四米", "6 m by 4 m"), lights=Words("暖白", "warm white"), guaranteed=60),
        )
        both = guest(4, diets=frozenset({Diet.VEGETARIAN, Diet.GLUTEN_FREE}))
        tx.guests.change(both, invited(4).invitation)
        third = tx.guests.by_invitation(["inv-3"])["inv-3"]
        tx.guests.change(replace(third.guest, diet_note="花生过敏"), third.invitation)
        fire_set_up(tx, Timer(rule="set_up", subject="m-launch", due_at=NOW), _who("hub"))
        fire_meals(tx, Timer(rule=MEALS, subject="m-launch", due_at=NOW), _who("hub", 1))
    task = task_of(store, TaskKind.SET_UP)
    with store.write() as tx:
        accept_task(tx, task, "小周", NOW)
        for number, step in enumerate(("tables_chairs", "sound_light", "banner")):
            tick_step(tx, task, step, "小周", NOW + timedelta(minutes=number))
    return store


def finish_set_up(store: Store) -> None:
    """Let 小周 put the plants up, and the supervisor be called."""
    task = task_of(store, TaskKind.SET_UP)
    with store.write() as tx:
        tick_step(tx, task, "plants", "小周", NOW)
        finish_task(tx, task, "小周", NOW)
        fire_sign_off(tx, Timer(rule=SIGN_OFF, subject="m-launch", due_at=NOW), _who("hub", 2))


def send(client: FlaskClient, step: str, **form: str) -> int:
    """Take a step, and return the answer's status."""
    return client.post(f"{WORK}/{step}", data=form, headers=PROGRAM).status_code


@pytest.fixture
def work(house: Store) -> Store:
    """Give the house while its hall is set up."""
    return furnish_work(house)


@pytest.mark.usefixtures("work")
def test_the_page_shows_who_ticked_what_when_and_what_was_ordered(client: FlaskClient) -> None:
    """In the staff's own words, in both languages; not signed off yet."""
    on_duty(client)
    text = page(client.get(WORK))
    for words in (
        "摆放桌椅",
        "剧院式",
        "六米乘四米",
        "暖白",
        "小周",
        "09:21",
        "未完成",
        "布置未验收",
        "悬挂横幅",
    ):
        assert words in text, words
    assert f'action="{WORK}/sign"' not in text  # there is nothing to sign yet
    english = page(client.get(WORK, headers={"Accept-Language": "en"}))
    assert "Set-up not signed off" in english
    assert "6 m by 4 m" in english


@pytest.mark.usefixtures("work")
def test_the_card_shows_the_same_list_and_does_not_end_before_all_is_ticked(client: FlaskClient) -> None:
    """No way round an open step is offered."""
    on_duty(client, "小周")
    text = page(client.get("/staff"))
    for words in ("会场布置", "剧院式", "六米乘四米", "还有 1 步没有做，全部做完才能完成", f'href="{WORK}"'):
        assert words in text, words
    assert "finish-without" not in text


def test_the_supervisor_signs_what_somebody_else_has_done(client: FlaskClient, work: Store) -> None:
    """And every page of the meeting says so at once."""
    finish_set_up(work)
    on_duty(client, "小周")
    assert send(client, "sign") == 409
    assert "布置未验收" in page(client.get("/staff/meetings/launch"))
    on_duty(client, "刘主管")
    assert f'action="{WORK}/sign"' in page(client.get(WORK))
    assert send(client, "sign") == 200
    assert "已验收" in page(client.get(WORK))
    assert "布置已验收：刘主管" in page(client.get("/staff/meetings/launch"))


def test_a_set_up_that_is_not_right_goes_back_with_a_note(client: FlaskClient, work: Store) -> None:
    """The note stands on the card; an empty one is refused by name."""
    finish_set_up(work)
    on_duty(client, "刘主管")
    assert send(client, "send-back", note="") == 400
    assert send(client, "send-back", note="横幅歪了") == 200
    text = page(client.get("/staff"))
    assert "横幅歪了" in text
    assert "布置验收" not in text


@pytest.mark.usefixtures("work")
def test_meals_are_counted_for_who_is_there_and_notes_name_nobody(client: FlaskClient, work: Store) -> None:
    """On the card and on the page, again as soon as somebody comes."""
    on_duty(client)
    card = page(client.get("/staff?part=tasks"))
    for words in ("供应餐饮", "自助午餐", "实到 3 份，保证 60 份", "素食 1", "花生过敏"):
        assert words in card, words
    arrive(work, 4, seconds=700)
    client.application.extensions["yingbin"].recent.forget()
    text = page(client.get(f"{WORK}?part=meals"))
    assert "无麸质 + 素食" in text
    assert "Rossi" not in text
    assert "保证人数 60" in text


@pytest.mark.usefixtures("work")
def test_each_diet_of_the_guests_has_a_sign_in_both_languages(client: FlaskClient) -> None:
    """R136: 标注“素食”. Diets that nobody has need no sign."""
    text = page(client.get(LABELS))
    for words in ('id="label-vegetarian"', "素食", "Vegetarian", 'id="label-gluten_free"', "专属餐区", "Reserved zone"):
        assert words in text, words
    assert "label-halal" not in text


def test_a_meeting_without_needs_has_no_signs(client: FlaskClient, house: Store) -> None:
    """And says so."""
    with house.write() as tx:
        two = tx.guests.by_invitation(["inv-2"])["inv-2"]
        tx.guests.change(replace(two.guest, diets=frozenset()), two.invitation)
    assert "不需要标签" in page(client.get(LABELS))


def test_a_late_meal_says_how_late_it_was(client: FlaskClient, work: Store) -> None:
    """A delay, from five minutes on."""
    meal = task_of(work, TaskKind.MEAL)
    with work.write() as tx:
        finish_task(tx, meal, "小周", at(3_600 + 720))
    assert "晚了 0:12:00" in page(client.get(f"{WORK}?part=meals"))


def test_a_room_is_not_available_before_it_is_clear(client: FlaskClient, work: Store, clock: StillClock) -> None:
    """On its tile and on its page (R161)."""
    assert "布置中" not in page(client.get("/rooms/hall"))  # its doors are open: it is in use
    assert "使用中" in page(client.get("/rooms/hall"))
    clock.forward(3 * 3_600)
    with work.write() as tx:
        who = replace(_who("hub", 3), at=clock.now())
        fire_strike(tx, Timer(rule=STRIKE, subject="m-launch", due_at=clock.now()), who)
    client.application.extensions["yingbin"].recent.forget()
    for address in ("/rooms", "/rooms/hall", WORK):
        assert "清理中，不可使用" in page(client.get(address)), address
    task = task_of(work, TaskKind.STRIKE)
    with work.write() as tx:
        for step in ("furniture_back", "rubbish_out", "equipment_off"):
            tick_step(tx, task, step, "小周", clock.now())
        finish_task(tx, task, "小周", clock.now())
    client.application.extensions["yingbin"].recent.forget()
    assert "可使用" in page(client.get("/rooms/hall"))
    assert "清理完毕，可供下一场使用" in page(client.get(WORK))
    assert "清理中" not in page(client.get("/rooms"))


def test_how_long_guests_wait_stands_on_the_card_and_on_the_meetings_page(
    client: FlaskClient, work: Store, clock: StillClock
) -> None:
    """R125: median and worst; what somebody passes on or brings is asked for like all else (R126)."""
    on_duty(client)
    for kind, text in (("stationery", "两支笔"), ("documents", "送到 302")):
        form = {"kind": kind, "text": text, "who": "王总", "meeting": "m-launch"}
        assert client.post("/staff/requests", data=form, headers=PROGRAM).status_code == 200
    clock.forward(120)
    card = page(client.get("/staff"))
    for words in ("送纸笔用品", "两支笔", "传递文件资料", "客户提出："):
        assert words in card, words
    for kind, seconds in ((TaskKind.STATIONERY, 60), (TaskKind.DOCUMENTS, 120)):
        task = task_of(work, kind)
        with work.write() as tx:
            accept_task(tx, task, "小李", NOW + timedelta(seconds=seconds))
    client.application.extensions["yingbin"].recent.forget()
    assert "需求响应：中位数 0:01:30，最长 0:02:00" in page(client.get("/staff/meetings/launch"))
