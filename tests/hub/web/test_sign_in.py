"""People come to work at a shared tablet by PIN or badge, and no name that is merely typed is anybody (S13, S21)."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.staff import MOST_TRIES
from hub.domain.task_kinds import Role
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.enrol_device import invite_tablet
from hub.usecases.sign_in import give_badge, give_pin
from hub.usecases.work_task import accept_task
from tests.hub.on_duty import somebody
from tests.hub.web.scene import NOW, OURS, PROGRAM, StillClock, page, raise_help

Visit = Callable[..., Page]

PINS = {"小李": 482_915, "小陈": 735_120, "老周": 604_218}
WHO = Deciding(actor="chief", at=NOW, ids=lambda: "id")


def hire(house: Store) -> Store:
    """Let there be two receptionists and a supervisor with a PIN each, and a badge for 小李."""
    people = [somebody("小李"), somebody("小陈"), somebody("老周", Role.SUPERVISOR)]
    with house.write() as tx:
        tx.staff.put(people)
        for one in people:
            give_pin(tx, one, WHO, partial(_always, PINS[one.name]))
        give_badge(tx, people[0], "B-7791-2204", WHO)
    return house


def _always(number: int, below: int) -> int:
    return min(number, below - 1)


def code_for(house: Store, name: str) -> str:
    """Return the code with which a tablet joins under a name."""
    with house.write() as tx:
        return invite_tablet(tx, name, WHO, partial(_always, 12_345_678 + len(name)))


def joined(app: Flask, house: Store, name: str = "大堂平板") -> FlaskClient:
    """Return a tablet that has joined the house."""
    client = app.test_client()
    answer = client.post("/staff/join", data={"code": code_for(house, name)}, headers=OURS)
    assert answer.headers["Location"] == "/staff/sign-in"
    return client


def sign_in(client: FlaskClient, code: object) -> str:
    """Type a code; returns where that leads."""
    return client.post("/staff/sign-in", data={"code": str(code)}, headers=OURS).headers["Location"]


def at_work(house: Store) -> list[str]:
    """Return who is on duty."""
    with house.read() as tx:
        return sorted(duty.person for duty in tx.duties.all())


@pytest.mark.parametrize("code", ["482915", "482-915", " b77912204 "])
def test_a_pin_or_a_badge_signs_its_owner_in(app: Flask, house: Store, code: str) -> None:
    """And the page knows who they are."""
    client = joined(app, hire(house))
    assert sign_in(client, code) == "/staff"
    assert at_work(house) == ["小李"]
    assert 'data-person="小李"' in page(client.get("/staff"))


def test_a_name_that_is_typed_is_nobody_where_people_are_listed(
    client: FlaskClient, stranger: FlaskClient, house: Store
) -> None:
    """Neither at an account's browser nor by a cookie from before."""
    raise_help(hire(house))
    assert client.post("/staff/shift", data={"name": "小李"}, headers=OURS).status_code == 409
    assert 'data-person="值班台"' in page(client.get("/staff"))
    stranger.set_cookie("yingbin_person", "%E5%B0%8F%E6%9D%8E")
    assert stranger.post("/staff/tasks/task-1/accept", headers=PROGRAM).status_code == 401


def test_a_stranger_device_cannot_try_codes(client: FlaskClient, house: Store) -> None:
    """It is sent to join first, and a right PIN there is worth nothing."""
    hire(house)
    assert client.get("/staff/sign-in").headers["Location"] == "/staff/join"
    client.set_cookie("yingbin_tablet", "guessed")
    assert client.post("/staff/sign-in", data={"code": "482915"}, headers=PROGRAM).status_code == 404
    assert client.post("/staff/join", data={"code": "00000000"}, headers=PROGRAM).get_json()["field"] == "code"
    assert at_work(house) == []


def test_after_five_wrong_codes_there_is_a_pause(app: Flask, house: Store, clock: StillClock) -> None:
    """In which the right one is not taken either; afterwards it is."""
    client = joined(app, hire(house))
    for _ in range(MOST_TRIES):
        assert sign_in(client, "111112") == "/staff/sign-in?wrong=1"
    assert client.post("/staff/sign-in", data={"code": "482915"}, headers=PROGRAM).get_json()["code"] == "locked"
    assert "错误次数过多，09:25:00 后再试" in page(client.get("/staff/sign-in"))
    clock.forward(301)
    assert sign_in(client, PINS["小李"]) == "/staff"


def test_who_signs_in_takes_the_tablet_over_and_who_goes_leaves_their_tasks(app: Flask, house: Store) -> None:
    """What they had is free again, so that somebody is asked (S13)."""
    raise_help(hire(house))
    client = joined(app, house)
    sign_in(client, PINS["小李"])
    client.post("/staff/tasks/task-1/accept", headers=OURS)
    sign_in(client, PINS["小陈"])
    assert at_work(house) == ["小陈"]
    assert "/staff/tasks/task-1/accept" in page(client.get("/staff"))
    assert client.post("/staff/sign-out", headers=OURS).headers["Location"] == "/staff/sign-in"
    assert at_work(house) == []
    assert client.get("/staff").headers["Location"] == "/staff/sign-in"


def test_who_goes_long_after_the_page_was_loaded_is_off(app: Flask, house: Store, clock: StillClock) -> None:
    """What the page knew of the house's people is read anew, which no open transaction may be in the way of."""
    client = joined(app, hire(house))
    sign_in(client, PINS["小李"])
    clock.forward(60)
    assert client.post("/staff/sign-out", headers=OURS).headers["Location"] == "/staff/sign-in"
    assert at_work(house) == []


def test_a_break_ends_by_itself_or_by_a_tap(app: Flask, house: Store, clock: StillClock) -> None:
    """After a quarter of an hour (S13)."""
    client = joined(app, hire(house))
    sign_in(client, PINS["小李"])
    client.post("/staff/break", headers=OURS)
    assert "休息至 09:35" in page(client.get("/staff"))
    clock.forward(15 * 60 + 1)
    assert "休息至" not in page(client.get("/staff"))
    client.post("/staff/break", headers=OURS)
    client.post("/staff/break", data={"back": "1"}, headers=OURS)
    assert "休息至" not in page(client.get("/staff"))


def test_all_that_one_has_is_handed_over(app: Flask, house: Store) -> None:
    """To somebody who is at work; to nobody else."""
    raise_help(hire(house))
    first, second = joined(app, house), joined(app, house, "西门平板机")
    sign_in(first, PINS["小李"])
    sign_in(second, PINS["小陈"])
    first.post("/staff/tasks/task-1/accept", headers=OURS)
    for to in ("", "老周"):
        assert first.post("/staff/hand-over", data={"to": to}, headers=PROGRAM).status_code == 400
    assert first.post("/staff/hand-over", data={"to": "小陈"}, headers=PROGRAM).status_code == 200
    assert "您已接" in page(second.get("/staff"))


def test_a_lead_assigns_and_puts_first_and_others_do_not(app: Flask, house: Store) -> None:
    """On the board, with who is at work and how much they have (S16)."""
    raise_help(hire(house))
    raise_help(house, "task-2", at=NOW)
    lead, other = joined(app, house), joined(app, house, "西门平板机")
    sign_in(lead, PINS["老周"])
    sign_in(other, PINS["小陈"])
    board = "/staff/board/tasks/task-2"
    assert other.post(f"{board}/rush", headers=PROGRAM).get_json()["code"] == "not_yours"
    assert "/rush" not in page(other.get("/staff/board"))
    assert "/rush" in page(lead.get("/staff/board"))
    assert lead.post(f"{board}/rush", headers=PROGRAM).status_code == 200
    assert lead.post(f"{board}/fly", headers=PROGRAM).status_code == 400
    assert lead.post("/staff/board/tasks/none/rush", headers=PROGRAM).status_code == 404
    text = page(other.get("/staff?part=tasks"))
    assert text.index("task-task-2") < text.index("task-task-1")
    assert "先做" in text
    assert lead.post(f"{board}/assign", data={"to": "小陈"}, headers=PROGRAM).status_code == 200
    assert "1 项任务" in page(lead.get("/staff/board?part=people"))
    with house.read() as tx:
        task = tx.tasks.get("task-2")
    assert task is not None
    assert task.accepted_by == "小陈"


def test_another_teams_task_says_whose_it_is(app: Flask, house: Store) -> None:
    """With the team's name."""
    client = joined(app, hire(house))
    with house.write() as tx:
        tx.staff.put([somebody("小李", Role.LOGISTICS)])
    raise_help(house)
    sign_in(client, PINS["小李"])
    answer = client.post("/staff/tasks/task-1/accept", headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["title"]) == (409, "这是接待组的任务")


@pytest.mark.browser
def test_the_pad_signs_in_with_six_taps_and_a_scanner_without_any(visit: Visit, house: Store) -> None:
    """The sixth digit sends; a badge's scanner types and presses Enter."""
    hire(house)
    view = visit("/staff/join", person=None, live=False, size=(800, 1280))
    for digit in code_for(house, "大堂平板"):
        view.get_by_role("button", name=digit, exact=True).click()
    view.wait_for_url("**/staff/sign-in")
    for digit in str(PINS["小陈"]):
        view.get_by_role("button", name=digit, exact=True).click()
    view.wait_for_url("**/staff")
    expect(view.locator("#me summary")).to_contain_text("小陈")
    raise_help(house)
    with house.write() as tx:
        accept_task(tx, "task-1", "小陈", NOW)
    expect(view.locator(".task.mine")).to_have_count(1)
    view.goto(view.url + "/sign-in")
    view.locator("h1").click()
    view.keyboard.type("B-7791-2204")
    view.keyboard.press("Enter")
    view.wait_for_url("**/staff")
    expect(view.locator("#me summary")).to_contain_text("小李")
