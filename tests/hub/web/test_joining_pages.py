"""The technician's page for devices and certificates, as a technician uses it: with a finger, in both languages."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from hub.authority import Authority
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.join_device import Joining, approve, ask_to_join, open_window, revoke_device
from hub.web import WebParts
from tests.hub.usecases.test_join_device import Device
from tests.hub.web.scene import NOW
from tests.hub.web.test_access import RULES, SIZES, TAGS, TARGETS, UNFOLD

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
DEVICES = ("kiosk-1", "kiosk-2", "kiosk-3", "kiosk-4", "room-1")


@pytest.fixture
def joining(tmp_path: Path) -> Joining:
    """Give a house that devices can join."""
    authority = Authority.open(tmp_path / "authority")
    return Joining(authority, DEVICES, 365, 10, secrets.randbits, secrets.token_urlsafe)


@pytest.fixture
def parts(parts: WebParts, joining: Joining) -> WebParts:
    """Give the parts of that house's pages."""
    return replace(parts, joining=joining)


@pytest.fixture
def asked(joining: Joining, house: Store) -> Device:
    """Have devices in every state: one that holds a certificate, one revoked, one that asks, one that may."""
    who, asks = Deciding(actor="小李", at=NOW, ids=lambda: secrets.token_hex(8)), Device()
    with house.write() as tx:
        for device, piece in (("kiosk-1", Device()), ("kiosk-2", Device()), ("kiosk-3", asks)):
            _, code = open_window(tx, device, joining, who)
            window, _ = ask_to_join(tx, code, piece.csr, joining, who)
            if piece is not asks:
                approve(tx, window.id, window.fingerprint, joining, who)
        revoke_device(tx, "kiosk-2", who)
        open_window(tx, "kiosk-4", joining, who)
    return asks


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_can_be_used_by_everybody(visit: Visit, asked: Device, language: str, size: str) -> None:
    """No violation, nothing that overflows, every target as large as a finger; the code's page too."""
    page = visit("/rooms/devices", language=language, size=SIZES[size])
    assert page.locator("output").inner_text() == asked.fingerprint
    _look(page)
    page.locator("#device-room-1 form[action$='/open'] button").click()
    page.wait_for_selector("#join")
    _look(page)


def _look(page: Page) -> None:
    page.evaluate(UNFOLD)
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "rules": RULES})
    assert [(one["id"], one["nodes"][0]["target"]) for one in results.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    boxes = page.locator(TARGETS).evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 80),"
        " one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
    )
    assert [box for box in boxes if box[1] < 44 or box[2] < 44] == []


@pytest.mark.usefixtures("asked")
def test_a_tap_lets_the_compared_device_in_and_another_revokes_it(visit: Visit, house: Store) -> None:
    """Revoking asks once more: it cannot be taken back."""
    page = visit("/rooms/devices", language="en")
    page.get_by_text("The same: let it in").click()
    page.wait_for_selector("text=fetching its certificate")
    with house.read() as tx:
        assert any(one.device == "kiosk-3" and one.counts(NOW) for one in tx.certificates.all())
    card = page.locator("#device-kiosk-3")
    assert not card.get_by_text("Revoke now").is_visible()
    card.get_by_text("Lost or stolen").click()
    card.get_by_text("Revoke now").click()
    page.wait_for_selector("#device-kiosk-3 .bad")
    with house.read() as tx:
        assert not any(one.device == "kiosk-3" and one.counts(NOW) for one in tx.certificates.all())
