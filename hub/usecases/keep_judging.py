"""What was judged is written down: classes, admissions, and seats for those who have come."""

from collections.abc import Mapping

from hub.ports import SeatVersion, Transaction
from hub.usecases.judging import Judging
from hub.usecases.plans import Plans
from hub.usecases.seat_guests import Seated, seat_guests


def keep_judging(tx: Transaction, judging: Judging, plans: Plans, versions: Mapping[str, SeatVersion]) -> Seated:
    """Store what was judged and seat who arrived. Who is out after all keeps the seat, but does not occupy it."""
    tx.check_ins.add(judging.new.values())
    tx.check_ins.reclass(judging.reclassed)
    tx.check_ins.withdraw(judging.displaced())
    tx.check_ins.admit(judging.admitted.values())
    tx.seats.vacate(judging.gone())
    return seat_guests(tx, judging.arrivals, plans, versions)
