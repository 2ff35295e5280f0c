"""How meetings were rehearsed."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import bindparam, select

from hub.domain.rehearsals import Course, Mark, Result
from hub.store.rehearsal_tables import rehearsal_marks, rehearsals
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_r, _m = rehearsals.c, rehearsal_marks.c
_COURSES = select(rehearsals).where(among(_r.meeting, "meetings"))
_SAVE = Upsert(rehearsals, "meeting")
_MARKS = select(rehearsal_marks).where(_m.meeting == bindparam("of_meeting")).order_by(_m.line)
_PUT = Upsert(rehearsal_marks, "meeting", "line")


class SqlRehearsals:
    """Fills ``hub.rehearsal_ports.Rehearsals``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def courses(self, meetings: Collection[str]) -> Mapping[str, Course]:
        """Return what is kept of the rehearsals of these meetings, by meeting."""
        return {row.meeting: _course(row) for row in self._work.rows(_COURSES, {"meetings": sorted(meetings)})}

    def save(self, course: Course) -> None:
        """Add or change what is kept of a rehearsal."""
        told = {"meeting": course.meeting, "opened_at": course.opened_at}
        self._work.put(_SAVE, told | {"passed_at": course.passed_at, "passed_by": course.passed_by})

    def marks(self, meeting: str) -> Sequence[Mark]:
        """Return how the lines of a meeting's list were found, by line."""
        return [_mark(row) for row in self._work.rows(_MARKS, {"of_meeting": meeting})]

    def put(self, meeting: str, marks: Iterable[Mark]) -> None:
        """Keep how lines were found, each in the place of what was found before."""
        rows = [
            {
                "meeting": meeting,
                "line": one.line,
                "result": one.result,
                "by": one.by,
                "at": one.at,
                "note": one.note,
                "counted": one.counted,
                "wanted": one.wanted,
            }
            for one in sorted(marks, key=lambda mark: mark.line)
        ]
        if rows:
            self._work.put(_PUT, rows)


def _course(row: AnyRow) -> Course:
    return Course(meeting=row.meeting, opened_at=row.opened_at, passed_at=row.passed_at, passed_by=row.passed_by)


def _mark(row: AnyRow) -> Mark:
    return Mark(
        line=row.line,
        result=Result(row.result),
        by=row.by,
        at=row.at,
        note=row.note,
        counted=row.counted,
        wanted=row.wanted,
    )
