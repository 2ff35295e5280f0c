"""Something is done so often and no oftener, over all processes of the hub: each allowance is a row (ASVS 2.4.1).

Whose it is stands there as an HMAC under the house's salt, so that a row names no address and no account to whoever
reads it alone.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain import allowances as rules
from hub.domain.allowances import Allowance, Taken
from hub.ports import Transaction


@dataclass(frozen=True, slots=True)
class Limit:
    """An allowance for something that has a ``name``.

    A process takes ``pack`` of them at a time, for what is done so often that a COMMIT for each would be felt.
    """

    name: str
    allowance: Allowance
    pack: int = 1


def take(tx: Transaction, limit: Limit, who: str, at: datetime) -> Taken:
    """Take a pack of somebody's allowance, or what there is left of it."""
    key = _key(tx, limit.name, who)
    taken = rules.take(tx.allowances.full_at(key, at), limit.allowance, limit.pack, at)
    tx.allowances.put(key, taken.full_at)
    return taken


def take_each(tx: Transaction, wanted: Sequence[tuple[Limit, str]], at: datetime) -> timedelta:
    """Take of each, the narrowest first; return how long to wait where one of them gave none, else nothing.

    Those behind that one are left alone: who is refused uses up nothing that others share.
    """
    for limit, who in wanted:
        wait = take(tx, limit, who, at).wait
        if wait:
            return wait
    return timedelta()


def give_back(tx: Transaction, wanted: Sequence[tuple[Limit, str]], at: datetime) -> None:
    """Let what was taken for what turned out to be right not count."""
    for limit, who in wanted:
        key = _key(tx, limit.name, who)
        tx.allowances.put(key, rules.give_back(tx.allowances.full_at(key, at), limit.allowance, at))


def _key(tx: Transaction, name: str, who: str) -> str:
    return hmac.digest(tx.staff.code_salt(), f"{name}\0{who}".encode(), "sha256").hex()
