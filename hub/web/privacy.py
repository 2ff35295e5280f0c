"""``/staff/guests/<invitation>/privacy``: what is kept of one guest, given out or removed on their request.

GDPR Art. 15, 17 and 20, PIPL Art. 45 and 47; the same use cases as ``python -m hub privacy`` (decisions 65 and 72).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, request

from hub.domain.errors import InvalidInput
from hub.domain.permissions import Permission
from hub.known import as_json, as_page
from hub.known_words import STAY, TABLES
from hub.usecases.acting import Deciding
from hub.usecases.one_guest import Held, Known, erase_guest, export_guest, held_of
from hub.web.changing import change
from hub.web.language import tongue
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.shift import person
from hub.web.visitor import visitor

FILES = {"page": ("html", "text/html; charset=utf-8", as_page), "data": ("json", "application/json", as_json)}
"""As what it is given out: to read and print, or for programs."""

pages = Blueprint("privacy", __name__, url_prefix="/staff/guests")


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing that is kept, in words, and how many."""

    name: str
    count: int


@pages.get("/<invitation>/privacy")
def show(invitation: str) -> Response:
    """Say how much of what is kept about a guest, what would go and what would stay. Raises NotFound."""
    held = _held(invitation)
    return draw(
        "privacy.html",
        {},
        held=held,
        goes=_lines(held, stays=False),
        stays=_lines(held, stays=True),
        may_export=Permission.EXPORT in visitor().may,
        on_duty=person(),
    )


@pages.post("/<invitation>/privacy/file")
def give(invitation: str) -> Response:
    """Give out all that is kept about a guest (``as``: page or data). Raises NotFound, InvalidInput."""
    held, wanted, given = _held(invitation), request.form.get("as", ""), list[Known]()
    if wanted not in FILES:
        raise InvalidInput("as", f"{wanted[:20]!r} is no kind of file", f"choose of {', '.join(FILES)}")
    change(lambda tx, by: given.append(export_guest(tx, held.invited.guest.id, _who(by))))
    ending, kind, write = FILES[wanted]
    answer = make_response(write(given[-1]))
    answer.headers["Content-Type"] = kind
    # The file's name stays in lists of downloads: the guest's own does not belong there.
    answer.headers["Content-Disposition"] = f'attachment; filename="guest-data.{ending}"'
    return answer


@pages.post("/<invitation>/privacy/erase")
def erase(invitation: str) -> Response:
    """Remove what is kept about a guest; the form says ``sure``. Raises NotFound, InvalidInput."""
    held = _held(invitation)
    if request.form.get("sure") != "yes":
        raise InvalidInput("sure", "does not say so", "say on the guest's page that it is to be removed")
    change(lambda tx, by: erase_guest(tx, held.invited.guest.id, _who(by)))
    return make_response(redirect(f"/staff/guests/{invitation}/privacy", 303))


def _held(invitation: str) -> Held:
    with shelf().parts.store.read() as tx:
        return held_of(tx, invitation, now())


def _who(by: str) -> Deciding:
    return Deciding(actor=by, at=now(), ids=shelf().parts.ids)


def _lines(held: Held, *, stays: bool) -> Sequence[Line]:
    english = tongue().language == "en"
    return [Line(TABLES[name][english], count) for name, count in held.counts.items() if (name in STAY) is stays]
