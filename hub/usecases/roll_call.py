"""A roll call in an incident: everybody who is inside, by room, and who was found safe, by whom and when (R5, R131).

What is listed is who has come in to the meetings that were on, and to those that ended a short while before: people
linger. A guest who came as a second person on one invitation is a line of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.attendance import Arrived
from hub.domain.errors import NotFound, NotOpen
from hub.domain.incidents import OVER, Accounted, Incident
from hub.domain.meetings import Meeting, Room
from hub.domain.rulings import brought_along
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.incident_calls import INCIDENT
from hub.usecases.work_incident import find_incident

LINGER = timedelta(hours=1)
"""So long after a meeting's end its guests may still be in the house."""

SECOND = "+1"
"""What is added to an invitation for the second person on it."""

_EVERYBODY = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """One person to be found. ``second``: they came along on the invitation of the guest who is named."""

    person: str
    guest: Arrived
    second: bool = False
    safe: Accounted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRoll:
    """Everybody of one room, by name."""

    room: Room
    meetings: Sequence[Meeting]
    people: Sequence[Present]

    @property
    def safe(self) -> int:
        """Return how many were found safe."""
        return sum(one.safe is not None for one in self.people)


def read_roll(tx: Transaction, incident: Incident, now: datetime) -> Sequence[RoomRoll]:
    """Read who is inside, by room: the incident's own room first."""
    until = incident.resolved_at or incident.ended_at or now
    names = {room.key: room for room in tx.meetings.rooms()}
    safe = {one.person: one for one in tx.incidents.safe(incident.id)}
    by_room: dict[str, list[Meeting]] = {}
    for meeting in tx.meetings.between(incident.reported_at - LINGER, until):
        if not meeting.cancelled:
            by_room.setdefault(meeting.room, []).append(meeting)
    rolls = [
        RoomRoll(
            room=names.get(key) or Room(key=key, name=Words(key, key)),
            meetings=meetings,
            people=[
                Present(person=person, guest=guest, second=second, safe=safe.get(person))
                for meeting in meetings
                for person, guest, second in _people(tx, meeting)
            ],
        )
        for key, meetings in by_room.items()
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


def _people(tx: Transaction, meeting: Meeting) -> Sequence[tuple[str, Arrived, bool]]:
    along = brought_along(one.ruling for one in tx.rulings.newest(_EVERYBODY, meeting.id))
    found: list[tuple[str, Arrived, bool]] = []
    for guest in sorted(tx.attendance.arrivals(meeting.id, _EVERYBODY), key=_by_name):
        found.append((guest.who.invitation, guest, False))
        if guest.who.invitation in along:
            found.append((guest.who.invitation + SECOND, guest, True))
    return found


def _by_name(guest: Arrived) -> tuple[str, str]:
    # In GB 18030 the common characters stand in the order of their pinyin; hex keeps the order of bytes.
    return (guest.who.name.casefold().encode("gb18030", "replace").hex(), guest.who.invitation)
