"""In a real browser: a conflict is settled in one tap, and everybody sees it without a reload."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hub.ports import Store
from tests.hub.web.scene import arrive, enter_twice, turn_away

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def test_a_double_entry_is_settled_in_one_tap_and_the_other_tablet_sees_who(visit: Visit, house: Store) -> None:
    """The card goes from both, and the name stands below (fault 53)."""
    first, second = visit("/staff", person="小李"), visit("/staff", person="小陈", language="en")
    enter_twice(house, 4)
    expect(second.locator(".doors time")).to_have_text(["09:18:20", "09:18:32"])
    first.get_by_role("button", name="同一位客人").click()
    for page in (first, second):
        expect(page.locator(".task")).to_have_count(0)
        expect(page.locator(".rulings li")).to_have_count(1)
    expect(second.locator(".rulings li")).to_contain_text("Same guest")
    expect(second.locator(".rulings li")).to_contain_text("by 小李")


def test_a_tap_that_comes_too_late_is_told_who_was_first(visit: Visit, house: Store) -> None:
    """Even when the page had not heard of it yet."""
    enter_twice(house, 4)
    late, first = visit("/staff", person="小陈"), visit("/staff", person="小李")
    late.route("**/staff?part=*", lambda route: route.abort())
    first.get_by_role("button", name="两位客人").click()
    expect(first.locator(".task")).to_have_count(0)
    late.get_by_role("button", name="同一位客人").click()
    expect(late.locator("#toast")).to_have_text("小李 已接")


def test_an_admission_is_undone_while_the_list_is_watched(visit: Visit, house: Store) -> None:
    """From the row to the reason in two taps; the other page loses the guest, and gets them back."""
    arrive(house, 2, 4)
    watching, page = visit("/staff/meetings/launch"), visit("/staff/meetings/launch", language="en")
    expect(watching.locator("table.arrivals tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Scans of 王4").click()
    page.wait_for_selector("[data-pulse=live]")
    page.get_by_role("button", name="Not this guest").click()
    expect(page.get_by_text("Not inside")).to_be_visible()
    expect(watching.locator("table.arrivals tbody tr")).to_have_count(1)
    expect(watching.locator(".figures .guests strong")).to_have_text("1")
    expect(watching.locator("#seat-map use.kept")).to_have_count(1)
    page.get_by_role("button", name="Tapped by mistake").click()
    expect(watching.locator("table.arrivals tbody tr")).to_have_count(2)


def test_words_being_typed_survive_a_change(visit: Visit, house: Store) -> None:
    """Somebody else comes in while a reason is written."""
    scan = turn_away(house, 5)
    page = visit(f"/staff/guests/inv-5#scan-{scan}")
    page.get_by_label("其他原因").press_sequentially("老板")
    arrive(house, 2)
    arrive(house, 3, seconds=700)
    page.wait_for_timeout(700)
    page.keyboard.type("同意")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text("老板同意")
    expect(page.locator(".standing").first).to_contain_text("已入场")


def test_it_works_without_scripts(visit: Visit, house: Store) -> None:
    """Plain forms lead back to the page they stand on."""
    enter_twice(house, 4)
    page = visit("/staff", java_script_enabled=False, live=False)
    page.get_by_role("button", name="同一位客人").click()
    expect(page.locator(".rulings li")).to_have_count(1)
    expect(page.locator(".task")).to_have_count(0)
    assert page.url.endswith("/staff")
