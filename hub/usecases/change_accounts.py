"""An admin lets people have accounts; whoever has one changes their own password and passkeys."""

from collections.abc import Iterable
from dataclasses import replace

from hub.domain import accounts as rules
from hub.domain.accounts import INVITED_WITHIN, SETUP_WITHIN, Account, Passkey
from hub.domain.errors import InvalidInput, NotFound
from hub.domain.pace import real
from hub.domain.permissions import OF_ACCOUNTS, Part
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.enrol_device import hash_of
from hub.usecases.sessions import ACCESS, end_everywhere

_SETUP = "setup"
_INVITED = "invited:"
_LINK = "link:"
LONGEST_KEY_NAME = 40
MOST_PASSKEYS = 10


def has_admin(tx: Transaction) -> bool:
    """Say whether anybody can let people in: until then the house's first code makes the first admin."""
    return any(one.active and Part.ADMIN in one.parts for one in tx.accounts.all())


def is_setup(tx: Transaction, code: str, who: Deciding) -> bool:
    """Say whether a code makes the first admin; it goes on doing so."""
    return tx.accounts.purpose(hash_of("".join(code.split())), who.at) == _SETUP


def is_link(tx: Transaction, code: str, who: Deciding) -> bool:
    """Say whether a code signs somebody in; it goes on doing so."""
    return (tx.accounts.purpose(hash_of(code), who.at) or "").startswith(_LINK)


def is_invitation(tx: Transaction, code: str, who: Deciding) -> bool:
    """Say whether a code lets somebody choose a password; it goes on doing so."""
    return (tx.accounts.purpose(hash_of("".join(code.split())), who.at) or "").startswith(_INVITED)


def offer_setup(tx: Transaction, code: str, who: Deciding) -> None:
    """Let a code make the first admin, for a quarter of an hour, in place of earlier ones."""
    tx.accounts.drop_codes(_SETUP)
    tx.accounts.put_code(hash_of(code), _SETUP, who.at + SETUP_WITHIN)


def set_up(tx: Transaction, code: str, named: tuple[str, Iterable[str]], password: str, who: Deciding) -> Account:
    """Make the house's first admin by the first code; ``named`` is their name and what else they do.

    ``password`` is a hash. Raises NotFound where there is an admin, InvalidInput for a wrong code or name.
    """
    if has_admin(tx):
        raise NotFound("this house has an admin")
    if tx.accounts.take_code(hash_of("".join(code.split())), who.at) != _SETUP:
        raise InvalidInput("code", "is wrong, used, or older than a quarter of an hour", "start the hub again for one")
    name, parts = named
    made = Account(
        id=who.ids(),
        name=rules.tidy_name(name),
        parts=_parts(parts) | {Part.ADMIN},
        password=password,
        made_at=who.at,
    )
    tx.accounts.put(made)
    tx.accounts.drop_codes(_SETUP)
    tx.records.audit(made.name, "account.setup", _said(made), who.at)
    return made


def invite_account(tx: Transaction, name: str, parts: Iterable[str], code: str, who: Deciding) -> Account:
    """Let somebody have an account; the code, told once, lets them choose a password. Raises InvalidInput."""
    chosen = _parts(parts)
    if not chosen:
        raise InvalidInput("parts", "are empty", f"choose of {', '.join(OF_ACCOUNTS)}")
    made = Account(id=who.ids(), name=rules.tidy_name(name), parts=chosen, made_at=who.at)
    tx.accounts.put(made)
    tx.accounts.put_code(hash_of(code), _INVITED + made.id, who.at + real(INVITED_WITHIN))
    tx.records.audit(who.actor, "account.invite", _said(made), who.at)
    return made


def offer_link(tx: Transaction, account: str, code: str, who: Deciding) -> None:
    """Let a code sign an account's owner in once, within a quarter of an hour; the demo has no time for passwords."""
    tx.accounts.put_code(hash_of(code), _LINK + account, who.at + SETUP_WITHIN)
    tx.records.audit(who.actor, "account.link", account, who.at)


def take_link(tx: Transaction, code: str, who: Deciding) -> Account:
    """Return whose link that is, once. Raises InvalidInput."""
    purpose = tx.accounts.take_code(hash_of(code), who.at) or ""
    found = tx.accounts.get(purpose.removeprefix(_LINK)) if purpose.startswith(_LINK) else None
    if found is None or not found.active:
        raise InvalidInput("code", "is wrong, used, or too old", "ask for a new one")
    return found


def invite_again(tx: Transaction, account: str, code: str, who: Deciding) -> Account:
    """Let somebody who is shut out choose a new password by a code; their old one and their passkeys are over.

    Raises NotFound, or InvalidInput for the only admin, whom nobody could invite once more.
    """
    found = find_account(tx, account)
    _check_an_admin_stays(tx, replace(found, active=False))
    cleared = replace(found, password="")
    tx.accounts.put(cleared)
    for one in tx.accounts.passkeys(account):
        tx.accounts.drop_passkey(one.id)
    tx.accounts.drop_codes(_INVITED + account)
    tx.accounts.put_code(hash_of(code), _INVITED + account, who.at + real(INVITED_WITHIN))
    tx.records.audit(who.actor, "account.invite_again", _said(found), who.at)
    end_everywhere(tx, account, who)
    return cleared


def accept_invitation(tx: Transaction, code: str, password: str, who: Deciding) -> Account:
    """Let who was invited choose a password (a hash) by their code. Raises InvalidInput."""
    purpose = tx.accounts.take_code(hash_of("".join(code.split())), who.at) or ""
    found = tx.accounts.get(purpose.removeprefix(_INVITED)) if purpose.startswith(_INVITED) else None
    if found is None or not found.active:
        raise InvalidInput("code", "is wrong, used, or too old", "ask for a new one")
    kept = replace(found, password=password)
    tx.accounts.put(kept)
    tx.records.audit(kept.name, "account.accept", _said(kept), who.at)
    return kept


def change_parts(tx: Transaction, account: str, parts: Iterable[str], who: Deciding) -> Account:
    """Change for what an account is; what it may no longer do, it may not at once. Raises NotFound, InvalidInput."""
    return _keep(tx, replace(find_account(tx, account), parts=_parts(parts)), "account.change", who)


def close_account(tx: Transaction, account: str, who: Deciding) -> Account:
    """Let an account get nobody in any more; whoever uses it is out at once. Raises NotFound, InvalidInput."""
    closed = _keep(tx, replace(find_account(tx, account), active=False), "account.close", who)
    tx.accounts.drop_codes(_INVITED + account)
    tx.sessions.end_of(account=account)
    return closed


def open_account(tx: Transaction, account: str, who: Deciding) -> Account:
    """Let an account get its owner in again. Raises NotFound."""
    return _keep(tx, replace(find_account(tx, account), active=True), "account.open", who)


def change_password(tx: Transaction, account: str, password: str, who: Deciding) -> None:
    """Keep a new password (a hash) of one's own. Raises NotFound."""
    _keep(tx, replace(find_account(tx, account), password=password), "account.password", who)


def add_passkey(tx: Transaction, passkey: Passkey, who: Deciding) -> None:
    """Let a device sign its owner in. Raises InvalidInput for one that is known, or one too many."""
    if tx.accounts.passkey(passkey.id) is not None or len(tx.accounts.passkeys(passkey.account)) >= MOST_PASSKEYS:
        raise InvalidInput("passkey", "is known already, or one too many", "remove one first")
    name = " ".join(passkey.name.split())[:LONGEST_KEY_NAME]
    tx.accounts.put_passkey(replace(passkey, name=name if name.isprintable() else ""))
    tx.records.audit(who.actor, "account.passkey", passkey.account, who.at)


def remove_passkey(tx: Transaction, account: str, key: str, who: Deciding) -> None:
    """Let a device of one's own sign nobody in any more.

    Raises NotFound for anybody else's, InvalidInput for the last way in.
    """
    own = tx.accounts.passkeys(account)
    if key not in {one.id for one in own}:
        raise NotFound("there is no such passkey")
    if len(own) == 1 and not find_account(tx, account).password:
        raise InvalidInput("passkey", "is the only way in", "choose a password first")
    tx.accounts.drop_passkey(key)
    tx.records.audit(who.actor, "account.passkey_removed", account, who.at)


def find_account(tx: Transaction, account: str) -> Account:
    """Return an account by id. Raises NotFound."""
    found = tx.accounts.get(account)
    if found is None:
        raise NotFound("there is no such account")
    return found


def _keep(tx: Transaction, changed: Account, action: str, who: Deciding) -> Account:
    _check_an_admin_stays(tx, changed)
    tx.accounts.put(changed)
    tx.records.audit(who.actor, action, _said(changed), who.at)
    tx.feed.touch([(ACCESS, changed.id)])
    return changed


def _check_an_admin_stays(tx: Transaction, changed: Account) -> None:
    """Raise InvalidInput where an admin goes and none is left who can come in: who was only invited may never do so."""
    before = tx.accounts.get(changed.id)
    if before is not None and before.active and Part.ADMIN in before.parts:
        others = [one for one in tx.accounts.all() if one.password or tx.accounts.passkeys(one.id)]
        rules.check_an_admin_stays(others, changed)


def _parts(words: Iterable[str]) -> frozenset[Part]:
    chosen = frozenset(words)
    for one in sorted(chosen - set(OF_ACCOUNTS)):
        raise InvalidInput("parts", f"{one!r} is nothing that an account is for", f"choose of {', '.join(OF_ACCOUNTS)}")
    return frozenset(map(Part, chosen))


def _said(account: Account) -> str:
    return f"{account.id} {' '.join(sorted(account.parts))}"
