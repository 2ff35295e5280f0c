"""Staff see what guests drink, enter how warm it was and how much there is (R107, R110)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.drinks import STANDARD_MENU
from hub.domain.meetings import Room
from hub.domain.room_wishes import RoomWish, wish_task
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState, raise_task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.serve_drinks import prepare_all
from hub.usecases.work_task import accept_task
from hub.web.drink_cards import drink_details, is_hot, tastes
from tests.hub.web.scene import NOW, PROGRAM, TONGUES, on_duty, page, person, until

SERVED = "/staff/tasks/tea/served"


def tea(number: int = 0, note: str = "tea", key: str = "tea", **changes: str) -> Task:
    """Return the task that brings guest ``number`` a drink; 0: tea for the hall."""
    facts = {"room_zh": "大厅", "room_en": "Grand Hall", "note": note} | ({} if number else {"room": "hall"})
    if number:
        one = next(one for one in STANDARD_MENU if one.key == note)
        facts |= {"invitation": f"inv-{number}", "drink_zh": one.name.zh, "drink_en": one.name.en}
        facts |= {"hot": "yes"} if one.hot else {}
        facts |= {"salutation_zh": f"王{number}先生", "salutation_en": f"Mr Wang {number}"}
    task = raise_task(TaskKind.DRINK, key, task_id=key, at=NOW, facts=facts | changes, meeting="m-launch")
    return replace(task, state=TaskState.ACCEPTED, accepted_by="小李", accepted_at=NOW)


def furnish_drinks(store: Store) -> Store:
    """Let tea for the hall be in hand, and guests have chosen drinks, one of which runs short."""
    vip = person(1, drink="绿茶")
    with store.write() as tx:
        tx.guests.change(vip.guest, vip.invitation)
        done = replace(tea(2, "coffee", "one", celsius="48", warmth="too_low", warmth_limit="55"), done_at=NOW)
        tx.tasks.raise_all(
            [
                tea(),
                replace(done, state=TaskState.CLOSED),
                tea(3, "coffee", "two"),
                tea(4, "juice", "three"),
            ]
        )
        prepare_all(tx, "m-launch", {"coffee": 2, "juice": 40}, NOW)
        tx.feed.touch([("tasks", "")])
    until(store, NOW)
    return store


def test_tea_for_a_room_says_what_its_guests_like(client: FlaskClient, house: Store) -> None:
    """符合客戶口味 (R107): VIPs each, all others counted."""
    furnish_drinks(house)
    told = page(client.get("/staff?part=tasks"))
    for part in ("王总：绿茶", "目前已选：", "咖啡 × 2", "果汁 × 1"):
        assert part in told


def test_what_a_guest_chose_last_is_nearer_than_what_the_list_says() -> None:
    """Of each guest one drink counts; a VIP's is told with the name."""
    likes = [person(1, drink="绿茶"), person(2, drink="可乐")]
    chosen = [tea(1, key="a", vip="yes", salutation_zh="王总"), tea(1, "coffee", "b", vip="yes", salutation_zh="王总")]
    found = tastes(likes, [*chosen, tea(3, "juice", "c"), tea()])
    assert [(who.zh, drink.zh) for who, drink in found.vips] == [("王总", "咖啡")]
    assert [(drink.zh, n) for drink, n in found.others] == [("可乐", 1), ("果汁", 1)]


def test_a_temperature_is_asked_for_where_it_matters_alone() -> None:
    """Tea for a room and hot drinks; nobody measures juice, or help."""
    asked = [is_hot(one) for one in (tea(), tea(1, "coffee"), tea(1, "juice"), replace(tea(), kind=TaskKind.HELP))]
    assert asked == [True, True, False, False]


def test_a_guests_own_likes_stand_on_the_card_that_brings_them_something() -> None:
    """In both languages; whoever leads a VIP in serves tea, too."""
    likes = (TaskKind.DRINK, TaskKind.VIP_ARRIVAL)
    for kind, said in ((one, tongue) for one in likes for tongue in TONGUES):
        task = replace(tea(1), kind=kind, facts={"likes": "绿茶", "invitation": "inv-1"})
        assert said.say("task.drink.likes", drink="绿茶") in drink_details(task, None, said)


@pytest.mark.parametrize("said", ["NaN", "900", "warm"])
def test_a_slip_is_told_with_the_field_and_the_remedy(client: FlaskClient, house: Store, said: str) -> None:
    """In the line that the tablet shows, and for programs."""
    furnish_drinks(house)
    on_duty(client)
    answer = client.post(SERVED, data={"temperature": said}, headers=PROGRAM)
    told = answer.get_json()
    assert (answer.status_code, told["code"], told["field"]) == (400, "bad_temperature", "temperature")
    for part in ("温度", said, "0 至 100 °C", "留空"):
        assert part in told["title"]
    client.set_cookie("yingbin_language", "en")
    told = client.post(SERVED, data={"temperature": said}, headers=PROGRAM).get_json()
    for part in ("Temperature", said, "0 to 100 °C", "empty"):
        assert part in told["title"]


@pytest.mark.parametrize("said", ["-1", "many", "1000001"])
def test_portions_that_are_none_are_refused(client: FlaskClient, house: Store, said: str) -> None:
    """Nothing changes."""
    furnish_drinks(house)
    on_duty(client)
    answer = client.post("/staff/meetings/launch/drinks/coffee", data={"portions": said}, headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["field"]) == (400, "portions")
    with house.read() as tx:
        assert tx.drinks.prepared(["m-launch"])["m-launch"]["coffee"].portions == 2


def test_the_meeting_shows_what_was_brought_how_warm_and_by_whom(client: FlaskClient, house: Store) -> None:
    """The history of its drinks, and what is left of each."""
    furnish_drinks(house)
    told = page(client.get("/staff/meetings/launch?part=drinks"))
    for part in ("已选 2，已送 1", "剩余 1 / 2 份", "已无，不再提供", "48 °C", "温度不合适", "小李", "王2先生"):
        assert part in told


@pytest.mark.browser
def test_tea_that_is_too_cold_is_warned_of_at_once_and_done_all_the_same(
    visit: Callable[..., Page], house: Store
) -> None:
    """The card stays, says what is right, and offers both ways."""
    furnish_drinks(house)
    tablet = visit("/staff", language="en", size=(1024, 768))
    card = tablet.locator("#task-tea")
    card.get_by_label("Temperature").fill("48")
    card.get_by_role("button", name="Done", exact=True).click()
    expect(card.get_by_role("alert")).to_contain_text("48 °C is too cold: at least 55 °C is right")
    card.get_by_role("button", name="Finish all the same").click()
    expect(card).to_have_count(0)
    with house.read() as tx:
        kept = tx.tasks.get("tea")
    assert kept is not None
    assert (kept.state, kept.facts["celsius"]) == (TaskState.CLOSED, "48")


@pytest.mark.browser
def test_more_portions_at_the_page_end_the_shortage(visit: Callable[..., Page], house: Store) -> None:
    """The number is entered, and the line says so."""
    furnish_drinks(house)
    meeting = visit("/staff/meetings/launch", language="en")
    line = meeting.locator("#drink-coffee")
    expect(line).to_contain_text("out, no longer offered")
    line.get_by_label("Portions of Coffee prepared").fill("20")
    line.get_by_role("button", name="Set Coffee").click()
    expect(line).to_contain_text("19 of 20 left")
    expect(line).not_to_contain_text("no longer offered")


def furnish_round(store: Store) -> Store:
    """Let two rooms of a floor want tea, as yet from nobody."""
    with store.write() as tx:
        for key, zh, en in (("lotus", "荷花厅", "Lotus Room"), ("bamboo", "竹厅", "Bamboo Room")):
            room = Room(key=key, name=Words(zh, en), floor="2F")
            tx.meetings.save_room(room)
            tx.tasks.raise_all([wish_task(room, RoomWish.TEA, None, task_id=key, at=NOW, meeting=None, step=0)])
        tx.feed.touch([("tasks", "")])
    return store


def test_a_round_is_taken_with_one_tap_and_each_room_is_finished_by_itself(client: FlaskClient, house: Store) -> None:
    """What a colleague has taken meanwhile stays theirs."""
    furnish_round(house)
    on_duty(client)
    told = page(client.get("/staff?part=tasks"))
    for part in ("2F 一轮茶水：2 间", "荷花厅", "竹厅", "整轮接单"):
        assert part in told
    with house.write() as tx:
        accept_task(tx, "bamboo", "小陈", NOW)
    for tasks in (["lotus", "bamboo", "gone"], [], ["lotus"]):
        assert client.post("/staff/rounds", data={"task": tasks}, headers=PROGRAM).status_code == 200
    with house.read() as tx:
        owners = {task.id: task.accepted_by for task in tx.tasks.open()}
    assert owners == {"lotus": "小李", "bamboo": "小陈"}
    told = page(client.get("/staff?part=tasks"))
    assert "整轮接单" not in told
    assert client.post("/staff/tasks/lotus/served", data={"temperature": "60"}, headers=PROGRAM).status_code == 200
    with house.read() as tx:
        assert [task.id for task in tx.tasks.open()] == ["bamboo"]
