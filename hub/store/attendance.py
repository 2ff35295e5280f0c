"""Who has come to a meeting, in few and short queries: pages ask often, and guests at the door come first."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Text, bindparam, case, cast, func, or_, select, true

from hub.domain.attendance import Arrived, HeadCount, Held, Share
from hub.domain.guests import Diet, InvitationStatus, Rsvp
from hub.store import tables as t
from hub.store.rows import attendee
from hub.store.types import among
from hub.store.work import AnyRow, Work

_i, _g, _c, _a, _s = t.invitations.c, t.guests.c, t.credentials.c, t.admissions.c, t.seat_assignments.c

_DIETS = cast(_g.diets, Text)
_CAME = func.sum(case((_a.invitation.is_not(None), 1), else_=0))
_COUNTS = (
    select(_i.meeting, _i.vip, _i.rsvp, _DIETS.label("diets"), func.count().label("expected"), _CAME.label("arrived"))
    .join_from(t.invitations, t.guests, _g.id == _i.guest)
    .join(t.credentials, (_c.invitation == _i.id) & (_c.current == true()))
    .outerjoin(t.admissions, _a.invitation == _i.id)
    .where(among(_i.meeting, "meetings"))
    .where(or_(_c.status == InvitationStatus.VALID.value, _a.invitation.is_not(None)))
    .group_by(_i.meeting, _i.vip, _i.rsvp, _DIETS)
)
_FIRST = select(_a.meeting, func.min(_a.at).label("first_at")).where(among(_a.meeting, "meetings")).group_by(_a.meeting)
_WHO = (_i.id, _i.vip, _i.vip_level, _g.name, _g.salutation_zh, _g.salutation_en, _g.title, _g.company)
_ARRIVALS = (
    select(*_WHO, _a.at, _a.device, _a.flagged, _s.seat)
    .join_from(t.invitations, t.admissions, _a.invitation == _i.id)
    .join(t.guests, _g.id == _i.guest)
    .outerjoin(t.seat_assignments, _s.invitation == _i.id)
    .where(_a.meeting == bindparam("of_meeting"))
    .order_by(_a.at.desc(), _a.invitation.desc())
    .limit(bindparam("most"))
)
_HOLDERS = (
    select(*_WHO, _s.seat, _s.occupied)
    .join_from(t.seat_assignments, t.invitations, _i.id == _s.invitation)
    .join(t.guests, _g.id == _i.guest)
    .where(_s.meeting == bindparam("of_meeting"))
    .order_by(_s.seat)
)


class SqlAttendance:
    """Fills ``hub.ports.Attendance``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def counts(self, meetings: Collection[str]) -> Mapping[str, HeadCount]:
        """Count the people of each of these meetings."""
        found = {meeting: HeadCount() for meeting in meetings}
        if not found:
            return found
        for row in self._work.rows(_COUNTS, {"meetings": list(found)}):
            found[row.meeting] = _with(found[row.meeting], row)
        return found

    def first(self, meetings: Collection[str]) -> Mapping[str, datetime]:
        """Return when the first guest of each of these meetings came; those to which nobody did are left out."""
        rows = self._work.rows(_FIRST, {"meetings": sorted(meetings)}) if meetings else ()
        return {row.meeting: row.first_at for row in rows}

    def arrivals(self, meeting: str, limit: int) -> Sequence[Arrived]:
        """Return who has come in, newest first."""
        rows = self._work.rows(_ARRIVALS, {"of_meeting": meeting, "most": limit})
        return [
            Arrived(who=attendee(row, row.id), at=row.at, device=row.device, seat=row.seat or "", flagged=row.flagged)
            for row in rows
        ]

    def holders(self, meeting: str) -> Sequence[Held]:
        """Return who holds which seat, by seat."""
        rows = self._work.rows(_HOLDERS, {"of_meeting": meeting})
        return [Held(seat=row.seat, who=attendee(row, row.id), occupied=row.occupied) for row in rows]


def _with(before: HeadCount, row: AnyRow) -> HeadCount:
    share = Share(row.expected, row.arrived)
    diets = {Diet(diet): before.diet(Diet(diet)) + share for diet in json.loads(row.diets)}
    answers = dict(before.answers)
    if row.rsvp != Rsvp.NEEDS_ACTION:
        answers[Rsvp(row.rsvp)] = before.answered(Rsvp(row.rsvp)) + row.expected
    return HeadCount(
        guests=before.guests + share,
        vips=before.vips + share if row.vip else before.vips,
        diets={**before.diets, **diets},
        answers=answers,
    )
