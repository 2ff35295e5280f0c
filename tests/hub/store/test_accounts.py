"""Accounts, passkeys, codes that work once and sessions are kept alike on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.accounts import Account, Passkey, Session
from hub.domain.errors import InvalidInput
from hub.domain.permissions import Part
from hub.ports import Store
from tests.hub.build import T0, at

BOSS = Account(id="a1", name="老板", parts=frozenset({Part.ADMIN, Part.DESK}), password="hash", made_at=T0)
KEY = Passkey(id="k1", account="a1", public_key="pk", count=3, name="手机", made_at=T0)
SESSION = Session(id="s1", account="a1", person="小李", began_at=T0, seen_at=T0, proven_at=T0)
MINUTE = timedelta(minutes=1)


def test_an_account_is_found_by_id_and_name_as_it_was_kept(store: Store) -> None:
    """And in its new state once it has changed."""
    closed = replace(BOSS, active=False, password="", parts=frozenset({Part.AUDITOR}))
    for one in (BOSS, closed):
        with store.write() as tx:
            tx.accounts.put(one)
        with store.read() as tx:
            assert tx.accounts.get("a1") == tx.accounts.by_name("老板") == one
            assert tx.accounts.all() == [one]
            assert tx.accounts.get("a2") is None
            assert tx.accounts.by_name("老") is None


def test_a_name_is_one_accounts_alone(store: Store) -> None:
    """Else nobody could tell whose a step was (I12)."""
    with store.write() as tx:
        tx.accounts.put(BOSS)
        with pytest.raises(InvalidInput):
            tx.accounts.put(replace(BOSS, id="a2"))


def test_passkeys_belong_to_their_account_and_can_be_dropped(store: Store) -> None:
    """The oldest first."""
    later = replace(KEY, id="k0", made_at=at(60), used_at=at(90))
    with store.write() as tx:
        tx.accounts.put(BOSS)
        tx.accounts.put_passkey(later)
        tx.accounts.put_passkey(KEY)
        assert tx.accounts.passkeys("a1") == [KEY, later]
        assert tx.accounts.passkeys("a2") == []
        tx.accounts.put_passkey(replace(KEY, count=4))
        assert tx.accounts.passkey("k1") == replace(KEY, count=4)
        tx.accounts.drop_passkey("k1")
        assert tx.accounts.passkey("k1") is None


def test_a_code_works_once_and_not_after_its_time(store: Store) -> None:
    """Codes of another purpose are not touched."""
    with store.write() as tx:
        for code, purpose in (("c1", "setup"), ("c2", "setup"), ("c3", "invited:a1")):
            tx.accounts.put_code(code, purpose, T0 + MINUTE)
        assert tx.accounts.purpose("c1", T0) == tx.accounts.purpose("c1", T0) == "setup", "looking takes nothing"
        assert tx.accounts.purpose("c3", T0 + 2 * MINUTE) is None
        assert tx.accounts.take_code("c1", T0) == "setup"
        assert tx.accounts.take_code("c1", T0) is None
        tx.accounts.drop_codes("setup")
        assert tx.accounts.take_code("c2", T0) is None
        assert tx.accounts.take_code("c3", T0 + 2 * MINUTE) is None


def test_sessions_are_kept_seen_and_ended_one_by_one_or_all(store: Store) -> None:
    """Of an account, of a tablet, or those that nobody has touched for long."""
    others = [replace(SESSION, id=key, account="", tablet="t1") for key in ("s2", "s3")]
    with store.write() as tx:
        for one in (SESSION, *others):
            tx.sessions.put(one)
        tx.sessions.seen("s1", at(60))
    with store.write() as tx:
        assert tx.sessions.get("s1") == replace(SESSION, seen_at=at(60))
        assert tx.sessions.of_account("a1") == [replace(SESSION, seen_at=at(60))]
        tx.sessions.end("s2")
        assert tx.sessions.get("s2") is None
        tx.sessions.end_of(tablet="t1")
        assert tx.sessions.get("s3") is None
        tx.sessions.put(others[0])
        tx.sessions.forget(at(30))
        assert tx.sessions.get("s2") is None
        tx.sessions.end_of(account="a1")
        assert tx.sessions.get("s1") is None
