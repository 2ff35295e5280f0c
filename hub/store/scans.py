"""What is known around a batch of scans, in one go: on PostgreSQL each question alone is a journey there and back."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Executable, Label, ScalarSelect, Select, select, union_all

from hub.check_in_ports import Scanned
from hub.domain.check_ins import Admission
from hub.domain.seats import Seat, SeatKind
from hub.domain.transfers import OVER
from hub.seat_ports import SeatVersion
from hub.store import tables as t
from hub.store.check_ins import to_check_in
from hub.store.delivery import ANCHORS, to_anchor
from hub.store.guests import INVITED, to_invited
from hub.store.house import DOORS, to_door
from hub.store.leases import ALL, by_meeting
from hub.store.meetings import locked, to_meeting
from hub.store.rulings import OF_INVITATIONS, by_invitation
from hub.store.seats import SEATING, SEATS
from hub.store.types import among
from hub.store.work import AnyRow, Values, Work

_m, _i, _c, _e = t.meetings.c, t.invitations.c, t.credentials.c, t.check_ins.c
_a, _h, _s, _f, _r, _p = t.admissions.c, t.seat_assignments.c, t.seats.c, t.feed.c, t.rulings.c, t.transfers.c


def _under(prefix: str, columns: Collection[Column[Any]]) -> list[Label[Any]]:
    return [column.label(f"{prefix}_{column.name}") for column in columns]


def _position(kind: str) -> ScalarSelect[Any]:
    return select(_f.seq).where(_f.kind == kind, _f.key == _i.meeting).correlate(t.invitations).scalar_subquery()


def _of_codes(column: Column[str]) -> Select[Any]:
    """Select something of the invitations whose codes were scanned."""
    return (
        select(column)
        .join_from(t.credentials, t.invitations, _i.id == _c.invitation)
        .where(among(_c.lookup, "lookups"))
    )


_INVITED = (
    INVITED.add_columns(
        *_under("a", list(_a)),
        *_under("s", list(_s)),
        _position(SEATS).label("seats_at"),
        _position(SEATING).label("seating_at"),
        select(_r.id).where(_r.invitation == _i.id).correlate(t.invitations).exists().label("ruled"),
        select(_p.invitation)
        .where(_p.invitation == _i.id, *(_p.state != over.value for over in OVER))
        .correlate(t.invitations)
        .exists()
        .label("fetched"),
    )
    .outerjoin(t.admissions, _a.invitation == _i.id)
    .outerjoin(t.seat_assignments, _h.invitation == _i.id)
    .outerjoin(t.seats, (_s.meeting == _h.meeting) & (_s.label == _h.seat))
    .where(among(_c.lookup, "lookups"))
)
_MEETINGS = select(t.meetings).where(_m.id.in_(_of_codes(_i.meeting))).order_by(_m.id)
_MEETINGS_LOCKED = locked(_MEETINGS)
_EVENTS = union_all(
    select(t.check_ins).where(among(_e.id, "events")),
    select(t.check_ins).where(_e.invitation.in_(_of_codes(_i.id))),
)
_LEASES = ALL.where(t.seat_leases.c.meeting.in_(_of_codes(_i.meeting))).order_by(t.seat_leases.c.seat)


class SqlScans:
    """Fills ``hub.ports.Scans``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def around(self, lookups: Collection[str], events: Collection[str], machines: Collection[str] = ()) -> Scanned:
        """Return what is known around these codes, events and machines; no other writer seats in their meetings."""
        codes, both = {"lookups": list(lookups)}, {"lookups": list(lookups), "events": list(events)}
        # The lock before all others: they must see what its last holder did.
        first = _MEETINGS_LOCKED if self._work.locks_rows else _MEETINGS
        questions: list[tuple[Executable, Values]] = [
            (first, codes),
            (_INVITED, codes),
            (_EVENTS, both),
            (DOORS, {}),
            (_LEASES, codes),
        ]
        questions += [(ANCHORS, {"machines": list(machines)})] if machines else []
        meetings, invited, stored, doors, leases, *anchors = self._work.answers(*questions)
        ruled = {"invitations": sorted(row.id for row in invited if row.ruled)}
        rulings = self._work.rows(OF_INVITATIONS, ruled) if ruled["invitations"] else ()  # by people, so seldom any
        found = {row.id: to_check_in(row) for row in stored}
        return Scanned(
            invited={row.lookup: to_invited(row) for row in invited},
            meetings={row.id: to_meeting(row, ()) for row in meetings},
            events=found,
            admissions={row.id: _admission(row) for row in invited if row.a_check_in is not None},
            seats={row.id: _seat(row) for row in invited if row.s_label is not None},
            versions={row.meeting: SeatVersion(row.seats_at or 0, row.seating_at or 0) for row in invited},
            doors={row.device: to_door(row) for row in doors},
            rulings=by_invitation(rulings),
            leases=by_meeting(leases),
            anchors={(row.device, row.machine): to_anchor(row) for rows in anchors for row in rows},
            fetched=frozenset(row.id for row in invited if row.fetched),
        )


def _admission(row: AnyRow) -> Admission:
    return Admission(
        meeting=row.a_meeting,
        invitation=row.a_invitation,
        check_in=row.a_check_in,
        device=row.a_device,
        at=row.a_at,
        flagged=row.a_flagged,
    )


def _seat(row: AnyRow) -> Seat:
    return Seat(
        label=row.s_label,
        zone=row.s_zone,
        row=row.s_row,
        number=row.s_number,
        x=row.s_x,
        y=row.s_y,
        run=row.s_run,
        place=row.s_place,
        rank=row.s_rank,
        kind=SeatKind(row.s_kind),
        step_free=row.s_step_free,
        table=row.s_at_table,
    )
