"""History is kept: what is over is rolled up, then what is too old is thrown away (DESIGN 7).

Both in small pieces, one a transaction, so that a check-in beside it waits for one at most.
"""

from datetime import UTC, datetime, timedelta

from hub.domain.history import Keep
from hub.domain.timers import Timer
from hub.ports import Transaction

KEEP_HISTORY = "keep_history"
"""The rule of the one timer for this, which sets itself again; its subject is empty."""

PAUSE = timedelta(seconds=1)
"""Between two pieces that are thrown away: there may be millions, and nothing hangs on it."""

_GRACE_S = 6


def look_after_history(tx: Transaction, now: datetime) -> None:
    """Begin, as a hub starts."""
    _again(tx, now)


def keep_history(tx: Transaction, now: datetime, keep: Keep) -> None:
    """Do one piece of the work, and say when the next is to be done; fires a timer."""
    if tx.readings.roll_up(now):
        _again(tx, now)
    elif any(tx.readings.forget(level, before) for level, before in keep.ends(now).items()):
        _again(tx, now + PAUSE)
    else:
        minute = datetime.fromtimestamp(now.timestamp() // 60 * 60, UTC)
        _again(tx, minute + timedelta(seconds=60 + _GRACE_S))


def _again(tx: Transaction, at: datetime) -> None:
    tx.timers.put([Timer(rule=KEEP_HISTORY, subject="", due_at=at)])
