"""Sign-in sheets are entered row by row, as they lie on the table (R94)."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from hub.domain.meetings import PAPER
from hub.domain.sign_in_sheets import row_code
from hub.ports import Store
from tests.hub.build import invited
from tests.hub.web.scene import OURS, PROGRAM, arrive, furnish_house, on_duty, page

LAUNCH = "/staff/meetings/launch"
SHEET = f"{LAUNCH}/paper"


def came(store: Store) -> dict[str, str]:
    """Return where those who are in came in, by guest."""
    with store.read() as tx:
        return {one.who.invitation: one.device for one in tx.attendance.arrivals("m-launch", 99)}


def test_the_page_shows_the_rows_of_the_sheet_with_ticks_for_who_is_not_in(client: FlaskClient, house: Store) -> None:
    """Under the same codes; linked from the meeting; nothing to tick before somebody says who they are."""
    arrive(house, 2)
    assert f'href="{SHEET}"' in page(client.get(LAUNCH))
    nameless = page(client.get(SHEET))
    assert ("checkbox" in nameless, "写下姓名后即可录入签名" in nameless) == (False, True)
    on_duty(client)
    text = page(client.get(SHEET))
    assert "写下姓名" not in text
    for number in range(1, 6):
        assert row_code(number, f"inv-{number}") in text
    assert sorted(re.findall(r'name="signed" value="(inv-\d)"', text)) == ["inv-1", "inv-3", "inv-4", "inv-5"]
    assert "09:10 已到场" in text
    client.set_cookie("yingbin_language", "en")
    for words in ("Sign-in sheets", "in since 09:10", "East Gate", "Signature"):
        assert words in page(client.get(SHEET))


def test_who_is_ticked_is_in_at_the_time_of_the_row_or_else_of_the_sheet(client: FlaskClient, house: Store) -> None:
    """Sent twice, it is entered once; arrivals and guest pages say that it was on paper."""
    on_duty(client)
    form = {"signed": ["inv-1", "inv-4"], "at-inv-1": "09:05", "at-inv-4": "", "at": "09:15"}
    answer = client.post(f"{SHEET}/enter?sheet=1", data=form, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{SHEET}?sheet=1")
    assert client.post(f"{SHEET}/enter", data=form, headers=PROGRAM).get_json() == {"done": True}
    assert came(house) == {"inv-1": PAPER, "inv-4": PAPER}
    text = page(client.get(SHEET))
    assert ("09:05 已到场" in text, "09:15 已到场" in text) == (True, True)
    assert "纸质签到表" in page(client.get(f"{LAUNCH}?part=arrivals"))
    assert page(client.get("/staff/guests/inv-1")).count("纸质签到表") == 1


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({"signed": "inv-1", "at-inv-1": "25:00"}, "25:00"),
        ({"signed": "inv-1"}, row_code(1, "inv-1")),
        ({"signed": "inv-1", "at": "09:21"}, "09:21"),
        ({"at": "09:10"}, "signed"),
        ({"signed": "inv-99", "at": "09:10"}, "signed"),
    ],
)
def test_what_cannot_be_entered_is_named_and_nothing_is(
    client: FlaskClient, house: Store, form: dict[str, str], named: str
) -> None:
    """It is 09:20: no time, a wrong one, one to come, nobody ticked, somebody else's guest."""
    on_duty(client)
    answer = client.post(f"{SHEET}/enter", data=form, headers=PROGRAM)
    assert answer.status_code == 400
    assert named in answer.get_json()["title"]
    assert came(house) == {}


def test_nobody_enters_anything_without_a_name(client: FlaskClient, house: Store) -> None:
    """The audit log would have none."""
    answer = client.post(f"{SHEET}/enter", data={"signed": "inv-1", "at": "09:10"}, headers=PROGRAM)
    assert answer.status_code == 400
    assert came(house) == {}


def test_sheets_follow_each_other_and_strange_addresses_stay_within(client: FlaskClient, sqlite_store: Store) -> None:
    """Twenty rows on each, as on paper."""
    furnish_house(sqlite_store, guests=45)
    for asked, first, count in (("1", 1, 20), ("2", 21, 20), ("3", 41, 5), ("99", 41, 5), ("x", 1, 20), ("-1", 1, 20)):
        text = page(client.get(f"{SHEET}?sheet={asked}"))
        assert text.count('id="row-') == count
        assert row_code(first, invited(first).invitation.id) in text
    assert client.get("/staff/meetings/none/paper").status_code == 404


@pytest.mark.browser
def test_ticks_stay_while_others_arrive_and_go_once_they_are_entered(visit: Callable[..., Page], house: Store) -> None:
    """The page is live: whoever came in at a door meanwhile has no tick any more, the others keep theirs."""
    page = visit(SHEET)
    page.locator('[value="inv-1"]').check()
    page.locator('[name="at-inv-1"]').fill("09:05")
    arrive(house, 2)
    page.wait_for_selector("#row-inv-2 .came")
    assert page.locator('[value="inv-1"]').is_checked()
    page.locator("button.main").click()
    page.wait_for_selector("#row-inv-1 .came")
    assert "09:05" in page.inner_text("#row-inv-1")
    assert came(house) == {"inv-1": PAPER, "inv-2": "kiosk-1"}


@pytest.mark.browser
def test_a_slip_is_said_and_what_was_ticked_stays(visit: Callable[..., Page], house: Store) -> None:
    """Nobody ticks twenty rows twice."""
    page = visit(SHEET)
    page.locator('[value="inv-1"]').check()
    page.locator("button.main").click()
    page.wait_for_selector("#toast:not([hidden])")
    assert row_code(1, "inv-1") in page.inner_text("#toast")
    assert page.locator('[value="inv-1"]').is_checked()
    assert came(house) == {}


@pytest.mark.browser
def test_printed_the_page_is_a_sheet_to_sign(visit: Callable[..., Page], house: Store) -> None:
    """For a house whose hub runs and whose kiosks do not: the rows with room in them, and no buttons."""
    arrive(house, 2)
    page = visit(SHEET)
    page.emulate_media(media="print")
    for hidden in (".top", "[data-print]", ".send", '[value="inv-1"]', '[name="at-inv-1"]'):
        assert page.locator(hidden).is_hidden()
    assert page.locator(".rows .number").first.is_visible()
    assert "第 1 页" in page.inner_text("h1")
    heights = page.evaluate("[...document.querySelectorAll('.rows tbody tr')].map(e => e.offsetHeight * 25.4 / 96)")
    assert min(heights) >= 11
    assert "09:10 已到场" in page.inner_text("#row-inv-2")
