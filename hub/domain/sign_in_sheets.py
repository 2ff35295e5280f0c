"""Sign-in sheets on paper, for when no kiosk works (R94): how their rows are called, and when a row was signed."""

import hashlib
import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.domain.errors import InvalidInput
from hub.domain.meetings import Meeting

ROWS = 20
"""On one sheet of A4, and on one page of the screen beside it."""

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME = re.compile(r"([01]?\d|2[0-3])[:：]?([0-5]\d)")
_DAY = timedelta(days=1)


def row_code(number: int, invitation: str) -> str:
    """Return what a row is called: its number in the meeting's list, and two signs made from the invitation.

    Whoever copies a sheet sees by them that paper and screen speak of the same guest, also where a list has changed.
    """
    known = int.from_bytes(hashlib.sha256(invitation.encode()).digest()[:2], "big")
    return f"{number:03d}-{_SIGNS[known >> 5 & 31]}{_SIGNS[known & 31]}"


def sheet_of(number: int) -> int:
    """Return the sheet, from 1, on which the guest with this number stands."""
    return (number - 1) // ROWS + 1


def signed_at(stated: str, row: str, meeting: Meeting, now: datetime) -> datetime:
    """Return the instant (UTC) of a time of day as a guest wrote it: 9:05, 14:30 or 1430, in the meeting's zone.

    Of a meeting over several days it is the last such moment that is not in the future. Raises InvalidInput, naming
    the row, for what is no time of day and for one that is still to come.
    """
    found = _TIME.fullmatch(stated.strip())
    if found is None:
        raise InvalidInput(f"{row} {stated.strip()}".strip(), "is no time of day", "write it as 14:05")
    zone = ZoneInfo(meeting.zone)
    day = meeting.doors_at.astimezone(zone).date()
    last = meeting.ends_at.astimezone(zone).date()
    moments = []
    while day <= last:
        moments.append(datetime.combine(day, time(int(found[1]), int(found[2])), zone).astimezone(now.tzinfo))
        day += _DAY
    past = [moment for moment in moments if moment <= now]
    if not past:
        raise InvalidInput(f"{row} {stated.strip()}", "is still to come", "correct the time or the clock")
    return past[-1]
