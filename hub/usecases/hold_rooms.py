"""Coming meetings that were kept before there were holds take their rooms when the hub starts."""

from collections.abc import Iterable

from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.take_rooms import take_rooms
from hub.usecases.tell_doubled import tell_doubled


def hold_rooms(tx: Transaction, meetings: Iterable[Meeting], who: Deciding) -> None:
    """Let meetings that hold no room take theirs; where two have one, a person is asked. Repeating changes nothing."""
    meetings = [one for one in meetings if not one.cancelled]
    held = tx.bookings.held_by([one.id for one in meetings])
    without = [one for one in meetings if one.id not in held]
    if without:
        tell_doubled(tx, take_rooms(tx, without, who), who)
