"""A tablet joins the house: a supervisor names it and gets a code; the tablet at which that is typed joins, once."""

import hashlib
from collections.abc import Callable

from hub.domain.errors import InvalidInput
from hub.domain.pace import real
from hub.domain.staff import JOIN_WITHIN, Tablet
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.sessions import ACCESS
from hub.usecases.sign_in import end_duty

CODE_DIGITS = 8
LONGEST_NAME = 40


def hash_of(secret: str) -> str:
    """Return under what a tablet's long random token is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite_tablet(tx: Transaction, name: str, who: Deciding, number: Callable[[int], int], room: str = "") -> str:
    """Let a tablet join under a name; returns the code to type at it, which holds for a quarter of an hour.

    ``number(n)`` gives a random number below n (``secrets.randbelow``). With ``room`` (a key) it is that room's panel.
    Raises InvalidInput for a name that is none, or another tablet's, and for a room that there is not.
    """
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise InvalidInput("name", "is empty, too long or not readable", f"give 1 to {LONGEST_NAME} characters")
    if any(one.name == tidy for one in tx.duties.tablets()):
        raise InvalidInput("name", f"another device is called {tidy!r}", "choose another name, or remove that one")
    if room and all(one.key != room for one in tx.meetings.rooms()):
        raise InvalidInput("room", f"there is no room {room!r}", "choose one of the rooms of the house")
    code = f"{number(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    tx.duties.put_invitation(hash_of(code), tidy, room, who.at + real(JOIN_WITHIN))
    tx.records.audit(who.actor, "tablet.invite", f"{tidy} {room}".rstrip(), who.at)
    return code


def join_tablet(tx: Transaction, code: str, who: Deciding, token: Callable[[], str]) -> tuple[Tablet, str]:
    """Take a tablet in by its code; returns it, and the token that it keeps. Raises InvalidInput for a wrong code."""
    found = tx.duties.take_invitation(hash_of("".join(code.split())), who.at)
    if found is None:
        raise InvalidInput("code", "is wrong, used, or older than a quarter of an hour", "ask for a new one")
    name, room = found
    made, secret = Tablet(id=who.ids(), name=name, joined_at=who.at, room=room), token()
    tx.duties.put_tablet(made, hash_of(secret))
    tx.records.audit(who.actor, "tablet.join", f"{made.id} {name} {room}".rstrip(), who.at)
    tx.feed.touch([("duties", "")])
    return made, secret


def remove_tablet(tx: Transaction, tablet: str, who: Deciding) -> None:
    """Let a tablet be a stranger again; who is signed in there alone is off."""
    found = next((one for one in tx.duties.tablets() if one.id == tablet), None)
    if found is None:
        return
    tx.duties.remove_tablet(tablet)
    tx.sessions.end_of(tablet=tablet)
    if found.person and not any(one.person == found.person for one in tx.duties.tablets()):
        end_duty(tx, found.person, who)
    tx.records.audit(who.actor, "tablet.remove", f"{found.id} {found.name}", who.at)
    tx.feed.touch([("duties", ""), (ACCESS, tablet)])
