"""Time passes: what is due happens, once, in one transaction with the end of its timer (DESIGN 7).

After an outage each timer fires once; its rule sees by ``due_at`` how late that is, and does nothing where it has
become pointless.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from hub.domain.timers import Timer
from hub.ports import Store, StoreUnavailable, Transaction
from hub.usecases.acting import Deciding

Fire = Callable[[Transaction, Timer, Deciding], None]
"""What happens when a timer is due (``hub.usecases.timer_rules``). One that fails is tried again, ever more seldom."""

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Fired:
    """One timer that was due; ``problem`` is why its rule failed, so that it stays."""

    timer: Timer
    problem: Exception | None = None


def fire_next(store: Store, who: Deciding, rules: Mapping[str, Fire]) -> Fired | None:
    """Let the timer that is due for longest fire; None when none is due at ``who.at``. Raises StoreUnavailable.

    Any number of processes may do so at once: each timer is in one's hand.
    """
    with store.read() as tx:
        if tx.timers.next_due(who.at) is None:
            return None  # a look costs no durable commit
    with store.write() as tx:
        timer = tx.timers.next_due(who.at)
        if timer is None:
            return None  # another process was quicker
        try:
            with tx.savepoint():
                tx.timers.remove(timer.rule, [timer.subject])
                rules[timer.rule](tx, timer, who)
        except StoreUnavailable:
            raise
        except Exception as problem:  # noqa: BLE001 - one rule's mistake must not stop the others
            later = who.at + min(FIRST_PAUSE * 2 ** min(timer.tries, 16), LONGEST_PAUSE)
            tx.timers.put([replace(timer, due_at=later, tries=timer.tries + 1)])
            return Fired(timer, problem)
        return Fired(timer)
