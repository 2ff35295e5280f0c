"""Accounts: the first admin, invitations, passwords, and for how long one is signed in (ETSI 5.1, ASVS 6 and 7)."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.domain.accounts import SETUP_WITHIN, TRIES, SessionTimes
from hub.domain.permissions import Part
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.change_accounts import offer_setup
from hub.web import WebParts, create_app
from tests.hub.web.scene import NOW, OURS, PROGRAM, StillClock, enter, page

CODE = "SETUPCODE2345678"
GOOD = "乘风破浪会有时，直挂云帆济沧海"
WHO = Deciding(actor="hub", at=NOW, ids=lambda: "id")


@pytest.fixture
def app(parts: WebParts) -> Flask:
    """Give the application with the times that hold in a real house."""
    return create_app(replace(parts, sessions=SessionTimes()))


@pytest.fixture
def fresh(stranger: FlaskClient, house: Store) -> FlaskClient:
    """Give a stranger's browser at a house that has just been installed."""
    with house.write() as tx:
        offer_setup(tx, CODE, WHO)
    return stranger


@pytest.fixture
def admin(fresh: FlaskClient) -> FlaskClient:
    """Give the browser of the first admin, whose name is 老板."""
    answer = set_up(fresh)
    assert answer.headers["Location"] == "/"
    return fresh


def set_up(client: FlaskClient, **changes: str) -> TestResponse:
    """Make the first admin."""
    form = {"code": CODE, "name": "老板", "password": GOOD, "again": GOOD} | changes
    return client.post("/setup", data=form, headers=OURS)


def sign_in(client: FlaskClient, name: str = "老板", password: str = GOOD, **more: str) -> TestResponse:
    """Type a name and a password."""
    return client.post("/sign-in", data={"name": name, "password": password} | more, headers=PROGRAM)


def invited(admin: FlaskClient, name: str, *parts: Part) -> str:
    """Return the code with which somebody chooses a password."""
    text = page(admin.post("/accounts", data={"name": name, "parts": list(parts)}, headers=OURS))
    return text.split('id="code">')[1].split("<")[0]


def secret(client: FlaskClient) -> str:
    """Return what the browser keeps as its session."""
    found = client.get_cookie("yingbin_session")
    return found.value if found else ""


def test_a_fresh_house_has_no_user_and_its_first_code_makes_one_admin_once(fresh: FlaskClient, app: Flask) -> None:
    """No name and no password work before; afterwards the page is gone, and so is the code (ETSI 5.1-1)."""
    for name in ("admin", "root", "老板", ""):
        assert sign_in(fresh, name, "admin").headers["Location"] == "/sign-in?wrong=1"
    assert 'href="/setup"' in page(fresh.get("/sign-in"))
    assert set_up(fresh).headers["Location"] == "/"
    other = app.test_client()
    assert other.get("/setup").status_code == 404
    assert set_up(other, name="another").status_code == 404
    assert 'href="/setup"' not in page(other.get("/sign-in"))
    assert fresh.get("/accounts").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "WRONG"}, "code"),
        ({"code": ""}, "code"),
        ({"name": " "}, "name"),
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "something else entirely"}, "again"),
        ({"parts": "supervisor"}, "parts"),
    ],
)
def test_nothing_else_makes_an_admin(fresh: FlaskClient, house: Store, changes: dict[str, str], field: str) -> None:
    """Each mistake is named, and nobody is in the house for it."""
    form = {"code": CODE, "name": "老板", "password": GOOD, "again": GOOD} | changes
    answer = fresh.post("/setup", data=form, headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["field"]) == (400, field)
    with house.read() as tx:
        assert tx.accounts.all() == []


def test_the_first_code_is_worth_nothing_after_a_quarter_of_an_hour(fresh: FlaskClient, clock: StillClock) -> None:
    """Whoever finds it in an old terminal gets nowhere."""
    clock.forward(SETUP_WITHIN.total_seconds() + 1)
    assert set_up(fresh).status_code == 400


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(admin: FlaskClient, app: Flask) -> None:
    """No page names who has an account, before anybody has signed in (Home Assistant 2023.12 did)."""
    del admin
    client = app.test_client()
    wrong, unknown = sign_in(client, password="x" * 20), sign_in(client, "谁也不是", "x" * 20)
    assert (wrong.status_code, wrong.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    for path in ("/sign-in", "/sign-in?wrong=1", "/invited", "/staff/sign-in"):
        assert "老板" not in page(client.get(path))
    assert sign_in(client).headers["Location"] == "/"


def test_a_password_that_was_typed_as_a_name_cannot_be_guessed_from_the_log(admin: FlaskClient, house: Store) -> None:
    """The same words leave the same mark, so that guessing is seen; without the salt no dictionary leads back."""
    typed = "correct horse battery"
    for _ in range(2):
        admin.application.test_client().post("/sign-in", data={"name": typed, "password": "x"}, headers=OURS)
    with house.read() as tx:
        rows = tx.audit_chain.newest(2**62, 9, family="account")
    marks = [row.subject for row in rows if row.action == "account.wrong"]
    assert len(marks) == 2
    assert len(set(marks)) == 1
    for words in (typed, f"name\0{typed}"):
        assert hashlib.sha256(words.encode()).hexdigest()[:16] not in marks


def test_after_five_wrong_passwords_from_one_address_there_is_a_pause_for_that_address_alone(
    admin: FlaskClient, app: Flask, clock: StillClock
) -> None:
    """The right one is not taken either; elsewhere its owner comes in, so that nobody is locked out by a stranger."""
    del admin
    client = app.test_client()
    for name in ("老板", "谁也不是"):
        for _ in range(TRIES.times):
            assert sign_in(client, name, "wrong" * 4).status_code == 303
        assert sign_in(client, name).status_code == 429, "also for a name that is nobody's"
    elsewhere = {"name": "老板", "password": GOOD}
    from_there = client.post("/sign-in", data=elsewhere, headers=OURS, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert from_there.headers["Location"] == "/"
    clock.forward(timedelta(minutes=16).total_seconds())
    assert sign_in(client).headers["Location"] == "/"


def test_the_tries_are_counted_in_the_store_for_all_processes(admin: FlaskClient, parts: WebParts) -> None:
    """Two processes have not twice as many."""
    del admin
    clients = [create_app(parts).test_client() for _ in range(2)]
    answers = [sign_in(clients[number % 2], password="wrong" * 4).status_code for number in range(TRIES.times + 1)]
    assert answers == [303] * TRIES.times + [429]


def test_who_signs_in_rightly_many_times_is_not_stopped(admin: FlaskClient, app: Flask) -> None:
    """Only wrong tries count."""
    del admin
    assert [sign_in(app.test_client()).status_code for _ in range(TRIES.times * 8)] == [303] * TRIES.times * 8


def test_each_sign_in_and_each_proof_gives_another_secret_and_the_old_one_is_worth_nothing(
    admin: FlaskClient, app: Flask
) -> None:
    """Nobody rides on a session that they laid into somebody's browser (ASVS 7.2.4)."""
    seen = [secret(admin)]
    for step in (sign_in, lambda one: one.post("/again", data={"password": GOOD, "back": "/account"}, headers=OURS)):
        step(admin)
        seen.append(secret(admin))
        old = app.test_client()
        old.set_cookie("yingbin_session", seen[-2])
        assert old.get("/account", headers=PROGRAM).status_code == 401
    assert len(set(seen)) == 3
    assert admin.get("/account").status_code == 200


def test_the_store_keeps_no_secret_of_a_browser(admin: FlaskClient, house: Store) -> None:
    """Only its hash, so that a copy of the database signs nobody in (ASVS 11.4); and of a password a slow one."""
    with house.read() as tx:
        (account,) = tx.accounts.all()
        kept = tx.sessions.of_account(account.id)
    assert secret(admin)
    assert secret(admin) not in repr(kept)
    assert account.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_browser_that_does_nothing_is_signed_out_and_one_that_does_is_signed_out_after_half_a_day(
    admin: FlaskClient, clock: StillClock
) -> None:
    """30 minutes idle, 12 hours in all (ASVS 7.3.1, 7.3.2); what a page asks for by itself is no sign of a person."""
    for _ in range(2):
        clock.forward(29 * 60)
        assert admin.get("/account").status_code == 200
    for _ in range(2):
        clock.forward(16 * 60)
        alone = admin.get("/staff/alerts", headers=PROGRAM).status_code
    assert alone == 401
    sign_in(admin)
    for _ in range(12 * 60 // 25):
        clock.forward(25 * 60)
        last = admin.get("/account", headers=PROGRAM).status_code
    assert last == 200
    clock.forward(25 * 60)
    assert admin.get("/account", headers=PROGRAM).status_code == 401


def test_what_weighs_most_needs_a_proof_that_is_minutes_old(admin: FlaskClient, clock: StillClock) -> None:
    """The page leads to where one shows who one is, and back; a wrong proof changes nothing (ASVS 7.5.3)."""
    assert admin.get("/accounts").status_code == 200
    clock.forward(6 * 60)
    assert admin.get("/accounts").headers["Location"] == "/again?back=/accounts"
    refused = admin.post("/accounts", data={"name": "新人", "parts": "desk"}, headers=PROGRAM)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "prove_again")
    form = {"password": "not the right one", "back": "/accounts"}
    assert admin.post("/again", data=form, headers=OURS).headers["Location"] == "/again?wrong=1&back=/accounts"
    assert admin.get("/accounts").status_code == 303
    assert admin.post("/again", data=form | {"password": GOOD}, headers=OURS).headers["Location"] == "/accounts"
    assert admin.get("/accounts").status_code == 200


def test_who_is_invited_chooses_a_password_once_and_is_what_the_admin_said(admin: FlaskClient, app: Flask) -> None:
    """Nothing more: the code works once, and the desk lets nobody in."""
    code, theirs = invited(admin, "小前", Part.DESK), app.test_client()
    form = {"code": code, "password": GOOD, "again": GOOD}
    assert theirs.post("/invited", data=form, headers=OURS).headers["Location"] == "/"
    assert app.test_client().post("/invited", data=form, headers=PROGRAM).get_json()["field"] == "code"
    assert theirs.get("/desk").status_code == 200
    assert theirs.get("/accounts", headers=PROGRAM).get_json()["code"] == "not_allowed"


def test_who_loses_a_part_or_the_account_is_out_at_once_and_an_admin_always_stays(
    admin: FlaskClient, app: Flask, house: Store
) -> None:
    """With the very next request, whatever their browser keeps."""
    theirs = app.test_client()
    theirs.post(
        "/invited", data={"code": invited(admin, "小前", Part.DESK), "password": GOOD, "again": GOOD}, headers=OURS
    )
    with house.read() as tx:
        ids = {one.name: one.id for one in tx.accounts.all()}
    assert admin.post(f"/accounts/{ids['小前']}/change", data={"parts": "auditor"}, headers=OURS).status_code == 303
    assert theirs.get("/desk", headers=PROGRAM).status_code == 403
    assert admin.post(f"/accounts/{ids['小前']}/close", headers=OURS).status_code == 303
    assert theirs.get("/account", headers=PROGRAM).status_code == 401
    assert sign_in(app.test_client(), "小前").headers["Location"] == "/sign-in?wrong=1"
    for step, form in (("close", {}), ("change", {"parts": "desk"})):
        assert admin.post(f"/accounts/{ids['老板']}/{step}", data=form, headers=PROGRAM).get_json()["field"] == "parts"


def test_an_admin_who_was_only_invited_is_not_the_one_who_stays(admin: FlaskClient, app: Flask, house: Store) -> None:
    """Their code may be lost or over: then nobody could let anybody in again, and no first code is written."""
    code = invited(admin, "新管理员", Part.ADMIN)
    with house.read() as tx:
        ids = {one.name: one.id for one in tx.accounts.all()}
    for step, form in (("close", {"parts": ""}), ("change", {"parts": "desk"}), ("invite", {"parts": ""})):
        answer = admin.post(f"/accounts/{ids['老板']}/{step}", data=form, headers=PROGRAM)
        assert (answer.status_code, answer.get_json()["field"]) == (400, "parts"), step
    app.test_client().post("/invited", data={"code": code, "password": GOOD, "again": GOOD}, headers=OURS)
    assert admin.post(f"/accounts/{ids['老板']}/close", headers=OURS).status_code == 303


def test_signing_out_ends_here_and_signing_out_everywhere_ends_all(admin: FlaskClient, app: Flask) -> None:
    """And nobody ends another's session, though they know its name (ASVS 7.4.3)."""
    second, third = app.test_client(), app.test_client()
    sign_in(second)
    sign_in(third)
    text = page(second.get("/account"))
    assert text.count('/end"') == 3
    other = enter(app.test_client(), frozenset({Part.DESK}), "前台")
    path = text.split('action="/account/sessions/')[1].split('"')[0]
    assert other.post(f"/account/sessions/{path}", headers=PROGRAM).status_code == 404
    second.post("/sign-out", headers=OURS)
    assert second.get("/account", headers=PROGRAM).status_code == 401
    assert third.get("/account").status_code == 200
    third.post("/account/sessions/end", headers=OURS)
    assert [one.get("/account", headers=PROGRAM).status_code for one in (admin, third)] == [401, 401]


def test_a_new_password_ends_all_other_sessions_and_the_old_one_is_worth_nothing(
    admin: FlaskClient, app: Flask
) -> None:
    """So that a thief who knew it is out (ASVS 7.4.3)."""
    thief, better = app.test_client(), "another sentence of my own"
    sign_in(thief)
    admin.post("/account/password", data={"password": better, "again": better}, headers=OURS)
    assert thief.get("/account", headers=PROGRAM).status_code == 401
    assert admin.get("/account").status_code == 200
    assert sign_in(app.test_client()).headers["Location"] == "/sign-in?wrong=1"
    assert sign_in(app.test_client(), password=better).headers["Location"] == "/"


def test_cookies_are_for_this_host_alone_and_for_no_script(admin: FlaskClient, app: Flask) -> None:
    """HttpOnly, SameSite=Strict; over HTTPS secure, and by the name that only this host can set (ASVS 3.3.1)."""
    del admin
    plain = sign_in(app.test_client()).headers["Set-Cookie"]
    form = {"name": "老板", "password": GOOD}
    sealed = app.test_client().post("/sign-in", data=form, headers=OURS, base_url="https://localhost")
    assert plain.startswith("yingbin_session=")
    assert sealed.headers["Set-Cookie"].startswith("__Host-yingbin_session=")
    assert "Secure" in sealed.headers["Set-Cookie"]
    for cookie in (plain, sealed.headers["Set-Cookie"]):
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
