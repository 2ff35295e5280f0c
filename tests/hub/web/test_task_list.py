"""The tasks as one person looks at them: what is theirs, where in the house, what is first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hub.domain.meetings import Room
from hub.domain.room_wishes import RoomWish, wish_task
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, raise_task
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.work_task import accept_task
from hub.web.open_tasks import OpenTasks
from hub.web.task_list import View, Zone, areas_of, read_view, task_list, zones_of
from hub.web.within import within
from tests.hub.build import meeting, seat_map
from tests.hub.web.scene import EN, NOW, OURS, PROGRAM, ZH, on_duty, page, raise_help

ROOMS = [Room(key="hall", name=Words("大厅", "Hall"), floor="1F"), Room(key="lotus", name=Words("荷花厅", "Lotus"))]
ZONES = zones_of(ROOMS, {"hall": ["A", "B"]}, ZH)


def help_task(key: str, minutes: float = 0, **facts: str) -> Task:
    """Return a call for help, raised so many minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    return raise_task(TaskKind.HELP, key, task_id=key, at=at, facts=facts)


def tea(key: str, minutes: float) -> Task:
    """Return tea that a room on the second floor wants since so many minutes."""
    room = Room(key=key, name=Words(key, key), floor="2F")
    at = NOW - timedelta(minutes=minutes)
    return wish_task(room, RoomWish.TEA, None, task_id=key, at=at, meeting=None, step=2)


def listed(tasks: list[Task], view: View | None = None, person: str = "小李") -> list[list[str]]:
    """Return the ids that stand on each line."""
    found = OpenTasks(tasks, {"m-launch": meeting()}, {}, floors={"hall": "1F", "lotus": "2F", "bamboo": "2F"})
    shown = task_list(found, ZONES, view or View(), ZH, NOW, person)
    return [[card.id for card in item.cards] for item in shown.items]


def test_a_round_of_tea_stands_below_a_call_that_is_overdue() -> None:
    """By the time that is left; the rooms of a round are one line (S6, S9)."""
    tasks = [tea("lotus", 1), help_task("late", 5), tea("bamboo", 2), help_task("soon", 2)]
    assert listed(tasks) == [["late"], ["soon"], ["bamboo", "lotus"]]


def test_what_a_lead_put_first_is_first() -> None:
    """Whatever else is overdue (S16)."""
    rushed = replace(help_task("rushed", 0), rushed_at=NOW)
    assert listed([help_task("late", 5), rushed]) == [["rushed"], ["late"]]


def test_mine_is_what_i_have_and_what_i_am_asked_for() -> None:
    """Nobody without a name has anything."""
    tasks = [help_task("free"), replace(help_task("mine"), accepted_by="小李"), help_task("asked")]
    found = OpenTasks(tasks, {}, {}, asked={"asked": ["小李"]})
    shown = task_list(found, ZONES, View("mine"), ZH, NOW, "小李")
    assert {card.id for item in shown.items for card in item.cards} == {"mine", "asked"}
    assert shown.counts == {"mine": 2, "all": 3}
    assert task_list(found, ZONES, View("mine"), ZH, NOW, "").items == []


@pytest.mark.parametrize(
    ("zone", "seen"),
    [
        ("floor:1F", {"row", "other", "hall", "door"}),
        ("room:hall", {"row", "other", "hall", "door"}),
        ("room:lotus", {"lotus", "door"}),
        ("area:hall:A", {"row", "hall", "door"}),
        ("area:gone:Z", {"row", "other", "hall", "lotus", "door"}),
    ],
)
def test_a_part_of_the_house_shows_its_tasks_and_those_of_no_known_place(zone: str, seen: set[str]) -> None:
    """What lies elsewhere is counted, so that nobody believes the house to be quiet (S14)."""
    tasks = [
        replace(help_task("row", seat="A-1-2"), meeting="m-launch"),
        replace(help_task("other", seat="B-1-2"), meeting="m-launch"),
        help_task("hall", room="hall"),
        help_task("lotus", room="lotus"),
        help_task("door", device="kiosk-1"),
    ]
    found = OpenTasks(tasks, {"m-launch": meeting()}, {}, floors={"hall": "1F", "lotus": "2F"})
    shown = task_list(found, ZONES, View("all", zone), ZH, NOW, "")
    assert {card.id for item in shown.items for card in item.cards} == seen
    assert shown.elsewhere == len(tasks) - len(seen)


def test_the_parts_of_the_house_have_names() -> None:
    """Floors, rooms, and the areas of a hall with rows."""
    assert Zone("area:hall:A", ZH.join(("大厅", "A 区"))) in ZONES
    assert [zone.key for zone in ZONES] == ["floor:1F", "room:hall", "area:hall:A", "area:hall:B", "room:lotus"]
    assert areas_of(seat_map()) == ["A"]


@pytest.mark.parametrize("kept", ["", "all|x|y", "mine|floor:1F", "no|room:hall", "%00|%00", "x" * 500, "mine|\x00"])
def test_what_a_browser_keeps_is_read_back_or_counts_as_nothing(kept: str) -> None:
    """It survives a night asleep, and no tampering breaks the page."""
    view = read_view(kept)
    assert read_view(view.write()) == view
    assert view.tab in {"mine", "all"}


def test_a_deadline_is_told_in_the_words_of_the_rule() -> None:
    """Its verb, and the span that the task was given (S6)."""
    assert within(TaskKind.DEVICE_FAULT, timedelta(minutes=5), ZH) == "5 分钟内更换"
    assert within(TaskKind.QUESTION, timedelta(minutes=30), EN) == "Reply within 30 min"
    assert within(TaskKind.HUB_FAULT, timedelta(hours=8), EN) == "Done within 8 h"
    assert within(TaskKind.HELP, timedelta(minutes=150), ZH) == "150 分钟内到场"
    assert within(TaskKind.REHEARSAL, timedelta(seconds=20), ZH) == "1 分钟内完成"


def test_the_choice_is_kept_by_the_browser(client: FlaskClient, house: Store) -> None:
    """Tab and part of the house, each by itself; what is not on offer is refused (S14)."""
    for key, by in (("ours", "小李"), ("theirs", "小陈")):
        raise_help(house, key)
        with house.write() as tx:
            accept_task(tx, key, by, NOW)
    on_duty(client)
    assert client.post("/staff/view", data={"tab": "mine"}, headers=PROGRAM).status_code == 200
    assert client.post("/staff/view", data={"zone": "room:hall"}, headers=PROGRAM).status_code == 200
    text = page(client.get("/staff?part=tasks"))
    assert 'id="task-ours"' in text
    assert 'id="task-theirs"' not in text
    assert '<option value="room:hall" selected>' in text
    assert client.post("/staff/view", data={"tab": "yours"}, headers=OURS).status_code == 400
    assert client.post("/staff/view", data={"zone": "z" * 200}, headers=OURS).status_code == 400


def test_what_is_urgent_is_told_by_a_word_and_a_sign(client: FlaskClient, house: Store) -> None:
    """Not by colour."""
    raise_help(house)
    assert '<strong class="p1">' in page(client.get("/staff"))
    assert "紧急" in page(client.get("/staff"))
