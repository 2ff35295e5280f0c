"""Who works at this browser: asked once at the start of a shift, until people can sign in."""

import unicodedata
from urllib.parse import quote, unquote

from flask import Response, request

from hub.domain.errors import InvalidInput

COOKIE = "yingbin_person"
LONGEST_NAME = 40
LONGEST_SHIFT_S = 16 * 3600


def person() -> str:
    """Return the name given at this browser; empty when nobody has said who they are."""
    try:
        return clean(unquote(request.cookies.get(COOKIE, "")))
    except InvalidInput:
        return ""


def clean(name: str, field: str = "name") -> str:
    """Return a name as it may stand on other people's screens. Raises InvalidInput, naming its field."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not 0 < len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise InvalidInput(field, "is empty, too long or not readable", f"give 1 to {LONGEST_NAME} characters")
    return tidy


def begin(answer: Response, name: str) -> None:
    """Remember who works here, for one shift at most."""
    answer.set_cookie(
        COOKIE, quote(name), max_age=LONGEST_SHIFT_S, httponly=True, samesite="Strict", secure=request.is_secure
    )


def end(answer: Response) -> None:
    """Forget who works here."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=request.is_secure)
