"""Who works at this browser: signed in at its tablet or by an account, which in a house without a list says a name."""

import unicodedata
from collections.abc import Sequence

from hub.domain.errors import InvalidInput
from hub.domain.staff import Staff, Tablet
from hub.web.visitor import listed, visitor

LONGEST_NAME = 40


def person() -> str:
    """Return who works at this browser; empty when nobody has said so, or nobody is there."""
    return visitor().person


def is_listed() -> bool:
    """Say whether the house keeps a list of its people: then a mere name is nobody."""
    return any(one.active for one in people())


def people() -> Sequence[Staff]:
    """Return the people of the house by name."""
    return listed()


def me() -> Staff | None:
    """Return who works at this browser as the list has them; None where there is no list, or nobody."""
    return next((one for one in people() if one.name == person()), None)


def tablet() -> Tablet | None:
    """Return the tablet that this browser is."""
    return visitor().tablet


def clean(name: str, field: str = "name") -> str:
    """Return a name as it may stand on other people's screens. Raises InvalidInput, naming its field."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not 0 < len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise InvalidInput(field, "is empty, too long or not readable", f"give 1 to {LONGEST_NAME} characters")
    return tidy
