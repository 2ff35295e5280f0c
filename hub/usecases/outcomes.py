"""What became of meetings, worked out from what the hub knows itself: counts and times, never names (C.6.3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hub.domain.attendance import Share
from hub.domain.meetings import Meeting, Segment, SegmentKind
from hub.domain.no_show import NoShow
from hub.domain.overruns import as_it_is
from hub.domain.run_of_show import is_run
from hub.domain.source_items import Outcome
from hub.ports import Transaction


def outcomes(tx: Transaction, meetings: Sequence[Meeting], now: datetime) -> Mapping[str, Outcome]:
    """Return what has become of these meetings by now, by id."""
    keys = [one.id for one in meetings]
    counts, first, rows = tx.attendance.counts(keys), tx.attendance.first(keys), tx.no_shows.get(keys)
    return {one.id: outcome(one, counts[one.id].guests, first.get(one.id), rows.get(one.id), now) for one in meetings}


def outcome(meeting: Meeting, guests: Share, first: datetime | None, row: NoShow | None, now: datetime) -> Outcome:
    """Return what has become of one meeting.

    Its real times are those of its agenda where somebody runs it; by the clock it was held only if somebody came.
    """
    started, ended = _times(meeting, guests.arrived, now)
    return Outcome(
        expected=guests.expected,
        attended=guests.arrived,
        first_check_in_at=first,
        started_at=started,
        ended_at=ended,
        no_show=row is not None and row.nobody_came and not guests.arrived,
        released_at=row.released_at if row is not None else None,
    )


def _times(meeting: Meeting, arrived: int, now: datetime) -> tuple[datetime | None, datetime | None]:
    ends_at = as_it_is(meeting, now).ends_at
    if is_run(meeting):
        begun = [one for one in meeting.agenda if one.started_at is not None]
        parts = [one for one in begun if one.kind is not SegmentKind.SIGN_IN]
        return _first(parts), _last(begun) if now >= ends_at else None
    if not arrived or now < meeting.starts_at:
        return None, None
    return meeting.starts_at, ends_at if now >= ends_at else None


def _first(parts: Sequence[Segment]) -> datetime | None:
    return min((one.started_at for one in parts if one.started_at), default=None)


def _last(parts: Sequence[Segment]) -> datetime | None:
    return max((one.ended_at or one.ends_at for one in parts), default=None)
