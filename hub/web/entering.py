"""``/sign-in``: come in by an account's password. ``/again`` shows once more who one is, ``/sign-out`` goes.

``/setup`` makes the house's first admin by the code that the hub wrote at its start, ``/invited`` lets who was invited
choose a password. None of these pages names anybody who has an account.
"""

import secrets
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, make_response, redirect, request

from hub.domain.accounts import LONGEST_PASSWORD, Account, check_password, said_name
from hub.domain.errors import InvalidInput, NotFound, SignInFirst, TooManyTries
from hub.domain.permissions import Permission, allowed
from hub.passwords import hash_password, is_password
from hub.ports import Transaction
from hub.usecases.account_sign_in import (
    Counted,
    count_try,
    known_password,
    note_right,
    note_wrong,
    of_stranger,
    of_who_is_in,
    was_right,
)
from hub.usecases.acting import Deciding
from hub.usecases.change_accounts import (
    accept_invitation,
    has_admin,
    is_invitation,
    is_link,
    is_setup,
    set_up,
    take_link,
)
from hub.usecases.enrol_device import hash_of
from hub.usecases.sessions import begin_session, end_session, prove_session
from hub.usecases.sign_in import prove_at_tablet
from hub.web.changing import settled
from hub.web.language import inside
from hub.web.limits import address, let_guess
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.visitor import TOKEN_BYTES, drop, keep, session_key, tablet_key, visitor

pages = Blueprint("entering", __name__)


@pages.get("/sign-in")
def show() -> Response:
    """Ask for a name and a password, or a passkey; ``?wrong=`` after what was nobody's."""
    setup = not shelf().recent.get("has admin", has_admin)
    return draw("account/sign_in.html", {}, back=_back(request.args), wrong="wrong" in request.args, setup=setup)


@pages.post("/sign-in")
def come() -> Response:
    """Let in whose ``name`` and ``password`` these are. Raises TooManyTries."""
    name = said_name(request.form.get("name", ""))
    account = by_password(name, of_stranger(name, address()))
    if account is None:
        return make_response(redirect("/sign-in?wrong=1", 303))
    return let_in(account, "password")


@pages.post("/sign-in/link")
def follow() -> Response:
    """Let in whose link's ``code`` this is: the page finds it in its own address. Raises InvalidInput, TooManyTries."""
    code = _guess(is_link)
    return let_in(_changed(lambda tx, who: take_link(tx, code, who)), "link")


@pages.post("/sign-out")
def go() -> Response:
    """End this browser's session."""
    key = session_key()
    with settled() as tx:
        end_session(tx, key)
    answer = make_response(redirect("/sign-in", 303))
    drop(answer)
    return answer


@pages.get("/again")
def ask_again() -> Response:
    """Ask whoever is signed in to show once more who they are: by password or passkey, at a tablet by PIN or badge."""
    wrong = "wrong" in request.args
    return draw("account/again.html", {}, back=_back(request.args), wrong=wrong, tablet=visitor().session_tablet)


@pages.post("/again")
def show_again() -> Response:
    """Take the proof (``password``, or ``code`` at a tablet). Raises TooManyTries, or Locked."""
    here, who = visitor(), deciding(visitor().person)
    if here.session_tablet:
        key, code = tablet_key(), request.form.get("code", "")
        with settled() as tx:
            right = prove_at_tablet(tx, key, code, here.person, who)
    else:
        own = here.account
        right = own is not None and by_password(own.name, of_who_is_in(own)) is not None
    if not right:
        return make_response(redirect(f"/again?wrong=1&back={_back(request.form)}", 303))
    return proven()


@pages.get("/setup")
def ask_first() -> Response:
    """Ask for the first code and who the first admin is. Raises NotFound where there is one."""
    if shelf().recent.get("has admin", has_admin):
        raise NotFound("this house has an admin")
    return draw("account/setup.html", {})


@pages.post("/setup")
def make_first() -> Response:
    """Make the first admin by the ``code``, and let them in. Raises NotFound, InvalidInput, TooManyTries."""
    form = request.form
    code = _guess(is_setup)
    name, parts = form.get("name", "")[:200], form.getlist("parts")
    kept = new_password(said_name(name))
    made = _changed(lambda tx, who: set_up(tx, code, (name, parts), kept, who))
    return let_in(made, "setup")


@pages.get("/invited")
def ask_invited() -> Response:
    """Ask who was invited for their code and a password."""
    return draw("account/invited.html", {})


@pages.post("/invited")
def accept() -> Response:
    """Keep the ``password`` of whose ``code`` this is, and let them in. Raises InvalidInput, TooManyTries."""
    code = _guess(is_invitation)
    kept = new_password("")
    return let_in(_changed(lambda tx, who: accept_invitation(tx, code, kept, who)), "invitation")


def by_password(name: str, counted: Counted) -> Account | None:
    """Return whose ``name`` and ``password`` were typed; None for wrong ones. Raises TooManyTries.

    The slow work is done outside of any transaction, and takes as long for a name that is nobody's (ASVS 6.3.8).
    """
    password = request.form.get("password", "")[: LONGEST_PASSWORD + 1]
    check_try(name, counted)
    with shelf().parts.store.read() as tx:
        account, kept = known_password(tx, name)
    right = is_password(password, kept)
    with shelf().parts.store.write() as tx:
        if right:
            was_right(tx, counted, deciding("sign-in"))
        else:
            note_wrong(tx, name, deciding("sign-in"))
    return account if right else None


def new_password(name: str) -> str:
    """Return what is kept of a ``password`` that was typed twice. Raises InvalidInput."""
    password = request.form.get("password", "")
    check_password(password, name)
    if password != request.form.get("again", ""):
        raise InvalidInput("again", "is not the same password", "type the same password twice")
    return hash_password(password)


def let_in(account: Account, how: str) -> Response:
    """Begin an account's session, under a secret that this browser did not have before. Raises SignInFirst."""
    secret, who = secrets.token_urlsafe(TOKEN_BYTES), deciding(account.name)
    before, back = session_key(), _back(request.form)
    with settled() as tx:
        still = tx.accounts.get(account.id)
        if still is None or not still.active:
            raise SignInFirst("the account was closed")
        note_right(tx, still, how, who)
        begin_session(tx, hash_of(secret), who, account=account.id, before=before)
    answer = make_response(redirect(back if Permission.LOOK in allowed(account.parts) else "/account", 303))
    keep(answer, secret)
    return answer


def proven() -> Response:
    """Keep that whoever is signed in has shown again who they are, under a fresh secret. Raises SignInFirst."""
    here, secret = visitor(), secrets.token_urlsafe(TOKEN_BYTES)
    who = deciding(here.person)
    with settled() as tx:
        session = tx.sessions.get(here.session.id) if here.session else None
        if session is None:
            raise SignInFirst("the session is over")
        prove_session(tx, session, hash_of(secret), who)
    answer = make_response(redirect(_back(request.form), 303))
    keep(answer, secret)
    return answer


def deciding(actor: str) -> Deciding:
    """Return who acts, now."""
    return Deciding(actor=actor, at=now(), ids=shelf().parts.ids)


def check_try(name: str, counted: Counted) -> None:
    """Count a try for a name. Raises TooManyTries."""
    with shelf().parts.store.write() as tx:
        wait = count_try(tx, name, counted, deciding("sign-in"))
    if wait:
        raise TooManyTries(wait)


def _changed(step: Callable[[Transaction, Deciding], Account]) -> Account:
    with settled() as tx:
        return step(tx, deciding("sign-in"))


def _guess(is_right: Callable[[Transaction, str, Deciding], bool]) -> str:
    """Return the ``code`` that was typed, after one look whether it is right. Raises TooManyTries."""
    code, who = request.form.get("code", "")[:100], deciding("sign-in")
    let_guess(lambda tx: is_right(tx, code, who))
    return code


def _back(told: Mapping[str, str]) -> str:
    return inside(told.get("back", "/"))
