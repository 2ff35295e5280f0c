"""What the use cases need of the store for accounts and sessions, as Protocols; part of ``hub.ports.Transaction``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.accounts import Account, Passkey, Session


class Accounts(Protocol):
    """Those who sign in without a shared tablet, by what, and the codes that work once."""

    def put(self, account: Account) -> None:
        """Keep an account, new or in its new state. Raises InvalidInput where its name is another's."""

    def get(self, account: str) -> Account | None:
        """Return one by id."""

    def by_name(self, name: str) -> Account | None:
        """Return whose name that is."""

    def all(self) -> Sequence[Account]:
        """Return all accounts by name, also those that let nobody in.

        In a writing transaction nobody else changes one before the end.
        """

    def put_passkey(self, passkey: Passkey) -> None:
        """Keep a passkey, new or in its new state."""

    def passkey(self, key: str) -> Passkey | None:
        """Return one by its id."""

    def passkeys(self, account: str) -> Sequence[Passkey]:
        """Return an account's passkeys, the oldest first."""

    def drop_passkey(self, key: str) -> None:
        """Let a passkey sign nobody in any more."""

    def put_code(self, code: str, purpose: str, until: datetime) -> None:
        """Keep what works once (its hash) and for what, until an instant; those of the same purpose stay."""

    def take_code(self, code: str, now: datetime) -> str | None:
        """Return for what a code (its hash) works, once; None where there is no such one, or not any more."""

    def drop_codes(self, purpose: str) -> None:
        """Let the codes of one purpose work no more."""

    def purpose(self, code: str, now: datetime) -> str | None:
        """Return for what a code (its hash) works, which it goes on doing; None where it does not."""


class Allowances(Protocol):
    """What is left of what may be done so often and no oftener, by a hash of whose it is."""

    def full_at(self, who: str, now: datetime) -> datetime:
        """Return when somebody's allowance is full again; in a writing transaction nobody else takes of it then."""

    def put(self, who: str, full_at: datetime) -> None:
        """Keep when it is full again."""

    def forget(self, now: datetime) -> None:
        """Drop what is full by now."""


class Sessions(Protocol):
    """Who is signed in at which browser."""

    def put(self, session: Session) -> None:
        """Keep a session, new or in its new state."""

    def get(self, session: str) -> Session | None:
        """Return one by its id."""

    def seen(self, session: str, at: datetime) -> None:
        """Note that somebody did something there."""

    def of_account(self, account: str) -> Sequence[Session]:
        """Return an account's sessions, the newest first."""

    def end(self, session: str) -> None:
        """Let one be over."""

    def end_of(self, *, account: str = "", tablet: str = "") -> None:
        """Let all of an account, or of a tablet, be over."""

    def forget(self, before: datetime) -> None:
        """Drop those in which nothing was done since an instant."""
