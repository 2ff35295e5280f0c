"""What a guest said is logged in one screen: who, what, one big button (R148)."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from hub.domain.guests import Diet
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.ports import Store
from tests.hub.build import at, meeting
from tests.hub.web.scene import OURS, PROGRAM, ZH, arrive, on_duty, page

NEW = "/staff/requests/new"


def log(client: FlaskClient, **form: str) -> int:
    """Send the form as a browser does."""
    return client.post("/staff/requests", data=form, headers=OURS).status_code


def find(client: FlaskClient, who: str) -> TestResponse:
    """Ask as the page does while somebody types."""
    return client.post(f"{NEW}?part=found", data={"who": who}, headers=OURS)


def logged(house: Store) -> list[Task]:
    """Return what was logged."""
    with house.read() as tx:
        return [task for task in tx.tasks.open() if task.kind in {TaskKind.REQUEST, TaskKind.QUESTION, TaskKind.DIET}]


@pytest.mark.parametrize("typed", ["王建", "wangjg", "WJG", "王总", "Mr Wang"])
def test_a_few_letters_of_name_or_salutation_find_the_guest(client: FlaskClient, house: Store, typed: str) -> None:
    """Characters, pinyin, initials, or what everybody calls them; the only one is chosen already."""
    del house
    on_duty(client)
    text = page(find(client, typed))
    assert "王建国" in text
    assert 'value="inv-1" checked' in text


def test_a_name_that_somebody_looks_for_is_read_from_no_address(client: FlaskClient, house: Store) -> None:
    """It would stay in a shared tablet's history and in a proxy's log; without scripts the form is sent as well."""
    del house
    on_duty(client)
    text = page(client.get(NEW, query_string={"who": "王建国"}))
    assert "王建国" not in text
    assert 'method="get"' not in text
    assert "王建国" in page(client.post(NEW, data={"who": "王建"}, headers=OURS))


@pytest.mark.browser
def test_while_somebody_types_a_name_the_guest_is_found_and_no_address_holds_it(visit: Callable[..., Page]) -> None:
    """By the script, as on every tablet."""
    shown, asked = visit(NEW), list[str]()
    shown.on("request", lambda one: asked.append(unquote(one.url)))
    shown.fill("#who", "wangjg")
    expect(shown.locator("[data-found]")).to_contain_text("王建国")
    assert [one for one in asked if "part=found" in one]
    assert [one for one in asked if "wangjg" in one] == []


def test_several_guests_are_shown_to_choose_from_and_too_many_are_not(client: FlaskClient, house: Store) -> None:
    """With company and seat, so that one tap is enough."""
    on_duty(client)
    text = page(find(client, "mi"))
    assert "checked" not in text
    assert "请再多写一点" in page(find(client, "王"))
    assert "没有找到" in page(find(client, "李总的司机"))
    with house.write() as tx:
        tx.meetings.save(meeting(doors_at=at(90_000), starts_at=at(93_600), ends_at=at(97_200)))
    assert "没有找到" in page(find(client, "王总"))


def test_a_request_is_logged_with_typing_and_one_tap(client: FlaskClient, house: Store) -> None:
    """Typed in full: the only guest it can mean is taken, and the card stands on the staff page."""
    on_duty(client)
    assert log(client, who="王总", text="需要增加素食选项", kind="request", meeting="m-launch") == 303
    (task,) = logged(house)
    assert (task.kind, task.facts["name"], task.meeting) == (TaskKind.REQUEST, "王建国", "m-launch")
    text = page(client.get("/staff"))
    for words in ("客户需求", "王总", "需要增加素食选项", "待确认后回复", "已告知宾客"):
        assert words in text


def test_a_guest_who_is_not_meant_stays_as_typed(client: FlaskClient, house: Store) -> None:
    """王总's driver is not 王总."""
    on_duty(client)
    assert log(client, who="王总", invitation="-", text="停车", kind="request") == 303
    (task,) = logged(house)
    assert (task.facts["name"], "invitation" in task.facts) == ("王总", False)


def test_a_question_shows_what_to_say_and_when_it_was_said(client: FlaskClient, house: Store) -> None:
    """R150 and R151 on one card."""
    del house
    on_duty(client)
    log(client, who="王总", text="发票什么时候开", kind="question")
    text = page(client.get("/staff"))
    assert "您好，您的问题我需要确认一下，会在半小时内回复您。" in text
    assert "09:20 已告知宾客" in text
    assert "剩余 30:00" in text
    client.set_cookie("yingbin_language", "en")
    assert "within half an hour" in page(client.get("/staff"))


def test_a_diet_is_changed_in_one_tap_and_counted_at_once(client: FlaskClient, house: Store) -> None:
    """On the meeting's page: of those who have come, and of all (R18)."""
    arrive(house, 1)
    on_duty(client)
    before = page(client.get("/staff/meetings/launch?part=counts"))
    assert log(client, invitation="inv-1", kind="diet-vegan") == 303
    after = page(client.get("/staff/meetings/launch?part=counts"))
    assert "纯素" not in before
    assert "纯素" in after
    with house.read() as tx:
        share = tx.attendance.counts(["m-launch"])["m-launch"].diet(Diet.VEGAN)
    assert (share.arrived, share.expected) == (1, 1)
    assert ZH.join(("王总", "纯素")) in page(client.get("/staff"))


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"who": "王总", "text": "茶", "kind": "dance"}, "kind"),
        ({"who": "王总", "text": "", "kind": "request"}, "text"),
        ({"who": "nobody here", "kind": "diet-vegan"}, "who"),
        ({"who": "王总", "invitation": "-", "kind": "diet-none"}, "who"),
        ({"who": "x", "text": "茶", "kind": "request", "meeting": "m-none"}, "meeting"),
    ],
)
def test_what_is_missing_is_named(client: FlaskClient, house: Store, form: dict[str, str], field: str) -> None:
    """And nothing is kept."""
    on_duty(client)
    answer = client.post("/staff/requests", data=form, headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["field"]) == (400, field)
    assert logged(house) == []


def test_nobody_logs_without_a_name(client: FlaskClient, house: Store) -> None:
    """The page says what to do first; a form that is sent all the same changes nothing."""
    assert "写下姓名后即可接任务" in page(client.get(NEW))
    assert log(client, who="王总", text="茶", kind="request") == 400
    assert logged(house) == []


def test_what_is_typed_is_only_words(client: FlaskClient, house: Store) -> None:
    """On the form and on the card."""
    evil = '"><script>alert(1)</script>'
    on_duty(client)
    log(client, who=evil, text=evil, kind="request")
    assert len(logged(house)) == 1
    for answer in (client.get("/staff"), client.post(NEW, data={"who": evil}, headers=OURS)):
        assert "<script>alert" not in page(answer)
