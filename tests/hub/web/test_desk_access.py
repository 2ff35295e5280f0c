"""The desk with one of everything can be used by everybody: axe, targets, contrast, nothing overflows."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from hub.ports import Store
from hub.web import WebParts
from tests.hub.web.conftest import Site
from tests.hub.web.desk_scene import followed, furnish_desk
from tests.hub.web.test_access import RULES, SIZES, TAGS, TARGETS, UNFOLD

pytestmark = pytest.mark.browser


@pytest.fixture
def site(parts: WebParts, house: Store) -> Iterator[Site]:
    """Serve a house that follows sources."""
    hub = furnish_desk(house)
    parts.watch.start()
    made = Site(replace(parts, streams=12, sources=followed(hub)))
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_on_a_busy_desk(visit: Callable[..., Page], language: str, size: str, scheme: str) -> None:
    """With targets of 24 px and contrast of 7:1 switched on; no page scrolls sideways, fingers hit every target."""
    page = visit("/desk", language=language, size=SIZES[size], color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(UNFOLD)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "rules": RULES}).response
    assert [(one["id"], [node["target"] for node in one["nodes"][:3]]) for one in found["violations"]] == []
    assert any(rule["id"] == "color-contrast-enhanced" for rule in found["passes"])
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    boxes = page.locator(TARGETS).evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 80),"
        " one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
    )
    assert [box for box in boxes if box[1] < 44 or box[2] < 44] == []
