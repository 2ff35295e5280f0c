"""Accounts, their passkeys, codes that work once, and sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from hub.domain.accounts import Account, Passkey, Session
from hub.domain.errors import InvalidInput
from hub.domain.permissions import Part
from hub.store import account_tables as t
from hub.store.work import AnyRow, Upsert, Work

_a, _p, _o, _s = t.accounts.c, t.passkeys.c, t.codes_once.c, t.sessions.c
_ALL = select(t.accounts).order_by(_a.name)
_ALL_LOCKED = _ALL.with_for_update()
_GET = select(t.accounts).where(_a.id == bindparam("the_id"))
_BY_NAME = select(t.accounts).where(_a.name == bindparam("the_name"))
_PUT = Upsert(t.accounts, "id")
_PUT_PASSKEY = Upsert(t.passkeys, "id")
_PASSKEY = select(t.passkeys).where(_p.id == bindparam("the_id"))
_PASSKEYS = select(t.passkeys).where(_p.account == bindparam("the_account")).order_by(_p.made_at, _p.id)
_DROP_PASSKEY = delete(t.passkeys).where(_p.id == bindparam("the_id"))
_PUT_CODE = Upsert(t.codes_once, "code")
_TAKE = delete(t.codes_once).where(_o.code == bindparam("the_code")).returning(_o.purpose, _o.until)
_DROP_OLD = delete(t.codes_once).where(_o.until < bindparam("now", type_=_o.until.type))
_DROP_CODES = delete(t.codes_once).where(_o.purpose == bindparam("the_purpose"))
_PURPOSE = select(_o.purpose, _o.until).where(_o.code == bindparam("the_code"))
_PUT_SESSION = Upsert(t.sessions, "id")
_SESSION = select(t.sessions).where(_s.id == bindparam("the_id"))
_OF_ACCOUNT = select(t.sessions).where(_s.account == bindparam("the_account")).order_by(_s.seen_at.desc(), _s.id)
_SEEN = update(t.sessions).where(_s.id == bindparam("the_id")).values(seen_at=bindparam("at", type_=_s.seen_at.type))
_END = delete(t.sessions).where(_s.id == bindparam("the_id"))
_END_OF_ACCOUNT = delete(t.sessions).where(_s.account == bindparam("the_account"))
_END_OF_TABLET = delete(t.sessions).where(_s.tablet == bindparam("the_tablet"))
_FORGET = delete(t.sessions).where(_s.seen_at < bindparam("before", type_=_s.seen_at.type))


class SqlAccounts:
    """Fills ``hub.account_ports.Accounts``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def put(self, account: Account) -> None:
        """Keep an account. Raises InvalidInput where its name is another's."""
        known = self.by_name(account.name)
        if known is not None and known.id != account.id:
            raise InvalidInput("name", "is taken", "add what tells the two apart")
        self._work.put(
            _PUT,
            {
                "id": account.id,
                "name": account.name,
                "parts": sorted(account.parts),
                "password": account.password,
                "active": account.active,
                "made_at": account.made_at,
            },
        )

    def get(self, account: str) -> Account | None:
        """Return one by id."""
        return _account(self._work.row(_GET, {"the_id": account}))

    def by_name(self, name: str) -> Account | None:
        """Return whose name that is."""
        return _account(self._work.row(_BY_NAME, {"the_name": name}))

    def all(self) -> Sequence[Account]:
        """Return all accounts by name."""
        query = _ALL_LOCKED if self._work.locks_rows else _ALL
        return [one for row in self._work.rows(query) if (one := _account(row))]

    def put_passkey(self, passkey: Passkey) -> None:
        """Keep a passkey."""
        self._work.put(
            _PUT_PASSKEY,
            {
                "id": passkey.id,
                "account": passkey.account,
                "public_key": passkey.public_key,
                "count": passkey.count,
                "name": passkey.name,
                "made_at": passkey.made_at,
                "used_at": passkey.used_at,
            },
        )

    def passkey(self, key: str) -> Passkey | None:
        """Return one by its id."""
        row = self._work.row(_PASSKEY, {"the_id": key})
        return _passkey(row) if row is not None else None

    def passkeys(self, account: str) -> Sequence[Passkey]:
        """Return an account's passkeys, the oldest first."""
        return [_passkey(row) for row in self._work.rows(_PASSKEYS, {"the_account": account})]

    def drop_passkey(self, key: str) -> None:
        """Let a passkey sign nobody in any more."""
        self._work.run(_DROP_PASSKEY, {"the_id": key})

    def put_code(self, code: str, purpose: str, until: datetime) -> None:
        """Keep what works once."""
        self._work.put(_PUT_CODE, {"code": code, "purpose": purpose, "until": until})

    def take_code(self, code: str, now: datetime) -> str | None:
        """Return for what a code works, once."""
        row = self._work.row(_TAKE, {"the_code": code})
        self._work.run(_DROP_OLD, {"now": now})
        return row.purpose if row is not None and now <= row.until else None

    def drop_codes(self, purpose: str) -> None:
        """Let the codes of one purpose work no more."""
        self._work.run(_DROP_CODES, {"the_purpose": purpose})

    def purpose(self, code: str, now: datetime) -> str | None:
        """Return for what a code works; it goes on doing so."""
        row = self._work.row(_PURPOSE, {"the_code": code})
        return row.purpose if row is not None and now <= row.until else None


class SqlSessions:
    """Fills ``hub.account_ports.Sessions``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def put(self, session: Session) -> None:
        """Keep a session."""
        self._work.put(
            _PUT_SESSION,
            {
                "id": session.id,
                "account": session.account,
                "tablet": session.tablet,
                "person": session.person,
                "began_at": session.began_at,
                "seen_at": session.seen_at,
                "proven_at": session.proven_at,
            },
        )

    def get(self, session: str) -> Session | None:
        """Return one by its id."""
        row = self._work.row(_SESSION, {"the_id": session})
        return _session(row) if row is not None else None

    def seen(self, session: str, at: datetime) -> None:
        """Note that somebody did something there."""
        self._work.send(_SEEN, {"the_id": session, "at": at})

    def of_account(self, account: str) -> Sequence[Session]:
        """Return an account's sessions, the newest first."""
        return [_session(row) for row in self._work.rows(_OF_ACCOUNT, {"the_account": account})]

    def end(self, session: str) -> None:
        """Let one be over."""
        self._work.run(_END, {"the_id": session})

    def end_of(self, *, account: str = "", tablet: str = "") -> None:
        """Let all of an account, or of a tablet, be over."""
        if account:
            self._work.run(_END_OF_ACCOUNT, {"the_account": account})
        if tablet:
            self._work.run(_END_OF_TABLET, {"the_tablet": tablet})

    def forget(self, before: datetime) -> None:
        """Drop those in which nothing was done since an instant."""
        self._work.run(_FORGET, {"before": before})


def _account(row: AnyRow | None) -> Account | None:
    if row is None:
        return None
    return Account(
        id=row.id,
        name=row.name,
        parts=frozenset(map(Part, row.parts)),
        password=row.password,
        active=row.active,
        made_at=row.made_at,
    )


def _passkey(row: AnyRow) -> Passkey:
    return Passkey(
        id=row.id,
        account=row.account,
        public_key=row.public_key,
        count=row.count,
        name=row.name,
        made_at=row.made_at,
        used_at=row.used_at,
    )


def _session(row: AnyRow) -> Session:
    return Session(
        id=row.id,
        account=row.account,
        tablet=row.tablet,
        person=row.person,
        began_at=row.began_at,
        seen_at=row.seen_at,
        proven_at=row.proven_at,
    )
