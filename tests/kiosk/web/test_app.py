"""The kiosk's page over HTTP: what is served, to whom, and with which protection."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

import kiosk.web as kiosk_web
from devices.contract.cards import Words
from devices.contract.messages import Need, RequestKind
from devices.texts import Texts
from kiosk.board import ScreenBoard
from kiosk.preferences import Preferences, Theme
from kiosk.screen import Kind, Screen, idle
from kiosk.speech import Speech
from kiosk.web import STREAMS, Glass, create_app
from tests.kiosk.touched import Touched
from tests.kiosk.web.samples import StillClock

ORIGIN = {"Origin": "http://localhost"}


class Venue:
    """What lies behind the page: a hub that is there or not, and what staff must see to."""

    def __init__(self) -> None:
        """All is well."""
        self.hub = True
        self.needs: list[Need] = []

    def hub_connected(self) -> bool:
        """Say whether the hub is there."""
        return self.hub


@pytest.fixture
def venue() -> Venue:
    """Return a venue where all is well."""
    return Venue()


@pytest.fixture
def client(
    board: ScreenBoard, venue: Venue, texts: Texts, clock: StillClock, speech: Speech, touched: Touched
) -> FlaskClient:
    """Return a client of the page."""
    app = create_app(
        board,
        press=touched.journey.press,
        hub_connected=venue.hub_connected,
        texts=texts,
        clock=clock,
        zone=ZoneInfo("Asia/Shanghai"),
        needs=lambda: venue.needs,
        speech=speech,
        phone="010 5550 1234",
    )
    return app.test_client()


def version(client: FlaskClient) -> str:
    """Return which screen a press from the page would be meant for."""
    (found,) = re.findall('data-id="([^"]+)"', client.get("/").get_data(as_text=True))
    return str(found)


def press(client: FlaskClient, action: str, value: str = "", *, of: str | None = None) -> None:
    """Touch a button, as the page's script does."""
    data = {"version": version(client) if of is None else of, "action": action, "value": value}
    assert client.post("/press", data=data, headers=ORIGIN).status_code in {204, 400}


def events(client: FlaskClient) -> Iterator[dict[str, str]]:
    """Read the event stream, one event at a time."""
    for chunk in client.get("/events", buffered=False).iter_encoded():
        yield dict(line.split(": ", 1) for line in chunk.decode().strip().splitlines())


def test_the_page_shows_the_current_screen_without_any_script(
    client: FlaskClient, board: ScreenBoard, screens: dict[str, Screen]
) -> None:
    """A browser that has just come up sees at once what the guest should see, in the right language."""
    board.show(screens["welcome-en"])
    page = client.get("/").get_data(as_text=True)
    assert '<html lang="en" data-theme="light">' in page
    assert "Welcome, Ms Li" in page
    assert 'data-kind="welcome"' in page
    board.show(screens["welcome-zh"])
    assert '<html lang="zh-CN" data-theme="light">' in client.get("/").get_data(as_text=True)


def test_a_guests_name_cannot_become_markup(
    client: FlaskClient, board: ScreenBoard, screens: dict[str, Screen]
) -> None:
    """Names come from lists that people fill in."""
    nasty = '<script>alert("x")</script>'
    board.show(replace(screens["welcome-en"], salutation=Words(zh=nasty, en=nasty), title=nasty))
    page = client.get("/").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("path", ["/", "/events", "/healthz", "/static/kiosk.js", "/nowhere"])
def test_every_answer_is_protected_and_kept_by_no_cache(client: FlaskClient, path: str) -> None:
    """Own resources only, no framing, no sniffing, no referrer, no stored page with a guest's name."""
    with client.get(path, buffered=False) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_no_screen_needs_inline_script_or_style(client: FlaskClient, board: ScreenBoard, sample: Screen) -> None:
    """What the policy forbids is not there to begin with."""
    board.show(sample)
    page = client.get("/").get_data(as_text=True)
    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page
    assert page.count("<script") == page.count('<script type="module" src="/static/')


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example", "192.168.1.20"])
def test_a_web_site_that_points_its_name_here_is_refused(client: FlaskClient, host: str) -> None:
    """DNS rebinding: the page answers to this machine's own names only, on every path."""
    for path in ("/", "/events", "/healthz", "/static/kiosk.js"):
        assert client.get(path, headers={"Host": host}).status_code == 400
    refused = client.post("/press", headers={"Host": host, "Origin": f"http://{host}"})
    assert refused.status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:8080"])
def test_this_machine_s_own_names_are_served(client: FlaskClient, host: str) -> None:
    """With any port."""
    assert client.get("/", headers={"Host": host}).status_code == 200
    posted = client.post("/language", headers={"Host": host, "Origin": f"http://{host}"})
    assert posted.status_code == 204


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1", "https://localhost"])
@pytest.mark.parametrize("path", ["/language", "/press", "/look", "/active", "/leave", "/speech", "/volume/up"])
def test_no_other_page_can_press_the_buttons(
    client: FlaskClient, board: ScreenBoard, touched: Touched, path: str, origin: str | None
) -> None:
    """A POST without our own origin changes nothing and calls nobody."""
    before = board.current()
    pressed = {"version": version(client), "action": "help"}
    assert client.post(path, data=pressed, headers={"Origin": origin} if origin else {}).status_code == 403
    assert board.current() == before
    assert touched.hub.asked == []


def test_the_buttons_answer_to_posts_only(client: FlaskClient, board: ScreenBoard) -> None:
    """A link or a picture cannot press them."""
    before = board.current()
    assert client.get("/press", query_string={"version": version(client), "action": "help"}).status_code == 405
    assert client.get("/language").status_code == 405
    assert board.current() == before


def test_the_language_button_turns_the_screen(
    client: FlaskClient, board: ScreenBoard, screens: dict[str, Screen]
) -> None:
    """The same step, the other language."""
    board.show(screens["welcome-zh"])
    assert client.post("/language", headers=ORIGIN).status_code == 204
    assert board.current()[1] == screens["welcome-zh"].in_language("en")


def test_help_calls_a_person_and_says_so(
    client: FlaskClient, board: ScreenBoard, touched: Touched, screens: dict[str, Screen], clock: StillClock
) -> None:
    """Confirmed in both languages, the guest's first; pressed twice it calls once; then the greeting is back."""
    board.show(screens["welcome-en"])
    press(client, "help")
    shown = version(client)
    for _ in range(2):
        press(client, "call", of=shown)
    assert [request.kind for request in touched.hub.asked] == [RequestKind.HELP]
    screen = board.current()[1]
    assert (screen.kind, screen.languages) == (Kind.STAFF_COMING, ("en", "zh"))
    page = client.get("/").get_data(as_text=True)
    assert "Our staff are on their way" in page
    assert "工作人员马上就来" in page
    clock.forward(20)
    assert board.current()[1] == screens["welcome-en"]


def test_help_without_the_hub_sends_the_guest_to_a_person(client: FlaskClient, touched: Touched) -> None:
    """Nobody is promised who was not told, and the house's number is named."""
    touched.hub.there = False
    press(client, "help")
    press(client, "call")
    assert touched.board.current()[1].kind is Kind.STAFF_BUSY
    page = client.get("/").get_data(as_text=True)
    assert "服务台" in page
    assert "服务电话 010 5550 1234" in page
    assert "马上就来" not in page


@pytest.mark.parametrize("late", ["1.1", "", ".", "x.y", "1" * 30, "\u0661.\u0661"])
def test_a_press_on_a_screen_that_is_gone_or_of_another_run_does_nothing(
    client: FlaskClient, board: ScreenBoard, late: str
) -> None:
    """A finger that comes a moment after the next guest's code touches nothing of theirs."""
    before = board.current()
    press(client, "no_code", of=late)
    assert board.current() == before


def test_what_is_typed_is_kept_over_a_turn_of_the_language_and_gone_after_the_reset(
    client: FlaskClient, board: ScreenBoard, clock: StillClock
) -> None:
    """The page is not drawn anew for a letter, so that no key moves beneath a finger."""
    press(client, "no_code")
    shown = version(client)
    press(client, "type", "wjg")
    assert version(client) == shown
    client.post("/language", headers=ORIGIN)
    page = client.get("/").get_data(as_text=True)
    assert ">WJG</output>" in page
    assert "Your name" in page
    clock.forward(60)
    assert "WJG" not in client.get("/").get_data(as_text=True)
    assert board.current()[1].kind is Kind.IDLE


def test_nothing_on_the_page_tells_a_guest_that_the_hub_is_away(client: FlaskClient, venue: Venue) -> None:
    """The kiosk goes on; only /healthz tells."""
    with_hub = client.get("/").get_data(as_text=True)
    venue.hub = False
    assert client.get("/").get_data(as_text=True) == with_hub
    health = client.get("/healthz").get_json()
    assert health == {
        "status": "ok",
        "hub": False,
        "kind": "idle",
        "version": 1,
        "page_s": None,
        "drawn": 0,
        "picture": None,
    }


def test_the_stream_tells_the_current_screen_at_once_and_every_change(
    client: FlaskClient, board: ScreenBoard, screens: dict[str, Screen]
) -> None:
    """Each event carries the version as its id, the HTML and its language."""
    stream = events(client)
    first = next(stream)
    assert first["event"] == "screen"
    assert first["id"].endswith(".1")
    assert "请出示您的邀请码" in json.loads(first["data"])["html"]
    board.show(screens["welcome-en"])
    second = next(stream)
    assert second["id"] == first["id"].removesuffix(".1") + ".2"
    told = json.loads(second["data"])
    assert told["lang"] == "en"
    assert "Welcome, Ms Li" in told["html"]


def test_a_quiet_stream_pings_so_that_the_page_can_tell_quiet_from_dead(client: FlaskClient, clock: StillClock) -> None:
    """Every fifteen seconds, with the time of day."""
    stream = events(client)
    next(stream)
    clock.forward(15)
    ping = next(stream)
    assert ping["event"] == "ping"
    assert json.loads(ping["data"])["now_ms"] == int(clock.now().timestamp() * 1000)


def test_what_staff_must_see_to_stands_beneath_every_screen_in_both_languages(
    client: FlaskClient, venue: Venue, clock: StillClock
) -> None:
    """The most urgent need, in the page and within fifteen seconds on one that is open; gone when it is over."""
    assert '<footer id="notice" hidden>' in client.get("/").get_data(as_text=True)
    stream = events(client)
    assert json.loads(next(stream)["data"])["notice"] == []
    venue.needs = [Need.CLOCK_WRONG, Need.OUTBOX_FILLING]
    page = client.get("/").get_data(as_text=True)
    assert '<footer id="notice">' in page
    assert '<span lang="zh-CN">请员工检查网络</span>' in page
    assert '<span lang="en">Staff: check network</span>' in page
    clock.forward(15)
    assert [line["tag"] for line in json.loads(next(stream)["data"])["notice"]] == ["zh-CN", "en"]
    venue.needs = []
    clock.forward(15)
    assert json.loads(next(stream)["data"])["notice"] == []


def test_the_look_button_gives_large_text_first_and_the_next_guest_begins_as_the_house_does(
    client: FlaskClient, board: ScreenBoard, screens: dict[str, Screen], clock: StillClock
) -> None:
    """One tap for large text, one more for the other theme; a choice ends with its guest."""
    board.show(screens["welcome-zh"])
    stream = events(client)
    next(stream)
    looks = []
    for _ in range(4):
        assert client.post("/look", headers=ORIGIN).status_code == 204
        told = json.loads(next(stream)["data"])
        looks.append((told["large"], told["theme"]))
    assert looks == [(True, "light"), (True, "dark"), (False, "dark"), (False, "light")]
    client.post("/look", headers=ORIGIN)
    assert '<html lang="zh-CN" data-theme="light" data-large>' in client.get("/").get_data(as_text=True)
    clock.forward(46)
    assert '<html lang="zh-CN" data-theme="light">' in client.get("/").get_data(as_text=True)


def test_large_text_is_in_the_language_that_leads_alone(
    client: FlaskClient, board: ScreenBoard, screens: dict[str, Screen]
) -> None:
    """Two languages in large letters would find no room; the button for the other one stands beside."""
    board.show(screens["unknown-both-en"])
    board.switch_look()
    board.switch_language()
    page = client.get("/").get_data(as_text=True)
    assert "we could not find" in page
    assert "没有找到" not in page


def test_the_house_says_how_its_glass_is_measured_where_buttons_are_and_how_it_looks(
    clock: StillClock, texts: Texts
) -> None:
    """All of it from kiosk.toml; without a figure the page guesses."""
    house = Preferences(theme=Theme.DARK)
    app = create_app(
        ScreenBoard(idle("zh"), clock, house),
        press=lambda _version, _pressed: True,
        hub_connected=lambda: True,
        texts=texts,
        clock=clock,
        zone=ZoneInfo("Asia/Shanghai"),
        glass=Glass(px_per_mm=8.18, lower_controls=True),
    )
    page = app.test_client().get("/").get_data(as_text=True)
    assert '<html lang="zh-CN" data-theme="dark" data-lower>' in page
    assert app.test_client().get("/profile.css").get_data(as_text=True) == ":root:root { --mm: 8.18px; }\n"
    assert 'id="listen"' not in page
    assert app.test_client().post("/speech", headers=ORIGIN).status_code == 404


def test_a_guest_is_warned_and_a_touch_gives_time_without_drawing_anew(
    client: FlaskClient, board: ScreenBoard, screens: dict[str, Screen], clock: StillClock
) -> None:
    """The stream tells the seconds that are left, then that there is no hurry; the HTML is not sent again."""
    board.show(screens["welcome-en"])
    stream = events(client)
    next(stream)
    clock.forward(25)
    warned = next(stream)
    assert (warned["event"], json.loads(warned["data"])["warning_s"]) == ("around", 20)
    assert client.post("/active", headers=ORIGIN).status_code == 204
    calm = next(stream)
    assert (calm["event"], json.loads(calm["data"])["warning_s"]) == ("around", None)
    assert calm["id"] == warned["id"]


def test_a_guest_may_leave(client: FlaskClient, board: ScreenBoard, screens: dict[str, Screen]) -> None:
    """Nothing of them is on the page then."""
    board.show(screens["welcome-en"])
    assert client.post("/leave", headers=ORIGIN).status_code == 204
    assert "Ms Li" not in client.get("/").get_data(as_text=True)


def test_streams_are_bounded_and_given_back(client: FlaskClient) -> None:
    """A page that reloads for ever cannot take the threads that the buttons need."""
    answers = [client.get("/events", buffered=False) for _ in range(STREAMS)]
    assert {answer.status_code for answer in answers} == {200}
    assert client.get("/events").status_code == 503
    answers[0].close()
    again = client.get("/events", buffered=False)
    assert again.status_code == 200
    for answer in [*answers[1:], again]:
        answer.close()


def test_the_page_is_light(client: FlaskClient, board: ScreenBoard, screens: dict[str, Screen]) -> None:
    """Page, styles and script are 60 KB or less on the wire when compressed, and come from here alone."""
    board.show(screens["welcome-zh"])
    page = client.get("/").get_data()
    paths = re.findall(rb'(?:href|src)="([^"]+)"', page)
    assert len(paths) == 15
    modules = [f"/static/{file.name}".encode() for file in Path(kiosk_web.__file__).parent.glob("static/*.js")]
    parts = [page]
    for path in {*paths, *modules}:
        assert path.startswith((b"/static/", b"/profile.css"))
        with client.get(path.decode()) as answer:
            parts.append(answer.get_data())
    assert sum(len(gzip.compress(part)) for part in parts) <= 60_000
