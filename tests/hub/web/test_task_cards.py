"""Tasks in words: every kind in both languages, short enough for a glance."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain import task_life
from hub.domain.house_answers import HouseAnswer
from hub.domain.meetings import Place
from hub.domain.task_kinds import RULES, Role, TaskKind
from hub.domain.task_life import TaskTimes
from hub.domain.tasks import Task, finish, raise_task
from hub.domain.words import Words
from hub.usecases.hand_up import LATE_REPLY, STILL_UNCOMFORTABLE
from hub.web.language import Tongue
from hub.web.open_tasks import OpenTasks
from hub.web.task_cards import ICONS, cards, haste
from hub.web.times import countdown
from tests.hub.build import meeting
from tests.hub.web.scene import NOW, TONGUES, ZH

FACTS = {
    "name": "王建国",
    "salutation_zh": "王总",
    "salutation_en": "Mr Wang",
    "title": "总经理",
    "company": "腾云",
    "host": "陈明",
    "seat": "A-1-5",
    "device": "kiosk-1",
    "door_zh": "东门",
    "door_en": "East Gate",
    "reason": "same_id_other_body",
}
PLACE = Place(device="kiosk-1", key="lounge", name=Words("贵宾室", "VIP Lounge"), way=Words("左", "left"))


def task(kind: TaskKind, **facts: str) -> Task:
    """Return a task about the launch."""
    return raise_task(kind, "inv-1", task_id="t", at=NOW, meeting="m-launch", facts=facts)


def found(*tasks: Task) -> OpenTasks:
    """Return tasks as read."""
    return OpenTasks(tasks, {"m-launch": meeting(lounge="lounge")}, {"lounge": PLACE})


def test_every_kind_has_an_icon_an_owner_and_words() -> None:
    """A new kind of task cannot reach the page without them (R4)."""
    assert set(ICONS) == set(TaskKind) == set(RULES)
    for tongue in TONGUES:
        assert all(tongue.say(f"role.{role}") for role in Role)


@pytest.mark.parametrize("kind", list(TaskKind))
@pytest.mark.parametrize("tongue", TONGUES, ids=["zh", "en"])
def test_every_kind_reads_at_a_glance(kind: TaskKind, tongue: Tongue) -> None:
    """What, who and where: at most 24 Chinese characters or 48 Latin ones (S1), and a procedure (R4)."""
    card = cards(found(task(kind, **FACTS)), tongue, NOW, "")[0]
    glance = f"{card.label} {card.heading}"
    assert len(glance) <= (24 if tongue is ZH else 52)
    assert card.steps or card.checklist
    assert all(card.steps)


@pytest.mark.parametrize("kind", list(TaskKind))
def test_a_task_without_facts_still_says_what_to_do(kind: TaskKind) -> None:
    """Nothing is blank and nothing fails."""
    for tongue in TONGUES:
        card = cards(OpenTasks([task(kind)], {}, {}), tongue, NOW, "")[0]
        assert card.heading
        assert card.steps or card.checklist


def test_a_clash_over_a_seat_names_both_guests_and_where_to_lead_the_second() -> None:
    """One sentence each (R4): who sits where both were sent, and the way out, as soon as there is one."""
    facts = FACTS | {"told": "A-4-10", "other": "李娜"}
    for tongue, sits, no_such in zip(
        TONGUES,
        ("李娜 已坐在 A-4-10，两位都被告知此座", "李娜 sits on A-4-10, which both were told"),
        ("签到机告知的座位 Z-9 并不存在", "Was told seat Z-9, which is not there"),
        strict=True,
    ):
        card = cards(found(task(TaskKind.SEAT_CONFLICT, **facts)), tongue, NOW, "")[0]
        assert sits in card.details
        assert "A-1-5" in card.steps[0]
        lost = cards(found(task(TaskKind.SEAT_CONFLICT, name="王", told="Z-9", other="")), tongue, NOW, "")[0]
        assert no_such in lost.details
        assert "{" not in lost.steps[0]


def test_a_guest_who_stands_is_led_to_the_seat_that_is_free_since() -> None:
    """The task was raised without one."""
    steps = [cards(found(task(TaskKind.NO_SEAT, seat=s)), ZH, NOW, "")[0].steps[0] for s in ("", "A-4-9")]
    assert steps == ["请为宾客安排座位，并引导入座", "已有座位，请引导宾客到 A-4-9"]


def test_without_a_lounge_the_vip_is_led_to_the_seat() -> None:
    """The procedure names only places that are there."""
    card = cards(OpenTasks([task(TaskKind.VIP_ARRIVAL, **FACTS)], {"m-launch": meeting()}, {}), ZH, NOW, "")[0]
    assert card.steps == ("到门口迎接", "引导入座", "茶水另有人送")


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "calm"), (89, "calm"), (90, "soon"), (120, "soon"), (121, "late")]
)
def test_a_deadline_grows_urgent_in_its_last_quarter(seconds: int, expected: str) -> None:
    """Of the VIP's two minutes the last thirty seconds ask for haste."""
    assert haste(task(TaskKind.VIP_ARRIVAL), NOW + timedelta(seconds=seconds)) == expected


def test_spans_are_written_as_clocks_do() -> None:
    """Minutes and seconds, hours only when there are any."""
    spans = [timedelta(seconds=seconds) for seconds in (0, 9, 72, -33, 3600, 3_912)]
    assert [countdown(span) for span in spans] == ["0:00", "0:09", "1:12", "0:33", "1:00:00", "1:05:12"]


SEATED = FACTS | {
    "chair_zh": "A 区 3 排 5 座",
    "chair_en": "zone A, row 3, seat 5",
    "room_zh": "大厅",
    "room_en": "Hall",
}


def test_a_drink_says_first_where_it_goes() -> None:
    """A 区 3 排 5 座 · 茶: the glance of somebody with both hands full (G21)."""
    for tongue, chair, tea in zip(TONGUES, (SEATED["chair_zh"], SEATED["chair_en"]), ("茶", "tea"), strict=True):
        card = cards(found(task(TaskKind.DRINK, **SEATED, note="tea")), tongue, NOW, "")[0]
        assert card.heading == tongue.join((chair, tea))
        assert not any("A-1-5" in part or chair in part for part in card.details)


@pytest.mark.parametrize(
    ("kind", "note", "zh", "en"),
    [
        (TaskKind.HELP, "seat", "调整座椅", "Moving a chair"),
        (TaskKind.HELP, "luggage", "放置物品", "Putting luggage away"),
        (TaskKind.HELP, "equipment", "设备使用", "Using the equipment"),
        (TaskKind.HELP, "handouts", "会议资料", "Meeting papers"),
        (TaskKind.HELP, "small_item", "补一件小物品", "A small item is missing"),
        (TaskKind.COMFORT, "too_cold", "宾客觉得冷", "The guest is too cold"),
        (TaskKind.COMFORT, "too_hot", "宾客觉得热", "The guest is too hot"),
    ],
)
def test_what_a_guest_asked_for_stands_first_and_then_who_and_where(
    kind: TaskKind, note: str, zh: str, en: str
) -> None:
    """Staff know what to bring before they go (R101, R105, R153, R155)."""
    for tongue, wish, chair in zip(TONGUES, (zh, en), (SEATED["chair_zh"], SEATED["chair_en"]), strict=True):
        details = cards(found(task(kind, **SEATED, note=note)), tongue, NOW, "")[0].details
        assert details[0] == wish
        assert chair in details


def test_a_visitor_without_an_invitation_is_named_with_the_number_to_call() -> None:
    """Typed at the kiosk."""
    card = cards(found(task(TaskKind.WALK_IN, name="赵敏", phone="138 0000 9999", door_zh="东门")), ZH, NOW, "")[0]
    assert card.heading == ZH.join(("赵敏", "东门"))
    assert card.details[0] == "138 0000 9999"


DONE = finish(task(TaskKind.COMFORT, **SEATED, note="too_cold", degrees="+2"), "小李", NOW)
TIMES = TaskTimes()


def test_an_apology_is_said_before_anything_is_done() -> None:
    """R152, R155: 给您带来不便, with what happens now and by how much; the card says the same to logistics."""
    for note, degrees, zh, en in (
        ("too_cold", "+2", "调高 2 度", "2 degrees warmer"),
        ("too_hot", "-1", "调低 1 度", "1 degrees cooler"),
    ):
        for tongue, words in zip(TONGUES, (zh, en), strict=True):
            card = cards(found(task(TaskKind.COMFORT, note=note, degrees=degrees)), tongue, NOW, "")[0]
            assert words in card.say
            assert degrees in card.steps[0]
    small = cards(found(task(TaskKind.HELP, note="small_item")), ZH, NOW, "")[0]
    assert small.say.startswith("对不起，给您带来不便")


def test_while_the_room_gets_warmer_the_card_waits() -> None:
    """It counts down to the question, calmly, and says nothing yet."""
    card = cards(found(replace(DONE, until=NOW + timedelta(minutes=10))), ZH, NOW + timedelta(minutes=9), "小李")[0]
    assert (card.phase, card.say, card.haste, card.left_s, card.span_s) == ("waiting", "", "calm", 60, 600)
    assert card.left == "剩余 1:00"


@pytest.mark.parametrize(
    ("tongue", "words"), [(ZH, ("还是冷", "现在太热了")), (TONGUES[1], ("Still cold", "Too hot now"))]
)
def test_the_question_about_a_room_has_three_answers(tongue: Tongue, words: tuple[str, str]) -> None:
    """现在温度怎么样？舒服了吗？ (R155)."""
    card = cards(found(task_life.ask(DONE, NOW, TIMES)), tongue, NOW, "")[0]
    assert card.phase == "asking"
    assert card.say == tongue.say("task.comfort.ask")
    assert (card.not_yet, card.too_much) == words


def test_the_question_after_any_other_work_has_two() -> None:
    """问题已经解决，请问还有其他需要吗？ (R154)."""
    done = finish(task(TaskKind.HELP, note="luggage"), "小李", NOW)
    card = cards(found(task_life.ask(done, NOW, TIMES)), ZH, NOW, "")[0]
    assert (card.say, card.not_yet, card.too_much) == ("问题已经解决，请问还有其他需要吗？", "还没有解决", "")


def test_a_round_that_comes_again_is_counted_and_its_clock_goes_on() -> None:
    """What was left of its time when the work was done is left now."""
    done = finish(task(TaskKind.HELP, note="luggage"), "小李", NOW + timedelta(minutes=1))
    again = task_life.not_yet(done, NOW + timedelta(minutes=9))
    card = cards(found(again), ZH, NOW + timedelta(minutes=9), "小李")[0]
    assert "第 2 次" in card.details
    assert (card.left_s, card.span_s, card.mine) == (120, 180, True)


def test_a_promise_that_comes_near_presses_and_a_broken_one_says_so() -> None:
    """The card becomes urgent five minutes before (R150)."""
    made = task_life.promise(task(TaskKind.QUESTION, name="王", text="发票"), "小李", NOW, TIMES)
    near = task_life.warn(made, NOW)
    late = task_life.breach(near, NOW)
    standing = [cards(found(one), ZH, NOW, "小李")[0] for one in (made, near, late)]
    assert [card.urgent for card in standing] == [False, True, True]
    assert [bool(card.say) for card in standing] == [True, False, False]
    assert len({card.pressing for card in standing}) == 3


@pytest.mark.parametrize(("minutes", "zh"), [(30, "半小时内"), (20, "20 分钟内")])
def test_a_promise_is_said_with_the_houses_own_time(minutes: int, zh: str) -> None:
    """会在半小时内回复您, where that is the setting (R150)."""
    times = TaskTimes(reply_within=timedelta(minutes=minutes))
    made = task_life.promise(task(TaskKind.QUESTION, text="发票"), "小李", NOW, times)
    assert zh in cards(found(made), ZH, NOW, "")[0].say


def test_a_request_shows_the_houses_answer_and_when_the_guest_was_told_last() -> None:
    """By mail or by a person, whichever was later (R149, R151)."""
    wifi = HouseAnswer(
        key="wifi", question=Words("无线网络怎么连接？", "How do I get on the Wi-Fi?"), answer=Words("a", "a")
    )
    asked = task_life.tell(task(TaskKind.REQUEST, text="无线网络怎么连"), NOW)
    read = replace(found(asked), answers=(wifi,), written={"t": NOW + timedelta(minutes=3)})
    card = cards(read, ZH, NOW, "")[0]
    assert (card.answer, card.told_at) == (wifi, NOW + timedelta(minutes=3))
    assert cards(replace(read, written={}), ZH, NOW, "")[0].told_at == NOW
    assert cards(found(task(TaskKind.HELP, text="无线网络怎么连")), ZH, NOW, "")[0].answer is None


@pytest.mark.parametrize("why", [LATE_REPLY, STILL_UNCOMFORTABLE])
def test_the_supervisor_reads_why_and_who_had_it_in_hand(why: str) -> None:
    """In both languages; no key of a text is ever shown."""
    for tongue in TONGUES:
        details = cards(found(task(TaskKind.HANDED_UP, **FACTS, why=why, owner="小陈")), tongue, NOW, "")[0].details
        assert tongue.say(f"task.handed_up.why.{why}") in details
        assert any("小陈" in part for part in details)


def test_a_diet_names_what_the_guest_eats_and_nothing_is_a_diet_too() -> None:
    """The glance of the kitchen."""
    for tongue in TONGUES:
        card = cards(found(task(TaskKind.DIET, **FACTS, diets="gluten_free vegan")), tongue, NOW, "")[0]
        assert tongue.say("diet.vegan") in card.heading
        assert tongue.say("diet.gluten_free") in card.heading
        none = cards(found(task(TaskKind.DIET, **FACTS, diets="")), tongue, NOW, "")[0]
        assert tongue.say("task.diet.none") in none.heading


def test_a_checklist_takes_the_place_of_the_procedure() -> None:
    """Each step with its own words and its tick (R102, R89); a VIP's greeter has both."""
    for tongue in TONGUES:
        card = cards(found(task_life.tick(task(TaskKind.TRANSFER), "luggage")), tongue, NOW, "")[0]
        assert [one.key for one in card.checklist if one.ticked] == ["luggage"]
        assert (card.left_open, card.steps) == (4, ())
        vip = cards(found(task(TaskKind.VIP_ARRIVAL)), tongue, NOW, "")[0]
        assert (vip.left_open, len(vip.steps)) == (1, 3)


def test_every_step_of_every_checklist_has_words() -> None:
    """A list without them could not be drawn."""
    for tongue in TONGUES:
        for kind in TaskKind:
            card = cards(found(task(kind)), tongue, NOW, "")[0]
            assert [one.key for one in card.checklist if one.words] == list(RULES[kind].steps)


@pytest.mark.parametrize("tongue", TONGUES, ids=["zh", "en"])
def test_a_copied_identity_names_device_addresses_and_since_when(tongue: Tongue) -> None:
    """What a technician needs to find the copy, and where to throw both out (fault 37)."""
    facts = {"addresses": "10.0.0.5 · 10.0.0.9", "since": "2026-12-01T01:00:00.000Z"}
    (card,) = cards(found(task(TaskKind.STOLEN_IDENTITY, **FACTS, **facts)), tongue, NOW, "")
    assert any(facts["addresses"] in said for said in card.details)
    assert FACTS["device"] in card.details
    assert card.since is not None
    assert card.since.isoformat() == "2026-12-01T01:00:00+00:00"
    assert tongue.say("joining.title") == tongue.say("task.stolen_identity.look")
    assert all(tongue.say("joining.revoke") in step for step in card.steps)
