"""Lists in parts that fit on the smallest screen: turned with two buttons, never swiped."""

from collections.abc import Sequence
from typing import TypeVar

from devices.contract.cards import MeetingCard, SegmentCard
from kiosk.steps.screens import Agenda, Answers, Choosing, Group, GroupIn

Row = TypeVar("Row")

TILES = 4
"""Large buttons on one page."""

LINES = 3
"""Lines on one page."""

MEETINGS = 2
"""Meetings to choose from on one page: their titles are long."""

Paged = Agenda | Answers | Choosing | Group | GroupIn


def cut(rows: Sequence[Row], page: int, size: int) -> Sequence[Row]:
    """Return the rows of one page, counted from 0."""
    return rows[page * size : (page + 1) * size]


def agenda_pages(meetings: Sequence[MeetingCard]) -> list[tuple[MeetingCard, tuple[SegmentCard, ...]]]:
    """Return what each page of the agendas shows: one meeting, and a few of its segments."""
    found: list[tuple[MeetingCard, tuple[SegmentCard, ...]]] = []
    for meeting in meetings:
        parts = sorted(meeting.segments, key=lambda part: (part.starts_at, part.ends_at))
        found += [(meeting, tuple(parts[at : at + LINES])) for at in range(0, max(1, len(parts)), LINES)]
    return found


def pages_of(step: Paged) -> int:
    """Return how many pages a step has; at least 1."""
    match step:
        case Agenda():
            count, size = len(agenda_pages(step.meetings)), 1
        case Answers():
            count, size = len(step.answers), TILES
        case Choosing():
            count, size = len(step.meetings), MEETINGS
        case Group():
            count, size = len(step.group.members), TILES
        case GroupIn():
            count, size = len(step.guests), LINES
    return max(1, -(-count // size))
