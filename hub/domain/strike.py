"""A room is cleared after a meeting, and is there for the next one only then (R160, R161). Pure.

及时组织人员清理会场: 桌椅归位、清理垃圾、关闭设备电源.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from hub.domain.house_work import LEAST_TIME, HouseTimes
from hub.domain.meetings import Meeting

EQUIPMENT = "equipment_off"
"""The step that the hub ticks by itself once all that it can switch off reports that it is off."""


def strike_due(now: datetime, following: Meeting | None, times: HouseTimes) -> datetime:
    """Return by when a room has to be clear: before the doors of the meeting that follows there open."""
    due = now + times.strike
    return due if following is None else min(due, max(following.doors_at, now + LEAST_TIME))


def follower(over: Meeting, meetings: Iterable[Meeting]) -> Meeting | None:
    """Return the next meeting in the room of one that ends."""
    later = (one for one in meetings if one.room == over.room and not one.cancelled and one.id != over.id)
    return min((one for one in later if one.ends_at > over.ends_at), key=lambda one: one.doors_at, default=None)


def too_tight(meetings: Iterable[Meeting], least: timedelta) -> Iterator[tuple[Meeting, Meeting, timedelta]]:
    """Find meetings in one room that leave less than ``least`` between one's end and the next one's doors.

    Returns each pair with the time that lies between; below zero they overlap.
    """
    rooms: dict[str, list[Meeting]] = {}
    for one in sorted(meetings, key=lambda one: one.starts_at):
        if not one.cancelled:
            rooms.setdefault(one.room, []).append(one)
    for listed in rooms.values():
        for before, after in pairwise(listed):
            if after.doors_at - before.ends_at < least:
                yield before, after, after.doors_at - before.ends_at
