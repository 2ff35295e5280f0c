"""Whoever watches the demo is signed in by a link that works once: nobody has to think of a password first."""

from hub.domain.accounts import Account
from hub.domain.permissions import OF_ACCOUNTS, Part
from hub.ports import Store
from hub.setup_code import new_setup_code
from hub.usecases.acting import Deciding
from hub.usecases.change_accounts import offer_link

NAME = "观众 watcher"


def list_watcher(store: Store, who: Deciding) -> str:
    """List whoever watches, before the hub starts: a house with an admin asks nobody to set it up. Returns their id."""
    made = Account(id=who.ids(), name=NAME, parts=frozenset({*OF_ACCOUNTS, Part.SUPERVISOR}), made_at=who.at)
    with store.write() as tx:
        tx.accounts.put(made)
    return made.id


def invite_watcher(store: Store, address: str, account: str, who: Deciding) -> str:
    """Return the address with which a browser is signed in, once; ``address`` is that of the hub's pages."""
    code = new_setup_code()
    with store.write() as tx:
        offer_link(tx, account, code, who)
    return f"{address}sign-in#{code}"
