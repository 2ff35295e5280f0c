"""``/.well-known/security.txt``: whom to tell of a weakness here (RFC 9116). Anybody may ask, before signing in."""

from flask import Blueprint, Response

from hub.domain.errors import NotFound
from hub.web.page import now
from hub.web.parts import shelf

pages = Blueprint("security_txt", __name__)


@pages.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Give the file; raises NotFound where nobody is named, and once it has expired."""
    told = shelf().parts.security
    if not told.holds(now()):
        raise NotFound("this house names nobody to tell of weaknesses")
    return Response(told.text(), content_type="text/plain; charset=utf-8")
