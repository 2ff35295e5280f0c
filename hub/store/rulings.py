"""What people decided about scans, and the refusals they may decide about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, text

from hub.domain.attendance import Attendee, Decided, TurnedAway, refusal
from hub.domain.rulings import Ruling, RulingKind
from hub.store import tables as t
from hub.store.rows import attendee
from hub.store.types import UtcDateTime, among
from hub.store.work import AnyRow, Values, Work

_r, _c, _i, _g = t.rulings.c, t.check_ins.c, t.invitations.c, t.guests.c

_ADD = insert(t.rulings)
OF_INVITATIONS = select(t.rulings).where(among(_r.invitation, "invitations")).order_by(_r.at, _r.id)
_WHO = (_i.vip, _i.vip_level, _g.name, _g.salutation_zh, _g.salutation_en, _g.title, _g.company)
_NEWEST = (
    select(t.rulings, *_WHO, _i.id.label("invitation_id"), _i.meeting, _c.at.label("scanned_at"), _c.device)
    .join_from(t.rulings, t.check_ins, _c.id == _r.check_in)
    .join(t.invitations, _i.id == _r.invitation)
    .join(t.guests, _g.id == _i.guest)
    .order_by(_r.at.desc(), _r.id.desc())
    .limit(bindparam("most"))
)
_NEWEST_OF = _NEWEST.where(_i.meeting == bindparam("of_meeting"))
_TURNED_AWAY = (
    select(*_WHO, _i.id.label("invitation_id"), _c.id.label("check_in"), _c.at, _c.device, _c.verdict, _c.kiosk_verdict)
    .join_from(t.check_ins, t.invitations, _i.id == _c.invitation)
    .join(t.guests, _g.id == _i.guest)
    .where(_c.meeting == bindparam("of_meeting"), text("classed = 'refused'"))
    .where(_c.at >= bindparam("since", type_=UtcDateTime()))
    .order_by(_c.at.desc(), _c.id.desc())
    .limit(bindparam("most"))
)


class SqlRulings:
    """Fills ``hub.ports.Rulings``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def add(self, rulings: Iterable[Ruling]) -> None:
        """Store rulings."""
        rows = [_values(one) for one in rulings]
        if rows:
            self._work.run(_ADD, rows)

    def of_invitations(self, invitations: Collection[str]) -> Mapping[str, Sequence[Ruling]]:
        """Return the rulings about the scans of these invitations, oldest first."""
        if not invitations:
            return {}
        return by_invitation(self._work.rows(OF_INVITATIONS, {"invitations": sorted(invitations)}))

    def newest(self, limit: int, meeting: str = "") -> Sequence[Decided]:
        """Return what was decided, newest first: in one meeting (its id), or in all."""
        query, values = (_NEWEST_OF, {"of_meeting": meeting}) if meeting else (_NEWEST, {})
        return [
            Decided(
                ruling=to_ruling(row),
                who=_who(row),
                meeting=row.meeting,
                at=row.scanned_at,
                device=row.device,
            )
            for row in self._work.rows(query, {**values, "most": limit})
        ]

    def turned_away(self, meeting: str, since: datetime, limit: int) -> Sequence[TurnedAway]:
        """Return whom the doors of a meeting refused since an instant, newest first."""
        rows = self._work.rows(_TURNED_AWAY, {"of_meeting": meeting, "since": since, "most": limit})
        return [
            TurnedAway(
                check_in=row.check_in,
                who=_who(row),
                at=row.at,
                device=row.device,
                verdict=refusal(row.verdict, row.kiosk_verdict),
            )
            for row in rows
        ]


def _who(row: AnyRow) -> Attendee:
    return attendee(row, row.invitation_id)


def by_invitation(rows: Iterable[AnyRow]) -> dict[str, list[Ruling]]:
    """Return the rulings that rows hold, by invitation, in the rows' order."""
    found: dict[str, list[Ruling]] = {}
    for row in rows:
        found.setdefault(row.invitation, []).append(to_ruling(row))
    return found


def to_ruling(row: AnyRow) -> Ruling:
    """Return the ruling that a row holds."""
    return Ruling(
        id=row.id,
        check_in=row.check_in,
        invitation=row.invitation,
        kind=RulingKind(row.kind),
        by=row.by,
        reason=row.reason,
        at=row.at,
    )


def _values(ruling: Ruling) -> Values:
    return {
        "id": ruling.id,
        "check_in": ruling.check_in,
        "invitation": ruling.invitation,
        "kind": ruling.kind.value,
        "by": ruling.by,
        "reason": ruling.reason,
        "at": ruling.at,
    }
