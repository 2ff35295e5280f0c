"""The pages of codes and keys as people use them: with a finger, in both languages, by day."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from hub.ports import Store
from hub.usecases.hand_out_code import CodeMaker
from hub.usecases.roll_keys import roll_key
from hub.usecases.sign_codes import revoke_by_id, sign_codes
from hub.web import WebParts
from tests.hub.web.test_access import RULES, SIZES, TAGS, TARGETS, UNFOLD

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


@pytest.fixture
def parts(parts: WebParts, codes: CodeMaker) -> WebParts:
    """Give the parts of a house that makes codes."""
    return replace(parts, codes=codes)


@pytest.fixture
def signed(house: Store, codes: CodeMaker) -> Store:
    """Have keys in every state: one that signs, one that holds, one that leaked."""
    with house.write() as tx:
        launch, acting = tx.meetings.get(["m-launch"])["m-launch"], codes.acting("小陈")
        sign_codes(tx, launch, codes.ring, acting)
        roll_key(tx, launch, codes.ring, acting)
        roll_key(tx, launch, codes.ring, acting)
        revoke_by_id(tx, 1, codes.ring, acting)
    return house


def usable(page: Page) -> None:
    """Nothing that axe minds, nothing that overflows, every target as large as a finger."""
    page.evaluate(UNFOLD)
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "rules": RULES})
    assert [(one["id"], one["nodes"][0]["target"]) for one in results.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    boxes = page.locator(TARGETS).evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 80),"
        " one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
    )
    assert [box for box in boxes if box[1] < 44 or box[2] < 44] == []


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_codes_and_keys_can_be_seen_to_by_everybody(visit: Visit, signed: Store, language: str, size: str) -> None:
    """The keys, the guest's page with its invitation, and a code on its own page: signed, then short to be typed."""
    del signed
    page = visit("/staff/keys", language=language, size=SIZES[size])
    usable(page)
    page.goto(page.url.replace("/staff/keys", "/staff/guests/inv-4"))
    page.wait_for_selector("[data-pulse=live]")
    usable(page)
    page.locator("form[action$='/code'] button").click()
    page.wait_for_selector(".code .qr")
    assert page.locator("#code").count() == 0, "nobody types a signed code"
    usable(page)
    page.goto(page.url.removesuffix("/code"))
    page.locator("summary").first.click()
    page.locator("form[action$='/new-code'] button").click()
    page.wait_for_selector("#code")
    usable(page)


def test_a_key_is_withdrawn_by_hand(visit: Visit, signed: Store) -> None:
    """Two taps: that it has leaked, and that this is meant; the page says at once that it is."""
    page = visit("/staff/keys")
    page.locator("#key-3 summary").click()
    page.locator("#key-3 button").click()
    page.wait_for_selector("#key-3.withdrawn")
    with signed.read() as tx:
        assert {key.key_id: key.withdrawn for key in tx.keys.all()}[3]
