"""What every answer says to browsers: on each route there is, and with each error that there is (ASVS 3.4)."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.domain.permissions import Part
from hub.ports import Store
from hub.web.access import RULES, Whom
from hub.web.form_token import HEADER
from hub.web.guard import HSTS
from hub.web.limits import EXPORTS, GUESSED, ISSUES, LOOKS, STEPS
from hub.web.parts import WebParts
from tests.hub.web.scene import OURS, PROGRAM, StillClock, enter, on_duty, raise_help
from tests.hub.web.test_errors import AwayStore

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types yingbin"
)
PERMISSIONS = (
    "accelerometer=(), autoplay=(self), bluetooth=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), "
    "gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-create=(self), publickey-credentials-get=(self), screen-wake-lock=(self), serial=(), "
    "usb=(), web-share=(), xr-spatial-tracking=()"
)
SECURITY = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cache-Control": "no-store",
}
"""The snapshot. Whoever changes a header changes it here, and says why."""

OTHERS = {
    *("Content-Type", "Content-Length", "Content-Disposition", "Location", "Set-Cookie", "Allow", "Retry-After"),
    *("ETag", "Last-Modified", "Date", "X-Accel-Buffering", "Accept-Ranges"),
}
"""What else an answer may say; nothing of the machine, its programs or their versions."""

READS = {"GET", "HEAD", "OPTIONS"}
PLACES = {"filename": "live.js", "position": "1", "key": "launch", "room": "hall", "invitation": "inv-1"}


def judge(answer: TestResponse, *, secure: bool = False, static: bool = False) -> None:
    """Compare an answer's headers with the snapshot."""
    expected = SECURITY | ({"Strict-Transport-Security": HSTS} if secure else {})
    expected |= {"Cache-Control": "no-cache"} if static else {}
    found = {name: value for name, value in answer.headers.items() if name not in OTHERS}
    answer.close()
    assert found == expected, (answer.status, answer.request.path)


def paths(app: Flask) -> dict[str, str]:
    """Return one path for each route."""
    return {
        rule.rule: re.sub(r"<(?:\w+:)?(\w+)>", lambda found: PLACES.get(found[1], "x"), rule.rule)
        for rule in app.url_map.iter_rules()
    }


@pytest.mark.parametrize("base", ["http://localhost", "https://hub.example"])
def test_every_route_answers_with_the_same_headers(app: Flask, house: Store, base: str) -> None:
    """Asked rightly, wrongly, from elsewhere, and by every method: pages, files, events, refusals."""
    del house
    client: Any = on_duty(app.test_client()) if base == "http://localhost" else app.test_client()
    statuses = set()
    for rule, path in paths(app).items():
        for method, headers, token in (
            ("GET", {}, True),
            ("HEAD", {}, True),
            ("OPTIONS", {}, True),
            ("TRACE", OURS, True),
            ("POST", {}, True),
            ("POST", OURS, False),
            ("POST", PROGRAM, True),
            ("DELETE", OURS, True),
        ):
            answer = client.open(path, method=method, headers=headers, base_url=base, token=token)
            statuses.add(answer.status_code)
            judge(answer, secure=base.startswith("https"), static=rule.startswith("/static/") and method in READS)
    assert {200, 303, 400, 403, 404, 405} <= statuses


LARGE = {"name": "x" * 20_000}


def test_every_route_refuses_with_the_same_headers(app: Flask, house: Store, clock: StillClock) -> None:
    """Strangers, those who may not, bodies that are too large, wrong methods and hosts, and whoever asks too often.

    Each status comes from every route that can give it, for people and for programs.
    """
    del house
    seen: dict[int, set[str]] = {}
    auditor = enter(app.test_client(), frozenset({Part.AUDITOR}), "审计")
    stranger: Any = app.test_client()
    busy: Any = enter(app.test_client())
    shelf = app.extensions["yingbin"]
    with shelf.parts.store.read() as tx:
        account = f"account {tx.accounts.by_name('值班台').id}"
    given = busy.get("/token").get_json()["token"]
    for limit in (STEPS, EXPORTS, ISSUES):
        while not shelf.purses.spend(limit, account, clock.now()):
            pass

    def note(rule: str, answer: TestResponse) -> None:
        seen.setdefault(answer.status_code, set()).add(rule)
        judge(answer, static=rule.startswith("/static/") and answer.request.method in READS)

    for accept in ({}, PROGRAM):
        for rule, path in paths(app).items():
            note(rule, stranger.get(path, headers=accept))
            note(rule, auditor.get(path, headers=accept))
            note(rule, stranger.post(path, headers=OURS | accept))
            note(rule, stranger.post(path, headers=OURS | accept, data=LARGE, token=False))
            note(rule, busy.post(path, headers=OURS | accept, data=LARGE, token=False))
            note(rule, stranger.open(path, method="PUT", headers=OURS | accept))
            note(rule, stranger.get(path, headers=accept | {"Host": "evil.example"}))
            note(rule, busy.post(path, headers=OURS | accept | {HEADER: given}))
            note(rule, busy.get(path, headers=accept | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}))
    posts = {one.rule for one in app.url_map.iter_rules() if "POST" in (one.methods or ())}
    assert posts <= seen[413]
    assert posts - seen[429] == {paths_of(app, name) for name in GUESSED | LOOKS}
    assert seen[421] == seen[405] == set(paths(app))
    assert {one.rule for one in app.url_map.iter_rules() if RULES[one.endpoint].whom is not Whom.ANYBODY} <= seen[401]
    assert len(seen[403]) > len(posts)
    assert {303, 400, 404} <= set(seen)


def paths_of(app: Flask, endpoint: str) -> str:
    """Return an endpoint's rule."""
    return next(one.rule for one in app.url_map.iter_rules() if one.endpoint == endpoint)


def test_every_error_has_the_same_headers(
    app: Flask, client: FlaskClient, house: Store, parts: WebParts, clock: StillClock
) -> None:
    """Each status that the hub refuses with, for people and for programs."""
    on_duty(client)
    task = raise_help(house).id
    client.post(f"/staff/tasks/{task}/accept", headers=OURS)
    other = on_duty(app.test_client(), "小陈")
    seen = {}

    def note(answer: TestResponse, *, static: bool = False) -> None:
        seen[answer.status_code] = answer.content_type
        judge(answer, static=static)

    for accept in ({}, PROGRAM):
        note(client.get("/events?kinds=nothing", headers=accept))
        note(client.get("/staff", headers=accept | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}))
        note(client.get("/nowhere", headers=accept))
        note(client.get("/static/nothing.js", headers=accept), static=True)
        note(client.get("/language", headers=accept))
        note(other.post(f"/staff/tasks/{task}/finish", headers=OURS | accept))
        note(client.post("/staff/shift", data={"name": "x" * 20_000}, headers=OURS | accept))
        note(client.get("/staff", headers=accept | {"Host": "evil.example"}))
    held = [client.get("/events") for _ in range(parts.streams)]
    note(client.get("/events"))
    for one in held:
        one.close()
    clock.now = lambda: 1 / 0  # type: ignore[method-assign,assignment,return-value]  # any failure will do
    note(client.get("/staff"))
    del clock.now
    object.__setattr__(parts, "store", AwayStore())
    app.extensions["yingbin"].recent._store = AwayStore()
    app.extensions["yingbin"].recent.forget()
    note(client.get("/staff"))
    assert set(seen) - {303} == {400, 403, 404, 405, 409, 413, 421, 500, 503}


@pytest.mark.parametrize("base", ["https://localhost", "http://localhost"])
def test_nobody_is_bound_to_https_on_loopback(client: FlaskClient, base: str) -> None:
    """RFC 6797, 7.2: plain pages of other programs there must stay within reach."""
    assert "Strict-Transport-Security" not in client.get("/", base_url=base).headers


@pytest.mark.parametrize("base", ["https://hub.example", "http://hub.example"])
def test_over_https_cookies_belong_to_this_host_alone(client: FlaskClient, base: str) -> None:
    """RFC 6265bis: no other host and no plain page can set one with this prefix. A proxy asks plainly."""
    answer = client.get("/sign-in", base_url=base)
    language = client.post("/language", data={"language": "en"}, headers=OURS, base_url=base)
    assert "Strict-Transport-Security" in answer.headers
    for made in (*answer.headers.getlist("Set-Cookie"), *language.headers.getlist("Set-Cookie")):
        assert made.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(made.split("; "))
        assert "Domain" not in made
    assert 'lang="en"' in client.get("/sign-in", base_url="https://hub.example").text
