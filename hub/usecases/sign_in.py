"""People come to work and go: signed in at a tablet by PIN or badge, or, where the house keeps no list, by name."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hub.domain import staff as rules
from hub.domain.alerts import AlertKind, Ring
from hub.domain.attending import Person
from hub.domain.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn
from hub.domain.escalation import Priority
from hub.domain.staff import BREAK, PIN_DIGITS, WRONG_CODES, CodeKind, Duty, Staff, Tablet
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.allow import Limit, take_each
from hub.usecases.attend_tasks import read_floor
from hub.usecases.pace_task import hand_over_all, stop_asking
from hub.usecases.sessions import ACCESS
from hub.usecases.watch_roster import look_soon
from hub.usecases.write_alerts import Telling, on_channels, put_alerts

_WORK = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
"""What trying one code costs: about 50 ms and 16 MiB, so that a copy of the database does not give its PINs away soon.

With 10^6 PINs that only slows a thief down; whoever has a copy of the database should have new PINs given out.
"""

_WRONG = Limit("wrong codes at a tablet", WRONG_CODES)


def lookup_of(code: str, salt: bytes) -> str:
    """Return under what a PIN or badge code is kept."""
    return hashlib.scrypt(rules.tidy_code(code).encode(), salt=salt, **_WORK).hex()


def give_pin(tx: Transaction, staff: Staff, who: Deciding, number: Callable[[int], int]) -> str:
    """Give a person a new PIN, which nobody else has; it is told once, here. Their old one holds no more.

    ``number(n)`` gives a random number below n (``secrets.randbelow``).
    """
    while True:
        pin = f"{number(10**PIN_DIGITS):0{PIN_DIGITS}d}"
        if len(set(pin)) > 2 and tx.staff.by_code(lookup_of(pin, tx.staff.code_salt())) is None:  # noqa: PLR2004 - 112211
            break
    _put_code(tx, staff, pin, CodeKind.PIN, who)
    tx.records.audit(who.actor, "staff.pin", staff.key, who.at)
    return pin


def give_badge(tx: Transaction, staff: Staff, code: str, who: Deciding) -> None:
    """Let a person sign in by a badge's code. Raises InvalidInput."""
    if len(rules.tidy_code(code)) <= PIN_DIGITS:
        raise InvalidInput("code", "is short enough to be guessed", f"give more than {PIN_DIGITS} characters")
    _put_code(tx, staff, code, CodeKind.BADGE, who)
    tx.records.audit(who.actor, "staff.badge", staff.key, who.at)


def _put_code(tx: Transaction, staff: Staff, code: str, kind: CodeKind, who: Deciding) -> None:
    """Keep a code; whoever is at a tablet by the one before shows who they are there, and is on duty all the while."""
    tx.staff.put_code(lookup_of(code, tx.staff.code_salt()), staff.key, kind, who.at)
    for tablet in tx.duties.tablets():
        if tablet.person == staff.name:
            tx.sessions.end_of(tablet=tablet.id)
            tx.feed.touch([(ACCESS, tablet.id)])


def sign_in(tx: Transaction, token: str, code: str, who: Deciding) -> Tablet | None:
    """Let whose code this is work at a tablet; None for a wrong one, which counts.

    ``token`` is the hash of the tablet's. Raises NotFound for a tablet that has not joined, Locked after too many, and
    NotAllowed at a room's panel, before which guests stand.
    """
    tablet = find_tablet(tx, token)
    if tablet.room:
        raise NotAllowed("this tablet is a room's panel: sign in at one of the staff's")
    known = _owner_of(tx, tablet, code, who)
    if known is None:
        return None
    person, kind = known
    return _here(tx, tablet, person.name, f"{tablet.name} {kind}", who)


def prove_at_tablet(tx: Transaction, token: str, code: str, person: str, who: Deciding) -> bool:
    """Say whether whoever works at a tablet has typed their own code again; a wrong one, or another's, counts.

    Raises as ``sign_in`` does.
    """
    tablet = find_tablet(tx, token)
    known = _owner_of(tx, tablet, code, who, only=person)
    if known is not None:
        tx.duties.save_tablet(replace(tablet, tries=0))
    return known is not None


def _owner_of(
    tx: Transaction, tablet: Tablet, code: str, who: Deciding, *, only: str = ""
) -> tuple[Staff, CodeKind] | None:
    rules.check_not_locked(tablet, who.at)
    known = tx.staff.by_code(lookup_of(code, tx.staff.code_salt()))
    if known is not None and known[0].active and only in {"", known[0].name}:
        return known
    many = take_each(tx, [(_WRONG, tablet.id)], who.at)
    tx.duties.save_tablet(rules.locked(tablet, who.at) if many else rules.tried_in_vain(tablet, who.at))
    tx.records.audit(tablet.id, "staff.wrong_code", tablet.name, who.at)
    return None


def sign_out(tx: Transaction, token: str, who: Deciding) -> Tablet:
    """Let a tablet be anybody's; a person who is at no other one is off, and their tasks are asked about anew.

    Raises NotFound.
    """
    tablet = find_tablet(tx, token)
    person, free = tablet.person, rules.signed_out(tablet)
    tx.duties.save_tablet(free)
    if person and not any(one.person == person for one in tx.duties.tablets() if one.id != tablet.id):
        end_duty(tx, person, who)
    tx.feed.touch([("duties", "")])
    return free


def find_tablet(tx: Transaction, token: str) -> Tablet:
    """Return the tablet with the hash of a token. Raises NotFound."""
    tablet = tx.duties.tablet_of(token)
    if tablet is None:
        raise NotFound("this device has not joined: let a supervisor give it a code")
    return tablet


def _here(tx: Transaction, tablet: Tablet, person: str, how: str, who: Deciding) -> Tablet:
    before = tablet.person
    kept = rules.signed_in(tablet, person, who.at)
    tx.duties.save_tablet(kept)
    if before and before != person and not any(one.person == before for one in tx.duties.tablets()):
        end_duty(tx, before, who)
    begin_duty(tx, person, how, who)
    return kept


def begin_duty(tx: Transaction, person: str, how: str, who: Deciding) -> Duty:
    """Let somebody be at work; who is already ends a break with that."""
    known = tx.duties.get(person)
    duty = (
        replace(known, break_until=None, seen_at=who.at) if known else Duty(person=person, since=who.at, seen_at=who.at)
    )
    tx.duties.put(duty)
    tx.records.audit(person, "duty.begin" if known is None else "duty.again", how, who.at)
    tx.feed.touch([("duties", ""), ("alerts", person)])
    if known is None:
        look_soon(tx, who.at)
    return duty


def end_duty(tx: Transaction, person: str, who: Deciding) -> None:
    """Let somebody be off: what they have, and what they were asked for, goes to others. Nothing where they are off."""
    if tx.duties.get(person) is None:
        return
    tx.duties.end(person, who.at)
    hand_over_all(tx, person, "", who)
    stop_asking(tx, person, who)
    tx.records.audit(who.actor, "duty.end", person, who.at)
    tx.feed.touch([("duties", ""), ("alerts", person)])
    look_soon(tx, who.at)


def take_break(tx: Transaction, person: str, who: Deciding, lasts: timedelta = BREAK) -> Duty:
    """Ask others for a while, which ends by itself; what the person has stays theirs.

    Raises NotSignedIn, or InvalidInput for a length that is none.
    """
    away = rules.begin_break(_duty(tx, person), who.at, lasts)
    tx.duties.put(away)
    stop_asking(tx, person, who)
    tx.records.audit(person, "duty.break", f"{lasts // timedelta(minutes=1)} min", who.at)
    tx.feed.touch([("duties", ""), ("alerts", person)])
    return away


def end_break(tx: Transaction, person: str, who: Deciding) -> Duty:
    """Be back. Raises NotSignedIn."""
    back = replace(_duty(tx, person), break_until=None)
    tx.duties.put(back)
    tx.records.audit(person, "duty.back", "", who.at)
    tx.feed.touch([("duties", "")])
    return back


def send_test(tx: Transaction, person: str, who: Deciding) -> None:
    """Send a person an alert that is none, on every way there is (S21). Raises NotSignedIn."""
    _duty(tx, person)
    here: Person = next(one for one in read_floor(tx, [], who.at).people if one.name == person)
    told = Telling(AlertKind.TEST, Ring.LOUD, Priority.MEDIUM)
    put_alerts(tx, on_channels(here, told, who, tag=f"test {person}"))
    tx.feed.touch([("alerts", person)])


def _duty(tx: Transaction, person: str) -> Duty:
    duty = tx.duties.get(person)
    if duty is None:
        raise NotSignedIn(f"{person or 'nobody'} is not at work")
    return duty
