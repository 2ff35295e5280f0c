"""A visitor reads a page as a guest does, and touches only what is there; its own kiosk is tests/flow/test_visitors."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask, request

from devices.server import WebServer
from hub.demo.visitor import GivesWay, Page, Visitor, read_page

PAGE = """<html><body data-kind="help"><main id="stage" data-id="ab12.7">
<article class="step" data-kind="help"><h1>How can we<br>help you?</h1>
<button data-action="call" data-value="luggage">Luggage</button>
<button data-action="enter" data-value="" disabled>Go</button></article></main>
<aside><button data-post="/language">EN</button><button data-action="help">Help</button></aside>
<template><article data-kind="away"><h1>Away</h1></article></template></body></html>"""


@dataclass(slots=True)
class Kiosk:
    """A server of that page, and what was posted to it."""

    posted: list[tuple[str, dict[str, str], str | None]] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    """Serve that page."""
    app, made = Flask(__name__), Kiosk()

    @app.get("/")
    def page() -> str:
        return PAGE

    @app.post("/press")
    def press() -> tuple[str, int]:
        made.posted.append((request.path, request.form.to_dict(), request.headers.get("Origin")))
        return "", 204

    server = WebServer(app, "127.0.0.1", 0, threads=2)
    server.start()
    made.port = server.port
    yield made
    server.stop()


def visitor(kiosk: Kiosk, *, closing: bool = False, late: bool = False) -> Visitor:
    """Return somebody who stands there, and takes no time."""
    return Visitor(kiosk.port, lambda _: closing, lambda: late)


def test_a_page_is_read_for_what_it_is_says_and_offers() -> None:
    """Buttons that are off are not offered, and the words for a lost stream are not on the stage."""
    page = read_page(PAGE)
    buttons = frozenset({("call", "luggage"), ("help", "")})
    assert page == Page("ab12.7", "help", "How can we help you?", "How can we help you? Luggage Go", buttons)
    assert page.offers("call")
    assert not page.offers("call", "seat")


def test_a_touch_names_the_screen_it_was_meant_for_as_the_page_s_script_does(kiosk: Kiosk) -> None:
    """What was typed goes with the button; the browser's own origin stands on it."""
    visitor(kiosk).touch("call", "luggage", typed="WX")
    fields = {"version": "ab12.7", "action": "call", "value": "WX"}
    assert kiosk.posted == [("/press", fields, f"http://127.0.0.1:{kiosk.port}")]


@pytest.mark.parametrize(
    ("closing", "late", "value"), [(True, False, "luggage"), (False, True, "luggage"), (False, False, "seat")]
)
def test_a_visitor_gives_way_and_touches_nothing(kiosk: Kiosk, *, closing: bool, late: bool, value: str) -> None:
    """When the doors close, when the next guest is due, and when what they came for is not there."""
    with pytest.raises(GivesWay):
        visitor(kiosk, closing=closing, late=late).touch("call", value)
    assert kiosk.posted == []


def test_a_screen_that_is_not_there_is_no_crash() -> None:
    """The visitor just leaves."""
    nobody = Visitor(1, lambda _: False)
    assert not nobody.is_there()
    with pytest.raises(GivesWay, match="does not answer"):
        nobody.look()
