"""Who finds a weakness finds whom to tell, without signing in (RFC 9116)."""

from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from hub.domain.security_contact import SecurityContact
from hub.web import WebParts, create_app
from tests.hub.web.scene import StillClock

PATH = "/.well-known/security.txt"


def test_the_contact_is_told_to_anybody(parts: WebParts, clock: StillClock) -> None:
    """As plain text, one field a line, with the day until which it holds."""
    expires = clock.now().replace(microsecond=0) + timedelta(days=100)
    contact = SecurityContact(("mailto:it@house.example", "tel:+86-10-5555"), expires, "https://house.example/security")
    answer = create_app(replace(parts, security=contact)).test_client().get(PATH)
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.get_data(as_text=True).splitlines() == [
        "Contact: mailto:it@house.example",
        "Contact: tel:+86-10-5555",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: zh, en",
        "Policy: https://house.example/security",
    ]


def test_once_it_has_expired_it_is_not_told_any_more(parts: WebParts, clock: StillClock) -> None:
    """Somebody who has left the house may not be sent what is secret (section 2.5.5)."""
    contact = SecurityContact(("mailto:it@house.example",), clock.now() + timedelta(minutes=1))
    client = create_app(replace(parts, security=contact)).test_client()
    assert client.get(PATH).status_code == 200
    clock.forward(60)
    assert client.get(PATH).status_code == 404


def test_a_house_that_names_nobody_has_no_such_page(client: FlaskClient) -> None:
    """An empty file would say that nobody wants to know."""
    assert client.get(PATH).status_code == 404
