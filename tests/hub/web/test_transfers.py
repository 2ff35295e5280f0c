"""Pick-ups on the staff's pages: the day's list, the greeter's card, and one tap for what is done (R86-R89)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.transfers import TransferState
from hub.ports import Store
from tests.hub.web.scene import EN, OURS, PROGRAM, ZH, arrive, furnish_house, on_duty, page, person, pick_up

LIST = "/staff/transfers"


@pytest.fixture
def house(sqlite_store: Store) -> Store:
    """Give the house, with a telephone for guest 1."""
    return furnish_house(sqlite_store, person(1, phone="+86 138 0013 8000"))


def state(store: Store, number: int) -> TransferState:
    """Return where a guest's pick-up stands."""
    with store.read() as tx:
        return tx.transfers.get([f"inv-{number}"])[f"inv-{number}"].state


def test_the_day_lists_its_pick_ups_by_time_with_both_telephones(client: FlaskClient, house: Store) -> None:
    """Who, where, by what, and whom to call; tomorrow's are not there (R87)."""
    for number, minutes in ((2, 90), (1, 30), (3, 24 * 60)):
        pick_up(house, number, minutes)
    text = page(client.get(LIST))
    wanted = ("09:50", "王总", "T3 到达口", "CA1501", 'href="tel:+8613800138000"', 'href="tel:13700002222"', "王2先生")
    positions = [text.index(each) for each in wanted]
    assert positions == sorted(positions)
    assert "Rossi" not in text
    client.set_cookie("yingbin_language", "en")
    text = page(client.get(LIST))
    for each in ("Pick-ups", "Mr Wang", "T3 arrivals", "Greeter", "Not set out", "Airport"):
        assert each in text


def test_last_nights_pick_up_stays_until_it_is_over(client: FlaskClient, house: Store) -> None:
    """A plane that lands at ten to midnight is still somebody's work at half past."""
    pick_up(house, 2, -10 * 60)
    pick_up(house, 3, -10 * 60, state=TransferState.DELIVERED)
    text = page(client.get(LIST))
    assert "王2先生" in text
    assert "Rossi" not in text


def test_a_day_without_pick_ups_says_so(client: FlaskClient, house: Store) -> None:
    """And how there would be some."""
    del house
    assert "今天没有要接的宾客" in page(client.get(LIST))


def test_one_tap_takes_a_step_under_the_persons_name(client: FlaskClient, house: Store) -> None:
    """Met, then delivered; what is over has no buttons."""
    pick_up(house, 1, 30)
    assert 'action="/staff/transfers/' not in page(client.get(LIST))
    on_duty(client)
    text = page(client.get(LIST))
    assert text.index("inv-1/met") < text.index("inv-1/delivered") < text.index("inv-1/cancelled")
    assert client.post(f"{LIST}/inv-1/met", headers=OURS).status_code == 303
    assert state(house, 1) is TransferState.MET
    assert "inv-1/cancelled" not in page(client.get(LIST))
    assert client.post(f"{LIST}/inv-1/met", headers=PROGRAM).status_code == 409
    assert client.post(f"{LIST}/inv-1/delivered", headers=OURS).status_code == 303
    assert 'action="/staff/transfers/' not in page(client.get(LIST))


def test_steps_that_are_none_and_people_who_are_nobody_are_refused(client: FlaskClient, house: Store) -> None:
    """With a problem that says which."""
    pick_up(house, 1, 30)
    assert client.post(f"{LIST}/inv-1/met", headers=PROGRAM).status_code == 400
    on_duty(client)
    assert client.post(f"{LIST}/inv-1/planned", headers=PROGRAM).status_code == 404
    assert client.post(f"{LIST}/inv-2/met", headers=PROGRAM).status_code == 404
    assert state(house, 1) is TransferState.PLANNED


def test_the_greeters_card_says_whom_to_meet_how_and_under_which_number(client: FlaskClient, house: Store) -> None:
    """主動上前打招呼,自我介紹,并表示歡迎 (R88), with the checklist (R89) and the briefing (R90)."""
    pick_up(house, 1, 30)
    on_duty(client)
    text = page(client.get("/staff"))
    for each in (
        ZH.join(("王总", "T3 到达口")),
        "预计 09:50 到达机场",
        "CA1501",
        "总经理",
        "“王总，您好！我是小李，欢迎您！”",
    ):
        assert each in text
    assert 'href="tel:+8613800138000"' in text
    assert 'href="/staff/meetings/launch/briefing?guest=inv-1"' in text
    assert (
        text.index("主动迎接、问候")
        < text.index("协助搬运行李")
        < text.index("引导上车")
        < text.index("送达会场并交接")
    )
    client.set_cookie("yingbin_language", "en")
    text = page(client.get("/staff"))
    for each in (EN.join(("Mr Wang", "T3 arrivals")), "At the airport 09:50", "“Mr Wang, hello! I am 小李. Welcome!”"):
        assert each in text


def test_a_vip_at_the_door_is_greeted_with_the_same_words(client: FlaskClient, house: Store) -> None:
    """The cue stands on the arrival's card too (R88)."""
    arrive(house, 1, seconds=1190)
    assert "“王总，您好！欢迎您！”" in page(client.get("/staff"))
    assert "“王总，您好！我是小李，欢迎您！”" in page(on_duty(client).get("/staff"))


def test_a_late_flight_and_another_greeter_are_entered_where_they_are_seen(client: FlaskClient, house: Store) -> None:
    """The task moves, and the guest is told who really comes (R86, R87)."""
    pick_up(house, 1, 30)
    on_duty(client)
    assert 'value="2026-12-01T09:50"' in page(client.get(LIST))
    form = {"eta": "2026-12-01T11:00", "greeter": " 小赵 ", "greeter_phone": "139 0000 0000"}
    assert client.post(f"{LIST}/inv-1/change", data=form, headers=OURS).status_code == 303
    with house.read() as tx:
        one = tx.transfers.get(["inv-1"])["inv-1"]
        assert one.eta.isoformat() == "2026-12-01T03:00:00+00:00"
        assert tx.tasks.open() == []
        assert [message.facts["greeter"] for message in tx.guest_messages.newest(9)] == ["小赵", "小李"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("eta", ""), ("eta", "14:05"), ("greeter_phone", "call me"), ("greeter", "小" * 41), ("greeter", "a\x07b")],
)
def test_a_change_that_cannot_be_names_its_field(client: FlaskClient, house: Store, field: str, value: str) -> None:
    """In the page's language; nothing is changed."""
    planned = pick_up(house, 1, 30)
    form = {"eta": "2026-12-01T11:00", "greeter": "小赵", "greeter_phone": "139 0000 0000", field: value}
    answer = on_duty(client).post(f"{LIST}/inv-1/change", data=form, headers=PROGRAM)
    assert answer.status_code == 400
    assert ZH.say(f"transfer.{field}") in answer.get_json()["title"]
    with house.read() as tx:
        assert tx.transfers.get(["inv-1"])["inv-1"] == planned


def test_what_is_over_is_not_planned_anew(client: FlaskClient, house: Store) -> None:
    """Somebody else was quicker, and the page says so; of nobody there is nothing to change."""
    pick_up(house, 1, 30, state=TransferState.DELIVERED)
    form = {"eta": "2026-12-01T11:00", "greeter": "小赵", "greeter_phone": ""}
    on_duty(client)
    assert client.post(f"{LIST}/inv-1/change", data=form, headers=PROGRAM).status_code == 409
    assert client.post(f"{LIST}/inv-2/change", data=form, headers=PROGRAM).status_code == 404


@pytest.mark.browser
def test_the_list_is_live_and_a_guest_at_the_door_is_delivered(visit: Callable[..., Page], house: Store) -> None:
    """Nobody reloads the page, and what a person has unfolded stays so."""
    pick_up(house, 1, 30)
    pick_up(house, 2, 40)
    shown = visit(LIST)
    expect(shown.locator("#transfer-inv-1")).to_have_attribute("data-state", "planned")
    shown.locator("#transfer-inv-2 summary").click()
    shown.locator("#transfer-inv-1 button.main").click()
    expect(shown.locator("#transfer-inv-1")).to_have_attribute("data-state", "met")
    arrive(house, 1, seconds=1190)
    expect(shown.locator("#transfer-inv-1")).to_have_attribute("data-state", "delivered")
    expect(shown.locator("#transfer-inv-2").get_by_text("取消接站")).to_be_visible()
