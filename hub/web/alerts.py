"""``/staff/alerts``: what rings for the person at this browser, as JSON, and what their tablet says about it."""

from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, Response, jsonify, request

from hub.domain.alerts import ANSWERS, AlertKind, Receipt
from hub.domain.errors import NotFound, NotSignedIn, SignInFirst
from hub.domain.permissions import Permission
from hub.domain.receipts import NAMELESS
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.answer_alert import answer_alert, note_receipt
from hub.usecases.hear_tablet import keep_here
from hub.web.access import check
from hub.web.alert_lines import AlertLine, lines, nameless
from hub.web.changing import change_once, done
from hub.web.page import now
from hub.web.parts import shelf
from hub.web.shift import tablet
from hub.web.visitor import touch, visitor

_FULL = 100
_LONGEST_AGO_MS = 9_999

pages = Blueprint("alerts", __name__, url_prefix="/staff/alerts")


@pages.get("")
def show() -> Response:
    """Tell what this person's tablets show now; nothing where nobody is at work, and no name at a locked one."""
    return jsonify(alerts=[asdict(line) for line in lines_here()])


@pages.post("/here")
def here() -> Response:
    """Note that this person's tablet is there: whoever is not heard of for a while is not asked (S19).

    It may say how full its ``battery`` is (per cent), and whether it is ``charging`` (``yes``, ``no``).
    """
    by, here, moment = visitor().rings_for, tablet(), now()
    if by:
        power = _battery(), _charging()
        shelf().together.do(lambda tx: keep_here(tx, by, here.id if here else "", moment, power))
    return done("/staff")


@pages.post("/<alert>/<receipt>")
def hear(alert: str, receipt: str) -> Response:
    """Keep that an alert was shown or seen, or do what the person answers. Raises NotFound, or what the step raises."""
    if receipt not in set(Receipt):
        raise NotFound(f"no alert has an answer {receipt!r}")
    said, parts = Receipt(receipt), shelf().parts
    by, device = visitor().rings_for, device_here()
    if not by:
        raise NotSignedIn("nobody works at this browser")
    if visitor().is_locked and said is not Receipt.SHOWN:
        raise SignInFirst("the tablet is locked")
    if said is not Receipt.SHOWN:  # which the page says by itself
        touch()
    if said in ANSWERS:
        check(Permission.SERVE)
        change_once(
            lambda tx, by, at: answer_alert(
                _theirs(tx, alert, by), alert, said, Deciding(actor=by, at=at, ids=parts.ids), parts.times, device
            )
        )
        return done("/staff")
    who, found = Deciding(actor=by, at=now() - _ago(), ids=parts.ids), []

    def note(tx: Transaction) -> None:
        found.append(note_receipt(_theirs(tx, alert, by), alert, said, who, device))
        if said is not Receipt.SHOWN:
            tx.feed.touch([("alerts", by)])  # only then do this person's tablets show something else

    shelf().together.do(note)
    if said is not Receipt.SHOWN or found[-1].kind is AlertKind.TEST:
        shelf().recent.forget()
    parts.watch.nudge()
    return done("/staff")


def lines_here() -> list[AlertLine]:
    """Return what rings at this browser."""
    here = visitor()
    shown = lines(here.rings_for) if here.rings_for else []
    return nameless(shown) if here.is_locked else shown


def device_here() -> str:
    """Return under what this browser's receipts are kept: the tablet's id, or what stands for any other."""
    here = tablet()
    return here.id if here else NAMELESS


def _ago() -> timedelta:
    """Return how long ago the tablet says that it was: the receipts of an alarm are spread over a moment."""
    text = request.form.get("ago", "")
    told_ms = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST_AGO_MS)) else 0
    return timedelta(milliseconds=min(told_ms, _LONGEST_AGO_MS))


def _battery() -> int | None:
    text = request.form.get("battery", "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:3]) <= _FULL else None


def _charging() -> bool | None:
    return {"yes": True, "no": False}.get(request.form.get("charging", ""))


def _theirs(tx: Transaction, alert: str, by: str) -> Transaction:
    """Return the transaction where the alert is this person's. Raises NotFound for anybody else's."""
    found = tx.alerts.get(alert)
    if found is None or found.person != by:
        raise NotFound("there is no such alert")
    return tx
