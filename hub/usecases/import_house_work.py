"""Function sheets as a part of a venue file, and meetings that leave a room too little time for a turnover (R161)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from hub.domain.house_work import FunctionSheet, HouseTimes
from hub.domain.meetings import Meeting
from hub.domain.strike import too_tight
from hub.ports import Transaction
from hub.usecases.findings import Finding
from hub.usecases.venue_plan import MeetingEntry

MINUTE = timedelta(minutes=1)


def changed_sheets(
    tx: Transaction, entries: Sequence[MeetingEntry], meetings: Sequence[Meeting]
) -> Mapping[str, FunctionSheet]:
    """Return the sheets that are others than before, by meeting (id)."""
    named = {meeting.id: entry.sheet for entry, meeting in zip(entries, meetings, strict=True) if entry.sheet}
    return {key: sheet for key, sheet in named.items() if sheet != tx.house_work.sheet(key)}


def tight_turnovers(
    entries: Sequence[MeetingEntry], meetings: Sequence[Meeting], before: Mapping[str, Meeting], times: HouseTimes
) -> Iterator[Finding]:
    """Warn of meetings of the file before or after which a room has too little time to be struck and set up."""
    lines = {entry.key: entry for entry in entries}
    others = [one for one in before.values() if one.key not in lines]
    for first, second, between in too_tight([*others, *meetings], times.turnover):
        entry = lines.get(second.key) or lines.get(first.key)
        if (
            entry is not None and second.starts_at >= first.ends_at
        ):  # what overlaps is refused (hub.usecases.import_rooms)
            minutes, needed = int(between / MINUTE), int(times.turnover / MINUTE)
            problem = f"{second.key}'s doors open {minutes} minutes after {first.key} ends in the same room"
            if between < timedelta():
                problem = f"{second.key}'s doors open {-minutes} minutes before {first.key} ends in the same room"
            remedy = f"leave {needed} minutes for strike and set-up, or choose another room"
            yield Finding(line=entry.line, field="doors", problem=problem, remedy=remedy, warning=True, at=entry.at)
