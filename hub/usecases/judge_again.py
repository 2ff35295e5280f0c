"""One invitation is judged anew: a person ruled on a scan, withdrew or restored it, or a kiosk's clock became known."""

from collections.abc import Sequence

from hub.domain.check_ins import CheckIn
from hub.domain.double_entries import DoubleEntry
from hub.domain.errors import NotFound
from hub.domain.guests import Invited
from hub.domain.rulings import Ruling
from hub.domain.tasks import starting
from hub.ports import Transaction
from hub.usecases import call_staff
from hub.usecases.acting import Deciding
from hub.usecases.judging import Judging
from hub.usecases.keep_judging import keep_judging
from hub.usecases.move_transfer import arrive
from hub.usecases.plans import Plans
from hub.usecases.rooms import Rooms
from hub.usecases.settle_conflicts import settle_conflicts
from hub.usecases.vip_tea import tea_for_vips


def open_invitation(tx: Transaction, invitation: str) -> tuple[Invited, dict[str, CheckIn], Sequence[Ruling]]:
    """Lock an invitation's meeting and return what is known of it. Raises NotFound."""
    found = tx.guests.by_invitation([invitation]).get(invitation)
    if found is None:
        raise NotFound("there is no such invitation")
    tx.meetings.lock([found.invitation.meeting])
    events = tx.check_ins.of_invitations([invitation]).get(invitation, ())
    rulings = tx.rulings.of_invitations([invitation]).get(invitation, ())
    current = tx.guests.by_invitation([invitation])[invitation]  # as it is now that nobody changes it
    return current, {event.scan.id: event for event in events}, rulings


def judge_again(
    tx: Transaction,
    invited: Invited,
    events: dict[str, CheckIn],
    rulings: Sequence[Ruling],
    before: DoubleEntry | None,
    who: Deciding,
) -> None:
    """Judge one invitation anew and tell kiosks and pages.

    The caller holds the lock on its meeting. ``before`` is its double entry as it was until now.
    """
    invitation = invited.invitation
    judging = Judging(
        now=who.at,
        invited={invitation.lookup: invited},
        meetings={},
        history={invitation.id: events},
        admissions=dict(tx.check_ins.admissions([invitation.id])),
        rulings={invitation.id: rulings},
    )
    judging.settle_one(invited)
    seated = keep_judging(tx, judging, Rooms.read(tx, Plans(), [invitation.meeting]))
    doors = tx.meetings.doors()
    seats = tx.seats.of_invitations([invitation.id])
    arrived = call_staff.for_arrivals(judging.arrivals, judging.admissions, seats, seated.unseated, doors, who.ids)
    arrived += tea_for_vips(tx, judging.arrivals, judging.admissions, seats, who.ids)
    tx.tasks.raise_all(starting(task, who.at) for task in arrived)  # not from the scan, which may be long ago
    arrive(tx, judging.admitted.keys(), who.actor, who.at)
    settle_conflicts(tx, judging, doors, (), who, {invitation.id: before})
    moved = tx.guests.by_invitation(seated.moved | {invitation.id})
    tx.feed.touch(entry for one in moved.values() for entry in one.invitation.entries())
    tx.feed.touch([("arrivals", invitation.meeting), ("tasks", "")])
