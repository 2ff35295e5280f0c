"""Who asks: an account's owner, somebody at a shared tablet, a tablet that was left alone, or a stranger.

The browser keeps a random secret, the store its hash. What is found is read through ``Recent``, so that an account that
is closed, or a tablet that is removed, is known in every process as soon as the feed says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import Response, g, request

from hub.domain.accounts import Account, Session
from hub.domain.pace import real
from hub.domain.permissions import Permission, allowed, parts_of
from hub.domain.staff import Staff, Tablet
from hub.ports import Transaction
from hub.usecases.enrol_device import hash_of
from hub.web import cookies
from hub.web.parts import shelf

TOKEN_BYTES = 32
SESSION, TABLET = "yingbin_session", "yingbin_tablet"
_A_YEAR_S = 365 * 24 * 3600
_SEEN_EVERY = timedelta(seconds=30)
"""No oftener it is written down that somebody is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever asks. ``person`` is the name they work under, empty where nobody may be named.

    ``rings_for`` is whose alerts ring here: also at a ``tablet`` that was left alone, which is locked then.
    """

    session: Session | None = None
    account: Account | None = None
    tablet: Tablet | None = None
    person: str = ""
    rings_for: str = ""
    may: frozenset[Permission] = frozenset()

    @property
    def session_tablet(self) -> Tablet | None:
        """Return the tablet at which this person has signed in; None for an account."""
        return self.tablet if self.account is None else None

    @property
    def panel_of(self) -> str:
        """Return the key of the room whose panel this is; empty at staff's tablets, and where somebody is signed in."""
        return self.tablet.room if self.tablet is not None and self.session is None else ""

    @property
    def is_locked(self) -> bool:
        """Say whether somebody has signed in at this tablet and was not there for a while."""
        return self.session is None and bool(self.rings_for)


def visitor() -> Visitor:
    """Return who asks, looked up once for each request. Raises StoreUnavailable."""
    if "visitor" not in g:
        g.visitor = _look()
    found: Visitor = g.visitor
    return found


def forget() -> None:
    """Look again: somebody has come or gone, or an open stream has lasted a while."""
    g.pop("visitor", None)


def listed() -> Sequence[Staff]:
    """Return the people of the house by name, also those who have left."""
    return shelf().recent.get("staff", lambda tx: list(tx.staff.all()))


def session_key() -> str:
    """Return the hash of what this browser keeps as its session; empty where it keeps nothing."""
    return _hash(SESSION)


def tablet_key() -> str:
    """Return the hash of what this tablet was given when it joined the house; empty where it has not."""
    return _hash(TABLET)


def touch() -> None:
    """Note that somebody did something here, so that their session goes on."""
    found, moment = visitor().session, shelf().parts.clock.now()
    if found is not None and moment - found.seen_at >= real(_SEEN_EVERY):
        shelf().together.do(lambda tx: tx.sessions.seen(found.id, moment))
        g.visitor = replace(visitor(), session=replace(found, seen_at=moment))


def keep(answer: Response, secret: str, *, tablet: bool = False) -> None:
    """Let the browser keep a secret: a session's while it may last, a tablet's for a year. No script reads it."""
    for_s = _A_YEAR_S if tablet else int(shelf().parts.sessions.longest.total_seconds())
    cookies.keep(answer, TABLET if tablet else SESSION, secret, for_s)


def drop(answer: Response) -> None:
    """Let the browser forget its session."""
    answer.delete_cookie(cookies.called(SESSION), httponly=True, samesite="Strict", secure=request.is_secure)


def _hash(name: str) -> str:
    secret = cookies.read(name)
    return hash_of(secret) if secret else ""


def _look() -> Visitor:
    here, moment = tablet_key(), shelf().parts.clock.now()
    tablet = shelf().recent.get(("tablet", here), lambda tx: tx.duties.tablet_of(here)) if here else None
    key = session_key()
    found = shelf().recent.get(("session", key), lambda tx: _read(tx, key)) if key else None
    if found is not None and _is_over(found[0], moment):  # as far as is remembered: somebody may have touched it since
        with shelf().parts.store.read() as tx:
            found = _read(tx, key)
        found = None if found is None or _is_over(found[0], moment) else found
    people = [one for one in listed() if one.active]
    if found is not None:
        session, account = found
        if account is not None:
            return _of_account(session, account, tablet, listed=bool(people))
        me = next((one for one in people if tablet and one.name == tablet.person), None)
        if tablet is not None and session.tablet == tablet.id and me is not None:
            may = allowed(parts_of(me))
            return Visitor(session=session, tablet=tablet, person=me.name, rings_for=me.name, may=may)
    return Visitor(tablet=tablet, rings_for=tablet.person if tablet else "")


def _of_account(session: Session, account: Account, tablet: Tablet | None, *, listed: bool) -> Visitor:
    """Return an account's owner. Where nobody is listed, whoever serves says by which name they work there."""
    may = allowed(account.parts)
    person = session.person or ("" if Permission.SERVE in may else account.name)
    name = account.name if listed else person
    return Visitor(session=session, account=account, tablet=tablet, person=name, rings_for=name, may=may)


def _read(tx: Transaction, key: str) -> tuple[Session, Account | None] | None:
    session = tx.sessions.get(key)
    if session is None:
        return None
    account = tx.accounts.get(session.account) if session.account else None
    if session.account and (account is None or not account.active):
        return None
    return session, account


def _is_over(session: Session, moment: datetime) -> bool:
    return moment >= shelf().parts.sessions.ends_at(session)
