"""Meetings with their agenda."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, delete, select

from hub.domain.meetings import Meeting, Segment, SegmentKind, SetUpStyle
from hub.store import tables as t
from hub.store.house import SqlHouse
from hub.store.rows import both, maybe_words, words
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Values

_m, _s = t.meetings.c, t.segments.c
_ALL = select(t.meetings).order_by(_m.starts_at, _m.id)
_BETWEEN = _ALL.where(_m.doors_at < bindparam("before"), _m.ends_at > bindparam("after"))
_BY_ID = select(t.meetings).where(among(_m.id, "ids")).order_by(_m.starts_at, _m.id)
_BY_KEY = select(t.meetings).where(_m.key == bindparam("the_key"))
_PUT = Upsert(t.meetings, "id")
_INSTANTS = ("planned_at", "planned_until", "started_at", "ended_at", "expected_at")

_Selected = TypeVar("_Selected", bound=Select[Any])


def locked(meetings: _Selected) -> _Selected:
    """Let no other writer seat guests in the meetings that are selected; always in one order, by id."""
    return meetings.with_for_update(of=t.meetings, key_share=True)


_LOCK = locked(select(_m.id).where(among(_m.id, "ids")).order_by(_m.id))
_AGENDA = select(t.segments).where(among(_s.meeting, "ids")).order_by(_s.meeting, _s.position)
_PUT_SEGMENTS = Upsert(t.segments, "meeting", "position")
_DROP_SEGMENTS = delete(t.segments).where(_s.meeting == bindparam("of_meeting"), _s.position >= bindparam("beyond"))


class SqlMeetings(SqlHouse):
    """Fills ``hub.ports.Meetings``."""

    def all(self) -> Sequence[Meeting]:
        """Return the meetings by start."""
        return self._with_agendas(self._work.rows(_ALL))

    def between(self, start: datetime, end: datetime) -> Sequence[Meeting]:
        """Return the meetings by start whose doors open before ``end`` and which end after ``start``."""
        return self._with_agendas(self._work.rows(_BETWEEN, {"after": start, "before": end}))

    def get(self, keys: Collection[str]) -> Mapping[str, Meeting]:
        """Return those of the named meetings (ids) that exist, by id."""
        if not keys:
            return {}
        return {meeting.id: meeting for meeting in self._with_agendas(self._work.rows(_BY_ID, {"ids": list(keys)}))}

    def by_key(self, key: str) -> Meeting | None:
        """Return the meeting with this key, None when there is none."""
        return next(iter(self._with_agendas(self._work.rows(_BY_KEY, {"the_key": key}))), None)

    def save(self, meeting: Meeting) -> None:
        """Add or change a meeting with its agenda. Raises Refused for a key, number or room that cannot be."""
        self._work.put(_PUT, _meeting_values(meeting))
        parts = (*meeting.agenda, *meeting.cut)
        self._work.run(_DROP_SEGMENTS, {"of_meeting": meeting.id, "beyond": len(parts)})
        segments = [
            {**_segment_values(meeting.id, position, part), "cut": position >= len(meeting.agenda)}
            for position, part in enumerate(parts)
        ]
        if segments:
            self._work.put(_PUT_SEGMENTS, segments)

    def lock(self, ids: Collection[str]) -> None:
        """Let no other writer seat guests in these meetings until this transaction ends.

        Always in one order, so that two writers never wait for each other; on SQLite the one connection is lock enough.
        """
        if ids and self._work.locks_rows:
            self._work.rows(_LOCK, {"ids": sorted(ids)})

    def _with_agendas(self, rows: Sequence[AnyRow]) -> list[Meeting]:
        if not rows:
            return []
        agendas: dict[str, list[Segment]] = {row.id: [] for row in rows}
        cut: dict[str, list[Segment]] = {row.id: [] for row in rows}
        for row in self._work.rows(_AGENDA, {"ids": list(agendas)}):
            (cut if row.cut else agendas)[row.meeting].append(_segment(row))
        return [to_meeting(row, agendas[row.id], cut[row.id]) for row in rows]


def to_meeting(row: AnyRow, agenda: Iterable[Segment], cut: Iterable[Segment] = ()) -> Meeting:
    """Return the meeting of a row."""
    return Meeting(
        id=row.id,
        key=row.key,
        title=words(row, "title"),
        room=row.room,
        doors_at=row.doors_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        style=SetUpStyle(row.style),
        cancelled=row.cancelled,
        lounge=row.lounge,
        number=row.number,
        agenda=tuple(agenda),
        cut=tuple(cut),
        planned_starts_at=row.planned_starts_at,
        planned_ends_at=row.planned_ends_at,
    )


def _meeting_values(meeting: Meeting) -> Values:
    return {
        "id": meeting.id,
        "key": meeting.key,
        "room": meeting.room,
        "doors_at": meeting.doors_at,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "zone": meeting.zone,
        "style": meeting.style.value,
        "cancelled": meeting.cancelled,
        "lounge": meeting.lounge,
        "number": meeting.number,
        "planned_starts_at": meeting.planned_starts_at,
        "planned_ends_at": meeting.planned_ends_at,
        **both("title", meeting.title),
    }


def _segment(row: AnyRow) -> Segment:
    return Segment(
        kind=SegmentKind(row.kind),
        title=words(row, "title"),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        presenter=row.presenter,
        owner=row.owner,
        place=maybe_words(row, "place"),
        quiet=row.quiet,
        key=row.key,
        speaker=row.speaker,
        **{name: getattr(row, name) for name in _INSTANTS},
    )


def _segment_values(meeting: str, position: int, segment: Segment) -> Values:
    return {
        "meeting": meeting,
        "position": position,
        "kind": segment.kind.value,
        "starts_at": segment.starts_at,
        "ends_at": segment.ends_at,
        "presenter": segment.presenter,
        "owner": segment.owner,
        "quiet": segment.quiet,
        "key": segment.key,
        "speaker": segment.speaker,
        **{name: getattr(segment, name) for name in _INSTANTS},
        **both("title", segment.title),
        **both("place", segment.place),
    }
