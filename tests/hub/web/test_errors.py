"""Every error is told once and in the asker's own form: a page in both languages, or problem details."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.domain import errors as domain
from hub.domain.errors import HubError
from hub.domain.permissions import Part
from hub.ports import Store, StoreUnavailable
from hub.web.errors import CODES, STATUS
from hub.web.parts import WebParts
from tests.hub.web.scene import PROGRAM, TEXTS, TONGUES, StillClock, enter


def test_every_error_of_the_hub_has_a_status_and_texts() -> None:
    """A new code cannot be forgotten: it would be told as a failure of ours."""
    codes = {one.code for one in vars(domain).values() if isinstance(one, type) and issubclass(one, HubError)}
    assert codes | {StoreUnavailable.code} == set(STATUS)
    for code in {*STATUS, *CODES.values()}:
        assert {f"problem.{code}.title", f"problem.{code}.remedy"} <= set(TEXTS.keys())


def test_a_person_gets_a_friendly_page_in_both_languages(client: FlaskClient) -> None:
    """The own language first, the other below, and a way on."""
    answer = client.get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    text = answer.get_data(as_text=True)
    for tongue in TONGUES:
        assert tongue.say("problem.not_found.title") in text
        assert f'lang="{tongue.tag}"' in text


def test_a_program_gets_problem_details(client: FlaskClient) -> None:
    """RFC 9457: the media type, a title and a detail; ``code`` is ours and stable."""
    answer = client.get("/staff/meetings/none", headers=PROGRAM)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    told = answer.get_json()
    assert told["code"] == "not_found"
    assert told["status"] == 404
    assert told["title"]
    assert told["detail"]
    assert told["type"] == "about:blank"


@pytest.mark.parametrize("path", ["/api/v1/none", "/events?since=x"])
def test_paths_for_programs_never_answer_with_a_page(client: FlaskClient, path: str) -> None:
    """Even to a browser's Accept header."""
    assert client.get(path, headers={"Accept": "text/html"}).content_type == "application/problem+json"


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    """RFC 9110 wants an Allow header."""
    answer = client.get("/language")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


class AwayStore:
    """A store whose database does not answer."""

    def read(self) -> None:
        """Fail as the real one does."""
        raise StoreUnavailable("the database does not answer as it should")

    write = read


def test_a_database_that_is_away_is_told_calmly(app: Flask, parts: WebParts) -> None:
    """503, when to come back, and that check-in goes on; no traceback, no page half drawn."""
    object.__setattr__(parts, "store", AwayStore())
    app.extensions["yingbin"].recent._store = AwayStore()
    parts.watch._store = AwayStore()  # type: ignore[assignment]  # only ``read`` is used
    answer = app.test_client().get("/staff")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "签到不受影响" in answer.get_data(as_text=True)


def test_whoever_asks_for_what_they_may_not_have_stands_in_the_log_by_an_id(
    app: Flask, house: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """So does a form of another site; no name does (ASVS 16.3.2, 16.3.3)."""
    caplog.set_level(logging.INFO)
    auditor = enter(app.test_client(), frozenset({Part.AUDITOR}), "审计员")
    assert auditor.get("/desk", headers=PROGRAM).status_code == 403
    with house.read() as tx:
        account = tx.accounts.by_name("审计员")
    assert account is not None
    said = f"GET desk.show was refused to account {account.id}: this needs the permission look"
    assert said in [one.getMessage() for one in caplog.records]
    assert auditor.post("/audit", headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert "refused with 403" in caplog.text
    assert "审计员" not in caplog.text


def test_a_bug_shows_nothing_of_itself(app: Flask, house: Store, clock: StillClock) -> None:
    """The log has the traceback; the person gets a sentence."""
    del house
    clock.now = lambda: 1 / 0  # type: ignore[method-assign,assignment,return-value]  # any failure will do
    answer = app.test_client().get("/staff")
    assert answer.status_code == 500
    text = answer.get_data(as_text=True)
    assert "division" not in text
    assert "系统出了点问题" in text
