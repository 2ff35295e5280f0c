"""Before anybody signs in: no other web site can read or press anything here."""

import pytest
from flask.testing import FlaskClient

from hub.ports import Store
from hub.web import WebParts, create_app
from hub.web.guard import host_name
from tests.hub.web.scene import OURS, StillClock, on_duty, raise_help

POSTS = ("/staff/shift", "/staff/tasks/task-1/accept", "/staff/tasks/task-1/finish", "/language")


@pytest.mark.parametrize("host", ["localhost", "localhost:8700", "127.0.0.1:8700", "[::1]:8700", "HUB.example"])
def test_known_names_are_answered(client: FlaskClient, host: str) -> None:
    """Loopback by all its names, and what the proxy in front is called."""
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "hub.example.evil", "127.0.0.1.evil", "", "[::1]:x", "a:b:c"]
)
@pytest.mark.parametrize("path", ["/", "/events", "/healthz", "/static/live.js", "/nowhere"])
def test_a_foreign_name_gets_nothing(client: FlaskClient, host: str, path: str) -> None:
    """A stranger's name that points at this machine (DNS rebinding) shows no guest."""
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "ftp://localhost"},
    ],
)
def test_no_button_can_be_pressed_from_elsewhere(
    client: FlaskClient, house: Store, path: str, headers: dict[str, str]
) -> None:
    """Every POST must come from a page of ours, by what the browser says of it."""
    on_duty(client)
    raise_help(house)
    assert client.post(path, data={"name": "x", "language": "en"}, headers=headers).status_code == 403
    with house.read() as tx:
        assert len(tx.tasks.open()) == 1


def test_a_browser_that_only_names_its_origin_may_press_buttons(client: FlaskClient) -> None:
    """On a plain network browsers send no Sec-Fetch-Site, but the origin."""
    answer = client.post("/staff/shift", data={"name": "小李"}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 303


def test_another_site_may_link_here_but_not_fetch(client: FlaskClient) -> None:
    """A link opens the page; an image or a script of another site gets nothing and costs nothing."""
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.get("/staff", headers=foreign | {"Sec-Fetch-Mode": "navigate"}).status_code == 200
    assert client.get("/staff", headers=foreign | {"Sec-Fetch-Mode": "no-cors"}).status_code == 403
    assert client.get("/events", headers=foreign | {"Sec-Fetch-Mode": "cors"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/staff", "/rooms", "/healthz", "/metrics", "/nowhere", "/static/live.js"])
def test_every_answer_is_hardened(client: FlaskClient, path: str) -> None:
    """Strict policy, no frame, no guessing of types, no referrer, nothing of a page kept."""
    headers = client.get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == ("no-cache" if path.startswith("/static/") else "no-store")


def test_no_debugger_answers_whatever_the_environment_says(
    parts: WebParts, house: Store, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FLASK_DEBUG turns tracebacks, and a console, into pages elsewhere; here a failure shows nothing of itself."""
    del house
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(parts)
    clock.now = lambda: 1 / 0  # type: ignore[method-assign,assignment,return-value]  # any failure will do
    client = app.test_client()
    for path in ("/staff", "/console", "/?__debugger__=yes&cmd=resource&f=debugger.js"):
        text = client.get(path).text
        assert "Traceback" not in text
        assert "debugger" not in text.casefold()
    assert not app.debug


def test_a_long_body_is_refused(client: FlaskClient) -> None:
    """A name is short; nobody fills the memory."""
    answer = client.post("/staff/shift", data={"name": "x" * 20_000}, headers=OURS)
    assert answer.status_code == 413
    parts = {f"field{number}": "x" for number in range(50)}
    answer = client.post("/staff/shift", data=parts, headers=OURS, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_cookies_stay_in_this_browser_and_on_this_site(client: FlaskClient) -> None:
    """Scripts cannot read them, other sites cannot send them."""
    language = client.post("/language", data={"language": "en"}, headers=OURS).headers["Set-Cookie"]
    assert "HttpOnly" in language
    assert "SameSite=Lax" in language


def test_a_host_is_read_without_its_port() -> None:
    """IPv6 addresses have colons of their own."""
    assert [host_name(host) for host in ("a:1", "[::1]", "[::1]:80", "A.b", ":80")] == [
        "a",
        "[::1]",
        "[::1]",
        "a.b",
        "",
    ]
