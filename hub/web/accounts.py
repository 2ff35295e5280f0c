"""``/accounts``: an admin lets people have accounts, says what for, and takes them away."""

import secrets

from flask import Blueprint, Response, make_response, redirect, request

from hub.domain.accounts import INVITED_WITHIN, Account
from hub.domain.errors import NotFound
from hub.domain.permissions import OF_ACCOUNTS
from hub.usecases.change_accounts import change_parts, close_account, invite_account, invite_again, open_account
from hub.web.changing import settled
from hub.web.entering import deciding
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.people_codes import BADGE_LETTERS
from hub.web.qr import inline
from hub.web.visitor import visitor

HERE = "/accounts"
CODE_LENGTH = 20
"""98 random bits."""

STEPS = {"close": close_account, "open": open_account}

pages = Blueprint("accounts", __name__, url_prefix=HERE)


@pages.get("")
def show() -> Response:
    """Show all accounts."""
    found = shelf().recent.get("accounts", lambda tx: list(tx.accounts.all()))
    return draw("account/all.html", {}, all=found, offered=OF_ACCOUNTS)


@pages.post("")
def invite() -> Response:
    """Invite somebody by ``name`` for some ``parts``; the code is shown once. Raises InvalidInput."""
    name, parts, code = request.form.get("name", "")[:200], request.form.getlist("parts"), new_code()
    who = deciding(visitor().person)
    with settled() as tx:
        made = invite_account(tx, name, parts, code, who)
    return _shown(made, code)


@pages.post("/<account>/<step>")
def take(account: str, step: str) -> Response:
    """Change what an account is for, close it, open it, or invite its owner again. Raises NotFound, InvalidInput."""
    who, code = deciding(visitor().person), new_code()
    if step == "invite":
        with settled() as tx:
            invited = invite_again(tx, account, code, who)
        return _shown(invited, code)
    if step != "change" and step not in STEPS:
        raise NotFound(f"no account has a step {step!r}")
    with settled() as tx:
        if step == "change":
            change_parts(tx, account, request.form.getlist("parts"), who)
        else:
            STEPS[step](tx, account, who)
    return make_response(redirect(HERE, 303))


def new_code() -> str:
    """Return a code that nobody can guess, of letters that look like no other."""
    return "".join(secrets.choice(BADGE_LETTERS) for _ in range(CODE_LENGTH))


def _shown(invited: Account, code: str) -> Response:
    there = f"{request.host_url}invited"
    return draw(
        "account/code.html",
        {},
        invited=invited,
        code=code,
        symbol=inline(f"{there}#{code}"),
        there=there,
        until=now() + INVITED_WITHIN,
    )
