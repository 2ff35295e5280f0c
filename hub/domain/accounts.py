"""Accounts of the desk, technicians, admins and auditors, and the sessions of whoever is signed in. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.allowances import Allowance
from hub.domain.errors import InvalidInput
from hub.domain.pace import real
from hub.domain.permissions import Part

LEAST_PASSWORD = 15
"""Characters; length is what counts, and nothing else is asked of a password (ASVS 6.2.1, 6.2.5; NIST SP 800-63B-4)."""

LONGEST_PASSWORD = 128
LONGEST_NAME = 40

SETUP_WITHIN = timedelta(minutes=15)
"""So long the code holds that makes a house's first admin (ETSI 5.1)."""

INVITED_WITHIN = timedelta(hours=24)
CHALLENGE_WITHIN = timedelta(minutes=5)

_A_WHILE = timedelta(minutes=15)
TRIES = Allowance(5, _A_WHILE)
"""Wrong passwords for one name from one address; so nobody locks another out from elsewhere."""

TRIES_OF_ADDRESS = Allowance(30, _A_WHILE)
TRIES_OF_NAME = Allowance(50, _A_WHILE)
"""The same for all names together, and from all addresses together (ASVS 6.3.1)."""

_COMMON = """
passwordpassword password12345678 password1234567890 passw0rdpassw0rd 123456789012345 1234567890123456
12345678901234567890 qwertyuiopasdfgh qwertyuiop123456 qwertyuiopasdfghjkl 1q2w3e4r5t6y7u8i 1qaz2wsx3edc4rfv
1qaz2wsx3edc4rfv5tgb qazwsxedcrfvtgb zaq12wsxcde34rfv administrator123 administratoradministrator letmeinletmein123
iloveyouiloveyou welcometoyingbin yingbinyingbin12 correcthorsebatterystaple abcdefghijklmno abcdefghijklmnop
abcdefghijklmnopqrstuvwxyz changemechangeme changethispassword thisismypassword mypasswordispassword
woaini1314521520 woaini5201314520 5201314520131452 a123456789a123456789 111111222222333333 asdfghjklqwertyuiop
"""
"""Of the commonest passwords those that are long enough (ASVS 6.2.4); short pieces said again are refused too."""

_LONGEST_PIECE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who signs in without a shared tablet. ``name`` is theirs alone; ``password`` is a slow hash, or empty.

    An account that is not ``active`` gets nobody in, and every session of it is over.
    """

    id: str
    name: str
    parts: frozenset[Part]
    made_at: datetime
    password: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key that somebody's device keeps (WebAuthn): ``id`` as the browser names it, ``count`` of its uses."""

    id: str
    account: str
    public_key: str
    count: int
    name: str
    made_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody is signed in at a browser, known by the hash of what it keeps.

    ``account`` or ``tablet`` says how they came; ``seen_at`` is when they last did something, ``proven_at`` when they
    last showed who they are. ``person`` is the name they work under, empty where an account's is meant.
    """

    id: str
    began_at: datetime
    seen_at: datetime
    proven_at: datetime
    account: str = ""
    tablet: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTimes:
    """How long sessions live (ASVS 7.1.1): without a touch, in all, and how old a proof may be for what needs one."""

    tablet_idle: timedelta = timedelta(minutes=5)
    account_idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    proof: timedelta = timedelta(minutes=5)

    def ends_at(self, session: Session) -> datetime:
        """Return when a session is over if nobody touches anything."""
        idle = self.tablet_idle if session.tablet else self.account_idle
        return min(session.seen_at + real(idle), session.began_at + real(self.longest))

    def is_proven(self, session: Session, now: datetime) -> bool:
        """Say whether who they are was shown lately enough for an override, an export, a revocation."""
        return now < session.proven_at + real(self.proof)


TIMES = SessionTimes()


def tidy_name(name: str) -> str:
    """Return an account's name as it is kept and compared. Raises InvalidInput."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not 0 < len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise InvalidInput("name", "is empty, too long or not readable", f"give 1 to {LONGEST_NAME} characters")
    return tidy


def said_name(text: str) -> str:
    """Return a name as it was typed at sign-in, tidied; what is no name is nobody's."""
    try:
        return tidy_name(text[:200])
    except InvalidInput:
        return ""


def check_password(text: str, name: str) -> None:
    """Raise InvalidInput for a password that is short, endless, or one of those that are tried first."""
    if not LEAST_PASSWORD <= len(text) <= LONGEST_PASSWORD:
        remedy = f"give {LEAST_PASSWORD} to {LONGEST_PASSWORD} characters, such as a sentence"
        raise InvalidInput("password", "is too short or too long", remedy)
    plain = "".join(text.casefold().split())
    own = "".join(name.casefold().split())
    if (
        plain in _COMMON.split()
        or _repeats(plain)
        or (own and _repeats(plain.replace(own, "") or "a" * LEAST_PASSWORD))
    ):
        raise InvalidInput("password", "is one of those that are tried first", "choose a sentence of your own")


def _repeats(text: str) -> bool:
    """Say whether a text is one short piece again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, min(_LONGEST_PIECE, len(text)) + 1))


def check_an_admin_stays(accounts: Sequence[Account], changed: Account) -> None:
    """Raise InvalidInput where a change would leave nobody who can let people in."""
    others = [one for one in accounts if one.id != changed.id]
    if not any(one.active and Part.ADMIN in one.parts for one in (*others, changed)):
        raise InvalidInput("parts", "leaves no admin", "make somebody else an admin first")
