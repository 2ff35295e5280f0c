"""Hand-outs are given with one tap and counted: once for each guest who is known (R103)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hub.domain.materials import Document, HandOut, Materials
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.web.scene import PROGRAM, on_duty, page

GIVE = "/staff/meetings/launch/hand-outs/bag/give"


def furnish_materials(store: Store) -> Store:
    """Give the launch a document to read, one to hand over, and two hand-outs."""
    documents = (
        Document(Words("会议手册", "Handbook"), "https://files.example.com/handbook.pdf"),
        Document(Words("产品资料", "Products"), "products.pdf"),
    )
    hand_outs = (HandOut("bag", Words("资料袋", "Bag"), 200), HandOut("pen", Words("签字笔", "Pen"), 50))
    with store.write() as tx:
        tx.materials.save("m-launch", Materials(documents=documents, hand_outs=hand_outs))
    return store


def test_a_guest_gets_each_hand_out_once_and_anybody_else_piece_by_piece(client: FlaskClient, house: Store) -> None:
    """However often the button is tapped for a guest; both count into one figure."""
    on_duty(client)
    furnish_materials(house)
    for given in ({"invitation": "inv-1"}, {"invitation": "inv-1"}, {"invitation": "inv-2"}, {}, {}):
        assert client.post(GIVE, data=given, headers=PROGRAM).status_code == 200
    assert "已发 4 / 共 200 份" in page(client.get("/staff/meetings/launch"))
    told = page(client.get("/staff/guests/inv-1"))
    assert "已领取" in told
    assert told.count("发给这位宾客") == 1


def test_what_there_is_not_cannot_be_given(client: FlaskClient, house: Store) -> None:
    """No such hand-out, no such guest here, nobody on duty."""
    furnish_materials(house)
    assert client.post(GIVE, headers=PROGRAM).status_code == 400
    on_duty(client)
    assert client.post(GIVE.replace("bag", "hat"), headers=PROGRAM).status_code == 404
    assert client.post(GIVE, data={"invitation": "inv-99"}, headers=PROGRAM).status_code == 404


@pytest.mark.browser
def test_the_count_moves_on_every_screen_at_once(visit: Callable[..., Page], house: Store) -> None:
    """Given at the guest's page, seen at the meeting's."""
    furnish_materials(house)
    meeting, guest = visit("/staff/meetings/launch", language="en"), visit("/staff/guests/inv-2", language="en")
    expect(meeting.locator("#hand-out-bag")).to_contain_text("0 of 200 given")
    guest.get_by_role("button", name="Give to this guest Bag").click()
    expect(meeting.locator("#hand-out-bag")).to_contain_text("1 of 200 given")
    expect(guest.locator("#hand-out-bag .has")).to_be_visible()
