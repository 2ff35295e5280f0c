"""How many codes one person may make in a day: whoever has taken over an account cannot invite a thousand friends.

Counted in the audit log, which nobody can change: what it does not say was not issued.
"""

from datetime import timedelta

from hub.domain.errors import Refused
from hub.ports import Transaction
from hub.usecases.acting import Acting

DAY = timedelta(days=1)
_MOST_ENTRIES = 10_000


def note_issued(tx: Transaction, acting: Acting, count: int) -> None:
    """Note that a person made so many codes. Raises Refused where that is more than they may in 24 hours.

    Then nothing of the transaction is kept. The same person is the same name, by whichever door they came.
    """
    if not count or acting.codes_a_day is None:
        return
    subject = f"issuer:{acting.actor}"
    noted = tx.records.audited(subject, acting.at - DAY, _MOST_ENTRIES)
    made = sum(int(one.action.partition(":")[2]) for one in noted)
    if made + count > acting.codes_a_day or len(noted) == _MOST_ENTRIES:
        raise Refused(
            f"{acting.actor} has made {made} codes in the last 24 hours, and {count} more would be over the"
            f" {acting.codes_a_day} that one person may make: see issuing.codes_a_day in the settings"
        )
    tx.records.audit(acting.actor, f"codes.issued:{count}", subject, acting.at)
