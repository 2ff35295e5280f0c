"""The page of the keys for signed codes: what holds until when, a next key, and one that has leaked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.domain.keys import SigningKey
from hub.domain.permissions import Part
from hub.ports import Store
from hub.usecases.hand_out_code import CodeMaker
from hub.usecases.sign_codes import sign_codes, signed_by
from hub.web import WebParts
from tests.hub.web.scene import NOW, OURS, PROGRAM, enter, on_duty, page

KEYS = "/staff/keys"


@pytest.fixture
def parts(parts: WebParts, codes: CodeMaker) -> WebParts:
    """Give the parts of a house that makes codes."""
    return replace(parts, codes=codes)


@pytest.fixture
def signed(house: Store, codes: CodeMaker) -> Store:
    """Give everybody at the launch a signed code."""
    with house.write() as tx:
        sign_codes(tx, tx.meetings.get(["m-launch"])["m-launch"], codes.ring, codes.acting("小陈"))
    return house


def keys_of(store: Store) -> list[SigningKey]:
    """Return all keys."""
    with store.read() as tx:
        return list(tx.keys.all())


def signed_with(store: Store) -> set[int | None]:
    """Return the keys under which guests' codes are."""
    with store.read() as tx:
        return {signed_by(one.invitation.code) for one in tx.guests.of_meeting("m-launch")}


def test_the_page_says_which_key_signs_and_which_hold_until_when(client: FlaskClient, signed: Store) -> None:
    """After a roll-over both hold until the meeting is over; the house's own key is there to be compared."""
    on_duty(client)
    assert "用于签发新码" in page(client.get(KEYS))
    assert client.post(f"{KEYS}/meetings/launch/roll", headers=OURS).headers["Location"] == KEYS
    text = page(client.get(KEYS))
    first, second = keys_of(signed)
    assert text.index(f'id="key-{second.key_id}" class="signs"') < text.index(
        f'id="key-{first.key_id}" class="accepted"'
    )
    assert first.house_key in text
    assert signed_with(signed) == {first.key_id}, "no letter changes"
    client.set_cookie("yingbin_language", "en")
    assert "signs no more; its codes open until" in page(client.get(KEYS))


def test_a_key_that_leaked_is_withdrawn_and_everybody_under_it_has_a_new_code(
    client: FlaskClient, signed: Store
) -> None:
    """As ``python -m hub keys --revoke`` does it; the page says how the letters are written."""
    on_duty(client)
    assert client.post(f"{KEYS}/revoke", data={"key": "1"}, headers=OURS).headers["Location"] == KEYS
    old, new = keys_of(signed)
    assert (old.withdrawn, new.withdrawn) == (True, False)
    assert signed_with(signed) == {new.key_id}
    text = page(client.get(KEYS))
    assert f'id="key-{old.key_id}" class="withdrawn"' in text
    assert "python -m hub invite --meeting launch --signed" in text
    with signed.read() as tx:
        assert [
            one.actor for one in tx.records.audited("1", NOW - timedelta(days=1), 9) if one.action == "key.withdrawn"
        ] == ["小李"]
    again = client.post(f"{KEYS}/revoke", data={"key": "1"}, headers=PROGRAM)
    assert (again.status_code, again.get_json()["code"]) == (400, "invalid_input")


@pytest.mark.parametrize("key", ["", "x", "9", "-1", "１", "99999999999"])
def test_what_is_no_key_is_named_and_nothing_changes(client: FlaskClient, signed: Store, key: str) -> None:
    """A number that no key has, other letters, none at all."""
    before = keys_of(signed)
    answer = on_duty(client).post(f"{KEYS}/revoke", data={"key": key}, headers=PROGRAM)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid_input")
    assert keys_of(signed) == before


def test_a_meeting_that_is_not_there_gets_no_key(client: FlaskClient, signed: Store) -> None:
    """Nor is a file made for it."""
    answer = on_duty(client).post(f"{KEYS}/meetings/nowhere/roll", headers=PROGRAM)
    assert answer.get_json()["code"] == "not_found"
    assert len(keys_of(signed)) == 1


def test_whoever_leads_sees_the_keys_and_who_only_serves_does_not(app: Flask, signed: Store) -> None:
    """Nothing there opens a door: public halves and numbers."""
    del signed
    assert enter(app.test_client(), frozenset({Part.ADMIN})).get(KEYS).status_code == 200
    for part in (Part.DESK, Part.TECHNICIAN, Part.AUDITOR):
        assert enter(app.test_client(), frozenset({part})).get(KEYS, headers=PROGRAM).status_code == 403
