"""Who is inside now, room by room, who has left, and whether a room holds more people than it safely may (R5).

Nobody is refused for that: the supervisor is warned once and decides. A warning that a person has ended is that
person's word for this meeting ("let them in"); one that ended by itself, as people left, may come again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from devices.contract.topics import HUB
from hub.domain.attendance import Arrived
from hub.domain.check_ins import Class
from hub.domain.departures import SECOND, Departure, gone
from hub.domain.errors import NotFound
from hub.domain.meetings import Meeting, Room
from hub.domain.rulings import Ruling, brought_along
from hub.domain.task_kinds import TaskKind
from hub.domain.task_pace import clear
from hub.domain.tasks import UNCLAIMED, Outcome, Step, key_of, raise_task
from hub.domain.timers import Timer
from hub.domain.words import Words
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.call_staff import call
from hub.usecases.keep_task import keep

COUNT_ROOM = "count_room"
"""The timer of a meeting whose room is counted: somebody came, left, or was taken back. Its subject is the meeting."""

_EVERYBODY = 1_000_000
_OUTSIDE = frozenset({Class.REFUSED, Class.QUARANTINED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person who came in. ``second``: they came along on somebody's invitation; ``left``: they are gone again."""

    person: str
    second: bool = False
    left: Departure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest(Person):
    """The same with the guest's name, door and seat."""

    arrived: Arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomInside:
    """Everybody of the meetings that one room holds, by name."""

    room: Room
    meetings: Sequence[Meeting]
    guests: Sequence[Guest] = field(default_factory=tuple)

    @property
    def inside(self) -> Sequence[Guest]:
        """Return who has not left."""
        return [one for one in self.guests if one.left is None]

    @property
    def full(self) -> bool:
        """Say whether as many are inside as the room safely holds, or more."""
        return 0 < self.room.safe_capacity <= len(self.inside)


def read_inside(tx: Transaction, meetings: Iterable[Meeting]) -> Sequence[RoomInside]:
    """Read who came to these meetings and who has left, by room; cancelled meetings have nobody."""
    names = {room.key: room for room in tx.meetings.rooms()}
    by_room: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        if not meeting.cancelled:
            by_room.setdefault(meeting.room, []).append(meeting)
    left = _gone(tx, [one.id for held in by_room.values() for one in held])
    return [
        RoomInside(
            room=names.get(key) or Room(key=key, name=Words(key, key)),
            meetings=held,
            guests=[guest for meeting in held for guest in _guests(tx, meeting, left)],
        )
        for key, held in sorted(by_room.items())
    ]


def people_of(tx: Transaction, invitation: str, rulings: Iterable[Ruling], meeting: str) -> Sequence[Person]:
    """Return who came in on one invitation, and whether they have left."""
    left = _gone(tx, [meeting])
    people = (invitation, *((invitation + SECOND,) if invitation in brought_along(rulings) else ()))
    return [Person(person=one, second=one != invitation, left=left.get(one)) for one in people]


def note_left(tx: Transaction, person: str, who: Deciding, *, left: bool) -> None:
    """Note that a person has left just now, or take that back. Raises NotFound for somebody who never came in."""
    invitation = person.removesuffix(SECOND)
    invited = tx.guests.by_invitation([invitation]).get(invitation)
    if invited is None or invitation not in tx.check_ins.admissions([invitation]):
        raise NotFound("nobody has come in on this invitation")
    if person != invitation and invitation not in brought_along(
        tx.rulings.of_invitations([invitation]).get(invitation, ())
    ):
        raise NotFound("nobody came along on this invitation")
    meeting = invited.invitation.meeting
    if left:
        tx.departures.put(Departure(person=person, meeting=meeting, left_at=who.at, by=who.actor))
    else:
        tx.departures.drop(person)
    tx.records.audit(who.actor, "guest.left" if left else "guest.not_left", person, who.at)
    tx.feed.touch([("arrivals", meeting)])
    count_rooms(tx, [meeting], who.at)


def count_rooms(tx: Transaction, meetings: Collection[str], now: datetime) -> None:
    """Have the rooms of these meetings counted after this transaction, where any room has a safe capacity."""
    if meetings and any(room.safe_capacity for room in tx.meetings.rooms()):
        tx.timers.put(Timer(rule=COUNT_ROOM, subject=meeting, due_at=now) for meeting in meetings)


def fire_count_room(tx: Transaction, timer: Timer, who: Deciding) -> None:
    """Warn the supervisor of a room that is full, or end the warning as people have left; fires a timer."""
    meeting = tx.meetings.get([timer.subject]).get(timer.subject)
    if meeting is None:
        return
    together = [one for one in tx.meetings.between(who.at, who.at) if one.room == meeting.room]
    held = next(iter(read_inside(tx, together)), None)
    key = key_of(TaskKind.ROOM_FULL, meeting.id)
    before = tx.tasks.latest([key], meeting.doors_at).get(key)
    if held is None or not held.full:
        if before and before.state in UNCLAIMED:
            asked = bool(tx.alerts.offers([before.id]).get(before.id))
            keep(tx, before, clear(before, who.at, asked=asked), Step.CLEAR, HUB, who.at)
        return
    facts = _facts(held)
    if before and before.done_at is None:
        if before.facts != facts:
            tx.tasks.save(replace(before, facts=facts))
            tx.feed.touch([("tasks", "")])
    elif before is None or before.outcome is Outcome.CLEARED:
        kind = TaskKind.ROOM_FULL
        call(tx, raise_task(kind, meeting.id, task_id=who.ids(), at=who.at, facts=facts, meeting=meeting.id))


def _facts(held: RoomInside) -> dict[str, str]:
    room = held.room
    told = {"room": room.key, "room_zh": room.name.zh, "room_en": room.name.en}
    return told | {"inside": str(len(held.inside)), "capacity": str(room.safe_capacity)}


def _guests(tx: Transaction, meeting: Meeting, left: Mapping[str, Departure]) -> Sequence[Guest]:
    along = brought_along(one.ruling for one in tx.rulings.newest(_EVERYBODY, meeting.id))
    found: list[Guest] = []
    for guest in sorted(tx.attendance.arrivals(meeting.id, _EVERYBODY), key=_by_name):
        person = guest.who.invitation
        found.append(Guest(person=person, arrived=guest, left=left.get(person)))
        if person in along:
            found.append(Guest(person=person + SECOND, arrived=guest, second=True, left=left.get(person + SECOND)))
    return found


def _gone(tx: Transaction, meetings: Collection[str]) -> dict[str, Departure]:
    noted = tx.departures.of_meetings(meetings)
    events = tx.check_ins.of_invitations({one.invitation for one in noted}) if noted else {}
    let_in = {
        invitation: max(one.scan.at for one in scans if one.classed not in _OUTSIDE)
        for invitation, scans in events.items()
        if any(one.classed not in _OUTSIDE for one in scans)
    }
    return gone(noted, let_in)


def _by_name(guest: Arrived) -> tuple[str, str]:
    # In GB 18030 the common characters stand in the order of their pinyin; hex keeps the order of bytes.
    return (guest.who.name.casefold().encode("gb18030", "replace").hex(), guest.who.invitation)
