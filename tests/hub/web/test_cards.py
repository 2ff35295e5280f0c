"""Business cards to follow up on: listed, exported, removed on request, and never shown to a kiosk (R95)."""

import csv
import io

from flask.testing import FlaskClient

from devices.contract.cards import BusinessCard
from devices.contract.messages import RequestKind
from hub.ports import Store
from tests.hub.usecases.asks import ask
from tests.hub.usecases.scans import scan, take
from tests.hub.web.scene import NOW, OURS, PROGRAM, on_duty, page

CARDS = "/staff/meetings/launch/cards"


def leave(store: Store, number: int, **fields: str) -> None:
    """Let a guest come in and leave a card."""
    event = scan(number, 600 + number)
    take(store, event)
    card = BusinessCard(**({"name": f"Card {number}"} | fields))
    ask(store, RequestKind.BUSINESS_CARD, about=event.event.id, card=card, now=NOW)


def test_cards_are_listed_and_so_are_those_who_came_and_left_none(client: FlaskClient, house: Store) -> None:
    """Who has not come is in neither list."""
    leave(house, 1, name="王建国", company="腾云", title="总经理", phone="138 0000 1234", email="w@example.com")
    take(house, scan(3, 700))
    kept = page(client.get(f"{CARDS}?part=kept"))
    for words in ("王建国", "腾云", "总经理", "138 0000 1234", "w@example.com", "09:20"):
        assert words in kept
    lacking = page(client.get(f"{CARDS}?part=lacking"))
    assert "Sofia Rossi" in lacking
    assert "王建国" not in lacking
    assert "王2" not in lacking


def test_the_export_opens_in_a_spreadsheet_and_holds_no_formula(client: FlaskClient, house: Store) -> None:
    """What a stranger's code says is text; a telephone number stays one."""
    leave(house, 1, name="=cmd|' /C calc'!A0", company='He said "hi", then\nleft', phone="+86 138-0000-1234")
    leave(house, 2, name="@SUM(1)", company="＝1", phone="-2+3+cmd")
    answer = client.get(f"{CARDS}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="launch-cards.csv"'
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"), newline="")))
    assert lines[0] == ["姓名", "单位", "职务", "电话", "邮箱", "同意时间"]
    assert ["'=cmd|' /C calc'!A0", 'He said "hi", then\nleft', "", "+86 138-0000-1234", "", "2026-12-01 09:20"] in lines
    assert ["'@SUM(1)", "'＝1", "", "'-2+3+cmd", "", "2026-12-01 09:20"] in lines


def test_the_log_says_who_took_the_cards_out_of_the_house(client: FlaskClient, house: Store) -> None:
    """Every time, with how many there were; it names no guest."""
    leave(house, 1, name="王建国")
    for name in ("值班台", "小李"):
        assert client.get(f"{CARDS}.csv").status_code == 200
        with house.read() as tx:
            (newest,) = tx.audit_chain.newest(2**62, 1, "", "business_card")
        assert (newest.actor, newest.action, newest.subject) == (name, "business_card.export:1", "m-launch")
        on_duty(client)


def test_a_guest_s_card_is_removed_by_somebody_with_a_name(client: FlaskClient, house: Store) -> None:
    """Another guest's stays."""
    leave(house, 1)
    leave(house, 2)
    assert client.post(f"{CARDS}/inv-1/drop", headers=PROGRAM).status_code == 400
    on_duty(client)
    assert client.post(f"{CARDS}/inv-1/drop", headers=OURS).status_code == 303
    assert client.post(f"{CARDS}/inv-1/drop", headers=PROGRAM).status_code == 404
    kept = page(client.get(f"{CARDS}?part=kept"))
    assert "Card 2" in kept
    assert "Card 1" not in kept


def test_a_meeting_nobody_knows_has_no_cards(client: FlaskClient, house: Store) -> None:
    """Neither page nor file."""
    del house
    assert client.get("/staff/meetings/none/cards").status_code == 404
    assert client.get("/staff/meetings/none/cards.csv").status_code == 404


def test_names_on_cards_are_text_on_the_page(client: FlaskClient, house: Store) -> None:
    """A code may hold anything."""
    leave(house, 1, name="<script>alert(1)</script>")
    assert "<script>alert" not in page(client.get(CARDS))
