"""A technician asks what a kiosk shows: page, database, broker, kiosk, its page in a real Chromium, and back."""

import io
import urllib.request
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Browser

from kiosk.care.health import ask, hand_over
from kiosk.care.panel import shrink
from kiosk.screenshots import MOST_BYTES
from tests.conftest import WAIT_S
from tests.flow.conftest import Door, House
from tests.flow.test_arrival import ready
from tests.tokens import with_token

pytestmark = [pytest.mark.broker, pytest.mark.browser]
Wait = Callable[[Callable[[], object]], None]
OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "application/problem+json"}


def press(house: House) -> None:
    """Press the button on ``/rooms/kiosks``."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{house.hub.address}rooms/kiosks/kiosk-1/screenshot",
        b"",
        with_token(house.hub.address, OURS | {"Cookie": house.cookie("Lin")}),
    )
    with urllib.request.urlopen(request, timeout=WAIT_S):  # noqa: S310 - same
        pass


def rooms(house: House) -> str:
    """Return the technician's page."""
    return fetch(house, "rooms/kiosks").decode()


def fetch(house: House, path: str) -> bytes:
    """Return what the hub answers to somebody who is signed in."""
    request = urllib.request.Request(house.hub.address + path, headers={"Cookie": house.cookie("Lin")})  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=WAIT_S) as response:  # noqa: S310 - same
        found: bytes = response.read()
    return found


def wish(door: Door) -> str:
    """Return what the kiosk asks of its browser's keeper."""
    health = ask(door.kiosk._server.port) or {}
    return str(health.get("picture") or "")


def test_a_technician_sees_the_idle_screen_and_never_a_guest(house: House, browser: Browser, wait_until: Wait) -> None:
    """Refused while a guest is greeted, with the words why; then the picture is on the page's own address."""
    door = ready(house, wait_until)
    page = browser.new_page(viewport={"width": 800, "height": 480})
    page.goto(door.kiosk.address)
    press(house)
    wait_until(lambda: wish(door))
    out = io.BytesIO()
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(out, "PPM")
    picture = shrink(out.getvalue(), MOST_BYTES)
    assert hand_over(door.kiosk._server.port, wish(door), picture)
    wait_until(lambda: "screenshot.webp" in rooms(house))
    assert fetch(house, "rooms/kiosks/kiosk-1/screenshot.webp") == picture
    guest = house.guests()[0]
    door.hold(guest.invitation.code, for_ms=8_000)
    wait_until(lambda: door.shows("welcome"))
    press(house)
    wait_until(lambda: "有宾客正在使用" in rooms(house) or "A guest is at the screen" in rooms(house))
    assert wish(door) == ""
    page.close()
