"""Once a night: what of the audit log is past its term goes, sealed, and the log's head is written down elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.domain.audit_chain import Head
from hub.domain.retention import Retention, next_night
from hub.domain.timers import Timer
from hub.ports import Transaction
from hub.usecases.acting import Deciding

KEEP_AUDIT = "keep_audit"
"""The rule of the one timer for this, which sets itself again; its subject is empty."""

AT_ONCE = 1_000
"""Rows removed in one transaction, so that a check-in beside it waits for one such piece at most."""

PAUSE = timedelta(seconds=1)
Note = Callable[[Head, datetime], None]


def look_after_audit(tx: Transaction, now: datetime, retention: Retention) -> None:
    """Begin, if that has not begun."""
    if not tx.timers.of_rule(KEEP_AUDIT):
        tx.timers.put([Timer(rule=KEEP_AUDIT, subject="", due_at=_tonight(tx, now, retention))])


def keep_audit(tx: Transaction, who: Deciding, retention: Retention, note: Note) -> None:
    """Do one piece of the work, whose seal is written down; after the last one write the head down. Fires a timer."""
    gone = tx.audit_chain.seal(who.at - retention.audit, who.at, AT_ONCE)
    if gone:
        note(
            replace(tx.audit_chain.start(), sealed=True), who.at
        )  # before the COMMIT: what is removed was written down
        tx.records.audit(who.actor, "audit.sealed", f"{gone} rows", who.at)
        again = who.at + PAUSE
    else:
        head = tx.audit_chain.head()
        tx.feed.on_commit(lambda _: note(head, who.at))
        again = _tonight(tx, who.at, retention)
    tx.timers.put([Timer(rule=KEEP_AUDIT, subject="", due_at=again)])


def _tonight(tx: Transaction, now: datetime, retention: Retention) -> datetime:
    venue = tx.meetings.venue()
    return next_night(now, ZoneInfo(venue.zone if venue else "UTC"), retention.hour)
