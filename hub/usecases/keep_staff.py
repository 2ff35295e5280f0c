"""Now and then: who forgot to sign out is off, floods that are over end, and old alerts are dropped (I13)."""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.domain.alerts import FLOOD_WINDOW, floods
from hub.domain.staff import LONGEST_DUTY
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.sign_in import end_duty

KEEP_STAFF = "keep_staff"
"""The timer of this, for the whole house."""

EVERY = timedelta(minutes=5)
KEPT_FOR = timedelta(days=15)
"""The weekly page compares two weeks."""

SESSIONS_KEPT_FOR = timedelta(days=2)
"""Longer than any can last: what nobody has touched since is over."""


def look_after_staff(tx: Transaction, now: datetime) -> None:
    """Begin, if that has not begun."""
    if not tx.timers.of_rule(KEEP_STAFF):
        tx.timers.put([Timer(rule=KEEP_STAFF, subject="", due_at=now)])


def keep_staff(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Do it once, and set the next time."""
    lately = tx.alerts.lately(who.at - FLOOD_WINDOW)
    for duty in tx.duties.all():
        if who.at - duty.since > LONGEST_DUTY:
            end_duty(tx, duty.person, who)
            for tablet in tx.duties.tablets():
                if tablet.person == duty.person:
                    tx.duties.save_tablet(replace(tablet, person="", signed_in_at=None))
                    tx.sessions.end_of(tablet=tablet.id)
        elif duty.flooded and not floods(True, len(lately.get(duty.person, ()))):  # noqa: FBT003 - it is
            tx.duties.put(replace(duty, flooded=False))
            tx.feed.touch([("duties", "")])
    tx.alerts.forget(who.at - KEPT_FOR)
    tx.sessions.forget(who.at - SESSIONS_KEPT_FOR)
    tx.allowances.forget(who.at)
    tx.duties.forget(who.at - KEPT_FOR)
    tx.timers.put([Timer(rule=KEEP_STAFF, subject=timer.subject, due_at=who.at + EVERY)])
