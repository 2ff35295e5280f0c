"""Accounts change: whoever is first, the house keeps an admin who can come in."""

import threading

from hub.domain.accounts import Account
from hub.domain.errors import InvalidInput
from hub.domain.permissions import Part
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.change_accounts import close_account
from tests.hub.build import T0, at

ADMINS = [
    Account(id=f"a{number}", name=name, parts=frozenset({Part.ADMIN}), password="hash", made_at=T0)
    for number, name in enumerate(("小前", "小后"))
]
ENOUGH_S = 0.5


def close(store: Store, account: str, closed: list[str], hold: threading.Event | None = None) -> None:
    """Close an account, in a transaction that ends once ``hold`` is set."""
    try:
        with store.write() as tx:
            close_account(tx, account, Deciding(actor="boss", at=at(1), ids=lambda: "x"))
            if hold:
                hold.wait(60)
    except InvalidInput:
        return
    closed.append(account)


def test_two_admins_who_close_each_other_in_one_instant_leave_one(store: Store) -> None:
    """The second one waits for the first, and is told that it is the last."""
    with store.write() as tx:
        for one in ADMINS:
            tx.accounts.put(one)
    closed: list[str] = []
    end = threading.Event()
    first = threading.Thread(target=close, args=(store, "a0", closed, end))
    second = threading.Thread(target=close, args=(store, "a1", closed))
    for each in (first, second):
        each.start()
    second.join(ENOUGH_S)  # it is through by then, unless it waits
    end.set()
    for each in (first, second):
        each.join(60)
    assert len(closed) == 1
    with store.read() as tx:
        assert [one.id for one in tx.accounts.all() if one.active] == [one for one in ("a0", "a1") if one not in closed]
