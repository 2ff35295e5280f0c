"""``/staff/sign-in``: come to work at a shared tablet by PIN or badge, take a break, hand over, and go.

A tablet joins the house once, with a code that a supervisor gives it: ``/staff/join``.
"""

import secrets

from flask import Blueprint, Response, make_response, redirect, request

from hub.domain.errors import InvalidInput
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.enrol_device import hash_of, join_tablet
from hub.usecases.pace_task import hand_over_all
from hub.usecases.sessions import begin_session, end_session
from hub.usecases.sign_in import end_break, send_test, sign_in, sign_out, take_break
from hub.web import shift
from hub.web.changing import change, done, settled
from hub.web.limits import TABLET_CODES, address, spend, was_right
from hub.web.page import draw, now
from hub.web.panel import address_of
from hub.web.parts import shelf
from hub.web.visitor import TOKEN_BYTES, drop, keep, session_key, tablet_key, visitor

pages = Blueprint("sign_in", __name__, url_prefix="/staff")


@pages.get("/sign-in")
def show() -> Response:
    """Show the pad for a PIN, which a badge's scanner types into too; ``?wrong=`` after a code that is nobody's."""
    here = shift.tablet()
    if here is None and shift.is_listed():
        return make_response(redirect("/staff/join", 303))
    if here is not None and here.room:
        return make_response(redirect(address_of(here.room), 303))
    locked = here.locked_until if here and here.locked_until and here.locked_until > now() else None
    return draw(
        "sign_in.html", {}, tablet=here, locked=locked, wrong="wrong" in request.args, rings=visitor().is_locked
    )


@pages.post("/sign-in")
def come() -> Response:
    """Let whose ``code`` it is work here. A wrong one counts; after five the tablet takes none for a while."""
    code, who, secret = request.form.get("code", ""), _deciding("tablet"), secrets.token_urlsafe(TOKEN_BYTES)
    with settled() as tx:
        found = sign_in(tx, tablet_key(), code, who) if code.strip() else None
        if found:
            begin_session(tx, hash_of(secret), who, tablet=found.id, before=session_key())
    answer = make_response(redirect("/staff" if found else "/staff/sign-in?wrong=1", 303))
    if found:
        keep(answer, secret)
    return answer


@pages.post("/sign-out")
def go() -> Response:
    """Let the tablet be anybody's; what the person had goes to others."""
    who = _deciding(shift.person() or "tablet")  # may look into the store, which a transaction has for itself
    key = session_key()
    with settled() as tx:
        sign_out(tx, tablet_key(), who)
        end_session(tx, key)
    answer = make_response(redirect("/staff/sign-in", 303))
    drop(answer)
    return answer


@pages.get("/join")
def ask_to_join() -> Response:
    """Ask for the code that lets this tablet join the house."""
    return draw("join.html", {}, tablet=shift.tablet())


@pages.post("/join")
def join() -> Response:
    """Take this tablet in by its ``code``. Raises InvalidInput for a wrong one, TooManyTries after many."""
    spend(TABLET_CODES, address())
    with settled() as tx:
        made, secret = join_tablet(
            tx, request.form.get("code", ""), _deciding("tablet"), lambda: secrets.token_urlsafe(TOKEN_BYTES)
        )
    was_right(TABLET_CODES, address())
    answer = make_response(redirect(address_of(made.room) if made.room else "/staff/sign-in", 303))
    keep(answer, secret, tablet=True)
    return answer


@pages.post("/break")
def rest() -> Response:
    """Go on a break, which ends by itself, or come ``back`` before that."""
    back = request.form.get("back", "")
    change(lambda tx, by: (end_break if back else take_break)(tx, by, _deciding(by)))
    return done("/staff")


@pages.post("/hand-over")
def give() -> Response:
    """Give all that one has to somebody at work (``to``). Raises InvalidInput."""
    to = request.form.get("to", "")
    if not to:
        raise InvalidInput("to", "nobody is chosen", "choose somebody who is signed in")
    change(lambda tx, by: _hand_over(tx, by, to))
    return done("/staff")


@pages.post("/test")
def test() -> Response:
    """Send oneself an alert that is none, on every way there is (S21)."""
    change(lambda tx, by: send_test(tx, by, _deciding(by)))
    return done("/staff")


def _hand_over(tx: Transaction, by: str, to: str) -> None:
    hand_over_all(tx, by, to, _deciding(by))


def _deciding(actor: str) -> Deciding:
    return Deciding(actor=actor, at=now(), ids=shelf().parts.ids)
