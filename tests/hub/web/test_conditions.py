"""What is wrong, as people and programs work on it: each step by the page and by the API, and what is chosen (T11)."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from playwright.sync_api import Page, expect

from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.field_devices import FieldDevice
from hub.domain.severity import Severity
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import TaskState, raise_task
from hub.ports import Store
from hub.web.condition_steps import STEPS
from tests.hub.web.people_scene import hire, signed_in
from tests.hub.web.room_scene import announce_stranger, furnish_rooms
from tests.hub.web.scene import NOW, PROGRAM, TONGUES, StillClock, enter, on_duty, page
from tests.hub.web.test_live import mark, was_not_reloaded
from tests.hub.web.test_spares import break_projector, furnish_spares

Visit = Callable[..., Page]
PAGE, API = "/rooms/conditions", "/api/v1/conditions"
AWAY = "c-away"
"""A screen of room 10, where a meeting runs later, that was taken away; its task is nobody's."""


@pytest.fixture
def venue(house: Store) -> Store:
    """Give a house with 24 rooms, one of whose screens went away five minutes ago."""
    furnish_rooms(house, rooms=23)
    began = NOW - timedelta(minutes=5)
    with house.write() as tx:
        screen = tx.field_devices.get("room-10-screen")
        assert screen is not None
        tx.field_devices.save(replace(screen, available=False))
        facts = {"thing": screen.id, "cause": "offline"}
        fault = raise_task(TaskKind.DEVICE_FAULT, "screen", task_id="t-away", at=began, facts=facts)
        tx.tasks.raise_all([fault])
        tx.conditions.save(
            Condition(
                id=AWAY,
                cause=Cause.OFFLINE,
                about=SubjectKind.DEVICE,
                subject=screen.id,
                room="room-10",
                since=began,
                opened_at=began,
                task="t-away",
            )
        )
        tx.feed.touch([("condition", "room-10"), ("field_device", screen.id)])
    return house


def by_page(client: FlaskClient, step: str, condition: str, **told: str) -> int:
    """Take a step as our own script does; returns the status."""
    on_duty(client)
    return client.post(f"{PAGE}/{condition}/{step}", data=told, headers=PROGRAM).status_code


def by_api(client: FlaskClient, step: str, condition: str, **told: str) -> int:
    """Take a step as another program does; what comes must be as the document promises. Returns the status."""
    answer = client.post(
        f"{API}/{condition}/{step}", json={"by": "小李", **told}, headers={"Origin": "http://localhost"}
    )
    listed = client.get("/api/v1/openapi.json").get_json()
    told_of = listed["paths"][f"/conditions/{{condition}}/{step}"]["post"]["responses"][str(answer.status_code)]
    schema = told_of["content"][answer.mimetype]["schema"]
    Draft202012Validator({"components": listed["components"]} | schema).validate(answer.get_json())
    return answer.status_code


DOORS = {"page": by_page, "api": by_api}
WAYS = pytest.mark.parametrize("take", DOORS.values(), ids=DOORS)
Take = Callable[..., int]


def kept(store: Store, condition: str) -> Condition:
    """Return a condition as it stands in the store."""
    with store.read() as tx:
        found = tx.conditions.get(condition)
    assert found is not None
    return found


def owner(store: Store, task: str) -> tuple[TaskState, str]:
    """Return how a task stands, and whose it is."""
    with store.read() as tx:
        found = tx.tasks.get(task)
    assert found is not None
    return found.state, found.accepted_by


def seen(client: FlaskClient, condition: str) -> tuple[Any, str]:
    """Return a condition as a program and as a person sees it."""
    told = client.get(f"{API}/{condition}").get_json()
    on_duty(client)
    return told, page(client.get(f"{PAGE}?part=list")).partition(f'id="c-{condition}"')[2].partition('<li id="c-')[0]


@WAYS
def test_acknowledging_names_who_when_and_why_and_takes_the_task(
    client: FlaskClient, venue: Store, take: Take, clock: StillClock
) -> None:
    """It stays open and looks calmer; by a second person it is refused, with the name of the first."""
    assert take(client, "acknowledge", AWAY, text="去看一下") == 200
    told, text = seen(client, AWAY)
    assert (told["state"], told["acked_by"], told["acked_at"]) == ("acknowledged", "小李", "2026-12-01T01:20:00.123Z")
    assert told["notes"] == [{"at": "2026-12-01T01:20:00.123Z", "by": "小李", "text": "去看一下"}]
    assert (told["task"], told["assignee"], told["over_at"]) == ("t-away", "小李", None)
    assert text.lstrip('" tabindex=-1').startswith('class="is-acknowledged"')
    for words in ("小李 已确认，09:20", "去看一下", "小李 已接", "撤销确认"):
        assert words in text
    assert owner(venue, "t-away") == (TaskState.ACCEPTED, "小李")
    clock.forward(60)
    assert take(client, "acknowledge", AWAY) == 200, "a double tap"
    assert kept(venue, AWAY).acked_at == NOW
    on_duty(client, "小陈")
    second = client.post(f"{API}/{AWAY}/acknowledge", json={"by": "小陈"}, headers={"Origin": "http://localhost"})
    assert (second.status_code, second.get_json()["by"]) == (409, "小李")


@WAYS
def test_an_acknowledgement_is_taken_back(client: FlaskClient, venue: Store, take: Take) -> None:
    """Then it asks for attention again."""
    assert take(client, "acknowledge", AWAY) == 200
    assert take(client, "take-back", AWAY) == 200
    told, text = seen(client, AWAY)
    assert (told["state"], told["acked_by"], told["acked_at"]) == ("accepted", None, None)
    assert "撤销确认" not in text
    assert "已确认" not in text
    assert kept(venue, AWAY).acked_by == ""


@WAYS
def test_comments_are_added_later_and_shown_harmlessly(client: FlaskClient, venue: Store, take: Take) -> None:
    """With who and when; nothing, and far too much, are refused."""
    assert take(client, "comment", AWAY, text="<b>灯</b> 闪") == 200
    assert take(client, "comment", AWAY, text="second") == 200
    told, text = seen(client, AWAY)
    assert [note["text"] for note in told["notes"]] == ["<b>灯</b> 闪", "second"]
    assert "&lt;b&gt;灯&lt;/b&gt; 闪" in text
    assert "<b>灯" not in text
    for wrong in ("", "x" * 301):
        assert take(client, "comment", AWAY, text=wrong) == 400
    assert len(kept(venue, AWAY).notes) == 2


@WAYS
def test_it_is_given_to_a_person_by_name_and_so_is_its_task(client: FlaskClient, venue: Store, take: Take) -> None:
    """Whoever had it before; the names that are known are offered. No name is refused."""
    assert take(client, "assign", AWAY, to=" 小陈 ") == 200
    told, text = seen(client, AWAY)
    assert told["assignee"] == "小陈"
    assert "小陈 已接" in text
    assert owner(venue, "t-away") == (TaskState.ACCEPTED, "小陈")
    assert take(client, "assign", AWAY, to="小王") == 200
    assert owner(venue, "t-away") == (TaskState.ACCEPTED, "小王")
    assert take(client, "assign", "c-hot", to="小陈") == 200
    assert "小陈 负责" in seen(client, "c-hot")[1], "what has no task is given to somebody too"
    on_duty(client)
    listed = page(client.get(PAGE)).partition('<datalist id="people">')[2].partition("</datalist>")[0]
    assert "<option>小王</option>" in listed
    assert take(client, "assign", AWAY, to=" ") == 400


@WAYS
def test_only_what_cannot_clear_itself_is_cleared_by_a_person(client: FlaskClient, venue: Store, take: Take) -> None:
    """A device that was taken away; of all others the page says why not."""
    assert take(client, "clear", "c-hot") == 409
    assert "设备恢复正常后自动结束" in seen(client, "c-hot")[1]
    assert seen(client, "c-hot")[0]["ends_by"] == "device"
    assert seen(client, AWAY)[0]["ends_by"] is None
    assert take(client, "clear", AWAY) == 200
    told, text = seen(client, AWAY)
    assert (told["state"], told["cleared_by"], told["over_at"]) == ("over", "小李", "2026-12-01T01:20:00.123Z")
    assert "小李 已清除" in text
    assert owner(venue, "t-away")[0] is TaskState.CLOSED
    assert "c-away" not in page(client.get("/rooms/conditions?state=open"))


def test_nobody_gives_away_the_task_of_another_team(app: Flask, venue: Store) -> None:
    """On the board a lead does it; whoever could not take it cannot give it to a friend, or to nobody, here either."""
    li, wu = signed_in(app, hire(venue), "li"), signed_in(app, venue, "wu", "机房平板")
    refused = li.post(f"{PAGE}/{AWAY}/assign", data={"to": "无名氏"}, headers=PROGRAM).get_json()
    assert (refused["code"], kept(venue, AWAY).assignee) == ("not_yours", "")
    assert wu.post(f"{PAGE}/{AWAY}/assign", data={"to": "王姐"}, headers=PROGRAM).status_code == 200
    assert owner(venue, "t-away") == (TaskState.ACCEPTED, "王姐")


def test_only_a_technician_clears_what_takes_a_device_away(app: Flask, venue: Store) -> None:
    """As on the device's own page: whoever serves tea forgets no sensor; they are not shown the button either."""
    li, wu = signed_in(app, hire(venue), "li"), signed_in(app, venue, "wu", "机房平板")
    for path in (f"{PAGE}/{AWAY}/clear", f"{API}/{AWAY}/clear"):
        assert li.post(path, json={"by": "小李"}, headers=PROGRAM).get_json()["code"] == "not_allowed"
    assert [f"{AWAY}/clear" in page(one.get(PAGE)) for one in (li, wu)] == [False, True]
    assert wu.post(f"{PAGE}/{AWAY}/clear", headers=PROGRAM).status_code == 200


@WAYS
@pytest.mark.parametrize("step", list(STEPS))
def test_what_is_over_meanwhile_and_what_never_was_is_said_so(
    client: FlaskClient, venue: Store, take: Take, step: str
) -> None:
    """By a word that programs know, and a sentence in the reader's language."""
    told = {"text": "x", "to": "小陈"} if take is by_page else {"comment": {"text": "x"}, "assign": {"to": "小陈"}}
    fields: Any = told if take is by_page else told.get(step, {})
    with venue.write() as tx:
        tx.conditions.save(replace(kept_in(tx), over_at=NOW))
    assert take(client, step, AWAY, **fields) == 409
    assert take(client, step, "nothing", **fields) == 404
    answer = client.post(f"{API}/{AWAY}/take-back", json={"by": "小李"}, headers={"Origin": "http://localhost"})
    assert (answer.get_json()["code"], answer.get_json()["title"]) == ("already_over", "这项异常已经结束")


def kept_in(tx: Any) -> Condition:  # noqa: ANN401 - a transaction
    """Return the screen's condition."""
    found = tx.conditions.get(AWAY)
    assert isinstance(found, Condition)
    return found


@pytest.mark.usefixtures("venue")
def test_nobody_changes_anything_without_a_name_or_from_another_site(client: FlaskClient) -> None:
    """Nor by a body that is not understood; each by the name of the field."""
    path = f"{API}/{AWAY}/acknowledge"
    ours = {"Origin": "http://localhost"}
    assert client.post(f"{PAGE}/{AWAY}/acknowledge", headers=PROGRAM).status_code == 400
    assert client.post(f"{PAGE}/{AWAY}/dance", headers=PROGRAM).status_code == 404
    assert client.post(path, json={"by": "小李"}).status_code == 403
    assert client.post(path, json={"by": "小李"}, headers={"Origin": "http://evil.example"}).status_code == 403
    for body, field in (
        ([], "body"),
        ({}, "by"),
        ({"by": ""}, "by"),
        ({"by": 7}, "by"),
        ({"by": "小李", "x": "y"}, "x"),
    ):
        answer = client.post(path, json=body, headers=ours)
        assert (answer.status_code, answer.get_json()["field"]) == (400, field)
    assert client.post(path, data="{", headers=ours).get_json()["field"] == "body"
    assert client.post(f"{path}?by=x", json={"by": "小李"}, headers=ours).get_json()["field"] == "by"


def test_a_program_acts_under_the_name_of_who_is_signed_in_alone(client: FlaskClient, app: Flask, venue: Store) -> None:
    """Not as a colleague, whose work it may not do, nor under a name by which another account signs in."""
    path, ours = f"{API}/{AWAY}/acknowledge", {"Origin": "http://localhost"}
    enter(app.test_client(), name="老板")
    assert client.post(path, json={"by": "老板"}, headers=ours).get_json()["field"] == "by"
    tablet = signed_in(app, hire(venue), "li")
    for client_here, other in ((tablet, "小吴"), (client, "小李")):
        assert client_here.post(path, json={"by": other}, headers=ours).get_json()["field"] == "by"
    assert kept(venue, AWAY).acked_by == ""
    assert tablet.post(path, json={"by": "小李"}, headers=ours).get_json()["code"] == "not_yours"
    assert signed_in(app, venue, "wu", "机房平板").post(path, json={"by": "小吴"}, headers=ours).status_code == 200


def test_it_is_chosen_by_severity_state_room_cause_and_person_together(client: FlaskClient, venue: Store) -> None:
    """The same on the page, for programs, and in the file."""
    assert by_page(client, "acknowledge", AWAY) == 200
    assert by_page(client, "assign", "c-hot", to="小陈") == 200
    with venue.write() as tx:
        tx.conditions.save(replace(kept_in(tx), id="c-old", over_at=NOW, assignee="小陈", task=""))
        tx.feed.touch([("condition", "")])
    hidden = page(client.get(f"{PAGE}?state=hidden")).count('<li id="c-')
    assert hidden == 12
    for query, wanted in {
        "state=acknowledged": {AWAY},
        "state=over": {"c-old"},
        "assignee=小陈": {"c-hot", "c-old"},
        "assignee=小陈&state=open": {"c-hot"},
        "severity=urgent": {"c-fault", "c-off"},
        "severity=fault": {AWAY, "c-old"},
        "severity=fault&state=acknowledged": {AWAY},
        "severity=warning&cause=too_high": {"c-hot"},
        "severity=warning&room=room-11": {"c-stale"},
        "severity=note&state=open": set(),
    }.items():
        told = client.get(f"{API}?{query}").get_json()["conditions"]
        assert {one["id"] for one in told} == wanted, query
        text = page(client.get(f"{PAGE}?{query}"))
        assert text.count('<li id="c-') == len(wanted)
        rows = list(csv.reader(io.StringIO(client.get(f"{PAGE}.csv?{query}").get_data(as_text=True))))
        assert len(rows) == 1 + len(wanted)
        assert "conditions.csv?" in text, "the file is of what is shown"
    for wrong in ("severity=mild", "state=closed", "cause=magic"):
        for path in (PAGE, API, f"{PAGE}.csv"):
            assert client.get(f"{path}?{wrong}").status_code == 400
    for tongue in TONGUES:
        assert all(tongue.say(f"conditions.severity.{one}") for one in Severity)


def test_the_worst_stands_first(client: FlaskClient, venue: Store) -> None:
    """What is urgent while a meeting runs, then faults, then warnings, then what others explain."""
    del venue
    told = client.get(API).get_json()["conditions"]
    order = [one["severity"] for one in told]
    assert order == sorted(order, key=[one.value for one in Severity].index)


@pytest.mark.usefixtures("venue")
def test_the_file_says_what_people_did(client: FlaskClient) -> None:
    """Who, when, and every comment."""
    assert by_page(client, "acknowledge", AWAY, text="=cmd()") == 200
    assert by_page(client, "comment", AWAY, text="第二条") == 200
    text = client.get(f"{PAGE}.csv?room=room-10").get_data(as_text=True).removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["确认人"], row["确认时间"], row["处理人"]) == ("小李", "2026-12-01 09:20:00", "小李")
    assert row["备注"] == "2026-12-01 09:20 小李: =cmd()\n2026-12-01 09:20 小李: 第二条"
    assert (row["级别"], row["持续"]) == ("故障", "0:05:00")


def test_a_fault_of_a_piece_leads_to_its_swap(client: FlaskClient, house: Store) -> None:
    """From the alarm itself; not where nothing named stands behind it."""
    furnish_spares(house)
    task = break_projector(house)
    device = FieldDevice(id="pj", publisher="p", identity="pj", name="PJ", announced_at=NOW, room="hall")
    wrong = Condition(
        id="c", cause=Cause.OFFLINE, about=SubjectKind.DEVICE, subject="pj", room="hall", since=NOW, opened_at=NOW
    )
    with house.write() as tx:
        tx.field_devices.save(replace(device, thing="projector"))
        tx.field_devices.save(replace(device, id="lone", identity="lone"))
        tx.conditions.save(replace(wrong, task=task.id))
        tx.conditions.save(replace(wrong, id="d", subject="lone", task=task.id))
    text = page(client.get(PAGE))
    assert text.count(f'href="/rooms/swap/{task.id}"') == 1
    assert page(client.get(f"/rooms/swap/{task.id}"))


def test_the_first_page_counts_what_is_wrong_and_who_waits_to_be_let_in(client: FlaskClient, house: Store) -> None:
    """With the way there; what another explains does not count."""
    furnish_rooms(house, rooms=11)
    announce_stranger(house)
    text = page(client.get("/"))
    assert '<a class="go" href="/rooms/conditions?state=open">4 项异常未结束' in text
    assert '<a class="go" href="/rooms/waiting">1 台设备等待接纳' in text


@pytest.mark.usefixtures("house")
def test_the_first_page_says_that_nothing_is_wrong(client: FlaskClient) -> None:
    """And names no way to a list of nobody."""
    text = page(client.get("/"))
    assert '<a class="go" href="/rooms/conditions?state=open">没有异常' in text
    assert "/rooms/waiting" not in text


@pytest.mark.browser
def test_an_alarm_is_worked_on_by_the_keyboard_alone(visit: Visit, venue: Store) -> None:
    """A slash to the filters, arrows from line to line, Tab into one, Enter acknowledges; nothing is reloaded (T14)."""
    page = visit(PAGE, language="en")
    mark(page)
    page.keyboard.press("/")
    expect(page.locator("select[name=severity]")).to_be_focused()
    page.locator("select[name=severity]").blur()
    lines = page.locator("#troubles > li")
    page.keyboard.press("ArrowDown")
    expect(lines.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(lines.nth(1)).to_be_focused()
    away = page.locator(f"#c-{AWAY}")
    away.get_by_placeholder("Comment (if you like)").focus()
    page.keyboard.type("fetching it")
    page.keyboard.press("Enter")
    expect(away.get_by_text("小李 acknowledged it")).to_be_visible()
    expect(away.get_by_text("fetching it")).to_be_visible()
    away.get_by_text("Comment, assign, clear").press("Enter")
    field = away.get_by_placeholder("Comment", exact=True)
    field.fill("a second")
    expect(away.get_by_role("button", name="Add the comment")).not_to_have_attribute("aria-disabled", "true")
    field.press("Enter")
    expect(away.get_by_text("a second")).to_be_visible()
    expect(field).to_have_value("")
    assert was_not_reloaded(page)
    assert [note.text for note in kept(venue, AWAY).notes] == ["fetching it", "a second"]


@pytest.mark.browser
def test_how_long_it_lasts_counts_on_while_it_is_open_and_then_stands(visit: Visit, venue: Store) -> None:
    """By the hub's clock, second by second (T11)."""
    page = visit(f"{PAGE}?room=room-10", language="en")
    lasted = page.locator(f"#c-{AWAY} .lasted")
    expect(lasted).to_have_text("0:05:02")
    expect(lasted).to_have_text("0:05:04")
    with venue.write() as tx:
        tx.conditions.save(replace(kept_in(tx), over_at=NOW + timedelta(seconds=90)))
        tx.feed.touch([("condition", "room-10")])
    expect(lasted).to_have_text("0:06:30")
    expect(page.locator(f"#c-{AWAY} [data-lasts]")).to_have_count(0)
