"""What changes something needs the token of a page of ours: for this browser, and for who is signed in there (CSRF)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.ports import Store
from hub.web.form_token import HEADER
from tests.hub.web.conftest import Site
from tests.hub.web.scene import OURS, PROGRAM, enter, on_duty, page, raise_help
from tests.hub.web.test_app import PAGES, ROUTES
from tests.hub.web.test_headers import paths

Visit = Callable[..., Page]


def token_in(text: str) -> str:
    """Return the token of a page; it has one, and all its forms have the same."""
    meta = re.findall(r'<meta name="yingbin-token" content="([0-9a-f]{64})">', text)
    fields = re.findall(r'<input type="hidden" name="token" value="([^"]*)">', text)
    assert len(meta) == 1
    assert set(fields) <= set(meta)
    return str(meta[0])


def test_every_route_that_posts_refuses_what_has_no_token(app: Flask, house: Store) -> None:
    """Whatever it is and whoever works there: 403, and nothing has changed."""
    client: Any = on_duty(app.test_client())
    raise_help(house, "x")
    known = paths(app)
    posts = [known[rule] for rule, methods in ROUTES.items() if "POST" in methods]
    assert len(posts) > 50
    with house.read() as tx:
        head = tx.feed.head()
    for path in posts:
        for headers in (OURS, PROGRAM, OURS | {HEADER: "0" * 64}):
            answer = client.post(path, data={"token": "", "name": "x"}, headers=headers, token=False)
            assert answer.status_code == 403, path
    answer = client.post(posts[0], headers=PROGRAM, token=False)
    assert answer.get_json()["code"] == "stale_page"
    with house.read() as tx:
        assert tx.feed.head() == head


@pytest.mark.parametrize("path", PAGES)
def test_every_form_that_posts_has_the_token(client: FlaskClient, house: Store, path: str) -> None:
    """No template can forget it, nor a card that is drawn once for all."""
    raise_help(house)
    on_duty(client)
    text = page(client.get(path))
    assert token_in(text)
    forms = re.findall(r"<form\b[^>]*>(.*?)</form>", text, re.DOTALL)
    posting = re.findall(r'<form\b[^>]*method="post"[^>]*>', text)
    assert sum('name="token"' in form for form in forms) == len(posting) > 0


def test_a_part_of_a_page_has_the_same_token_as_the_page(client: FlaskClient, house: Store) -> None:
    """What is put in place later can be sent as well."""
    raise_help(house)
    on_duty(client)
    whole = token_in(page(client.get("/staff")))
    assert f'name="token" value="{whole}"' in page(client.get("/staff?part=tasks"))


def test_a_card_that_is_drawn_once_holds_each_tablets_own_token(app: Flask, house: Store) -> None:
    """Two tablets show the same card; neither learns the other's token, and a third one's is worth nothing."""
    raise_help(house)
    first: Any = on_duty(app.test_client(), "小李")
    second: Any = on_duty(app.test_client(), "小陈")
    one, two = (token_in(page(tablet.get("/staff"))) for tablet in (first, second))
    assert one != two
    assert two not in page(first.get("/staff"))
    refused = second.post("/staff/tasks/task-1/accept", data={"token": one}, headers=OURS, token=False)
    assert refused.status_code == 403
    taken = second.post("/staff/tasks/task-1/accept", data={"token": two}, headers=OURS, token=False)
    assert taken.status_code == 303


def test_a_token_ends_with_the_session(client: Any) -> None:  # noqa: ANN401 - a Browser
    """Who signs in at this browser gets another one: nobody acts from the page of whoever was there before."""
    before = token_in(page(client.get("/staff")))
    enter(client)
    assert token_in(page(client.get("/staff"))) != before
    assert (
        client.post("/staff/shift", data={"token": before, "name": "x"}, headers=OURS, token=False).status_code == 403
    )


def test_a_guests_name_cannot_stand_for_the_token(app: Flask) -> None:
    """The mark that is replaced is made anew for each process, and no page shows it."""
    client = enter(app.test_client())
    mark = app.jinja_env.globals["form_token"]
    assert isinstance(mark, str)
    assert len(mark) == 64
    assert mark not in page(client.get("/staff"))


def test_a_person_without_scripts_can_press_buttons(client: Any, house: Store) -> None:  # noqa: ANN401 - a Browser
    """The form's own field is enough."""
    raise_help(house)
    on_duty(client)
    found = token_in(page(client.get("/staff")))
    answer = client.post("/staff/tasks/task-1/accept", data={"token": found}, headers=OURS, token=False)
    assert answer.status_code == 303


@pytest.mark.browser
def test_a_page_from_before_a_sign_in_gets_a_fresh_token_by_itself(visit: Visit, house: Store) -> None:
    """Somebody signs in on another tab; the tap on the old one counts, and so does one that waited (S22)."""
    raise_help(house)
    old = visit("/staff")
    old.locator('meta[name="yingbin-token"]').evaluate("(node) => (node.content = '0'.repeat(64))")
    old.get_by_role("button", name="我来").first.click()
    expect(old.locator("#task-task-1")).to_contain_text("您已接")
    with house.read() as tx:
        [task] = tx.tasks.open()
    assert task.accepted_by == "小李"


@pytest.mark.browser
def test_a_form_of_another_site_changes_nothing(visit: Visit, site: Site, house: Store) -> None:
    """A real browser is made to post here by a stranger's page, and to open its stream: both are refused."""
    raise_help(house)
    mine = visit("/staff")
    stranger = mine.context.new_page()
    stranger.route(
        "http://stranger.example/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{site.address}/staff/tasks/task-1/accept"><button>Win</button></form>',
        ),
    )
    stranger.goto("http://stranger.example/")
    heard = stranger.evaluate(
        f"new Promise((done) => {{ const s = new EventSource('{site.address}/events', {{withCredentials: true}});"
        " s.onopen = () => done('open'); s.onerror = () => done('refused'); })"
    )
    assert heard == "refused"
    with stranger.expect_response(lambda answer: answer.url.endswith("/accept")) as caught:
        stranger.get_by_role("button").click()
    assert caught.value.status == 403
    with house.read() as tx:
        [task] = tx.tasks.open()
    assert task.accepted_by == ""
