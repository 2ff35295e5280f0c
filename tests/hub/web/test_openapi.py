"""Whatever programs ask of the API, led by its own description: every answer is as described, and none is a 500."""

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, BaseSchema, Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hub.authority import Authority
from hub.domain.words import Language
from hub.pinyin import readings
from hub.ports import Store
from hub.usecases.join_device import Joining, Told
from hub.web import WebParts, create_app
from hub.web.form_token import HEADER
from hub.web.watch import FeedWatch
from tests.hub.web.room_scene import furnish_rooms
from tests.hub.web.scene import TEXTS, StillClock, enter, furnish_house

DOCUMENT = "/api/v1/openapi.json"
EXAMPLES = 40
OURS = {"Origin": "http://localhost", "Host": "localhost"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def full(store: Store, tmp_path: Path) -> Flask:
    """Give the application over a house with rooms, devices, readings and things that are wrong; on both databases.

    Devices can join it: otherwise what strangers may ask for would be looked at nowhere behind its first line.
    """
    told = Told(site="hall", host="hub.lan", port=8883, lookup_key="ab" * 32)
    joining = Joining(Authority.open(tmp_path), ("kiosk-1",), 365, 10, secrets.randbits, secrets.token_hex, told)
    furnish_rooms(furnish_house(store), rooms=12)
    return create_app(
        WebParts(
            store=store,
            clock=StillClock(),
            watch=FeedWatch(store),
            texts=TEXTS,
            default_language=Language.ZH,
            counts=dict,
            alive=dict,
            readings=readings,
            joining=joining,
        )
    )


def signed_in(client: FlaskClient) -> tuple[WSGIApplication, dict[str, str]]:
    """Return the application as somebody's browser reaches it, and what each request of it says."""
    token = client.get("/token").get_json()["token"]
    cookies = "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())  # type: ignore[union-attr] # it keeps them

    def ask(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return client.application(environ | {"HTTP_COOKIE": cookies}, start)

    return ask, {**OURS, HEADER: token}


def names(client: FlaskClient) -> dict[str, list[str]]:
    """Return the names that stand in paths: points and conditions that are there."""
    found = {
        "point": [one["id"] for one in client.get("/api/v1/points").get_json()["points"]],
        "condition": [one["id"] for one in client.get("/api/v1/conditions").get_json()["conditions"]],
    }
    assert all(found.values()), "there is something to ask for"
    return found


def test_every_answer_is_as_the_document_says(full: Flask) -> None:
    """Each operation, with names that are there and names that are not, and parameters and bodies good and bad."""
    client = enter(full.test_client())
    app, headers = signed_in(client)
    schema: BaseSchema = schemathesis.openapi.from_wsgi(DOCUMENT, app, headers=headers)
    there, answered = names(client), set()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation: APIOperation[Any, Any, Any, Any] = result.ok()

        @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy(), choice=st.integers(0, 9))
        def ask(case: Case[Any], choice: int) -> None:
            for name in case.path_parameters or {}:
                if choice:  # one time in ten it is asked for what is not there
                    case.path_parameters[name] = there[name][choice % len(there[name])]
            answer = case.call_and_validate(headers=headers, checks=CHECKS)
            answered.add((case.method, case.path, answer.status_code))

        ask()
    assert {status for _, _, status in answered} >= {200, 400, 404}
    assert {(method, path) for method, path, status in answered if status == 200} >= {
        ("GET", "/points"),
        ("GET", "/points/{point}"),
        ("GET", "/points/{point}/readings"),
        ("GET", "/conditions"),
        ("GET", "/conditions/{condition}"),
        ("GET", "/devices/authority"),
    }
    strangers = {path: status for _, path, status in answered if path.startswith("/devices/")}
    assert strangers.keys() == {f"/devices/{one}" for one in ("authority", "join", "collect", "renew")}
    assert 404 not in strangers.values(), "devices can join here"
