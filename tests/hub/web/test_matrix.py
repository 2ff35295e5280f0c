"""Every route, asked by everybody there is: who may, may; who may not changes nothing and reads no name.

What is expected stands here in full and not in the table that is tested (ASVS 8.2.1, 8.3.1). A refusal is looked at by
its effects: the store is as it was (Frigate's CVE-2026-33470 had the right decorator).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from hub.domain.accounts import Passkey
from hub.domain.permissions import Part
from hub.domain.task_kinds import Role
from hub.ports import Store
from hub.store.columns import metadata
from hub.usecases.enrol_device import invite_tablet
from hub.usecases.sign_in import give_pin
from tests.hub.on_duty import somebody
from tests.hub.web.people_scene import WHO, hire
from tests.hub.web.scene import NOW, OURS, PROGRAM, enter, raise_help

STAFF = {
    "service": Role.LOGISTICS,
    "reception": Role.RECEPTIONIST,
    "supervisor": Role.SUPERVISOR,
    "fixer": Role.TECHNICIAN,
}
ACCOUNTS = {"desk": Part.DESK, "technician": Part.TECHNICIAN, "admin": Part.ADMIN, "auditor": Part.AUDITOR}
EVERYBODY = ("stranger", "tablet", "panel", *STAFF, *ACCOUNTS)

SERVE = {"service", "reception", "supervisor", "fixer", "desk", "technician"}
LOOK = SERVE | {"admin"}
OWN = LOOK | {"auditor"}
DEVICE = OWN | {"tablet", "panel"}
ALL = DEVICE | {"stranger"}
LEAD = {"supervisor", "admin"}
FIX = {"fixer", "technician"}

ONLY = {
    "GET /static/<path:filename>": ALL,
    "GET /token": ALL,
    "GET /healthz": ALL,
    "GET /trust": ALL,
    "GET /trust/ca.crt": ALL,
    "GET /.well-known/security.txt": ALL,
    "GET /api/v1/devices/authority": ALL,
    "POST /api/v1/devices/join": ALL,
    "POST /api/v1/devices/collect": ALL,
    "POST /api/v1/devices/renew": ALL,
    "GET /metrics": ALL,
    "POST /language": ALL,
    "GET /sign-in": ALL,
    "POST /sign-in": ALL,
    "POST /sign-in/link": ALL,
    "POST /sign-in/passkey": ALL,
    "POST /sign-in/passkey/options": ALL,
    "GET /setup": ALL,
    "POST /setup": ALL,
    "GET /invited": ALL,
    "POST /invited": ALL,
    "GET /staff/sign-in": ALL,
    "POST /staff/sign-in": ALL,
    "GET /staff/join": ALL,
    "POST /staff/join": ALL,
    "GET /panel/<path:room>": OWN | {"panel"},
    "POST /panel/<path:room>": OWN | {"panel"},
    "GET /events": DEVICE,
    "GET /staff/alerts": DEVICE,
    "POST /staff/alerts/here": DEVICE,
    "POST /staff/alerts/<alert>/<receipt>": DEVICE,
    "POST /staff/sign-out": OWN,
    "POST /sign-out": OWN,
    "GET /again": OWN,
    "POST /again": OWN,
    "POST /again/passkey": set(ACCOUNTS),
    "POST /again/passkey/options": set(ACCOUNTS),
    "GET /account": set(ACCOUNTS),
    "POST /account/password": set(ACCOUNTS),
    "POST /account/passkeys": set(ACCOUNTS),
    "POST /account/passkeys/options": set(ACCOUNTS),
    "POST /account/passkeys/<key>/remove": set(ACCOUNTS),
    "POST /account/sessions/<session>/end": set(ACCOUNTS),
    "POST /account/sessions/end": set(ACCOUNTS),
    "GET /accounts": {"admin"},
    "POST /accounts": {"admin"},
    "POST /accounts/<account>/<step>": {"admin"},
    "POST /staff/view": LOOK,
    "POST /staff/requests/new": LOOK,
    "POST /staff/scans/<scan>/rule": {"reception", "supervisor", "desk"},
    "POST /staff/guests/<invitation>/tell-apart": {"reception", "supervisor", "desk"},
    "GET /staff/meetings/<key>/cards.csv": {"supervisor"},
    "POST /staff/guests/<invitation>/code": {"supervisor", "admin", "desk"},
    "POST /staff/guests/<invitation>/new-code": {"supervisor", "admin", "desk"},
    "POST /staff/guests/<invitation>/withdraw": LEAD,
    "POST /staff/guests/<invitation>/restore": LEAD,
    "GET /staff/keys": LEAD,
    "POST /staff/keys/meetings/<key>/roll": LEAD,
    "POST /staff/keys/revoke": LEAD,
    "GET /staff/guests/<invitation>/privacy": LEAD,
    "POST /staff/guests/<invitation>/privacy/file": {"supervisor"},
    "POST /staff/guests/<invitation>/privacy/erase": LEAD,
    "GET /audit": {"auditor"},
    "POST /audit": {"auditor"},
    "GET /staff/people": LEAD,
    "POST /staff/people": LEAD,
    "POST /staff/people/<key>/<step>": LEAD,
    "GET /staff/shifts": LEAD,
    "POST /staff/shifts": LEAD,
    "POST /staff/shifts/remove": LEAD,
    "POST /staff/shifts/meetings/<key>": LEAD,
    "POST /staff/people/<key>/pin": LEAD,
    "POST /staff/people/<key>/badge": LEAD,
    "POST /staff/people/tablets": LEAD,
    "POST /staff/people/tablets/<tablet>/remove": LEAD,
    "POST /desk/questions/<conflict>": {"supervisor", "desk"},
    "POST /desk/sources/<source>/let-through": {"supervisor", "desk"},
    "POST /desk/empty/<meeting>": {"supervisor", "desk"},
    "POST /rooms/devices/<device>/<step>": FIX,
    "POST /api/v1/conditions/<condition>/clear": FIX,
    "GET /rooms/devices": FIX,
    "POST /rooms/devices/<device>/open": FIX,
    "POST /rooms/devices/<device>/approve": FIX,
    "POST /rooms/devices/<device>/turn-away": FIX,
    "POST /rooms/devices/<device>/revoke": FIX,
    "POST /rooms/devices/<device>/throw-out": FIX,
}
"""Who may, of all others each GET is for those who look, each POST for those who serve."""

REAL = {
    "key": "launch",
    "invitation": "inv-1",
    "task": "task-1",
    "tap": "accept",
    "step": "accept",
    "room": "hall",
    "filename": "live.js",
    "position": "0",
    "meeting": "m-launch",
    "tablet": "id",
    "scan": "scan-1",
    "kind": "x",
}
"""Parts of addresses that name something that is there."""

REFUSED = {"sign_in_first", "not_allowed", "prove_again"}


def asks(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Give every way in: its name, its method, and an address of something real."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}", method, _address(app, rule)


def _address(app: Flask, rule: Rule) -> str:
    values = {name: REAL.get(name, "x") for name in rule.arguments}
    if "position" in values:
        values["position"] = "0"
    with app.test_request_context():
        return app.url_map.bind("localhost").build(
            rule.endpoint, values | ({"position": 0} if "position" in values else {})
        )


def expected(name: str) -> set[str]:
    """Return who may."""
    return ONLY.get(name, LOOK if name.startswith("GET ") else SERVE)


@pytest.fixture
def clients(app: Flask, house: Store) -> dict[str, FlaskClient]:
    """Give a browser of everybody, at a house with a list of its people and a task that waits."""
    hire(house)
    raise_help(house)
    found = {"stranger": app.test_client(), "tablet": _joined(app, house, "tablet")}
    found["panel"] = _joined(app, house, "panel", "hall")
    for number, (name, role) in enumerate(STAFF.items()):
        person, pin = somebody(f"员工{name}", role, key=f"k-{name}"), 204_861 + number
        with house.write() as tx:
            tx.staff.put([person])
            give_pin(tx, person, WHO, partial(_always, pin))
        found[name] = _joined(app, house, name)
        assert found[name].post("/staff/sign-in", data={"code": str(pin)}, headers=OURS).headers["Location"] == "/staff"
    for name, part in ACCOUNTS.items():
        found[name] = enter(app.test_client(), frozenset({part}), f"帐号{name}")
    return found


def _joined(app: Flask, house: Store, name: str, room: str = "") -> FlaskClient:
    client = app.test_client()
    with house.write() as tx:
        code = invite_tablet(
            tx, f"平板{name}", replace(WHO, ids=lambda: f"t-{name}"), partial(_always, sum(name.encode())), room
        )
    client.post("/staff/join", data={"code": code}, headers=OURS)
    return client


def _always(number: int, below: int) -> int:
    return min(number, below - 1)


def kept(store: Store) -> dict[str, object]:
    """Return everything that is in the store, but for when somebody was last seen and how often they have asked."""
    with store.read() as tx:
        rows = {table.name: list(map(tuple, tx._work.rows(select(table)))) for table in metadata.sorted_tables}  # type: ignore[attr-defined]
    return rows | {"sessions": sorted(row[0] for row in rows["sessions"]), "allowances": []}


def code_of(client: FlaskClient, method: str, address: str) -> tuple[int, str, str]:
    """Ask; return the status, the refusal's code and the text."""
    ask: Callable[..., object] = getattr(client, method.lower())
    answer = ask(address, headers=PROGRAM, data={} if method == "POST" else None)
    status, told = answer.status_code, answer.get_json(silent=True) if answer.is_json else None  # type: ignore[attr-defined]
    text = "" if address == "/events" else answer.get_data(as_text=True)  # type: ignore[attr-defined]
    answer.close()  # type: ignore[attr-defined]
    return status, str(told.get("code", "")) if isinstance(told, dict) else "", text


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_not_is_refused_and_nothing_has_changed(
    app: Flask, house: Store, clients: dict[str, FlaskClient], who: str
) -> None:
    """On every route, for something that is there; no answer names a guest."""
    with house.read() as tx:
        names = {one.guest.name for one in tx.guests.of_meeting("m-launch")}
    before, wrong = kept(house), []
    for name, method, address in asks(app):
        if who in expected(name):
            continue
        status, code, text = code_of(clients[who], method, address)
        if status not in {401, 403} or code not in REFUSED or any(one in text for one in names):
            wrong.append((name, status, code))
    assert wrong == []
    assert kept(house) == before


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_is_not_refused(app: Flask, clients: dict[str, FlaskClient], who: str) -> None:
    """They are told what is wrong with an empty form, or get what they asked for; what ends a session comes last."""
    ends = ("/sign-out", "sessions/end")
    asked = sorted((one for one in asks(app) if who in expected(one[0])), key=lambda one: one[0].endswith(ends))
    wrong = []
    for name, method, address in asked:
        if who in {"tablet", "panel"} and name.startswith("POST /staff/alerts/<"):
            continue  # nobody is called there
        status, code, _ = code_of(clients[who], method, address)
        if code in REFUSED or status in {401, 403}:
            wrong.append((name, status, code))
        if name.endswith(ends):
            break
    assert wrong == []


def test_nobody_reaches_anothers_passkey_session_or_alert(app: Flask, house: Store) -> None:
    """Each is there, belongs to somebody else, and is answered like one that is not (pretix's CVE-2026-9712)."""
    mine, theirs = (enter(app.test_client(), frozenset({Part.DESK}), name) for name in ("我", "别人"))
    with house.write() as tx:
        owner = tx.accounts.by_name("别人")
        assert owner is not None
        key = Passkey(id="key-1", account=owner.id, public_key="x", count=0, name="", made_at=NOW)
        tx.accounts.put_passkey(key)
        tx.accounts.put(replace(owner, password="kept"))
        (session,) = tx.sessions.of_account(owner.id)
    for path in ("/account/passkeys/key-1/remove", f"/account/sessions/{session.id}/end"):
        there = mine.post(path, headers=PROGRAM)
        nowhere = mine.post(path.replace("key-1", "key-2").replace(session.id, "0" * 64), headers=PROGRAM)
        assert (there.status_code, there.get_json()) == (nowhere.status_code, nowhere.get_json())
        assert there.status_code == 404
    assert theirs.get("/account").status_code == 200
    assert theirs.post("/account/passkeys/key-1/remove", headers=OURS).status_code == 303


def test_a_page_without_a_rule_is_refused_to_everybody(app: Flask, house: Store) -> None:
    """Whoever adds a route and forgets its rule has closed it, not opened it."""
    del house
    app.add_url_rule("/forgotten", "forgotten", lambda: "names of guests")
    answer = enter(app.test_client()).get("/forgotten", headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")
