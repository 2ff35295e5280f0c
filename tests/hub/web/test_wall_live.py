"""In a real browser: the wall of rooms, a device's curve, and what a technician does, by keyboard and by mouse."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.readings import Reading
from hub.ports import Store
from tests.hub.web.conftest import Site
from tests.hub.web.room_scene import announce_stranger, furnish_rooms, remember
from tests.hub.web.scene import NOW, StillClock
from tests.hub.web.test_live import mark, was_not_reloaded

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
NODE = "/rooms/devices/room-07-node"
TILES = "#tiles > a"


@pytest.fixture
def venue(house: Store) -> Store:
    """Give a house with 24 rooms."""
    return furnish_rooms(house, rooms=23)


@pytest.mark.usefixtures("venue")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_24_rooms_are_seen_at_once(visit: Visit, language: str) -> None:
    """On a screen of 1280 by 800, without scrolling (T1)."""
    page = visit("/rooms", language=language)
    tiles = page.locator(TILES)
    expect(tiles).to_have_count(24)
    boxes = tiles.evaluate_all("all => all.map(one => one.getBoundingClientRect().bottom)")
    assert max(boxes) <= 800


@pytest.mark.usefixtures("venue")
def test_a_room_is_found_and_opened_by_the_keyboard_alone(visit: Visit) -> None:
    """A slash looks, letters leave what fits, arrows go from tile to tile, Enter opens (T14)."""
    page = visit("/rooms")
    page.keyboard.press("/")
    page.keyboard.type("竹")
    shown = page.locator(f"{TILES}:visible")
    expect(shown).to_have_count(4)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#room-room-03")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#room-room-09")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/room-09")
    page.go_back()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(shown).to_have_count(24)
    page.locator("#find").fill("没有这个")
    expect(page.locator("#none-found")).to_be_visible()


def test_the_wall_turns_when_something_breaks_and_keeps_what_is_looked_for(visit: Visit, venue: Store) -> None:
    """Without a reload; a search and the focus stay (T13 as for every page)."""
    page = visit("/rooms", language="en")
    mark(page)
    page.locator("#find").fill("boardroom")
    tile = page.locator("#room-room-10")
    expect(tile).to_contain_text("Online")
    tile.focus()
    since = NOW - timedelta(minutes=1)
    fault = Condition(
        id="c-new",
        cause=Cause.FAULT,
        about=SubjectKind.DEVICE,
        subject="room-10-screen",
        room="room-10",
        since=since,
        opened_at=NOW,
    )
    with venue.write() as tx:
        tx.conditions.save(fault)
        tx.feed.touch([("condition", "room-10")])
    expect(tile).to_contain_text("Fault")
    expect(tile).to_be_focused()
    expect(page.locator(f"{TILES}:visible")).to_have_count(4)
    with venue.write() as tx:
        tx.conditions.save(replace(fault, over_at=NOW))
        tx.feed.touch([("condition", "room-10")])
    expect(tile).to_contain_text("Online")
    assert was_not_reloaded(page)


def test_a_new_reading_reaches_the_rooms_page(visit: Visit, venue: Store, clock: StillClock) -> None:
    """A page follows readings too, at the pace at which they are read."""
    page = visit("/rooms/room-01", language="en")
    clock.forward(2)
    with venue.write() as tx:
        tx.readings.add([Reading(point="room-01-node.temperature", at=NOW, value=31.9)])
        tx.feed.touch([("reading", "room-01-node")])
    expect(page.locator("#device-room-01-node")).to_contain_text("31.9\N{NO-BREAK SPACE}°C")


@pytest.mark.usefixtures("venue")
def test_the_wall_says_when_it_is_old(visit: Visit, site: Site) -> None:
    """A wall of green tiles that nobody refreshes any more must not look well (T13)."""
    page = visit("/rooms")
    page.clock.install()
    site.stop()
    page.clock.run_for(25_000)
    expect(page.locator("#lost")).to_be_visible()


def test_a_curve_is_read_and_looked_at_closer_by_keyboard_and_by_mouse(visit: Visit, venue: Store) -> None:
    """Arrow keys go from value to value, plus looks closer, 0 goes back; dragging chooses a stretch (T5)."""
    remember(venue, "room-07-node.temperature")
    page = visit(NODE, language="en")
    plot = page.locator("#plot")
    plot.focus()
    page.keyboard.press("Home")
    expect(page.locator("#reading")).to_contain_text("21.5 °C")
    expect(page.locator("#cross")).to_have_attribute("visibility", "visible")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#reading")).to_contain_text("09:21")
    page.keyboard.press("+")
    page.wait_for_url("**point=temperature*from=*")
    assert span_s(page) == 12 * 3600
    page.locator("#plot").focus()
    page.keyboard.press("0")
    page.wait_for_url("**span=24h*")
    box = page.locator("#plot > svg").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=5)
    page.mouse.move(box["x"] + box["width"] * 0.75, middle, steps=5)
    page.mouse.up()
    page.wait_for_url("**from=*")
    assert abs(span_s(page) - 6 * 3600) < 600


def span_s(page: Page) -> float:
    """Return how long a stretch the chart shows, in seconds."""
    start, end = (page.locator("#plot").get_attribute(f"data-{name}") for name in ("start", "end"))
    assert start is not None
    assert end is not None
    return float(end) - float(start)


def test_a_curve_is_there_without_scripts(visit: Visit, venue: Store) -> None:
    """Drawn by the server, with links that move it and a table of the same."""
    remember(venue, "room-07-node.temperature")
    page = visit(NODE, language="en", java_script_enabled=False, live=False)
    expect(page.locator("#plot path.mean")).to_have_count(1)
    page.get_by_role("link", name="Zoom in").click()
    page.wait_for_url("**from=**")
    page.get_by_text("As a table").click()
    expect(page.locator(".numbers tbody tr").nth(20)).to_be_visible()


def test_a_stranger_is_let_in_by_the_keyboard_alone(visit: Visit, venue: Store) -> None:
    """Room, name, supply, one button; the page turns by itself (T14)."""
    announce_stranger(venue)
    page = visit("/rooms/waiting", language="en")
    mark(page)
    page.locator("select[name=room]").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("Window sensor")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No device is waiting")).to_be_visible()
    assert was_not_reloaded(page)
    with venue.read() as tx:
        found = tx.field_devices.get("stranger")
    assert found is not None
    assert (found.room, found.title) == ("room-03", "Window sensor")
