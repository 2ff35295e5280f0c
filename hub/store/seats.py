"""Seat maps and who holds which seat."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import and_, bindparam, case, delete, false, func, insert, or_, select, true, update

from hub.domain.errors import InvalidInput, Refused
from hub.domain.seat_leases import lease_key
from hub.domain.seats import Seat, SeatAssignment, SeatKind
from hub.seat_ports import SeatVersion
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Values, Work

SEATS, SEATING = "seats", "seating"
"""What the feed calls a new seat map, and that seats were given or freed. The key is the meeting."""

_s, _a = t.seats.c, t.seat_assignments.c
_OF_MEETING = select(t.seats).where(_s.meeting == bindparam("of_meeting")).order_by(_s.rank, _s.label)
_VERSION = select(t.feed.c.kind, t.feed.c.seq).where(
    or_(t.feed.c.kind == SEATS, t.feed.c.kind == SEATING), t.feed.c.key == bindparam("of_meeting")
)
_LABELS = select(_s.label).where(_s.meeting == bindparam("of_meeting"))
_PUT = Upsert(t.seats, "meeting", "label")
_DROP = delete(t.seats).where(_s.meeting == bindparam("of_meeting")).where(among(_s.label, "labels"))
_l = t.seat_leases.c
_LEASED_TO = select(_l.device).where(_l.meeting == bindparam("of_meeting")).distinct()
_END_LEASES = delete(t.seat_leases).where(_l.meeting == bindparam("of_meeting"), among(_l.seat, "labels"))
_ASSIGNMENTS = select(t.seat_assignments).where(_a.meeting == bindparam("of_meeting")).order_by(_a.seat)
_HOLDERS = select(_a.seat, _a.invitation).where(_a.meeting == bindparam("of_meeting"))
_HELD = _ASSIGNMENTS.where(among(_a.seat, "labels")).limit(1)
_OF_INVITATIONS = (
    select(t.seats, _a.invitation)
    .join_from(t.seat_assignments, t.seats, (_s.meeting == _a.meeting) & (_s.label == _a.seat))
    .where(among(_a.invitation, "invitations"))
)
_FREE = ~select(1).where(_a.meeting == _s.meeting, _a.seat == _s.label).exists()
_ORDINARY = and_(_s.kind == SeatKind.STANDARD.value, _s.step_free == false(), _FREE)
_LEFT = select(func.count().label("seats"), func.sum(case((_ORDINARY, 1), else_=0)).label("free")).where(
    _s.meeting == bindparam("of_meeting")
)
_ASSIGN = insert(t.seat_assignments)
_OCCUPY = update(t.seat_assignments).where(among(_a.invitation, "invitations")).values(occupied=true())
_VACATE = update(t.seat_assignments).where(among(_a.invitation, "invitations")).values(occupied=false())
_RELEASE = delete(t.seat_assignments).where(among(_a.invitation, "invitations")).returning(_a.meeting)


class SqlSeats:
    """Fills ``hub.ports.Seats``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def of_meeting(self, meeting: str) -> Sequence[Seat]:
        """Return the seats by rank."""
        return [seat_of(row) for row in self._work.rows(_OF_MEETING, {"of_meeting": meeting})]

    def version(self, meeting: str) -> SeatVersion:
        """Return what changes whenever the meeting's seat map is laid out anew, or a seat is given or freed."""
        found = {row.kind: row.seq for row in self._work.rows(_VERSION, {"of_meeting": meeting})}
        return SeatVersion(found.get(SEATS, 0), found.get(SEATING, 0))

    def replace(self, meeting: str, seats: Iterable[Seat]) -> None:
        """Lay a seat map out. Leases of seats that go end with them.

        Raises Refused when somebody holds a seat that would go, InvalidInput for a label that stands twice.
        """
        rows = [_values(meeting, seat) for seat in seats]
        labels = Counter(str(row["label"]) for row in rows)
        label, times = next(iter(labels.most_common(1)), ("", 0))
        if times > 1:
            raise InvalidInput("label", f"{label} stands {times} times in the seat map", "give each seat its own")
        there = {row.label for row in self._work.rows(_LABELS, {"of_meeting": meeting})}
        going = {"of_meeting": meeting, "labels": sorted(there - labels.keys())}
        if held := self._work.row(_HELD, going):
            raise Refused(f"somebody holds seat {held.seat}, which the new seat map lacks")
        self._work.touched[SEATS, meeting] = None
        for row in self._work.rows(_LEASED_TO, {"of_meeting": meeting}):
            self._work.touched["lease", lease_key(row.device, meeting)] = None
        self._work.run(_END_LEASES, going)
        self._work.run(_DROP, going)
        if rows:
            self._work.put(_PUT, rows)

    def ordinary_left(self, meeting: str) -> int | None:
        """Count the ordinary seats that nobody holds, leased ones too; None for a meeting without a seat map."""
        row = self._work.row(_LEFT, {"of_meeting": meeting})
        return int(row.free) if row and row.seats else None

    def assignments(self, meeting: str) -> Sequence[SeatAssignment]:
        """Return who holds which seat of a meeting."""
        return [
            SeatAssignment(meeting=row.meeting, seat=row.seat, invitation=row.invitation, occupied=row.occupied)
            for row in self._work.rows(_ASSIGNMENTS, {"of_meeting": meeting})
        ]

    def holders(self, meeting: str) -> Mapping[str, str]:
        """Return the invitations that hold a meeting's seats, by label."""
        return {row.seat: row.invitation for row in self._work.rows(_HOLDERS, {"of_meeting": meeting})}

    def of_invitations(self, invitations: Collection[str]) -> Mapping[str, Seat]:
        """Return the seats of these invitations."""
        if not invitations:
            return {}
        rows = self._work.rows(_OF_INVITATIONS, {"invitations": list(invitations)})
        return {row.invitation: seat_of(row) for row in rows}

    def assign(self, assignments: Iterable[SeatAssignment]) -> None:
        """Bind seats to invitations. Raises Refused when the database finds a seat or guest bound already."""
        rows = [
            {"meeting": one.meeting, "seat": one.seat, "invitation": one.invitation, "occupied": one.occupied}
            for one in sorted(assignments, key=lambda one: (one.meeting, one.seat))
        ]
        if rows:
            self._work.touched.update(((SEATING, str(row["meeting"])), None) for row in rows)
            self._work.send(_ASSIGN, rows)

    def occupy(self, invitations: Collection[str]) -> None:
        """Mark the seats of these invitations as taken by guests who have come."""
        if invitations:
            self._work.send(_OCCUPY, {"invitations": sorted(invitations)})

    def vacate(self, invitations: Collection[str]) -> None:
        """Mark the seats of these invitations as kept for guests who are not in after all."""
        if invitations:
            self._work.run(_VACATE, {"invitations": sorted(invitations)})

    def release(self, invitations: Collection[str]) -> None:
        """Free the seats of these invitations."""
        if invitations:
            freed = self._work.rows(_RELEASE, {"invitations": sorted(invitations)})
            self._work.touched.update(((SEATING, row.meeting), None) for row in freed)


def seat_of(row: AnyRow) -> Seat:
    """Read a seat from a row with the columns of ``seats``."""
    return Seat(
        label=row.label,
        zone=row.zone,
        row=row.row,
        number=row.number,
        x=row.x,
        y=row.y,
        run=row.run,
        place=row.place,
        rank=row.rank,
        kind=SeatKind(row.kind),
        step_free=row.step_free,
        table=row.at_table,
    )


def _values(meeting: str, seat: Seat) -> Values:
    return {
        "meeting": meeting,
        "label": seat.label,
        "zone": seat.zone,
        "row": seat.row,
        "number": seat.number,
        "x": seat.x,
        "y": seat.y,
        "run": seat.run,
        "place": seat.place,
        "rank": seat.rank,
        "kind": seat.kind.value,
        "step_free": seat.step_free,
        "at_table": seat.table,
    }
