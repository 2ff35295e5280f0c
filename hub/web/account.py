"""``/account``: one's own password, passkeys and sessions. Nobody reaches another's from here."""

from flask import Blueprint, Response, make_response, redirect, request

from hub.domain.accounts import Account
from hub.domain.errors import NotAllowed
from hub.domain.permissions import Permission
from hub.usecases.change_accounts import change_password, remove_passkey
from hub.usecases.sessions import end_everywhere, end_own
from hub.web.changing import settled
from hub.web.entering import deciding, new_password
from hub.web.guard import host_name
from hub.web.page import draw
from hub.web.parts import shelf
from hub.web.visitor import drop, visitor

HERE = "/account"

pages = Blueprint("account", __name__, url_prefix=HERE)


@pages.get("")
def show() -> Response:
    """Show what belongs to whoever asks."""
    account, here = own(), visitor()
    with shelf().parts.store.read() as tx:
        passkeys, sessions = tx.accounts.passkeys(account.id), tx.sessions.of_account(account.id)
    moment, times = shelf().parts.clock.now(), shelf().parts.sessions
    return draw(
        "account/own.html",
        {},
        own=account,
        passkeys=passkeys,
        sessions=[one for one in sessions if moment < times.ends_at(one)],
        session=here.session.id if here.session else "",
        accounts=Permission.ACCOUNTS in here.may,
        audit=Permission.AUDIT in here.may,
        by_address=not any(letter.isalpha() for letter in host_name(request.host)),
    )


@pages.post("/password")
def password() -> Response:
    """Keep a new ``password``; all other sessions are over. Raises InvalidInput."""
    account, here = own(), visitor()
    kept, who = new_password(account.name), deciding(account.name)
    with settled() as tx:
        change_password(tx, account.id, kept, who)
        for one in tx.sessions.of_account(account.id):
            if here.session is None or one.id != here.session.id:
                end_own(tx, account.id, one.id, who)
    return make_response(redirect(HERE, 303))


@pages.post("/passkeys/<key>/remove")
def forget_passkey(key: str) -> Response:
    """Let a passkey of one's own sign nobody in any more. Raises NotFound, InvalidInput."""
    account = own()
    who = deciding(account.name)
    with settled() as tx:
        remove_passkey(tx, account.id, key, who)
    return make_response(redirect(HERE, 303))


@pages.post("/sessions/<session>/end")
def end(session: str) -> Response:
    """End one of one's own sessions. Raises NotFound."""
    account = own()
    who = deciding(account.name)
    with settled() as tx:
        end_own(tx, account.id, session, who)
    return make_response(redirect(HERE, 303))


@pages.post("/sessions/end")
def end_all() -> Response:
    """Be signed out everywhere, here too."""
    account = own()
    who = deciding(account.name)
    with settled() as tx:
        end_everywhere(tx, account.id, who)
    answer = make_response(redirect("/sign-in", 303))
    drop(answer)
    return answer


def own() -> Account:
    """Return whose account is signed in here. Raises NotAllowed at a tablet."""
    account = visitor().account
    if account is None:
        raise NotAllowed("a tablet has no account")
    return account
