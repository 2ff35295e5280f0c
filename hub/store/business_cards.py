"""Guests' business cards."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from hub.domain.attendance import Attendee
from hub.domain.business_cards import KeptCard
from hub.store import tables as t
from hub.store.rows import attendee
from hub.store.work import Upsert, Work

_b, _a, _i, _g = t.business_cards.c, t.admissions.c, t.invitations.c, t.guests.c
_PUT = Upsert(t.business_cards, "invitation")
_OF_MEETING = select(t.business_cards).where(_b.meeting == bindparam("of_meeting")).order_by(_b.name, _b.invitation)
_LACKING = (
    select(_i.id, _i.vip, _i.vip_level, _g.name, _g.salutation_zh, _g.salutation_en, _g.title, _g.company)
    .join_from(t.admissions, t.invitations, _i.id == _a.invitation)
    .join(t.guests, _g.id == _i.guest)
    .where(_a.meeting == bindparam("of_meeting"))
    .where(~select(1).where(_b.invitation == _a.invitation).exists())
    .order_by(_g.name, _i.id)
)
_REMOVE = delete(t.business_cards).where(_b.invitation == bindparam("the_invitation"))
_PURGE = delete(t.business_cards).where(_b.consented_at < bindparam("before", type_=_b.consented_at.type))


class SqlBusinessCards:
    """Fills ``hub.request_ports.BusinessCards``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def put(self, card: KeptCard) -> None:
        """Keep a guest's card in place of an older one."""
        self._work.put(
            _PUT,
            {
                "invitation": card.invitation,
                "meeting": card.meeting,
                "device": card.device,
                "consented_at": card.consented_at,
                "name": card.name,
                "company": card.company,
                "title": card.title,
                "phone": card.phone,
                "email": card.email,
            },
        )

    def of_meeting(self, meeting: str) -> Sequence[KeptCard]:
        """Return the cards of a meeting by name."""
        return [
            KeptCard(
                invitation=row.invitation,
                meeting=row.meeting,
                device=row.device,
                consented_at=row.consented_at,
                name=row.name,
                company=row.company,
                title=row.title,
                phone=row.phone,
                email=row.email,
            )
            for row in self._work.rows(_OF_MEETING, {"of_meeting": meeting})
        ]

    def lacking(self, meeting: str) -> Sequence[Attendee]:
        """Return the guests of a meeting who have come in and left no card, by name."""
        return [attendee(row, row.id) for row in self._work.rows(_LACKING, {"of_meeting": meeting})]

    def remove(self, invitation: str) -> bool:
        """Remove a guest's card; False when there is none."""
        return self._work.run(_REMOVE, {"the_invitation": invitation}).rowcount > 0

    def purge(self, before: datetime) -> int:
        """Remove all cards that were given before an instant; returns how many."""
        return self._work.run(_PURGE, {"before": before}).rowcount
