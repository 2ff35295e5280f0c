"""``/audit``: who did what, newest first, and whether the log is as it was written (ASVS 16.4.2, decisions 64, 72)."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from hub.domain.audit_chain import Broken, Head, Linked
from hub.domain.errors import InvalidInput
from hub.usecases.verify_audit import verify_audit
from hub.web.language import Tongue, tongue
from hub.web.page import draw, house_zone
from hub.web.parts import shelf

SHOWN = 50
"""Rows on one page."""

BEYOND = 2**62
"""More rows than any log has."""

FAMILIES = (
    *("account", "agenda", "answer", "asset", "audit", "booking", "business_card", "code", "codes", "command"),
    *("condition", "device", "door", "drill", "drink", "drinks", "duty", "field_device", "group", "guest"),
    *("hand_out", "incident", "invitation", "key", "letters", "materials", "meeting", "menu", "message", "need"),
    *("no_show", "paper", "place", "playbooks", "privacy", "rehearsal", "remark", "request", "room", "room_class"),
    *("ruling", "seats", "session", "set_up", "set_ups", "sheet", "shift", "shifts", "staff", "staffing", "strike"),
    *("tablet", "task", "transfer", "venue", "walk_in", "watching"),
)
"""What stands before the dot in the names of actions; each has its words in the catalogues."""

pages = Blueprint("audit", __name__, url_prefix="/audit")


@dataclass(frozen=True, slots=True)
class Line:
    """One row, what was done in words, and the house's date with its year: a log is kept for years."""

    row: Linked
    done: str
    day: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look along the whole chain has found: how far it is whole, its first break, how many heads agree."""

    reached: Head
    broken: Broken | None
    heads: int
    unread: bool


@pages.get("")
def show() -> Response:
    """List rows, newest first: before the number ``?before=``, of ``?actor=``, of a ``?family=`` of actions.

    Raises InvalidInput.
    """
    return _draw(None)


@pages.post("")
def verify() -> Response:
    """Walk along the whole log, as ``python -m hub audit`` does, and say what is found."""
    kept, unread = _kept()
    with shelf().parts.store.read() as tx:
        reached, broken = verify_audit(tx, kept)
    return _draw(Verdict(reached, broken, len(kept), unread))


def _draw(verdict: Verdict | None) -> Response:
    actor, family = request.args.get("actor", "").strip()[:200], request.args.get("family", "")
    if family and family not in FAMILIES:
        raise InvalidInput("family", f"{family[:20]!r} is no family of actions", "choose one of the list")
    before = _before(request.args.get("before", ""))
    with shelf().parts.store.read() as tx:
        rows = tx.audit_chain.newest(before, SHOWN + 1, actor, family)
        head = tx.audit_chain.head()
    said, zone = tongue(), house_zone()
    return draw(
        "audit.html",
        {},
        lines=[Line(row, done(row.action, said), f"{row.at.astimezone(zone):%Y-%m-%d}") for row in rows[:SHOWN]],
        older=rows[SHOWN - 1].number if len(rows) > SHOWN else 0,
        head=head,
        verdict=verdict,
        actor=actor,
        family=family,
        families=sorted(((one, said.say(f"audit.family.{one}")) for one in FAMILIES), key=lambda pair: pair[1]),
        newest=before == BEYOND,
    )


def done(action: str, said: Tongue) -> str:
    """Say what an action is: in its own words, or those of its family with the step as it stands in the log."""
    plain, _, count = action.partition(":")
    family, _, step = plain.partition(".")
    words = said.say_or(f"audit.done.{plain}", "")
    if not words:
        words = said.say("site.colon").join((said.say_or(f"audit.family.{family}", family), step.replace("_", " ")))
    return f"{words} ({count})" if count else words


def _before(typed: str) -> int:
    if not typed:
        return BEYOND
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):  # noqa: PLR2004 - what fits into a database's number
        raise InvalidInput("before", "is no number of a row", "follow the links of the page")
    return int(typed)


def _kept() -> tuple[Sequence[Head], bool]:
    """Return the heads that were written down, and whether they cannot be read."""
    try:
        return shelf().parts.kept_heads(), False
    except (ValueError, OSError):
        return (), True
