"""Tasks in words: every kind in both languages, short enough for a glance."""

from datetime import timedelta

import pytest

from hub.domain.meetings import Place
from hub.domain.tasks import RULES, Role, Task, TaskKind, raise_task
from hub.domain.words import Words
from hub.web.language import Tongue
from hub.web.task_cards import ICONS, OpenTasks, cards, haste
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
    assert card.steps
    assert all(card.steps)


@pytest.mark.parametrize("kind", list(TaskKind))
def test_a_task_without_facts_still_says_what_to_do(kind: TaskKind) -> None:
    """Nothing is blank and nothing fails."""
    for tongue in TONGUES:
        card = cards(OpenTasks([task(kind)], {}, {}), tongue, NOW, "")[0]
        assert card.heading
        assert card.steps


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
    assert card.steps == ("到门口迎接", "引导入座", "奉茶")


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
