"""How a tablet comes to trust the house: for everybody, with the fingerprint that the hub's console shows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from flask.testing import FlaskClient
from markupsafe import escape
from playwright.sync_api import Page

from hub.authority import Authority
from hub.ports import Store
from hub.web import WebParts, create_app
from hub.web.trust import SYSTEMS, in_groups
from tests.hub.web.conftest import Site
from tests.hub.web.scene import TONGUES, page


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Give the house's own authority."""
    return Authority.open(tmp_path / "authority")


@pytest.fixture
def own(parts: WebParts, authority: Authority, house: Store) -> FlaskClient:
    """Give a browser at a hub whose pages show a certificate of the house's own."""
    del house
    return create_app(replace(parts, authority=authority.certificate)).test_client()


def test_everybody_gets_the_certificate_and_nothing_else(own: FlaskClient, authority: Authority) -> None:
    """With the type by which systems offer to install it; the key stays where it is."""
    answer = own.get("/trust/ca.crt")
    assert answer.status_code == 200
    assert answer.content_type == "application/x-x509-ca-cert"
    assert answer.text == authority.certificate
    assert "PRIVATE" not in answer.text
    found = x509.load_pem_x509_certificate(answer.data)
    assert found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_fingerprint_and_each_systems_steps(
    own: FlaskClient, authority: Authority, language: str
) -> None:
    """The same characters as in the log and in ``python -m hub check``."""
    own.set_cookie("yingbin_language", language)
    text = page(own.get("/trust"))
    assert in_groups(authority.fingerprint) in text
    said = next(tongue for tongue in TONGUES if tongue.language == language)
    for system, steps in SYSTEMS.items():
        assert f'id="{system}"' in text
        assert all(escape(said.say(f"trust.{system}.step{step}")) in text for step in range(1, steps + 1))


def test_a_house_without_an_authority_says_so(client: FlaskClient, house: Store) -> None:
    """There is nothing to take along, and nobody is asked to trust anything."""
    del house
    assert "没有需要信任的内容" in page(client.get("/trust"))
    assert client.get("/trust/ca.crt").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_the_page_fits_a_telephone(
    parts: WebParts, authority: Authority, visit: Callable[..., Page], site: Site, size: tuple[int, int]
) -> None:
    """Nothing runs out of it, and the fingerprint is whole."""
    object.__setattr__(site._app.extensions["yingbin"].parts, "authority", authority.certificate)
    del parts
    shown = visit("/trust", size=size, person=None, live=False)
    assert shown.locator("#print").inner_text().split() == in_groups(authority.fingerprint).split()
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
