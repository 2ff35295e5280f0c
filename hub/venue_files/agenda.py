"""The agenda of a meeting: its segments in the order of time, and what is worth a second look (R7, R54, R56)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest

from hub.domain.meetings import LEAST_SLACK, Segment, SegmentKind, slack
from hub.domain.run_of_show import keyed
from hub.domain.words import Words
from hub.usecases.venue_plan import House
from hub.venue_files.table import Table

MOST_SEGMENTS = 40
"""What a kiosk's card of a meeting holds."""

_SPOKEN = frozenset(
    {SegmentKind.OPENING, SegmentKind.TALK, SegmentKind.CASE, SegmentKind.QUESTIONS, SegmentKind.SIGNING}
)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Row:
    """A segment before its end is settled."""

    table: Table
    kind: SegmentKind
    title: Words
    starts: datetime
    ends: datetime | None
    presenter: str
    owner: str
    place: Words | None
    quiet: bool
    key: str
    speaker: str


def read_agenda(
    meeting: Table, house: House, read: Callable[[object], datetime], ends: datetime | None
) -> tuple[Segment, ...] | None:
    """Read [[meetings.agenda]]; None when the file has none. ``read`` makes instants, ``ends`` closes the last row."""
    if not meeting.has("agenda"):
        return None
    rows = sorted(filter(None, (_row(table, house, read) for table in meeting.tables("agenda"))), key=_starts)
    if len(rows) > MOST_SEGMENTS:
        meeting.wrong("agenda", f"has {len(rows)} rows, at most {MOST_SEGMENTS} fit", "join rows")
    _name_once(rows)
    segments = keyed(_segment(row, after, ends) for row, after in zip_longest(rows, rows[1:]) if row)
    _look_twice(meeting, rows, segments)
    return segments


def _row(table: Table, house: House, read: Callable[[object], datetime]) -> _Row | None:
    kind, title = table.word("kind", SegmentKind), table.words("title", needed=True)
    starts, ends = table.moment("from", read), table.moment("to", read)
    place = _place(table, house)
    presenter, owner = table.text("presenter"), table.text("owner")
    quiet = bool(table.flag("quiet"))
    key = table.key("key") if table.has("key") else ""
    speaker = table.text("speaker")
    for name in ("kind", "from"):
        if not table.has(name):
            table.wrong(name, "is missing", "add it")
    table.close()
    if starts and ends and ends <= starts:
        table.wrong("to", "is not after its beginning", "correct one of the two")
    if not (kind and title and starts):
        return None
    return _Row(table, kind, title, starts, ends, presenter, owner, place, quiet, key, speaker)


def _place(table: Table, house: House) -> Words | None:
    """Read where a segment is: the key of a place or room, or the words themselves."""
    value = table.value("place")
    if not isinstance(value, str):
        return table.words("place")
    name = house.rooms.get(value) or house.places.get(value)
    if name is None and value:
        table.wrong("place", f"there is no place or room {value!r}", 'use a key, or write { zh = "…", en = "…" }')
    return name


def _segment(row: _Row, after: _Row | None, ends: datetime | None) -> Segment:
    until = row.ends or (after.starts if after else ends)
    if row.ends is None:
        row.table.warn("to", "is missing", "add it; until then the next row's beginning is taken")
    return Segment(
        kind=row.kind,
        title=row.title,
        starts_at=row.starts,
        ends_at=max(until or row.starts, row.starts + _MINUTE),
        presenter=row.presenter,
        owner=row.owner,
        place=row.place,
        quiet=row.quiet,
        key=row.key,
        speaker=f"id:{row.speaker}" if row.speaker else "",
    )


def _name_once(rows: Sequence[_Row]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.key in seen:
            row.table.wrong("key", f"{row.key!r} stands twice in this agenda", "give each part a key of its own")
        seen |= {row.key} - {""}


def _look_twice(meeting: Table, rows: Sequence[_Row], segments: Sequence[Segment]) -> None:
    for row in rows:
        if not row.owner:
            row.table.warn("owner", "is missing", "name the team that answers for this part")
        if row.kind in _SPOKEN and not row.presenter:
            row.table.warn("presenter", "is missing", "name who speaks")
    for (row, one), (_, other) in pairwise(zip(rows, segments, strict=True)):
        if row.ends and other.starts_at < one.ends_at:
            row.table.warn("to", "is after the next part has begun", "check both times")
    free = slack(segments)
    if len(segments) > 1 and free < LEAST_SLACK:
        minutes = int(free / _MINUTE)
        meeting.warn(
            "agenda", f"leaves {minutes} minutes free for surprises", "leave 10 to 15 minutes between its parts in all"
        )


def _starts(row: _Row) -> datetime:
    return row.starts
