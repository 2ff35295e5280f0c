"""The kiosk's buttons over HTTP, pressed roughly: a real server, and a clear answer to whatever is sent."""

import http.client
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from devices.contract.messages import RequestKind
from kiosk.screen import Kind, Screen, idle
from tests.kiosk.web.browsing import Kiosk

FORM = "application/x-www-form-urlencoded"
HUNG_UP = 0
POSTS = ("/press", "/language", "/look", "/active", "/leave", "/alive")


def post(kiosk: Kiosk, path: str, body: bytes | str, kind: str = FORM) -> int:
    """Send a POST as the kiosk's own page would; return its status, ``HUNG_UP`` when it would not hear it out."""
    connection = http.client.HTTPConnection("127.0.0.1", kiosk.server.port, timeout=30)
    try:
        origin = f"http://127.0.0.1:{kiosk.server.port}"
        connection.request("POST", path, body, {"Origin": origin, "Content-Type": kind})
        return connection.getresponse().status
    except ConnectionError:
        return HUNG_UP
    finally:
        connection.close()


def version(kiosk: Kiosk) -> str:
    """Return what a press on the screen as it is would name."""
    connection = http.client.HTTPConnection("127.0.0.1", kiosk.server.port, timeout=30)
    connection.request("GET", "/")
    page = connection.getresponse().read().decode()
    connection.close()
    return page.partition('data-id="')[2].partition('"')[0]


def form(**fields: str) -> str:
    """Write a form as a browser does."""
    return urllib.parse.urlencode(fields)


@pytest.mark.parametrize(("megabytes", "refusals"), [(1, {413}), (3, {413, HUNG_UP})])
def test_a_body_that_no_finger_writes_is_refused_and_changes_nothing(
    kiosk: Kiosk, megabytes: int, refusals: set[int]
) -> None:
    """One MB behind good fields, or more than the server reads at all; the next touch is served as ever."""
    before = kiosk.board.current()
    shown = version(kiosk)
    assert post(kiosk, "/press", form(version=shown, action="no_code", value="A" * megabytes * 1_048_000)) in refusals
    assert kiosk.board.current() == before
    assert post(kiosk, "/press", form(version=shown, action="no_code")) == 204
    assert kiosk.board.current()[1].kind is Kind.NO_CODE


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", FORM, 400),
        (b"\xff\xfe\x00=&&&===%%%", FORM, 400),
        (b'{"version": "1.1", "action": "help"}', "application/json", 400),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400),
        (b"version=a.1&version=b.2&action=help", FORM, 204),
        (b"version=a.-1&action=help", FORM, 400),
        (b"version=a.1e3&action=help", FORM, 400),
        (b"action=help&value=luggage", FORM, 400),
    ],
)
def test_what_is_no_press_of_this_page_gets_an_answer_and_does_nothing(
    kiosk: Kiosk, body: bytes, kind: str, status: int
) -> None:
    """Neither a crash nor a call."""
    before = kiosk.board.current()
    assert post(kiosk, "/press", body, kind) == status
    assert kiosk.board.current() == before
    assert kiosk.touched.hub.asked == []


@pytest.mark.parametrize("action", ["", "HELP", "help ", "\N{SNOWMAN}", "h\x00elp", "__class__", "call", "A" * 900])
def test_an_unknown_word_leads_nowhere(kiosk: Kiosk, action: str) -> None:
    """Only what this screen offers is an action here."""
    before = kiosk.board.current()
    assert post(kiosk, "/press", form(version=version(kiosk), action=action)[:1_000]) == 204
    assert kiosk.board.current() == before


def test_a_hundred_taps_at_once_call_one_person_and_the_next_guest_is_greeted(
    kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """Each tap is answered; whoever comes next finds nothing of it."""
    assert post(kiosk, "/press", form(version=version(kiosk), action="help")) == 204
    shown = version(kiosk)
    with ThreadPoolExecutor(20) as fingers:
        statuses = Counter(fingers.map(lambda _: post(kiosk, "/press", form(version=shown, action="call")), range(100)))
    assert statuses == {204: 100}
    assert [one.kind for one in kiosk.touched.hub.asked] == [RequestKind.HELP]
    kiosk.board.show(screens["welcome-en"])
    greeted = kiosk.board.current()
    with ThreadPoolExecutor(20) as fingers:
        list(fingers.map(lambda _: post(kiosk, "/press", form(version=shown, action="back")), range(100)))
    assert kiosk.board.current() == greeted


def test_a_hundred_taps_on_everything_around_leave_the_house_as_it_was_for_the_next_guest(
    kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """Language, look and time: a guest who drums on the rail changes them for nobody else."""
    kiosk.board.show(screens["welcome-zh"])
    with ThreadPoolExecutor(20) as fingers:
        statuses = Counter(fingers.map(lambda at: post(kiosk, POSTS[1 + at % 4], ""), range(101)))
    assert statuses == {204: 101}
    kiosk.board.leave()
    kiosk.board.leave()
    assert kiosk.board.current()[1].kind is Kind.IDLE
    kiosk.clock.forward(60)
    house = kiosk.board.preferences
    kiosk.board.show(screens["welcome-en"])
    assert kiosk.board.current()[1].language == "en"
    assert kiosk.board.preferences == house
    kiosk.board.leave()
    assert kiosk.board.current()[1] == idle()
