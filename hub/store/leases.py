"""Seats that are leased to kiosks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, false, func, insert, select, true, update

from hub.domain.guests import InvitationStatus
from hub.domain.seat_leases import SeatLease
from hub.domain.seats import Seat
from hub.store import tables as t
from hub.store.seats import seat_of
from hub.store.types import among
from hub.store.work import AnyRow, Work

_l, _s, _f = t.seat_leases.c, t.seats.c, t.feed.c
_i, _g, _c = t.invitations.c, t.guests.c, t.credentials.c

ALL = select(t.seat_leases, func.coalesce(_f.seq, 0).label("told")).outerjoin_from(
    t.seat_leases, t.feed, (_f.kind == "lease") & (_f.key == _l.device + "/" + _l.meeting)
)
_OF_MEETING = ALL.where(_l.meeting == bindparam("of_meeting")).order_by(_l.seat)
_LENT = (
    ALL.add_columns(*(column for column in _s if column.name != "meeting"))
    .join(t.seats, (_s.meeting == _l.meeting) & (_s.label == _l.seat))
    .where(_l.device == bindparam("of_device"), _l.recalled == 0)
    .order_by(_l.meeting, _s.rank.desc(), _s.label.desc())
)
_MEETINGS = select(_l.meeting).distinct()
_UNSEATED = (
    _i.meeting == bindparam("of_meeting"),
    ~select(1).where(t.seat_assignments.c.invitation == _i.id).exists(),
)
_EXPECTED = (
    select(func.count())
    .join_from(t.invitations, t.guests, _g.id == _i.guest)
    .join(t.credentials, (_c.invitation == _i.id) & (_c.current == true()))
    .where(*_UNSEATED, _i.vip == false(), _g.step_free == false())
    .where(_c.status == InvitationStatus.VALID.value)
    .where(~select(1).where(t.admissions.c.invitation == _i.id).exists())
)
_PLANNED = select(_i.seat_wish).where(*_UNSEATED, _i.seat_wish != "").distinct()
_ADD = insert(t.seat_leases)
_THESE = (_l.meeting == bindparam("of_meeting"), among(_l.seat, "labels"))
_RECALL = update(t.seat_leases).where(*_THESE).values(recalled=1)
_RENEW = (
    update(t.seat_leases)
    .where(_l.meeting == bindparam("of_meeting"), _l.device == bindparam("of_device"))
    .values(until=bindparam("to"))
)
_END = delete(t.seat_leases).where(*_THESE)


class SqlLeases:
    """Fills ``hub.ports.Leases``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def of_meeting(self, meeting: str) -> Sequence[SeatLease]:
        """Return a meeting's leases by seat, recalled ones too."""
        return [to_lease(row) for row in self._work.rows(_OF_MEETING, {"of_meeting": meeting})]

    def lent(self, device: str) -> Mapping[str, Sequence[tuple[SeatLease, Seat]]]:
        """Return what a kiosk may give away now, by meeting, in the order in which it should."""
        found: dict[str, list[tuple[SeatLease, Seat]]] = {}
        for row in self._work.rows(_LENT, {"of_device": device}):
            found.setdefault(row.meeting, []).append((to_lease(row), seat_of(row)))
        return found

    def meetings(self) -> Collection[str]:
        """Return the ids of the meetings of which any seat is leased."""
        return {row.meeting for row in self._work.rows(_MEETINGS)}

    def expected(self, meeting: str) -> int:
        """Count the ordinary guests who are still to come and for whom no seat is kept."""
        row = self._work.row(_EXPECTED, {"of_meeting": meeting})
        return row[0] if row else 0

    def planned(self, meeting: str) -> Collection[str]:
        """Return the seats (labels) that people have planned for guests who hold none yet."""
        return {row.seat_wish for row in self._work.rows(_PLANNED, {"of_meeting": meeting})}

    def add(self, leases: Iterable[SeatLease]) -> None:
        """Lease seats. Raises Refused when the database finds one leased already."""
        rows = [
            {"meeting": one.meeting, "seat": one.seat, "device": one.device, "until": one.until, "recalled": 0}
            for one in leases
        ]
        if rows:
            self._work.run(_ADD, rows)

    def recall(self, meeting: str, seats: Collection[str]) -> None:
        """Mark leased seats as recalled; they stay leased until they are ended."""
        if seats:
            self._work.run(_RECALL, {"of_meeting": meeting, "labels": sorted(seats)})

    def renew(self, meeting: str, device: str, until: datetime) -> None:
        """Let one kiosk's leases of a meeting end at another moment."""
        self._work.run(_RENEW, {"of_meeting": meeting, "of_device": device, "to": until})

    def end(self, meeting: str, seats: Collection[str]) -> None:
        """Let these seats be leased no more."""
        if seats:
            self._work.run(_END, {"of_meeting": meeting, "labels": sorted(seats)})


def to_lease(row: AnyRow) -> SeatLease:
    """Return the lease that a row holds."""
    return SeatLease(
        meeting=row.meeting,
        seat=row.seat,
        device=row.device,
        until=row.until,
        recalled=row.recalled != 0,
        told=row.told,
    )


def by_meeting(rows: Iterable[AnyRow]) -> dict[str, list[SeatLease]]:
    """Return the leases that rows hold, by meeting, in the rows' order."""
    found: dict[str, list[SeatLease]] = {}
    for row in rows:
        found.setdefault(row.meeting, []).append(to_lease(row))
    return found
