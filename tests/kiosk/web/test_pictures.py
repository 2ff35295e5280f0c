"""Pictures of a real page in a real Chromium: only ever of the idle screen, however a guest's steps fall.

The test plays the browser's keeper: it asks for the wish, takes the picture of what this Chromium shows, makes it small
as the keeper does, and hands it over by the keeper's own way.
"""

import base64
import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from devices.contract.cards import Words
from devices.contract.commands import Command, CommandKind, CommandResult
from devices.ids import uuid7
from kiosk.care.health import ask, hand_over
from kiosk.care.panel import shrink
from kiosk.screen import Screen
from kiosk.screenshots import MOST_BYTES
from tests.kiosk.cards import MORNING
from tests.kiosk.web.browsing import Kiosk

pytestmark = pytest.mark.browser

Grey = NDArray[np.float64]
CANARY = "金丝雀女士金丝雀女士"


def ppm(page: Page) -> bytes:
    """Return what the page shows in grim's form."""
    out = io.BytesIO()
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(out, "PPM")
    return out.getvalue()


def grey(webp: bytes) -> Grey:
    """Return a picture's grey values."""
    with Image.open(io.BytesIO(webp)) as image:
        assert image.format == "WEBP"
        return np.asarray(image.convert("L"), dtype=np.float64)


def likeness(one: Grey, other: Grey) -> float:
    """Return how alike two pictures are: 1 is the same."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def keep_picture(kiosk: Kiosk, page: Page, token: str) -> bool:
    """Take the picture and hand it over, as the keeper does."""
    return hand_over(kiosk.server.port, token, shrink(ppm(page), MOST_BYTES))


def wish(kiosk: Kiosk) -> str:
    """Return what the kiosk tells its keeper."""
    health = ask(kiosk.server.port)
    assert health is not None
    return str(health["picture"] or "")


def command(kiosk: Kiosk) -> None:
    """Ask for a picture, as the hub does."""
    kiosk.screenshots.ask(Command(id=uuid7(), ts=MORNING, boot=uuid7(), seq=1, kind=CommandKind.SCREENSHOT))


def answer(kiosk: Kiosk) -> CommandResult:
    """Return the only answer there is."""
    (found,) = kiosk.screenshots.results()
    return found


@pytest.fixture
def canary(screens: dict[str, Screen]) -> Screen:
    """Give a greeting with a name that must be on no picture."""
    return replace(screens["welcome-zh"], salutation=Words(zh=CANARY, en="Ms Canary"))


@pytest.fixture
def drawn(kiosk: Kiosk, wait_until: Callable[[Callable[[], object]], None]) -> Callable[[], None]:
    """Give what waits until the page has said that it drew what is on the board, and the panel has it."""

    def wait() -> None:
        wait_until(lambda: kiosk.life.drawn()[0] == kiosk.board.current()[0])
        kiosk.clock.forward(1)

    return wait


def test_the_picture_is_the_idle_page(page: Page, kiosk: Kiosk, drawn: Callable[[], None], canary: Screen) -> None:
    """Small enough for one message, and recognizably what stands there: it is not like a greeting."""
    drawn()
    command(kiosk)
    assert keep_picture(kiosk, page, wish(kiosk))
    told = answer(kiosk)
    assert told.ok
    got = grey(base64.b64decode(told.picture))
    assert got.shape == (288, 480)
    assert likeness(got, grey(shrink(ppm(page), 10**6))) > 0.97
    kiosk.show(page, canary)
    assert likeness(got, grey(shrink(ppm(page), 10**6))) < 0.8


def test_a_greeting_is_refused(page: Page, kiosk: Kiosk, drawn: Callable[[], None], canary: Screen) -> None:
    """No picture is even wished for."""
    kiosk.show(page, canary)
    drawn()
    command(kiosk)
    assert wish(kiosk) == ""
    assert (answer(kiosk).ok, kiosk.screenshots.results()) == (False, [])


def test_a_greeting_that_comes_between_the_wish_and_the_picture_is_thrown_away(
    page: Page, kiosk: Kiosk, drawn: Callable[[], None], canary: Screen
) -> None:
    """The picture that was taken does show the guest; the hub hears ``busy``."""
    drawn()
    command(kiosk)
    token = wish(kiosk)
    kiosk.show(page, canary)
    assert CANARY in page.locator("#stage").inner_text()
    assert not keep_picture(kiosk, page, token)
    told = answer(kiosk)
    assert (told.ok, told.reason, told.picture) == (False, "busy", "")


def test_a_page_that_still_shows_a_guest_is_not_pictured(
    page: Page, kiosk: Kiosk, drawn: Callable[[], None], canary: Screen
) -> None:
    """The kiosk is idle again, but the page has not heard of it: what it last drew counts."""
    kiosk.show(page, canary)
    drawn()
    page.evaluate("window.requestAnimationFrame = () => 0; document.getElementById('stage').replaceChildren = () => 0")
    kiosk.board.leave()
    kiosk.settle(page)
    kiosk.clock.forward(5)
    assert CANARY in page.locator("#stage").inner_text()
    command(kiosk)
    assert wish(kiosk) == ""
    kiosk.clock.forward(11)
    told = answer(kiosk)
    assert (told.ok, told.reason) == (False, "no_page")


def test_only_a_wished_picture_from_this_machine_is_taken(page: Page, kiosk: Kiosk, drawn: Callable[[], None]) -> None:
    """Another token, none, or a body that is too large."""
    drawn()
    command(kiosk)
    token = wish(kiosk)
    port = kiosk.server.port
    for wrong, body in (("", b"x"), (uuid7(), b"x"), (token, bytes(MOST_BYTES + 1))):
        assert not hand_over(port, wrong, body)
    refused = page.request.post(f"{kiosk.url}picture?token={token}", data=b"x", headers={"Origin": "http://elsewhere"})
    assert refused.status == 403
    assert keep_picture(kiosk, page, wish(kiosk))
