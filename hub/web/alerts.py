"""``/staff/alerts``: what rings for the person at this browser, as JSON, and what their tablet says about it."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from hub.domain.alerts import ANSWERS, Receipt
from hub.domain.errors import NotFound, NotSignedIn
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.answer_alert import answer_alert, note_receipt
from hub.web.alert_lines import lines
from hub.web.changing import change_once, done, settled
from hub.web.page import now
from hub.web.parts import shelf
from hub.web.shift import person

pages = Blueprint("alerts", __name__, url_prefix="/staff/alerts")


@pages.get("")
def show() -> Response:
    """Tell what this person's tablets show now; nothing where nobody is at work."""
    by = person()
    return jsonify(alerts=[asdict(line) for line in lines(by)] if by else [])


@pages.post("/here")
def here() -> Response:
    """Note that this person's tablet is there: whoever is not heard of for a while is not asked (S19)."""
    by = person()
    if by:
        with shelf().parts.store.write() as tx:
            tx.duties.heard_of([by], now())
    return done("/staff")


@pages.post("/<alert>/<receipt>")
def hear(alert: str, receipt: str) -> Response:
    """Keep that an alert was shown or seen, or do what the person answers. Raises NotFound, or what the step raises."""
    if receipt not in set(Receipt):
        raise NotFound(f"no alert has an answer {receipt!r}")
    said, parts = Receipt(receipt), shelf().parts
    by = person()
    if not by:
        raise NotSignedIn("nobody works at this browser")
    if said in ANSWERS:
        change_once(
            lambda tx, by, at: answer_alert(
                _theirs(tx, alert, by), alert, said, Deciding(actor=by, at=at, ids=parts.ids), parts.times
            )
        )
    else:
        with settled() as tx:
            note_receipt(_theirs(tx, alert, by), alert, said, Deciding(actor=by, at=now(), ids=parts.ids))
            tx.feed.touch([("alerts", by)])
    return done("/staff")


def _theirs(tx: Transaction, alert: str, by: str) -> Transaction:
    """Return the transaction where the alert is this person's. Raises NotFound for anybody else's."""
    found = tx.alerts.get(alert)
    if found is None or found.person != by:
        raise NotFound("there is no such alert")
    return tx
