"""A shared tablet that was left alone is locked: it still rings, names nobody, and takes nothing (ASVS 7.3.1)."""

import json
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.domain.accounts import SessionTimes
from hub.domain.staff import MOST_TRIES
from hub.ports import Store
from hub.web import WebParts, create_app
from hub.web.events import Ear, Story
from hub.web.watch import PAGE_KINDS
from tests.hub.web.people_scene import PINS, hire, signed_in
from tests.hub.web.scene import OURS, PROGRAM, StillClock, enter, page, raise_help
from tests.hub.web.test_alerts import ask
from tests.hub.web.test_events import first

IDLE_S = 5 * 60 + 1


@pytest.fixture
def app(parts: WebParts) -> Flask:
    """Give the application with the times that hold in a real house."""
    return create_app(replace(parts, sessions=SessionTimes()))


@pytest.fixture
def locked(app: Flask, house: Store, clock: StillClock) -> FlaskClient:
    """Give 小李's tablet, which nobody has touched for five minutes, and which rings."""
    client = signed_in(app, hire(house), "li")
    clock.forward(IDLE_S)
    client.post("/staff/alerts/here", headers=PROGRAM)
    raise_help(house, at=clock.at)
    ask(house, clock)
    return client


def rung(client: FlaskClient) -> list[dict[str, object]]:
    """Return what rings at a tablet."""
    found: list[dict[str, object]] = client.get("/staff/alerts", headers=PROGRAM).get_json()["alerts"]
    return found


def test_it_rings_as_loud_and_says_neither_for_whom_nor_what(locked: FlaskClient) -> None:
    """The line is the same for every alert, there is no button, and no task's name to ask for."""
    (alert,) = rung(locked)
    assert (alert["ring"], alert["line"], alert["buttons"], alert["task"]) == ("loud", "有人在叫您：请先解锁", [], "")
    assert "西门" not in json.dumps(alert, ensure_ascii=False)


def test_its_pages_show_the_pad_alone(locked: FlaskClient, house: Store) -> None:
    """No list, no guest, no meeting; whatever else one asks for leads here."""
    for path in ("/", "/staff", "/desk", "/staff/meetings/launch", "/staff/guests/inv-1"):
        assert locked.get(path).headers["Location"] == "/staff/sign-in"
        assert locked.get(path, headers=PROGRAM).status_code == 401
    text = page(locked.get("/staff/sign-in"))
    with house.read() as tx:
        names = [one.guest.name for one in tx.guests.of_meeting("m-launch")]
    assert not [name for name in [*names, "小李"] if name in text]
    assert 'id="alerts"' in text, "which lets it ring"


def test_nothing_is_taken_there_until_its_person_types_their_pin(locked: FlaskClient, house: Store) -> None:
    """That the alert is shown is kept, so that nobody else is called for it in vain."""
    (alert,) = rung(locked)
    assert locked.post(f"/staff/alerts/{alert['id']}/shown", headers=PROGRAM).status_code == 200
    for path in (f"/staff/alerts/{alert['id']}/accept", "/staff/tasks/task-1/accept", "/staff/break"):
        assert locked.post(path, headers=PROGRAM).status_code == 401
    with house.read() as tx:
        task = tx.tasks.get("task-1")
    assert task is not None
    assert task.accepted_by == ""
    assert locked.post("/staff/sign-in", data={"code": str(PINS["li"])}, headers=OURS).headers["Location"] == "/staff"
    assert rung(locked)[0]["line"] != alert["line"]
    assert locked.post(f"/staff/alerts/{alert['id']}/accept", headers=PROGRAM).status_code == 200


def test_what_the_page_does_by_itself_does_not_keep_it_open(app: Flask, house: Store, clock: StillClock) -> None:
    """Looking for alerts, saying that it is there, refreshing a part; a tap does."""
    client = signed_in(app, hire(house), "li")
    for _ in range(4):
        clock.forward(100)
        client.get("/staff/alerts", headers=PROGRAM)
        client.post("/staff/alerts/here", headers=PROGRAM)
        last = client.get("/staff?part=tasks", headers=PROGRAM).status_code
    assert last == 401
    client.post("/staff/sign-in", data={"code": str(PINS["li"])}, headers=OURS)
    for _ in range(8):
        clock.forward(100)
        assert client.get("/staff").status_code == 200


def test_five_wrong_pins_lock_it_for_a_while_also_where_one_shows_again_who_one_is(
    app: Flask, house: Store, clock: StillClock
) -> None:
    """Another's PIN is wrong there too: a supervisor's tablet is not opened for an override by a colleague."""
    client = signed_in(app, hire(house), "wang")
    clock.forward(4 * 60)
    client.get("/staff")
    clock.forward(2 * 60)
    assert client.post("/staff/people/tablets/x/remove", headers=PROGRAM).get_json()["code"] == "prove_again"
    for _ in range(MOST_TRIES):
        wrong = client.post("/again", data={"code": str(PINS["li"])}, headers=OURS)
        assert wrong.headers["Location"].startswith("/again?wrong=1")
    refused = client.post("/again", data={"code": str(PINS["wang"])}, headers=PROGRAM)
    assert refused.get_json()["code"] == "locked"
    clock.forward(4 * 60)
    client.get("/staff")
    clock.forward(61)
    assert (
        client.post("/again", data={"code": str(PINS["wang"]), "back": "/staff/people"}, headers=OURS).headers[
            "Location"
        ]
        == "/staff/people"
    )
    assert client.post("/staff/people/tablets/x/remove", headers=OURS).status_code == 303


def test_who_finds_a_supervisors_tablet_open_becomes_nobody_there(app: Flask, house: Store, clock: StillClock) -> None:
    """Neither by a new PIN or badge of the supervisor's, which would be a proof, nor as a supervisor of their own."""
    client = signed_in(app, hire(house), "wang")
    clock.forward(4 * 60)
    client.get("/staff")
    clock.forward(2 * 60)
    assert client.get("/staff/people").status_code == 200
    role = {"name": "小李", "roles": "supervisor", "language": "zh"}
    for path, form in (("wang/pin", {}), ("wang/badge", {}), ("li/change", role), ("wu/retire", {})):
        answer = client.post(f"/staff/people/{path}", data=form, headers=PROGRAM)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "prove_again"), path
    back = client.post("/staff/people/wang/pin", data={"back": "/staff/people"}, headers=OURS).headers["Location"]
    assert back == "/again?back=/staff/people"
    client.post("/again", data={"code": str(PINS["wang"])}, headers=OURS)
    assert client.post("/staff/people/li/change", data=role, headers=OURS).status_code == 303


def test_the_stream_of_a_locked_tablet_tells_no_name(parts: WebParts, sqlite_store: Store, clock: StillClock) -> None:
    """Not even whose alert it is: the page rings for nobody by name."""
    head = parts.watch.head
    with sqlite_store.write() as tx:
        tx.feed.touch([("alerts", "小李"), ("alerts", "小陈")])
    parts.watch.look()
    turns = iter(range(1))
    story = Story(parts.watch, clock, PAGE_KINDS, Ear("小李", ""), list)
    told = "".join(story.tell((head, []), lambda: next(turns, None) is None))
    assert told.count("event: alerts") == 1
    assert "小" not in told
    assert '"key": ""' in told


def test_its_stream_does_not_name_who_signs_out_elsewhere(
    app: Flask, parts: WebParts, locked: FlaskClient, house: Store
) -> None:
    """Neither an account, of which no page has a list, nor somebody at another tablet."""
    since = parts.watch.head
    assert enter(app.test_client(), name="值班经理").post("/sign-out", headers=OURS).status_code == 303
    signed_in(app, house, "wang", "会务平板").post("/staff/sign-out", headers=OURS)
    parts.watch.look()
    told = first(locked, f"/events?since={since}")
    assert "access" in {kind for kind, _, _ in told}
    assert not [key for _, _, key in told if key in {"值班经理", "王姐"}]


def test_a_session_that_was_copied_from_a_tablet_is_worth_nothing_elsewhere(app: Flask, house: Store) -> None:
    """It holds with the tablet's own secret only."""
    client, thief = signed_in(app, hire(house), "li"), app.test_client()
    found = client.get_cookie("yingbin_session")
    assert found is not None
    thief.set_cookie("yingbin_session", found.value)
    assert thief.get("/staff", headers=PROGRAM).status_code == 401
