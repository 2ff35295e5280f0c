"""Somebody is signed in at a browser, shows again who they are, and goes; each time the browser gets another secret."""

from dataclasses import replace

from hub.domain.accounts import Account, Session
from hub.domain.errors import InvalidInput, NotFound
from hub.ports import Transaction
from hub.usecases.acting import Deciding

ACCESS = "access"
"""The kind of change that lets open pages look whether whoever is there still may (ASVS 7.4.2)."""


def begin_session(
    tx: Transaction, key: str, who: Deciding, *, account: str = "", tablet: str = "", before: str = ""
) -> Session:
    """Let somebody be signed in by an account, or at a tablet; ``key`` is the hash of what the browser keeps.

    What the browser had ``before`` is over (ASVS 7.2.4), and so is what a tablet's last person had.
    """
    if tablet:
        tx.sessions.end_of(tablet=tablet)
    if before:
        tx.sessions.end(before)
    made = Session(id=key, began_at=who.at, seen_at=who.at, proven_at=who.at, account=account, tablet=tablet)
    tx.sessions.put(made)
    return made


def prove_session(tx: Transaction, session: Session, key: str, who: Deciding) -> Session:
    """Keep that somebody has shown again who they are, under another key; its end stays where it was."""
    tx.sessions.end(session.id)
    proven = replace(session, id=key, seen_at=who.at, proven_at=who.at)
    tx.sessions.put(proven)
    tx.records.audit(who.actor, "session.prove", session.account or session.tablet, who.at)
    return proven


def rename_session(tx: Transaction, session: str, person: str, account: Account) -> None:
    """Let another name work at a browser of a house that lists nobody. Raises InvalidInput for another account's."""
    check_nobody_elses(tx, person, account.id)
    found = tx.sessions.get(session)
    if found is not None:
        tx.sessions.put(replace(found, person=person))


def check_nobody_elses(tx: Transaction, person: str, account: str, field: str = "name") -> None:
    """Raise InvalidInput for a name by which another account signs in."""
    owner = tx.accounts.by_name(person)
    if owner is not None and owner.id != account:
        raise InvalidInput(field, "is somebody else's who signs in by it", "give your own name")


def end_session(tx: Transaction, session: str) -> None:
    """Let one be over, and its open pages go. Every page hears of it, so that nobody is named."""
    tx.sessions.end(session)
    tx.feed.touch([(ACCESS, "")])


def end_own(tx: Transaction, account: str, session: str, who: Deciding) -> None:
    """Let one of an account's own sessions be over. Raises NotFound for anybody else's."""
    if session not in {one.id for one in tx.sessions.of_account(account)}:
        raise NotFound("there is no such session")
    tx.records.audit(who.actor, "session.end", account, who.at)
    end_session(tx, session)


def end_everywhere(tx: Transaction, account: str, who: Deciding) -> None:
    """Let all sessions of an account be over (ASVS 7.4.3)."""
    tx.sessions.end_of(account=account)
    tx.records.audit(who.actor, "session.end_all", account, who.at)
    tx.feed.touch([(ACCESS, account)])
