"""Open tasks, taken in one tap and finished in one; the first to take it has it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from devices.ids import uuid7
from hub.domain.house_answers import HouseAnswer
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.tasks import TaskState, raise_task
from hub.domain.transfers import Leads
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.pass_time import fire_next
from hub.usecases.timer_rules import timer_rules
from hub.usecases.work_task import finish_task
from hub.web.parts import WebParts
from hub.web.task_cards import MOST
from tests.hub.web.scene import (
    NOW,
    OURS,
    PROGRAM,
    TONGUES,
    StillClock,
    arrive,
    furnish_house,
    on_duty,
    page,
    person,
    raise_help,
    tell_levels,
)


def test_a_vip_arrival_is_a_task_with_everything_the_greeter_needs(client: FlaskClient, house: Store) -> None:
    """Whom to greet at which door, the lounge and the tea, seat and host (R100)."""
    arrive(house, 1, seconds=1190)
    text = page(client.get("/staff?part=tasks"))
    for words in ("贵宾到场", "王总", "东门", "腾云", "引导至贵宾室", "茶水另有人送", "接待人 陈明", "座位 A-1-"):
        assert words in text
    client.set_cookie("yingbin_language", "en")
    text = page(client.get("/staff?part=tasks"))
    for words in ("VIP arrival", "Mr Wang", "East Gate", "Lead to VIP Lounge", "Tea is on its way", "Host "):
        assert words in text


@pytest.mark.parametrize(("language", "said"), [("zh", "二级贵宾"), ("en", "VIP 2")])
@pytest.mark.parametrize("told", [True, False])
def test_the_greeter_reads_of_which_level_the_vip_is(
    client: FlaskClient, house: Store, language: str, said: str, *, told: bool
) -> None:
    """Where somebody has said it; the card is as ever where nobody has."""
    client.set_cookie("yingbin_language", language)
    if told:
        tell_levels(house)
    arrive(house, 1, seconds=1190)
    assert (said in page(client.get("/staff?part=tasks"))) is told


def test_tasks_stand_by_the_time_that_is_left(client: FlaskClient, house: Store) -> None:
    """The one that is due first is on top, whenever it was raised."""
    raise_help(house, "late", at=NOW - timedelta(minutes=5))
    raise_help(house, "fresh", at=NOW)
    raise_help(house, "older", at=NOW - timedelta(minutes=1))
    text = page(client.get("/staff"))
    places = [text.index(f'id="task-{key}"') for key in ("late", "older", "fresh")]
    assert places == sorted(places)
    assert "已超时 2:00" in text
    assert "剩余 3:00" in text


def test_a_task_is_taken_done_and_confirmed_in_one_tap_each(client: FlaskClient, house: Store) -> None:
    """Without leaving the page; then the task is gone, and the log knows who did it (R154)."""
    raise_help(house)
    on_duty(client)
    assert client.post("/staff/tasks/task-1/accept", headers=OURS).headers["Location"] == "/staff"
    assert "您已接" in page(client.get("/staff"))
    assert client.post("/staff/tasks/task-1/finish", headers=PROGRAM).get_json() == {"done": True}
    assert "问题已经解决，请问还有其他需要吗？" in page(client.get("/staff"))
    assert client.post("/staff/tasks/task-1/fine", headers=PROGRAM).get_json() == {"done": True}
    assert 'id="task-task-1"' not in page(client.get("/staff"))
    with house.read() as tx:
        task = tx.tasks.get("task-1")
    assert task is not None
    assert (task.state, task.accepted_by) == (TaskState.CLOSED, "小李")


def test_the_second_person_sees_who_was_first(app: Flask, house: Store) -> None:
    """First accept wins; the other gets 409 with the name, and the page shows it too."""
    raise_help(house)
    first, second = on_duty(app.test_client(), "小李"), on_duty(app.test_client(), "小陈")
    assert first.post("/staff/tasks/task-1/accept", headers=PROGRAM).status_code == 200
    answer = second.post("/staff/tasks/task-1/accept", headers=PROGRAM)
    assert answer.status_code == 409
    assert answer.get_json()["code"] == "taken_already"
    assert answer.get_json()["title"] == "小李 已接"
    assert "小李 已接" in page(second.get("/staff"))
    assert "代为完成" in page(second.get("/staff"))


@pytest.mark.parametrize("step", ["accept", "finish"])
def test_what_cannot_be_done_is_told(client: FlaskClient, house: Store, step: str) -> None:
    """Unknown tasks, finished ones, and steps by nobody."""
    raise_help(house)
    assert client.post(f"/staff/tasks/task-1/{step}", headers=PROGRAM).get_json()["code"] == "invalid_input"
    on_duty(client)
    for unknown in ("none", "x" * 3000, "%00"):
        assert client.post(f"/staff/tasks/{unknown}/{step}", headers=PROGRAM).status_code in {400, 404}
    client.post("/staff/tasks/task-1/finish", headers=OURS)
    answer = client.post(f"/staff/tasks/task-1/{step}", headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_open")


def test_names_cannot_act_on_the_page(client: FlaskClient, house: Store) -> None:
    """HTML in a guest's or a colleague's name is text, wherever it stands."""
    del house
    on_duty(client, "<script>alert(1)</script>")
    assert "<script>alert" not in page(client.get("/staff"))


def test_hostile_guests_are_only_words(client: FlaskClient, sqlite_store: Store) -> None:
    """On the staff page, the meeting's page and the roll call, in both languages."""
    evil = '"><script>alert(1)</script>{{7*7}}'
    furnish_house(sqlite_store, person(1, name=evil, company=evil, title=evil, host=evil))
    arrive(sqlite_store, 1)
    for path in ("/staff", "/staff/meetings/launch", "/staff/meetings/launch/inside", "/"):
        for language in ("zh", "en"):
            client.set_cookie("yingbin_language", language)
            text = page(client.get(path))
            assert "<script>alert" not in text
            assert path == "/" or "{{7*7}}" in text


def test_a_flood_of_tasks_is_cut_and_says_so(client: FlaskClient, house: Store) -> None:
    """The most urgent are drawn, the others counted."""
    for number in range(MOST + 7):
        raise_help(house, f"t{number}")
    text = page(client.get("/staff"))
    assert text.count('class="task ') == MOST
    assert "另有 7 项" in text
    assert f"<strong>{MOST + 7}</strong>" in text


def test_todays_meeting_stands_beside_with_who_has_just_come(client: FlaskClient, house: Store) -> None:
    """The cue to greet by name: newest first, with the door (R88, R144)."""
    arrive(house, 2, 1, seconds=1150)
    arrive(house, 3, device="kiosk-2", seconds=1190)
    text = page(client.get("/staff?part=meetings"))
    assert "3 / 5 位" in text
    assert text.index("Rossi 女士") < text.index("王总") < text.index("王2先生")
    assert "西门" in text


def test_an_action_is_on_the_page_that_follows_it(client: FlaskClient, parts: WebParts, house: Store) -> None:
    """What was remembered is forgotten, even when the watch has not looked yet."""
    raise_help(house)
    on_duty(client)
    page(client.get("/staff"))
    head = parts.watch.head
    client.post("/staff/tasks/task-1/accept", headers=OURS)
    assert parts.watch._head == head
    assert "您已接" in page(client.get("/staff"))


def test_an_unknown_part_is_not_found(client: FlaskClient) -> None:
    """A page is asked only for what it has."""
    assert client.get("/staff?part=secrets").status_code == 404
    assert client.get("/staff?part=../rooms/devices").status_code == 404


def cold(house: Store) -> None:
    """Let a guest be too cold, and 小李 have the room changed."""
    facts = {"note": "too_cold", "degrees": "+2", "salutation_zh": "王总", "salutation_en": "Mr Wang"}
    with house.write() as tx:
        tx.tasks.raise_all([raise_task(TaskKind.COMFORT, "inv-1:too_cold", task_id="cold", at=NOW, facts=facts)])
        finish_task(tx, "cold", "小李", NOW)
        tx.feed.touch([("tasks", "")])


def pass_time(parts: WebParts, clock: StillClock, minutes: float) -> None:
    """Let the clock go on, and what is due happen."""
    clock.forward(minutes * 60)
    who = Deciding(actor="hub", at=clock.now(), ids=uuid7)
    while fired := fire_next(parts.store, who, timer_rules(parts.times, Leads())):
        assert fired.problem is None


def test_a_cold_guest_is_asked_on_the_page_ten_minutes_later(
    client: FlaskClient, parts: WebParts, clock: StillClock, house: Store
) -> None:
    """The question comes by itself; one tap for each answer (R155)."""
    on_duty(client)
    cold(house)
    text = page(client.get("/staff"))
    assert "到时请再问一次宾客" in text
    assert "/staff/tasks/cold/fine" not in text
    pass_time(parts, clock, 10)
    text = page(client.get("/staff"))
    assert "现在温度怎么样？舒服了吗？" in text
    for tap in ("fine", "not-yet", "too-much"):
        assert f"/staff/tasks/cold/{tap}" in text
    client.post("/staff/tasks/cold/not-yet", headers=PROGRAM)
    text = page(client.get("/staff"))
    assert "您已接" in text
    assert "第 2 次" in text


def test_too_hot_now_is_a_task_of_its_own(
    client: FlaskClient, parts: WebParts, clock: StillClock, house: Store
) -> None:
    """One degree down, for whoever takes it."""
    on_duty(client)
    cold(house)
    pass_time(parts, clock, 10)
    client.post("/staff/tasks/cold/too-much", headers=PROGRAM)
    text = page(client.get("/staff"))
    assert "请把空调设定调整 -1 度" in text
    assert "宾客觉得热" in text


def test_a_request_is_promised_told_and_answered_in_one_tap_each(client: FlaskClient, house: Store) -> None:
    """R149 to R151."""
    on_duty(client)
    with house.write() as tx:
        wifi = Words("无线网络怎么连接？", "How do I get on the Wi-Fi?")
        tx.answers.put([HouseAnswer(key="wifi", question=wifi, answer=Words("网络名 Yunqi", "Network Yunqi"))])
        facts = {"text": "无线网络怎么连"}
        tx.tasks.raise_all([raise_task(TaskKind.REQUEST, "x", task_id="ask", at=NOW, facts=facts)])
    for tap, words in (("promise", "会在半小时内回复您"), ("tell", "09:20 已告知宾客"), ("tell", "网络名 Yunqi")):
        assert client.post(f"/staff/tasks/ask/{tap}", headers=PROGRAM).status_code == 200
        assert words in page(client.get("/staff"))
    assert client.post("/staff/tasks/ask/answer", headers=PROGRAM).status_code == 200
    assert 'id="task-ask"' not in page(client.get("/staff"))


def test_a_checklist_is_ticked_on_the_card_and_finishing_early_asks_once_more(
    client: FlaskClient, house: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second button, no dialog (R102, R89)."""
    monkeypatch.setitem(RULES, TaskKind.HELP, replace(RULES[TaskKind.HELP], steps=("seat", "luggage")))
    for step in ("seat", "luggage"):
        for tongue in TONGUES:
            words: dict[str, str] = tongue.texts.by_language[tongue.language]
            monkeypatch.setitem(words, f"task.help.step.{step}", words[f"task.help.{step}"])
    raise_help(house)
    on_duty(client)
    client.post("/staff/tasks/task-1/accept", headers=PROGRAM)
    assert client.post("/staff/tasks/task-1/ticks/seat", headers=PROGRAM).status_code == 200
    text = page(client.get("/staff"))
    assert text.count('aria-pressed="true"') == text.count('aria-pressed="false"') == 1
    assert "还有 1 步没有做" in text
    answer = client.post("/staff/tasks/task-1/finish", headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "steps_open")
    assert client.post("/staff/tasks/task-1/ticks/fly", headers=PROGRAM).status_code == 400
    assert client.post("/staff/tasks/task-1/finish-without", headers=PROGRAM).status_code == 200
    assert "问题已经解决" in page(client.get("/staff"))


def test_a_tap_that_no_task_has_is_not_found(client: FlaskClient, house: Store) -> None:
    """And one that does not fit where the task stands is refused."""
    raise_help(house)
    on_duty(client)
    assert client.post("/staff/tasks/task-1/explode", headers=PROGRAM).status_code == 404
    for tap in ("fine", "not-yet", "too-much"):
        assert client.post(f"/staff/tasks/task-1/{tap}", headers=PROGRAM).get_json()["code"] == "not_open"
