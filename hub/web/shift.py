"""Who works at this browser: signed in at its tablet, or, where the house keeps no list of its people, by a name."""

import unicodedata
from urllib.parse import quote, unquote

from flask import Response, g, request

from hub.domain.errors import InvalidInput
from hub.domain.staff import Staff, Tablet
from hub.usecases.enrol_device import hash_of
from hub.web.parts import shelf

COOKIE = "yingbin_person"
TABLET = "yingbin_tablet"
LONGEST_NAME = 40
LONGEST_SHIFT_S = 16 * 3600
_A_YEAR_S = 365 * 24 * 3600


def person() -> str:
    """Return who works at this browser; empty when nobody has said so."""
    if "person" not in g:
        g.person = _signed_in() if is_listed() else _named()
    found: str = g.person
    return found


def is_listed() -> bool:
    """Say whether the house keeps a list of its people: then they sign in, and a mere name is nobody."""
    return any(one.active for one in people())


def people() -> list[Staff]:
    """Return the people of the house by name."""
    return shelf().recent.get("staff", lambda tx: list(tx.staff.all()))


def me() -> Staff | None:
    """Return who works at this browser as the list has them; None where there is no list, or nobody."""
    return next((one for one in people() if one.name == person()), None)


def token() -> str:
    """Return the hash of what this tablet was given when it joined the house; empty where it has not."""
    secret = request.cookies.get(TABLET, "")
    return hash_of(secret) if secret else ""


def tablet() -> Tablet | None:
    """Return the tablet that this browser is."""
    known = token()
    return shelf().recent.get(("tablet", known), lambda tx: tx.duties.tablet_of(known)) if known else None


def _signed_in() -> str:
    here = tablet()
    return here.person if here else ""


def _named() -> str:
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


def join(answer: Response, secret: str) -> None:
    """Remember what this tablet was given when it joined."""
    answer.set_cookie(TABLET, secret, max_age=_A_YEAR_S, httponly=True, samesite="Strict", secure=request.is_secure)
