"""How often each may ask for what: shared by all processes, over by itself, and nobody else's trouble (ASVS 2.4.1)."""

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.domain.accounts import TRIES, TRIES_OF_ADDRESS, TRIES_OF_NAME, Account
from hub.domain.permissions import Part
from hub.domain.staff import Tablet
from hub.passwords import hash_password
from hub.ports import Store, StoreUnavailable
from hub.store.sql import SqlStore, SqlTransaction
from hub.usecases.acting import Deciding
from hub.usecases.change_accounts import invite_account
from hub.usecases.enrol_device import hash_of, invite_tablet
from hub.web import WebParts, create_app, limits
from hub.web.access import RULES
from hub.web.limits import EXPORTS, GUESSES, ISSUES, PASSKEYS, STEPS, STRANGERS_PAGES, STRANGERS_STEPS, TABLET_CODES
from tests.hub.web.scene import NOW, OURS, PROGRAM, TONGUES, StillClock, enter, on_duty
from tests.hub.web.test_errors import AwayStore

WHO = Deciding(actor="hub", at=NOW, ids=lambda: "id")
GOOD = "乘风破浪会有时，直挂云帆济沧海"
CODE = "ABCDEFGHJKMNPQRSTVWX"


@pytest.fixture
def apps(parts: WebParts, house: Store) -> list[Flask]:
    """Give two processes' applications over one store."""
    del house
    return [create_app(parts) for _ in range(2)]


def step(client: FlaskClient, **more: str) -> TestResponse:
    """Change something that anybody may change."""
    return client.post("/language", data={"language": "en"}, headers=PROGRAM, environ_base=_from(**more))


def _from(address: str = "10.0.0.1") -> dict[str, str]:
    return {"REMOTE_ADDR": address}


def statuses(*answers: TestResponse) -> list[int]:
    """Return how answers ended."""
    return [one.status_code for one in answers]


def use_up(*clients: FlaskClient) -> int:
    """Take steps at one process after the other until one is refused; return how many were allowed."""
    for number in range(2 * STEPS.allowance.times):
        if step(clients[number % len(clients)]).status_code == 429:
            return number
    return 2 * STEPS.allowance.times


def until_refused(client: FlaskClient, path: str, most: int = 2_000, **more: object) -> int:
    """Return how often something was allowed before it was refused."""
    for number in range(most):
        if client.open(path, **more).status_code == 429:  # type: ignore[arg-type]
            return number
    return most


def test_who_is_refused_is_told_for_how_long_in_words_and_in_seconds(app: Flask, house: Store) -> None:
    """RFC 6585, 4: a page in both languages, problem details for programs, and ``Retry-After`` for both."""
    del house
    client = app.test_client()
    token = {"X-Yingbin-Token": client.get("/token").get_json()["token"]}
    until_refused(client, "/language", method="POST", headers=OURS | token, data={"language": "zh"})
    told = client.post("/language", data={"language": "zh"}, headers=PROGRAM | token)
    assert (told.status_code, told.content_type) == (429, "application/problem+json")
    wait = STRANGERS_STEPS.allowance.within.total_seconds() / STRANGERS_STEPS.allowance.times
    assert 0 < int(told.headers["Retry-After"]) <= wait
    assert told.get_json()["code"] == "too_many_tries"
    shown = client.post("/language", data={"language": "zh"}, headers=OURS | token)
    assert shown.status_code == 429
    for tongue in TONGUES:
        assert tongue.say("problem.too_many_tries.title") in shown.text
        assert tongue.say("problem.too_many_tries.remedy", wait="1") in shown.text


def test_two_processes_have_not_twice_as_many(apps: list[Flask]) -> None:
    """Whichever is asked; and who was refused by one is refused by the other."""
    clients = [enter(app.test_client()) for app in apps]
    clients[1].set_cookie("yingbin_session", clients[0].get_cookie("yingbin_session").value)  # type: ignore[union-attr]
    assert use_up(*clients) == STEPS.allowance.times
    assert statuses(*(step(one) for one in clients)) == [429, 429]


def test_looking_for_a_guest_letter_by_letter_uses_up_no_steps(app: Flask, house: Store) -> None:
    """It is sent as a step is, for the name's sake, and changes nothing."""
    del house
    client = enter(app.test_client())
    for _ in range(3 * STEPS.pack):
        assert client.post("/staff/requests/new?part=found", data={"who": "王"}, headers=OURS).status_code == 200
    assert use_up(client) == STEPS.allowance.times


def test_a_pause_ends_by_itself(app: Flask, house: Store, clock: StillClock) -> None:
    """As soon as was said; and in the end all of it is there again."""
    del house
    client = enter(app.test_client())
    use_up(client)
    clock.forward(int(step(client).headers["Retry-After"]))
    assert step(client).status_code != 429
    clock.forward(STEPS.allowance.within.total_seconds())
    assert until_refused(client, "/language", method="POST", headers=OURS, data={"language": "zh"}) == 600


def test_a_clock_that_was_set_back_keeps_nobody_out(app: Flask, house: Store, clock: StillClock) -> None:
    """By a year: the pause is as short as before."""
    del house
    client = enter(app.test_client())
    use_up(client)
    clock.forward(-timedelta(days=365).total_seconds())
    refused = step(client)
    assert refused.status_code == 429
    clock.forward(int(refused.headers["Retry-After"]) + 1)
    assert step(client).status_code != 429


def test_a_tablet_that_is_stuck_is_not_in_the_way_of_the_wall_of_tablets_beside_it(app: Flask, house: Store) -> None:
    """All come from one translated address; so does whoever signs in by an account."""
    tablets = []
    for number in range(3):
        with house.write() as tx:
            tx.duties.put_tablet(Tablet(id=f"t{number}", name=f"wall {number}", joined_at=NOW), hash_of(f"s{number}"))
        client = app.test_client()
        client.set_cookie("yingbin_tablet", f"s{number}")
        tablets.append(client)
    app.extensions["yingbin"].recent.forget()
    assert until_refused(tablets[0], "/language", method="POST", headers=OURS, data={"language": "zh"}) == 600
    stranger = app.test_client()
    assert until_refused(stranger, "/language", method="POST", headers=OURS, data={"language": "zh"}) == 300
    for one in (*tablets[1:], enter(app.test_client())):
        assert step(one).status_code != 429


@pytest.fixture
def boss(house: Store) -> Account:
    """Give an account with a password."""
    made = Account(id="a1", name="老板", parts=frozenset({Part.DESK}), password=hash_password(GOOD), made_at=NOW)
    with house.write() as tx:
        tx.accounts.put(made)
        tx.accounts.put(replace(made, id="a2", name="小陈"))
    return made


def sign_in(client: FlaskClient, name: str, password: str, address: str) -> int:
    """Type a name and a password somewhere; return the status, 200 for who is in."""
    data = {"name": name, "password": password}
    answer = client.post("/sign-in", data=data, headers=OURS, environ_base=_from(address))
    return 200 if answer.headers.get("Location") == "/" else answer.status_code


def test_who_guesses_a_password_is_stopped_and_somebody_else_at_that_address_comes_in(
    app: Flask, boss: Account
) -> None:
    """Five tries are a name's at an address; sixty more of the same use up nothing that others share."""
    client = app.test_client()
    tries = [sign_in(client, boss.name, "wrong" * 4, "10.0.0.9") for _ in range(60)]
    assert tries == [303] * 5 + [429] * 55
    assert sign_in(app.test_client(), boss.name, GOOD, "10.0.0.9") == 429, "the name at this address has to wait"
    assert sign_in(app.test_client(), "小陈", GOOD, "10.0.0.9") == 200
    assert sign_in(app.test_client(), boss.name, GOOD, "10.0.0.8") == 200


def test_strangers_do_not_keep_who_is_signed_in_from_showing_it_again(app: Flask, boss: Account) -> None:
    """Else whoever floods the sign-in with a name lets its owner withdraw no key and no tablet meanwhile."""
    client = app.test_client()
    assert sign_in(client, boss.name, GOOD, "10.0.0.9") == 200
    for number in range(TRIES_OF_NAME.times):
        stranger = f"10.0.1.{number // TRIES.times}" if number % 2 else "10.0.0.9"
        sign_in(app.test_client(), boss.name, "wrong" * 4, stranger)
    form = {"password": GOOD, "back": "/account"}
    shown = client.post("/again", data=form, headers=OURS, environ_base=_from("10.0.0.9"))
    assert shown.headers.get("Location") == "/account"
    wrong = [
        client.post("/again", data={"password": "x" * 20}, headers=OURS).status_code for _ in range(TRIES.times + 1)
    ]
    assert wrong == [303] * TRIES.times + [429], "whoever sits at their browser guesses as little as anybody"


def test_one_ipv6_network_is_one_address(app: Flask, boss: Account) -> None:
    """Whoever has a network has 2^64 addresses: changing them gives no more tries."""
    client = app.test_client()
    tries = [sign_in(client, f"name {number}", "x" * 20, f"2001:db8::{number:x}") for number in range(31)]
    assert tries == [303] * TRIES_OF_ADDRESS.times + [429]
    assert sign_in(client, boss.name, GOOD, "2001:db8:0:1::1") == 200
    assert sign_in(client, "小陈", GOOD, "::ffff:10.0.0.9") == 200


def test_whoever_guesses_codes_is_stopped_and_a_right_one_from_the_same_address_works(
    app: Flask, house: Store, clock: StillClock
) -> None:
    """A right invitation is never in the way of a limit; a stranger's wrong ones take no turn at writing."""
    with house.write() as tx:
        invite_account(tx, "小陈", [Part.DESK], CODE, replace(WHO, at=clock.now()))
    client = app.test_client()
    form = {"code": "WRONG", "password": GOOD, "again": GOOD}
    answers = [client.post("/invited", data=form, headers=PROGRAM).status_code for _ in range(40)]
    assert answers == [400] * GUESSES.allowance.times + [429] * 10
    right = app.test_client().post("/invited", data=form | {"code": CODE}, headers=PROGRAM)
    assert (right.status_code, right.headers["Location"]) == (303, "/")


def test_passkeys_and_tablets_codes_are_asked_for_so_often_and_right_ones_do_not_count(
    app: Flask, house: Store
) -> None:
    """Eight digits can be guessed: here a right one waits too."""
    client = app.test_client()
    assert until_refused(client, "/sign-in/passkey/options", method="POST", headers=OURS) == PASSKEYS.allowance.times
    for number in range(TABLET_CODES.allowance.times + 5):
        with house.write() as tx:
            code = invite_tablet(tx, f"tablet {number}", WHO, secrets.randbelow)
        joined = app.test_client().post("/staff/join", data={"code": code}, headers=PROGRAM)
        assert joined.status_code == 303
        with house.write() as tx:
            tx.duties.remove_tablet(tx.duties.tablets()[0].id)
    again = app.test_client()
    tries = until_refused(again, "/staff/join", method="POST", headers=OURS, data={"code": "99999999"})
    assert tries == TABLET_CODES.allowance.times


def test_codes_and_exports_are_given_so_often_to_each_person(app: Flask, house: Store) -> None:
    """Whoever takes an account over does not empty the house or let a hundred friends in; others go on."""
    client = on_duty(enter(app.test_client()))
    assert until_refused(client, "/staff/meetings/launch/cards.csv") == EXPORTS.allowance.times
    made = until_refused(
        client, "/accounts", method="POST", headers=OURS, data={"name": "same", "parts": Part.DESK.value}
    )
    assert made == ISSUES.allowance.times
    assert len([one for one in _accounts(house) if one.name == "same"]) == 1
    other = enter(app.test_client(), name="另一位")
    assert other.get("/staff/meetings/launch/cards.csv").status_code == 200
    issuing = {one for one, rule in RULES.items() if rule.permission in limits._ISSUING} | limits._CODES
    assert {"people_codes.pin", "people_codes.badge", "people_codes.invite", "accounts.invite"} <= issuing


def _accounts(house: Store) -> list[Account]:
    with house.read() as tx:
        return list(tx.accounts.all())


def test_pages_for_strangers_are_given_so_often_and_who_is_signed_in_has_no_limit_there(
    app: Flask, house: Store
) -> None:
    """Also when the database is away they can be read: how to trust the house stands there."""
    del house
    stranger, client = app.test_client(), enter(app.test_client())
    assert until_refused(stranger, "/trust") == STRANGERS_PAGES.allowance.times
    assert statuses(stranger.get("/token"), stranger.get("/sign-in"), stranger.get("/healthz")) == [429, 429, 200]
    assert statuses(client.get("/trust"), client.get("/token")) == [200, 200]
    app.extensions["yingbin"].together._store = AwayStore()
    with pytest.raises(StoreUnavailable):
        app.extensions["yingbin"].purses.spend(STRANGERS_PAGES, "10.0.0.7", NOW)
    assert app.test_client().get("/trust", environ_base=_from("10.0.0.7")).status_code == 200


@pytest.fixture
def commits(house: Store) -> Iterator[list[str]]:
    """Note every transaction that the store opens for writing."""
    assert isinstance(house, SqlStore)
    seen: list[str] = []
    kept = house.write

    def write() -> AbstractContextManager[SqlTransaction]:
        seen.append("write")
        return kept()

    house.write = write  # type: ignore[method-assign]
    yield seen
    del house.write


def test_a_page_of_somebody_who_is_signed_in_writes_nothing_and_twenty_steps_write_once(
    app: Flask, commits: list[str]
) -> None:
    """Boards that look every few seconds are not slower for it, and steps are by a twentieth of a COMMIT."""
    client = enter(app.test_client())
    assert step(client).status_code != 429
    commits.clear()
    for path in ("/staff", "/", "/board", "/token", "/staff?part=tasks", "/trust"):
        client.get(path)
    assert commits == []
    for _ in range(STEPS.pack - 1):
        step(client)
    assert commits == []
    step(client)
    assert len(commits) == 1
