"""After a guest, nothing of them is left (G13): not in the page, its memory, its history, on disk, or in the log."""

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.screen import Screen
from tests.conftest import CHROMIUM_FLAGS
from tests.kiosk.web.browsing import Kiosk

pytestmark = pytest.mark.browser

OF_THE_GUEST = ("王总", "总经理", "陈经理", "Mr Wang", "Grace Chen", "scan-1")
IDLE = "请出示您的邀请码"


def heap(page: Page) -> str:
    """Return every string in the page's JavaScript memory, after the rubbish was taken out."""
    session = page.context.new_cdp_session(page)
    chunks: list[str] = []
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda event: chunks.append(event["chunk"]))
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    session.detach()
    return "\n".join(json.loads("".join(chunks))["strings"])


def visit(page: Page, kiosk: Kiosk, screens: dict[str, Screen]) -> None:
    """Let a guest be greeted, turn the language and the look, and call for help.

    The name itself is never asked for here: what Playwright compares with would be found in the page's memory.
    """
    kiosk.show(page, screens["vip-zh"])
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    kiosk.settle(page)
    page.locator("#look").click()
    expect(page.locator("html")).to_have_attribute("data-large", "")
    page.locator("#help").click()
    expect(page.locator("#stage article")).to_have_attribute("data-kind", "help")


@pytest.mark.parametrize("end", ["time", "the next scan"])
def test_nothing_of_a_guest_is_left_in_the_pages_memory(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], end: str
) -> None:
    """Searched in a snapshot of the whole heap, which does show what a script keeps; and in document and storage."""
    entries = page.evaluate("history.length")
    kiosk.show(page, screens["vip-zh"])
    page.evaluate("window.kept = document.querySelector('h1').textContent")
    assert "王总" in heap(page), "what a script keeps is found"
    page.evaluate("delete window.kept")
    visit(page, kiosk, screens)
    if end == "time":
        kiosk.clock.forward(61)
        expect(page.locator("#stage article")).to_have_attribute("data-kind", "vip")
        kiosk.clock.forward(61)
        expect(page.locator("#stage article")).to_have_attribute("data-kind", "idle")
    else:
        kiosk.show(page, screens["idle-both-zh"])
    kiosk.settle(page)
    left = heap(page) + page.evaluate(
        "document.documentElement.outerHTML + JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert [word for word in OF_THE_GUEST if word in left] == []
    assert page.evaluate("history.length") == entries


@pytest.fixture
def profile(browser: Browser, kiosk: Kiosk, tmp_path: Path) -> Iterator[tuple[Path, Page]]:
    """Open the kiosk's page in a browser that keeps its profile in a folder, as on a kiosk."""
    folder = tmp_path / "profile"
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS, viewport={"width": 800, "height": 480}
    )
    opened = context.pages[0]
    opened.goto(kiosk.url)
    kiosk.settle(opened)
    yield folder, opened
    context.close()


def test_the_browser_writes_nothing_of_a_guest_to_disk(
    profile: tuple[Path, Page], kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """Neither its cache nor its history nor what it would restore after a crash."""
    folder, page = profile
    visit(page, kiosk, screens)
    kiosk.board.leave()
    kiosk.board.leave()
    expect(page.locator("h1")).to_have_text(IDLE)
    page.context.close()
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 10
    for file in files:
        kept = file.read_bytes()
        for word in OF_THE_GUEST:
            assert word.encode() not in kept, file
            assert word.encode("utf-16-le") not in kept, file


def test_no_log_names_a_guest(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is pressed, at the most talkative level, speech too."""
    caplog.set_level(logging.DEBUG)
    visit(page, kiosk, screens)
    kiosk.board.leave()
    page.locator("#listen").click()
    expect(page.locator("#volume")).to_be_visible()
    kiosk.board.leave()
    expect(page.locator("#volume")).to_be_hidden()
    assert [word for word in OF_THE_GUEST if word in caplog.text] == []


def test_no_field_on_any_screen_is_filled_in_or_checked_by_the_browser(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen]
) -> None:
    """No list of what the last guest typed, and no word of theirs sent to a spelling service."""
    for screen in screens.values():
        kiosk.show(page, screen)
        fields = page.locator("input, textarea").evaluate_all(
            "boxes => boxes.map(box => [box.autocomplete, box.spellcheck])"
        )
        assert all(field == ["off", False] for field in fields), screen.kind
