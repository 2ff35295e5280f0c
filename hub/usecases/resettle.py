"""Stored scans are judged anew, because what is known of them has changed: their times, or a person's ruling."""

from collections.abc import Collection
from datetime import datetime

from hub.ports import Transaction
from hub.usecases.judging import Judging


def resettle(tx: Transaction, invitations: Collection[str], now: datetime) -> Judging:
    """Give the scans of these invitations their classes and admissions as of now; kiosks and pages hear of it."""
    invited = tx.guests.by_invitation(invitations)
    meetings = {one.invitation.meeting for one in invited.values()}
    tx.meetings.lock(meetings)
    stored = tx.check_ins.of_invitations(invited.keys())
    judging = Judging(
        now=now,
        invited={one.invitation.lookup: one for one in invited.values()},
        meetings=tx.meetings.get(meetings),
        history={key: {one.scan.id: one for one in stored.get(key, ())} for key in invited},
        admissions=dict(tx.check_ins.admissions(invited.keys())),
    )
    judging.settle_all()
    tx.check_ins.reclass(judging.reclassed)
    tx.check_ins.withdraw(judging.admitted.keys())  # an admission may move to a later time here, which admit refuses
    tx.check_ins.admit(judging.admitted.values())
    touched = [invited[key].invitation for key in judging.admitted]
    tx.feed.touch([("guest", one.lookup) for one in touched])
    tx.feed.touch([("arrivals", meeting) for meeting in sorted({one.meeting for one in touched})])
    return judging
