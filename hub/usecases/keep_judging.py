"""What was judged is written down: classes, admissions, and seats for those who have come."""

from hub.ports import Transaction
from hub.usecases.judging import Judging
from hub.usecases.rooms import Rooms
from hub.usecases.seat_guests import Seated, seat_guests


def keep_judging(tx: Transaction, judging: Judging, rooms: Rooms) -> Seated:
    """Store what was judged and seat who arrived. Who is out after all keeps the seat, but does not occupy it."""
    tx.check_ins.add(judging.new.values())
    tx.check_ins.reclass(judging.reclassed)
    tx.check_ins.withdraw(judging.displaced())
    tx.check_ins.admit(judging.admitted.values())
    tx.seats.vacate(judging.gone())
    told = [one for one in judging.new.values() if one.seat and one.scan.admits]
    return seat_guests(tx, judging.arrivals, rooms, told)
