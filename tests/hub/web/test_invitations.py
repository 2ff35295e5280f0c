"""A guest's invitation on the guest's page: shown, made anew, withdrawn; by role, and in the log."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.domain.guests import InvitationStatus
from hub.domain.permissions import Part
from hub.ports import Store
from hub.web import WebParts
from tests.hub.web.codes import CODES_A_DAY, maker
from tests.hub.web.scene import NOW, OURS, PROGRAM, StillClock, enter, on_duty, page

GUEST = "/staff/guests/inv-4"


@pytest.fixture
def parts(parts: WebParts, tmp_path: Path) -> WebParts:
    """Give the parts of a house that makes codes."""
    return replace(parts, codes=maker(tmp_path))


def code_of(store: Store, invitation: str = "inv-4") -> str:
    """Return a guest's code as it is now."""
    with store.read() as tx:
        return tx.guests.by_invitation([invitation])[invitation].invitation.code


def status_of(store: Store) -> InvitationStatus:
    """Say how the invitation of number 4 stands."""
    with store.read() as tx:
        return tx.guests.by_invitation(["inv-4"])["inv-4"].invitation.status


def logged(store: Store, subject: str = "inv-4") -> list[tuple[str, str]]:
    """Return who did what to the invitation of number 4, by the audit log."""
    with store.read() as tx:
        return [(one.actor, one.action) for one in tx.records.audited(subject, NOW, 99)]


def test_a_code_is_shown_to_whoever_may_issue_and_the_log_says_to_whom(client: FlaskClient, house: Store) -> None:
    """On an answer that no browser keeps; the code itself stands in no log."""
    answer = on_duty(client).post(f"{GUEST}/code", headers=OURS)
    assert code_of(house) in page(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("小李", "code.shown") in logged(house)
    assert code_of(house) not in str(logged(house))


def test_a_new_code_takes_the_old_ones_place(client: FlaskClient, house: Store) -> None:
    """The old one opens nothing from then on, and kiosks are told of both."""
    old = code_of(house)
    with house.read() as tx:
        before = tx.feed.head()
        (was,) = (one.invitation.lookup for one in [tx.guests.by_invitation(["inv-4"])["inv-4"]])
    text = page(on_duty(client).post(f"{GUEST}/new-code", headers=OURS))
    new = code_of(house)
    assert new in text
    assert new != old
    assert old not in text
    assert ("小李", "code.replaced") in logged(house)
    assert ("小李", "codes.issued:1") in logged(house, "issuer:小李")
    with house.read() as tx:
        told = {one.key for one in tx.feed.after(before, ["guest"], 99)}
        now = tx.guests.by_invitation(["inv-4"])["inv-4"].invitation.lookup
    assert {was, now} <= told


def test_more_codes_than_a_person_may_make_in_a_day_are_refused(client: FlaskClient, house: Store) -> None:
    """And the last one stays as it is: whoever has taken over an account invites no crowd."""
    on_duty(client)
    for _ in range(CODES_A_DAY):
        assert client.post(f"{GUEST}/new-code", headers=PROGRAM).status_code == 200
    last = code_of(house)
    assert client.post(f"{GUEST}/new-code", headers=PROGRAM).get_json()["code"] == "refused"
    assert code_of(house) == last


def test_an_invitation_is_withdrawn_and_restored(client: FlaskClient, house: Store) -> None:
    """A second tap changes nothing and stands in no log; a withdrawn guest's code is neither shown nor made."""
    on_duty(client)
    for _ in range(2):
        assert client.post(f"{GUEST}/withdraw", headers=OURS).headers["Location"] == GUEST
    assert status_of(house) is InvitationStatus.REVOKED
    assert [action for _, action in logged(house)] == ["invitation.withdraw"]
    text = page(client.get(GUEST))
    assert "邀请已撤销" in text
    assert f"{GUEST}/code" not in text
    old = code_of(house)
    for path in ("code", "new-code"):
        assert client.post(f"{GUEST}/{path}", headers=PROGRAM).get_json()["code"] == "refused"
    assert code_of(house) == old
    client.post(f"{GUEST}/restore", headers=OURS)
    assert status_of(house) is InvitationStatus.VALID


def test_a_code_that_opens_nothing_any_more_is_not_handed_out(client: FlaskClient, house: Store) -> None:
    """Its meeting is over or cancelled; of an invitation that is not there nothing is said."""
    on_duty(client)
    assert client.post("/staff/guests/inv-99/code", headers=PROGRAM).get_json()["code"] == "not_found"
    assert client.post("/staff/guests/inv-99/new-code", headers=PROGRAM).get_json()["code"] == "not_found"
    assert client.post("/staff/guests/inv-99/withdraw", headers=PROGRAM).get_json()["code"] == "not_found"
    with house.write() as tx:
        launch = tx.meetings.get(["m-launch"])["m-launch"]
        tx.meetings.save(replace(launch, cancelled=True))
    for path in ("code", "new-code"):
        assert client.post(f"{GUEST}/{path}", headers=PROGRAM).get_json()["code"] == "refused"
    assert code_of(house) not in page(client.get(GUEST))


@pytest.mark.parametrize(
    ("part", "offered"),
    [
        (Part.DESK, {"code", "new-code"}),
        (Part.TECHNICIAN, set()),
        (Part.ADMIN, {"code", "new-code", "withdraw"}),
    ],
)
def test_the_page_offers_what_its_reader_may_do_and_never_the_code_itself(
    app: Flask, house: Store, part: Part, offered: set[str]
) -> None:
    """Whoever looks sees how the invitation stands; the code comes with a tap, which the log notes."""
    client = enter(app.test_client(), frozenset({part}))
    client = client if part is Part.ADMIN else on_duty(client)  # an admin does not serve: the account's name counts
    text = page(client.get(GUEST))
    assert "邀请码有效" in text
    assert {
        path for path in ("code", "new-code", "withdraw", "restore") if f'action="{GUEST}/{path}"' in text
    } == offered
    assert code_of(house) not in text


def test_withdrawing_asks_who_it_is_when_the_proof_is_old(
    app: Flask, house: Store, parts: WebParts, clock: StillClock
) -> None:
    """A tablet that was left alone withdraws nobody (ASVS 7.5.3)."""
    parts_now = replace(parts.sessions, proof=timedelta(minutes=5))
    object.__setattr__(app.extensions["yingbin"].parts, "sessions", parts_now)
    client = on_duty(enter(app.test_client()))
    clock.forward(600)
    assert client.post(f"{GUEST}/withdraw", headers=PROGRAM).get_json()["code"] == "prove_again"
    assert status_of(house) is InvitationStatus.VALID


def test_a_process_without_the_houses_keys_makes_no_code(app: Flask, house: Store) -> None:
    """It would make them under a key of its own, and no kiosk would know them."""
    object.__setattr__(app.extensions["yingbin"].parts, "codes", None)
    client = on_duty(enter(app.test_client()))
    assert f"{GUEST}/new-code" not in page(client.get(GUEST))
    assert client.post(f"{GUEST}/new-code", headers=PROGRAM).get_json()["code"] == "refused"
    del house
