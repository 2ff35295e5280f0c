"""Somebody shows who they are, by password or passkey. Wrong tries are counted in the store, for all processes."""

import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hub.domain.accounts import CHALLENGE_WITHIN, TRIES, TRIES_OF_ADDRESS, TRIES_OF_NAME, Account, Passkey
from hub.domain.pace import real
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.allow import Limit, give_back, take_each
from hub.usecases.enrol_device import hash_of

_CHALLENGE = "passkey:"

Counted = Sequence[tuple[Limit, str]]
"""By what a try is counted: each limit with whose it is, the narrowest first."""


def of_stranger(name: str, address: str) -> Counted:
    """Return by what tries to sign in are counted: five by name and address, and many more by either (ASVS 6.3.1)."""
    return (
        (Limit("password of a name at an address", TRIES), f"{name}\0{address}"),
        (Limit("password at an address", TRIES_OF_ADDRESS), address),
        (Limit("password of a name", TRIES_OF_NAME), name),
    )


def of_who_is_in(account: Account) -> Counted:
    """Return by what tries are counted of who is signed in and shows it again: no stranger's are in their way."""
    return ((Limit("password of who is signed in", TRIES), account.id),)


def count_try(tx: Transaction, name: str, counted: Counted, who: Deciding) -> timedelta:
    """Count a try before it is looked at; returns how long to wait after too many, also for a name that is nobody's."""
    wait = take_each(tx, counted, who.at)
    if wait:
        tx.records.audit("sign-in", "account.too_many_tries", _trace(tx, name), who.at)
    return wait


def was_right(tx: Transaction, counted: Counted, who: Deciding) -> None:
    """Let a try that was counted be none."""
    give_back(tx, counted, who.at)


def known_password(tx: Transaction, name: str) -> tuple[Account | None, str]:
    """Return whose name that is, and what is kept of their password; both empty where nobody gets in by it."""
    found = tx.accounts.by_name(name)
    return (found, found.password) if found is not None and found.active else (None, "")


def note_right(tx: Transaction, account: Account, how: str, who: Deciding) -> None:
    """Keep that somebody has shown who they are."""
    tx.records.audit(account.name, "account.sign_in", how, who.at)


def note_wrong(tx: Transaction, name: str, who: Deciding) -> None:
    """Keep that somebody was wrong, by a keyed hash of what was typed: people type passwords where names belong."""
    tx.records.audit("sign-in", "account.wrong", _trace(tx, name), who.at)


def offer_challenge(tx: Transaction, challenge: bytes, purpose: str, who: Deciding) -> None:
    """Keep what a passkey is to sign, for one answer within minutes."""
    tx.accounts.put_code(hash_of(challenge.hex()), _CHALLENGE + purpose, who.at + real(CHALLENGE_WITHIN))


def take_challenge(tx: Transaction, challenge: bytes, purpose: str, who: Deciding) -> bool:
    """Say whether a challenge was given for a purpose and is not answered yet; it is from now on."""
    return tx.accounts.take_code(hash_of(challenge.hex()), who.at) == _CHALLENGE + purpose


def note_wrong_passkey(tx: Transaction, key: str, owner: str, who: Deciding) -> None:
    """Keep that a passkey was refused: whose (an account's id), or, where it is nobody's, a hash of its id."""
    tx.records.audit("sign-in", "account.wrong_passkey", owner or _trace(tx, key), who.at)


def use_passkey(tx: Transaction, passkey: Passkey, count: int, who: Deciding) -> None:
    """Keep that a passkey was used, and its count: a copy of it would fall behind."""
    tx.accounts.put_passkey(replace(passkey, count=count, used_at=who.at))


def _trace(tx: Transaction, typed: str) -> str:
    """Return what tells the same words from others, and by which nobody who reads the log can guess them."""
    return hmac.digest(tx.staff.code_salt(), typed.encode(), "sha256").hex()[:16]


def owner_of(tx: Transaction, key: str) -> tuple[Account, Passkey] | None:
    """Return whose passkey that is; None where it gets nobody in."""
    found = tx.accounts.passkey(key)
    owner = tx.accounts.get(found.account) if found else None
    return (owner, found) if owner and found and owner.active else None
