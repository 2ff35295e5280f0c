"""A roll call in an incident: everybody who is inside, by room, and who was found safe, by whom and when (R5, R131).

What is listed is who has come in to the meetings that were on, and to those that ended a short while before: people
linger. Who was noted as having left is listed apart. A guest who came as a second person on one invitation is a line of
their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.attendance import Arrived
from hub.domain.departures import SECOND, Departure
from hub.domain.errors import NotFound, NotOpen
from hub.domain.incidents import OVER, Accounted, Incident
from hub.domain.meetings import Meeting, Room
from hub.domain.rulings import brought_along
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.incident_calls import INCIDENT
from hub.usecases.inside import Guest, read_inside
from hub.usecases.work_incident import find_incident

__all__ = ["SECOND", "Present", "RoomRoll", "mark_safe", "read_roll"]

LINGER = timedelta(hours=1)
"""So long after a meeting's end its guests may still be in the house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """One person to be found. ``second``: they came along on the invitation of the guest who is named.

    ``left``: they were noted as gone.
    """

    person: str
    guest: Arrived
    second: bool = False
    safe: Accounted | None = None
    left: Departure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRoll:
    """Everybody of one room, by name: the ``people`` who are to be found, and who was noted as having ``left``."""

    room: Room
    meetings: Sequence[Meeting]
    people: Sequence[Present]
    left: Sequence[Present] = ()

    @property
    def safe(self) -> int:
        """Return how many were found safe."""
        return sum(one.safe is not None for one in self.people)


def read_roll(tx: Transaction, incident: Incident, now: datetime) -> Sequence[RoomRoll]:
    """Read who is inside, by room: the incident's own room first."""
    until = incident.resolved_at or incident.ended_at or now
    safe = {one.person: one for one in tx.incidents.safe(incident.id)}

    def present(one: Guest) -> Present:
        found = safe.get(one.person)
        return Present(person=one.person, guest=one.arrived, second=one.second, safe=found, left=one.left)

    rolls = [
        RoomRoll(
            room=held.room,
            meetings=held.meetings,
            people=[present(one) for one in held.guests if one.left is None or one.person in safe],
            left=[present(one) for one in held.guests if one.left and one.person not in safe],
        )
        for held in read_inside(tx, tx.meetings.between(incident.reported_at - LINGER, until))
    ]
    return sorted(rolls, key=lambda one: (one.room.key != incident.room, one.room.key))


def mark_safe(tx: Transaction, incident: str, person: str, who: Deciding, *, safe: bool) -> None:
    """Note that a person is safe, or take that back; who said so first stays.

    Raises NotFound for somebody who never came in, NotOpen for an incident that is over.
    """
    found = find_incident(tx, incident)
    if found.state in OVER:
        raise NotOpen("this incident is over")
    invitation = person.removesuffix(SECOND)
    if invitation not in tx.check_ins.admissions([invitation]):
        raise NotFound("nobody has come in on this invitation")
    if person != invitation and invitation not in brought_along(
        tx.rulings.of_invitations([invitation]).get(invitation, ())
    ):
        raise NotFound("nobody came along on this invitation")
    if safe:
        tx.incidents.put_safe(incident, Accounted(person=person, by=who.actor, at=who.at))
    else:
        tx.incidents.drop_safe(incident, person)
    tx.records.audit(who.actor, f"incident.{'safe' if safe else 'not_safe'}", f"{incident} {person}", who.at)
    tx.feed.touch([(INCIDENT, incident)])
