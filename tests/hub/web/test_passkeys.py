"""A passkey signs its owner in and nobody else: with Chromium's own authenticator, over the real protocol."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import CDPSession, Page, expect

from hub.domain.permissions import Part
from hub.passwords import hash_password
from hub.ports import Store
from tests.hub.web.conftest import Site
from tests.hub.web.scene import OURS, PROGRAM, let_in
from tests.hub.web.test_access import address

pytestmark = pytest.mark.browser

PASSWORD = "a sentence of my own"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """A browser on a device that keeps passkeys, as Chromium plays one."""

    def __init__(self, page: Page) -> None:
        """Switch it on for a page."""
        self.page = page
        self.tools: CDPSession = page.context.new_cdp_session(page)
        self.tools.send("WebAuthn.enable")
        self.key: str = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]

    def lose(self) -> None:
        """Let it be in somebody else's hand: no finger of theirs is its owner's."""
        self.tools.send("WebAuthn.setUserVerified", {"authenticatorId": self.key, "isUserVerified": False})

    def kept(self) -> list[dict[str, Any]]:
        """Return the passkeys that the device keeps."""
        found: list[dict[str, Any]] = self.tools.send("WebAuthn.getCredentials", {"authenticatorId": self.key})[
            "credentials"
        ]
        return found

    def change(self, **fields: object) -> None:
        """Put another passkey in the place of the one that is kept."""
        (known,) = self.kept()
        self.tools.send("WebAuthn.clearCredentials", {"authenticatorId": self.key})
        self.tools.send("WebAuthn.addCredential", {"authenticatorId": self.key, "credential": known | fields})


@pytest.fixture
def device(visit: Callable[..., Page], site: Site, house: Store) -> Device:
    """Give the device of 小前, whose passkey was made on the page and who has signed out since."""
    secret = let_in(house, parts=frozenset({Part.DESK, Part.ADMIN}), name="小前")
    page = visit("/sign-in", person=None, live=False)
    at = site.address.replace("127.0.0.1", "localhost")
    page.context.add_cookies([{"name": "yingbin_session", "value": secret, "url": at}])
    found = Device(page)
    page.goto(f"{at}/account")
    page.fill("#add-passkey input[name=name]", "我的手机")
    page.click("#add-passkey button")
    expect(page.locator("ul.rows").first).to_contain_text("我的手机")
    page.click("form[action='/sign-out'] button")
    page.wait_for_url("**/sign-in")
    return found


def touch(device: Device) -> None:
    """Press the button that asks the device."""
    device.page.locator("[data-passkey=get] button").click()


def test_it_signs_its_owner_in_without_a_name_and_shows_again_who_they_are(device: Device) -> None:
    """The page names nobody before, and the key's use is counted."""
    assert "小前" not in device.page.content()
    touch(device)
    device.page.wait_for_url(lambda url: url.endswith("/"))
    device.page.goto(f"{address(device.page)}/account")
    expect(device.page.locator("h1")).to_contain_text("小前")
    device.page.goto(f"{address(device.page)}/again?back=/desk")
    touch(device)
    device.page.wait_for_url(f"{address(device.page)}/desk")
    assert device.kept()[0]["signCount"] == 3


def test_without_the_owners_finger_or_code_it_signs_nobody_in(device: Device) -> None:
    """Whoever finds the telephone has not found its owner (user verification, ASVS 6.3.3)."""
    device.lose()
    touch(device)
    expect(device.page.locator("[data-failed]")).to_be_visible()
    assert device.page.url.endswith("/sign-in")


def test_a_copy_that_falls_behind_and_a_key_that_is_nobodys_are_refused(device: Device, house: Store) -> None:
    """A count that was used before is a copy's; an unknown key is told nothing else. Both stand in the audit log."""
    device.change(signCount=0)
    touch(device)
    expect(device.page.locator("[data-failed]")).to_be_visible()
    device.page.reload()
    device.change(credentialId="dW5rbm93bi1rZXktb2Ytbm9ib2R5", signCount=9)
    touch(device)
    expect(device.page.locator("[data-failed]")).to_be_visible()
    assert device.page.url.endswith("/sign-in")
    with house.read() as tx:
        rows = tx.audit_chain.newest(2**62, 9, family="account")
        (unknown, copied) = [one.subject for one in rows if one.action == "account.wrong_passkey"]
        owner = tx.accounts.get(copied)
    assert owner is not None
    assert owner.name == "小前"
    assert len(unknown) == 16, "a hash of its id"


def test_an_answer_counts_once_and_only_for_what_it_was_asked(device: Device, client: FlaskClient) -> None:
    """The same bytes a second time, or as a proof for somebody else, are refused, from whichever browser."""
    sent: list[str] = []
    device.page.on(
        "request", lambda one: sent.append(one.post_data or "") if one.url.endswith("/sign-in/passkey") else None
    )
    touch(device)
    device.page.wait_for_url(lambda url: url.endswith("/"))
    (body,) = sent
    form = {"Content-Type": "application/x-www-form-urlencoded", "Host": device.page.url.split("/")[2]}
    for path in ("/sign-in/passkey", "/again/passkey"):
        answer = client.post(path, data=body, headers=OURS | PROGRAM | form)
        assert answer.status_code in {400, 401}, path
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "credential", ["", "null", "[]", "{}", '{"id": 1}', '{"id": "x", "response": {"clientDataJSON": "e30"}}']
)
def test_nonsense_is_refused_by_name(client: FlaskClient, house: Store, credential: str) -> None:
    """Whatever a stranger sends is an answer to a person, not a traceback."""
    del house
    for path in ("/sign-in/passkey", "/again/passkey", "/account/passkeys"):
        answer = client.post(path, data={"credential": credential}, headers=PROGRAM)
        assert (answer.status_code, answer.get_json()["field"]) == (400, "passkey")
    assert (
        json.loads(client.post("/sign-in/passkey/options", headers=PROGRAM).text)["options"]["userVerification"]
        == "required"
    )


def test_the_last_way_in_is_not_removed(device: Device, house: Store, client: FlaskClient) -> None:
    """With a password it may go."""
    del client
    touch(device)
    device.page.wait_for_url(lambda url: url.endswith("/"))
    device.page.goto(f"{address(device.page)}/account")
    device.page.click("form[action$='/remove'] button")
    expect(device.page.locator("main.problem")).to_be_visible()
    with house.write() as tx:
        account = tx.accounts.by_name("小前")
        assert account is not None
        tx.accounts.put(replace(account, password=hash_password(PASSWORD)))
    device.page.goto(f"{address(device.page)}/account")
    device.page.click("form[action$='/remove'] button")
    device.page.wait_for_url("**/account")
    expect(device.page.locator("ul.rows").first).not_to_contain_text("我的手机")
