"""Builders: a house whose people are listed, with tablets at which they sign in, and shifts for the launch."""

from datetime import timedelta
from functools import partial

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from hub.domain.staff import Shift
from hub.domain.task_kinds import Role
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.enrol_device import invite_tablet
from hub.usecases.sign_in import give_pin
from hub.venue_files import standard_playbooks
from tests.hub.on_duty import somebody
from tests.hub.web.scene import NOW, OURS

HOUR = timedelta(hours=1)
WHO = Deciding(actor="chief", at=NOW, ids=lambda: "id")
WANG = somebody("王姐", Role.SUPERVISOR, key="wang", leads=frozenset({Role.RECEPTIONIST}))
LI = somebody("小李", key="li", zones=frozenset({"hall"}), skills=frozenset({"en", "茶艺"}))
WU = somebody("小吴", Role.TECHNICIAN, key="wu", pager="pager-1")
FANG = somebody("老方", Role.EMERGENCY, Role.LOGISTICS, key="fang")
PINS = {"wang": 604_218, "li": 482_915, "wu": 735_120, "fang": 918_273}


def hire(house: Store) -> Store:
    """List four people with a PIN each, let them be rostered for today, and know the program's playbooks."""
    with house.write() as tx:
        tx.staff.put([WANG, LI, WU, FANG])
        for one in (WANG, LI, WU, FANG):
            give_pin(tx, one, WHO, partial(_always, PINS[one.key]))
        tx.incidents.put_playbooks(standard_playbooks(), own=False)
        begins = NOW - HOUR
        for one, meeting in ((LI, "launch"), (FANG, "")):
            tx.staff.save_shift(
                Shift(staff=one.key, starts_at=begins, ends_at=begins + 4 * HOUR, meeting=meeting, by_hand=True)
            )
    return house


def _always(number: int, below: int) -> int:
    return min(number, below - 1)


def signed_in(app: Flask, house: Store, key: str, name: str = "大堂平板") -> FlaskClient:
    """Return a tablet that has joined the house and at which a person has signed in."""
    client = app.test_client()
    with house.write() as tx:
        code = invite_tablet(tx, name, WHO, partial(_always, 12_345_678 + len(name)))
    client.post("/staff/join", data={"code": code}, headers=OURS)
    answer = client.post("/staff/sign-in", data={"code": str(PINS[key])}, headers=OURS)
    assert answer.headers["Location"] == "/staff"
    return client


def carry(client: FlaskClient, page: Page) -> None:
    """Let a real browser be the tablet that a client was, with whoever is signed in there."""
    for name in ("yingbin_tablet", "yingbin_session"):
        cookie = client.get_cookie(name)
        assert cookie is not None, name
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": page.url}])
