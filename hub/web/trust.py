"""``/trust``: how a tablet comes to trust this house, and its authority's certificate to take along.

It is there before anybody signs in, and shows nothing that is secret: a certificate is for everybody. What makes it
the right one is its fingerprint, which people compare with the one that the hub's own console shows (decision 63).
"""

from hashlib import sha256
from ssl import PEM_cert_to_DER_cert

from flask import Blueprint, Response, make_response

from hub.domain.errors import NotFound
from hub.web.page import draw
from hub.web.parts import shelf

SYSTEMS = {"android": 4, "ios": 4, "windows": 3, "macos": 3, "linux": 2}
"""How many steps each system needs; they stand in the texts."""

pages = Blueprint("trust", __name__)


@pages.get("/trust")
def show() -> Response:
    """Show how it is done, system by system."""
    own = shelf().parts.authority
    return draw("trust.html", {}, fingerprint=in_groups(_print(own)) if own else "", systems=SYSTEMS)


@pages.get("/trust/ca.crt")
def certificate() -> Response:
    """Give the certificate as systems take it in. Raises NotFound where the house shows none of its own."""
    own = shelf().parts.authority
    if not own:
        raise NotFound("this house has no authority of its own")
    answer = make_response(own)
    answer.content_type = "application/x-x509-ca-cert"
    return answer


def in_groups(fingerprint: str) -> str:
    """Write a fingerprint as people compare it: 64 hex digits, four at a time."""
    return " ".join(fingerprint[at : at + 4].upper() for at in range(0, len(fingerprint), 4))


def _print(certificate: str) -> str:
    return sha256(PEM_cert_to_DER_cert(certificate)).hexdigest()
