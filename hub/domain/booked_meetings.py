"""What a source's item makes of a meeting: a new one, or the one that is known with other words, time or room. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hub.domain.bookings import Booking, Channel
from hub.domain.meetings import Meeting, Room, Segment, SegmentKind, SetUpStyle
from hub.domain.run_of_show import plan_of, replanned
from hub.domain.source_items import Item
from hub.domain.syncing import Link, Ruling
from hub.domain.words import Words

SIGN_IN = Words("签到", "Sign-in")
_NOT_IN_A_KEY = re.compile(r"[^A-Za-z0-9]+")
_SPACES = re.compile(r"\s+")
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one source is read. ``order`` names all sources, the one first that is believed where two name one event.

    ``rooms`` maps what the source calls a room to the house's key; a room's own key or name needs no entry. Doors open
    ``doors_before`` a meeting's start.
    """

    source: str
    order: tuple[str, ...] = ()
    rooms: Mapping[str, str] = field(default_factory=dict)
    doors_before: timedelta = timedelta(minutes=30)

    def room(self, said: str, rooms: Iterable[Room]) -> str | None:
        """Return the key of the room that a source names; None where the house has no such room."""
        wanted = self.rooms.get(said, said)
        names = _plain(wanted)
        for room in rooms:
            if room.key == wanted or names in {_plain(room.key), _plain(room.name.zh), _plain(room.name.en)} - {""}:
                return room.key
        return None

    def rank(self, link: Link) -> tuple[int, str, str, str]:
        """Return by what entries for one event are sorted: the first is the one that counts."""
        known = link.source in self.order
        place = self.order.index(link.source) if known else len(self.order)
        return place, link.source, link.collection, link.key


def is_same_event(one: Item, other: Item) -> bool:
    """Say whether two sources that name one room speak of one event: at overlapping times, by nearly the same title.

    Under one uid they do in any case.
    """
    if one.uid == other.uid:
        return one.occurrence == other.occurrence
    if not (one.starts_at < other.ends_at and other.starts_at < one.ends_at):
        return False
    ours, theirs = _titles(one), _titles(other)
    return any(a in b or b in a for a in ours for b in theirs)


def made(item: Item, room: str, reading: Reading, key: str, number: int, zone: str) -> Meeting:
    """Return a new meeting, with an agenda of sign-in and the meeting itself."""
    bare = Meeting(
        id=key,
        key=meeting_key(reading.source, item),
        title=item.title,
        room=room,
        doors_at=item.starts_at - reading.doors_before,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        zone=zone,
        number=number,
        style=item.style or SetUpStyle.THEATRE,
    )
    return replace(bare, agenda=plain_agenda(bare))


def plain_agenda(meeting: Meeting) -> tuple[Segment, ...]:
    """Return the agenda of a meeting of which nothing is known but its time: sign-in, and the meeting itself."""
    sign_in = Segment(
        kind=SegmentKind.SIGN_IN,
        title=SIGN_IN,
        starts_at=meeting.doors_at,
        ends_at=meeting.starts_at,
        key=SegmentKind.SIGN_IN,
    )
    rest = Segment(
        kind=SegmentKind.OTHER,
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        key=SegmentKind.OTHER,
    )
    return (sign_in, rest) if meeting.doors_at < meeting.starts_at else (rest,)


def changed(meeting: Meeting, item: Item, room: str, ruling: Ruling) -> Meeting:
    """Return a meeting after a change at its source, as far as it is to be followed.

    An agenda that the house has made goes along with a new start; the plain one is made anew.
    """
    old = plan_of(meeting)
    plan = old
    if ruling.words:
        plan = replace(plan, title=item.title, style=item.style or plan.style)
    if ruling.place:
        shift = item.starts_at - plan.starts_at
        agenda = tuple(
            replace(one, starts_at=one.starts_at + shift, ends_at=one.ends_at + shift) for one in plan.agenda
        )
        plan = replace(
            plan,
            room=room,
            doors_at=plan.doors_at + shift,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            agenda=agenda,
        )
    if ruling.cancel is not None:
        plan = replace(plan, cancelled=ruling.cancel)
    if old.agenda == plain_agenda(old):
        plan = replace(plan, agenda=plain_agenda(plan))
    return replanned(meeting, plan)


def booked(item: Item, reading: Reading, known: Booking | None, key: str) -> Booking:
    """Return the booking that an item belongs to; what the hub itself noted about it stays."""
    return Booking(
        id=known.id if known else key,
        source=reading.source,
        key=item.booking,
        subject=item.title if known is None else known.subject,
        state=item.state,
        client=item.client,
        channel=Channel.IMPORT,
        headcount=item.headcount,
        paid=item.paid,
        reply_by=item.reply_by,
        made_at=item.made_at,
        lapsed_at=known.lapsed_at if known else None,
    )


def meeting_key(source: str, item: Item) -> str:
    """Return the key by which people name a meeting at a command: the booking's, and what tells it from others."""
    name = _NOT_IN_A_KEY.sub("-", item.booking).strip("-")[:_LONGEST_NAME] or source
    told_apart = hashlib.sha256(f"{source}\n{item.uid}\n{item.occurrence}".encode()).hexdigest()[:6]
    return f"{name}-{told_apart}"


def _titles(item: Item) -> set[str]:
    return {_plain(item.title.zh), _plain(item.title.en)} - {""}


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip().casefold()
