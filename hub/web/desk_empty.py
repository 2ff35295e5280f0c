"""Booked rooms that nobody has come to, on the desk's page: what was seen, and what a person may decide (C.3.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.meetings import Meeting
from hub.domain.no_show import NoShow, NoShowState
from hub.ports import Transaction
from hub.web.language import Tongue


@dataclass(frozen=True, slots=True)
class Empty:
    """What is on now, and what is known of whether anybody came; rooms' names by key."""

    meetings: Sequence[Meeting]
    rows: Mapping[str, NoShow]
    rooms: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyLine:
    """One meeting: what is said of it, and the ``choices`` (``release``, ``keep``, ``back``)."""

    meeting: str
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime
    state: str
    seen: str
    blind: str
    choices: tuple[str, ...]


CHOICES = {
    NoShowState.WARNED: ("keep",),
    NoShowState.SUSPECT: ("keep", "release"),
    NoShowState.ASKED: ("release", "keep"),
    NoShowState.RELEASED: ("back",),
    NoShowState.CONTESTED: ("back",),
}
"""What a person may decide; in all other states nothing is left to."""


def read_empty(tx: Transaction, now: datetime, tongue: Tongue) -> Empty:
    """Read what is on now."""
    meetings = tx.meetings.between(now, now + timedelta(seconds=1))
    rooms = {one.key: tongue.read(one.name) for one in tx.meetings.rooms()}
    return Empty(meetings, tx.no_shows.get([one.id for one in meetings]), rooms)


def empty_lines(found: Empty, tongue: Tongue, now: datetime) -> Sequence[EmptyLine]:
    """Return the meetings to which somebody may say something, by start."""
    lines = []
    for meeting in found.meetings:
        row = found.rows.get(meeting.id)
        if row is None or row.state not in CHOICES:
            continue
        share = round(100 * row.blind_share(min(now, row.looked_at)))
        blind = tongue.say("desk.empty.blind", n=share) if share else ""
        lines.append(
            EmptyLine(
                meeting=meeting.id,
                title=tongue.read(meeting.title),
                room=found.rooms.get(meeting.room, meeting.room),
                starts_at=meeting.starts_at,
                ends_at=meeting.ends_at,
                state=tongue.say(f"desk.empty.state.{row.state}"),
                seen=tongue.say("desk.empty.seen", arrived=row.arrived, expected=row.expected),
                blind=blind,
                choices=CHOICES[row.state],
            )
        )
    return lines
