"""The tablet of a meeting room: it joins as that room's panel, and is good for nothing else."""

from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.domain.room_wishes import RoomWish, wish_key
from hub.ports import Store
from hub.usecases.enrol_device import invite_tablet
from tests.hub.web.people_scene import PINS, WHO, hire
from tests.hub.web.scene import OURS, PROGRAM, furnish_panels, page

WISH = {"wish": "too_cold"}


@pytest.fixture
def rooms(house: Store) -> Store:
    """Give a house with a list of its people, a hall and an annex."""
    return hire(furnish_panels(house))


def joined(app: Flask, house: Store, name: str, room: str) -> tuple[FlaskClient, str]:
    """Return a tablet that has joined, and the page that it opens then."""
    client = app.test_client()
    with house.write() as tx:
        code = invite_tablet(tx, name, WHO, partial(min, 12_345_678 + len(name)), room)
    answer = client.post("/staff/join", data={"code": code}, headers=OURS)
    return client, answer.headers["Location"]


def test_a_rooms_tablet_opens_its_panel_and_calls_somebody_there(app: Flask, rooms: Store) -> None:
    """Nobody has to type an address, and nobody signs in."""
    panel, opened = joined(app, rooms, "大厅面板", "hall")
    assert opened == "/panel/hall"
    assert "大厅" in page(panel.get(opened))
    assert panel.post(opened, data=WISH, headers=PROGRAM).status_code == 200
    with rooms.read() as tx:
        assert [task.dedupe for task in tx.tasks.open()] == [wish_key("hall", RoomWish.TOO_COLD)]


def test_it_shows_and_asks_for_its_own_room_alone(app: Flask, rooms: Store) -> None:
    """Whoever types another room's address is led back, and a program is refused; nobody is called there."""
    panel, _ = joined(app, rooms, "大厅面板", "hall")
    assert panel.get("/panel/annex").headers["Location"] == "/panel/hall"
    for ask in (panel.get("/panel/annex", headers=PROGRAM), panel.post("/panel/annex", data=WISH, headers=PROGRAM)):
        assert (ask.status_code, ask.json and ask.json["code"]) == (403, "not_allowed")
    with rooms.read() as tx:
        assert list(tx.tasks.open()) == []


def test_nobody_signs_in_at_it(app: Flask, rooms: Store) -> None:
    """Guests stand before it: every page of the staff leads back to the panel, and a right PIN is refused."""
    panel, _ = joined(app, rooms, "大厅面板", "hall")
    assert panel.get("/staff").headers["Location"] == "/staff/sign-in"
    assert panel.get("/staff/sign-in").headers["Location"] == "/panel/hall"
    told = panel.post("/staff/sign-in", data={"code": str(PINS["li"])}, headers=PROGRAM)
    assert (told.status_code, told.json and told.json["code"]) == (403, "not_allowed")
    with rooms.read() as tx:
        assert tx.duties.all() == []


def test_a_tablet_of_the_staff_is_no_panel_while_nobody_is_signed_in(app: Flask, rooms: Store) -> None:
    """Left on a table it calls nobody; at work, its person opens any room's panel."""
    tablet, opened = joined(app, rooms, "大堂平板", "")
    assert opened == "/staff/sign-in"
    assert tablet.get("/panel/hall").headers["Location"] == "/staff/sign-in"
    assert tablet.post("/panel/hall", data=WISH, headers=PROGRAM).status_code == 401
    tablet.post("/staff/sign-in", data={"code": str(PINS["li"])}, headers=OURS)
    assert "副厅" in page(tablet.get("/panel/annex"))


def test_supervisors_choose_the_room_and_see_whose_panel_each_tablet_is(client: FlaskClient, rooms: Store) -> None:
    """In both languages; the code is shown once, as for any tablet."""
    told = page(client.post("/staff/people/tablets", data={"name": "大厅面板", "room": "hall"}, headers=OURS))
    code = told.split('id="join">')[1].split("<")[0]
    other = client.application.test_client()
    assert other.post("/staff/join", data={"code": code}, headers=OURS).headers["Location"] == "/panel/hall"
    text = page(client.get("/staff/people"))
    assert '<option value="annex">副厅的面板</option>' in text
    assert '<span class="soft">大厅的面板</span>' in text
    client.set_cookie("yingbin_language", "en")
    assert '<span class="soft">Panel of Grand Hall</span>' in page(client.get("/staff/people"))
    with rooms.read() as tx:
        assert [tablet.room for tablet in tx.duties.tablets()] == ["hall"]
