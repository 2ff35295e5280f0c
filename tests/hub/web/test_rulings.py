"""Decisions about scans on the pages: one tap with a name and a reason, told to everybody who looks (R8)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from tests.hub.web.scene import OURS, PROGRAM, arrive, enter_twice, on_duty, page, tell_levels, turn_away

GUEST = "/staff/guests/inv-4"
LAUNCH = "/staff/meetings/launch"


def field(text: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return found.group(1)


def scan_of(store: Store, number: int) -> str:
    """Return the first scan of a guest."""
    with store.read() as tx:
        events = tx.check_ins.of_invitations([f"inv-{number}"])[f"inv-{number}"]
    return min(events, key=lambda event: event.scan.order()).scan.id


def came(store: Store) -> set[str]:
    """Return the invitations of those who are in."""
    with store.read() as tx:
        return {one.who.invitation for one in tx.attendance.arrivals("m-launch", 99)}


def test_a_double_entry_shows_both_doors_and_times_side_by_side(client: FlaskClient, house: Store) -> None:
    """With two buttons for whoever is on duty, in both languages."""
    enter_twice(house, 4)
    text = page(client.get("/staff?part=tasks"))
    for words in ("一份邀请，两个门", "王4先生", "东门", "09:18:20", "西门", "09:18:32"):
        assert words in text
    assert "tell-apart" not in text
    on_duty(client)
    text = page(client.get("/staff?part=tasks"))
    assert text.count("/staff/guests/inv-4/tell-apart") == 2
    assert "/finish" not in text
    client.set_cookie("yingbin_language", "en")
    text = page(client.get("/staff?part=tasks"))
    for words in ("One invitation, two doors", "East Gate", "West Gate", "Same guest", "Two guests"):
        assert words in text


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", ("二级贵宾", "已答复：出席", "已答复：待定")), ("en", ("VIP 2", "Has accepted", "May come"))],
)
def test_the_guest_s_page_says_what_the_source_knows(
    client: FlaskClient, house: Store, language: str, said: tuple[str, ...]
) -> None:
    """The level and the answer in words; of whom no source says anything, nothing."""
    tell_levels(house)
    client.set_cookie("yingbin_language", language)
    first, second, silent = (page(client.get(f"/staff/guests/inv-{number}")) for number in (1, 2, 4))
    assert said[0] in first
    assert said[1] in first
    assert said[2] in second
    assert 'class="vip"' not in second
    assert 'class="known"' not in silent


@pytest.mark.parametrize(("kind", "said"), [("same_person", "同一位客人"), ("two_people", "两位客人")])
def test_one_tap_closes_it_and_says_by_whom(client: FlaskClient, house: Store, kind: str, said: str) -> None:
    """The task is gone; who decided what stands below, on the guest's page and in the list."""
    enter_twice(house, 4)
    on_duty(client)
    for path in ("/staff/rulings", "/staff/rulings?meeting=launch"):
        assert "等待判定" in page(client.get(path))
    seen = field(page(client.get("/staff")), "seen")
    form = {"kind": kind, "reason": "walked_round", "seen": seen, "back": "/staff"}
    answer = client.post(f"{GUEST}/tell-apart", data=form, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff")
    assert "暂时没有任务" in page(client.get("/staff?part=tasks"))
    for path in ("/staff?part=rulings", GUEST, "/staff/rulings", "/staff/rulings?meeting=launch"):
        text = page(client.get(path))
        assert said in text
        assert "小李 判定" in text
        assert "等待判定" not in text


def test_the_second_person_hears_who_was_first(app: Flask, house: Store) -> None:
    """Both looked at the same card (fault 53)."""
    enter_twice(house, 4)
    first, second = on_duty(app.test_client(), "小李"), on_duty(app.test_client(), "小陈")
    form = {"kind": "same_person", "reason": "walked_round", "seen": field(page(first.get("/staff")), "seen")}
    assert first.post(f"{GUEST}/tell-apart", data=form, headers=PROGRAM).get_json() == {"done": True}
    answer = second.post(f"{GUEST}/tell-apart", data=form | {"kind": "two_people"}, headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["title"]) == (409, "小李 已接")
    assert "同一位客人" in page(second.get("/staff?part=rulings"))


def test_an_arrival_is_undone_and_taken_back_in_two_taps_each(client: FlaskClient, house: Store) -> None:
    """One tap from the list opens the guest's scans, one on a reason decides; the page says what happened."""
    arrive(house, 4)
    on_duty(client)
    assert f'href="{GUEST}"' in page(client.get(LAUNCH))
    path = f"/staff/scans/{scan_of(house, 4)}/rule"
    text = page(client.get(GUEST))
    assert path in text
    assert "点错了" not in text
    form = {"kind": "undo", "reason": "wrong_guest", "back": GUEST}
    assert client.post(path, data=form, headers=OURS).headers["Location"] == GUEST
    assert came(house) == set()
    text = page(client.get(GUEST))
    for words in ("未入场", "座位 A-1-1", "撤销入场", "不是这位宾客", "小李 判定", "点错了"):
        assert words in text
    assert "入场已撤销" in page(client.get(f"{LAUNCH}?part=refused"))
    client.post(path, data={"kind": "let_in", "reason": "slip"}, headers=OURS)
    assert came(house) == {"inv-4"}


def test_a_refused_guest_is_let_in_from_the_meetings_page(client: FlaskClient, house: Store) -> None:
    """For the last half hour, with the reason of the refusal; free words are a reason too, and only words."""
    scan = turn_away(house, 5, seconds=-60)
    on_duty(client)
    text = page(client.get(f"{LAUNCH}?part=refused"))
    for words in ("王5先生", "尚未开始入场", "东门", f"/staff/guests/inv-5#scan-{scan}"):
        assert words in text
    form = {"kind": "let_in", "words": "<script>alert(1)</script>"}
    assert client.post(f"/staff/scans/{scan}/rule", data=form, headers=PROGRAM).status_code == 200
    assert came(house) == {"inv-5"}
    for path in ("/staff", "/staff/guests/inv-5", "/staff/rulings"):
        text = page(client.get(path))
        assert "<script>alert" not in text
        assert "alert(1)" in text


def test_refusals_of_long_ago_are_not_listed(client: FlaskClient, house: Store) -> None:
    """The guest is no longer at the door."""
    turn_away(house, 5, seconds=-900)
    assert "王5先生" not in page(client.get(f"{LAUNCH}?part=refused"))


def test_a_second_person_inside_is_on_the_roll_call(client: FlaskClient, house: Store) -> None:
    """Two people on one invitation are two people when the house is cleared (R5)."""
    enter_twice(house, 4)
    on_duty(client)
    assert "同一邀请另有一位" not in page(client.get(f"{LAUNCH}/inside"))
    form = {"kind": "two_people", "reason": "both_inside", "seen": field(page(client.get("/staff")), "seen")}
    client.post(f"{GUEST}/tell-apart", data=form, headers=OURS)
    text = page(client.get(f"{LAUNCH}/inside"))
    assert "同一邀请另有一位" in text
    assert "另有 1 位" in text


def test_what_cannot_be_decided_is_told(client: FlaskClient, house: Store) -> None:
    """Nobody on duty, no reason, no such scan or guest, no such kind, nothing to undo, an old page."""
    arrive(house, 4)
    scan = scan_of(house, 4)
    path = f"/staff/scans/{scan}/rule"
    undo = {"kind": "undo", "reason": "wrong_guest"}
    assert client.post(path, data=undo, headers=PROGRAM).get_json()["field"] == "name"
    on_duty(client)
    cases = [
        (path, {"kind": "undo", "words": " "}, 400, "invalid_input"),
        (path, {"kind": "forgive", "reason": "x"}, 400, "invalid_input"),
        (path, {"kind": "same_person", "reason": "x"}, 400, "invalid_input"),
        (path, {"kind": "let_in", "reason": "x"}, 409, "refused"),
        ("/staff/scans/none/rule", undo, 404, "not_found"),
        (f"/staff/scans/{'x' * 3000}/rule", undo, 404, "not_found"),
        (f"{GUEST}/tell-apart", {"kind": "same_person", "reason": "x", "seen": ""}, 409, "refused"),
        ("/staff/guests/none/tell-apart", {"kind": "same_person", "reason": "x"}, 404, "not_found"),
    ]
    for where, form, status, code in cases:
        answer = client.post(where, data=form, headers=PROGRAM)
        assert (answer.status_code, answer.get_json()["code"]) == (status, code), where
    assert came(house) == {"inv-4"}
    assert client.get("/staff/guests/none").status_code == 404
    assert client.get("/staff/rulings?meeting=none").status_code == 404
    assert client.post(path, data=undo, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    elsewhere = client.post(path, data=undo | {"back": "//evil.example/"}, headers=OURS)
    assert elsewhere.headers["Location"] == "/"


def test_a_withdrawn_guests_task_leads_to_the_decision(client: FlaskClient, house: Store) -> None:
    """Stay or go: both are one tap on the page that the task opens."""
    enter_twice(house, 4)
    with house.read() as tx:
        assert [task.kind for task in tx.tasks.open()] == [TaskKind.DOUBLE_ENTRY]
    assert f'href="{GUEST}"' in page(client.get("/staff?part=tasks"))
