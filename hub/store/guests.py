"""Guests, their invitations and the codes by which invitations open."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Update, bindparam, false, func, insert, select, true, update

from hub.domain.errors import NotFound
from hub.domain.guests import Diet, Guest, Invitation, InvitationStatus, Invited, Rsvp
from hub.domain.words import Language
from hub.store import tables as t
from hub.store.rows import both, words
from hub.store.types import among
from hub.store.work import AnyRow, Values, Work

_g, _i, _c, _p = t.guests.c, t.invitations.c, t.credentials.c, t.group_codes.c

_GUEST_COLUMNS = [column.label(f"g_{column.name}") for column in t.guests.c]
INVITED = (
    select(t.invitations, *_GUEST_COLUMNS, _c.code, _c.lookup, _c.status, _c.status_at, _p.lookup.label("group_lookup"))
    .join_from(t.invitations, t.guests, _g.id == _i.guest)
    .join(t.credentials, _c.invitation == _i.id)
    .outerjoin(t.group_codes, (_p.meeting == _i.meeting) & (_p.party == _i.party) & (_p.current == true()))
)
_CURRENT = INVITED.where(_c.current == true())
_BY_LOOKUP = INVITED.where(among(_c.lookup, "lookups"))
_BY_ID = _CURRENT.where(among(_i.id, "ids"))
_OF_MEETING = _CURRENT.where(_i.meeting == bindparam("of_meeting")).order_by(_i.position, _i.id)
_OF_PARTIES = _OF_MEETING.where(among(_i.party, "parties"))

_ADD_GUEST = insert(t.guests)
_LAST = select(func.max(_i.position)).where(_i.meeting == bindparam("of_meeting"))
_ADD_INVITATION = insert(t.invitations)
_ADD_CODE = insert(t.credentials)
_CHANGE_GUEST = update(t.guests).where(_g.id == bindparam("the_guest"))
_CHANGE_INVITATION = update(t.invitations).where(_i.id == bindparam("the_invitation"))
_CURRENT_CODE = update(t.credentials).where(_c.invitation == bindparam("the_invitation")).where(_c.current == true())
_SET_STATUS = _CURRENT_CODE.values(status=bindparam("new_status"), status_at=bindparam("at", type_=_c.status_at.type))
_RETIRE = _SET_STATUS.values(current=false())


class SqlGuests:
    """Fills ``hub.ports.Guests``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work
        self._last: dict[str, int] = {}

    def by_lookup(self, lookups: Collection[str]) -> Mapping[str, Invited]:
        """Return the invitations whose codes have these keyed hashes; each with the code that was asked for."""
        if not lookups:
            return {}
        return {row.lookup: to_invited(row) for row in self._work.rows(_BY_LOOKUP, {"lookups": list(lookups)})}

    def by_invitation(self, ids: Collection[str]) -> Mapping[str, Invited]:
        """Return invitations by id, each with its current code."""
        if not ids:
            return {}
        return {row.id: to_invited(row) for row in self._work.rows(_BY_ID, {"ids": list(ids)})}

    def of_meeting(self, meeting: str) -> Sequence[Invited]:
        """Return a meeting's invitations with their current codes, in the order they were added."""
        return [to_invited(row) for row in self._work.rows(_OF_MEETING, {"of_meeting": meeting})]

    def of_parties(self, meeting: str, parties: Collection[str]) -> Sequence[Invited]:
        """Return the invitations of the named parties of a meeting."""
        if not parties:
            return []
        values = {"of_meeting": meeting, "parties": list(parties)}
        return [to_invited(row) for row in self._work.rows(_OF_PARTIES, values)]

    def add(self, guest: Guest, invitation: Invitation) -> None:
        """Add a guest with an invitation and its code.

        Where guest, row or code is there already, the next statement, or the end of the transaction, raises Refused.
        """
        self._work.later(_ADD_GUEST, {"id": guest.id, **_guest_values(guest)})
        position = self._next_position(invitation.meeting)
        values = {"id": invitation.id, "meeting": invitation.meeting, "guest": invitation.guest, "position": position}
        self._work.later(_ADD_INVITATION, values | _invitation_values(invitation))
        self._work.later(_ADD_CODE, _code_values(invitation))

    def change(self, guest: Guest, invitation: Invitation) -> None:
        """Change a guest's or invitation's fields; the code stays. Raises NotFound when either is not there."""
        self._hit(_CHANGE_GUEST, {"the_guest": guest.id, **_guest_values(guest)})
        self._hit(_CHANGE_INVITATION, {"the_invitation": invitation.id, **_invitation_values(invitation)})

    def replace_code(self, invitation: str, code: str, lookup: str, at: datetime) -> None:
        """Give an invitation a new code; the old one answers ``replaced`` from now on.

        Raises NotFound for no such invitation, Refused when the code is somebody's already.
        """
        status = InvitationStatus.REPLACED.value
        self._hit(_RETIRE, {"the_invitation": invitation, "new_status": status, "at": at})
        self._work.run(
            _ADD_CODE,
            {
                "invitation": invitation,
                "code": code,
                "lookup": lookup,
                "status": InvitationStatus.VALID.value,
                "status_at": at,
                "current": True,
            },
        )

    def set_status(self, invitation: str, status: InvitationStatus, at: datetime) -> None:
        """Withdraw (or restore) an invitation's current code. Raises NotFound for no such invitation."""
        self._hit(_SET_STATUS, {"the_invitation": invitation, "new_status": status.value, "at": at})

    def _next_position(self, meeting: str) -> int:
        """Count on from the meeting's last invitation, which is looked up once in a transaction."""
        if meeting not in self._last:
            row = self._work.row(_LAST, {"of_meeting": meeting})
            self._last[meeting] = (row[0] if row else None) or 0
        self._last[meeting] += 1
        return self._last[meeting]

    def _hit(self, statement: Update, values: Values) -> None:
        if self._work.run(statement, values).rowcount == 0:
            raise NotFound("there is no such guest or invitation")


def to_invited(row: AnyRow) -> Invited:
    """Return the invitation, guest and code of a row of ``INVITED``."""
    invitation = Invitation(
        id=row.id,
        meeting=row.meeting,
        guest=row.guest,
        code=row.code,
        lookup=row.lookup,
        status=InvitationStatus(row.status),
        status_at=row.status_at,
        party=row.party,
        vip=row.vip,
        vip_level=row.vip_level,
        rsvp=Rsvp(row.rsvp),
        off_list=row.off_list,
        host=row.host,
        seat_wish=row.seat_wish,
        source_key=row.source_key,
        group=row.group_lookup or "",
    )
    guest = Guest(
        id=row.guest,
        name=row.g_name,
        salutation=words(row, "g_salutation"),
        title=row.g_title,
        company=row.g_company,
        language=Language(row.g_language),
        phone=row.g_phone,
        email=row.g_email,
        diets=frozenset(Diet(diet) for diet in row.g_diets),
        diet_note=row.g_diet_note,
        step_free=row.g_step_free,
        drink=row.g_drink,
    )
    return Invited(invitation=invitation, guest=guest)


def _guest_values(guest: Guest) -> Values:
    return {
        "name": guest.name,
        "title": guest.title,
        "company": guest.company,
        "language": guest.language.value,
        "phone": guest.phone,
        "email": guest.email,
        "diets": sorted(guest.diets),
        "diet_note": guest.diet_note,
        "step_free": guest.step_free,
        "drink": guest.drink,
        **both("salutation", guest.salutation),
    }


def _invitation_values(invitation: Invitation) -> dict[str, object]:
    return {
        "party": invitation.party,
        "vip": invitation.vip,
        "vip_level": invitation.vip_level,
        "rsvp": invitation.rsvp.value,
        "off_list": invitation.off_list,
        "host": invitation.host,
        "seat_wish": invitation.seat_wish,
        "source_key": invitation.source_key,
    }


def _code_values(invitation: Invitation) -> Values:
    return {
        "lookup": invitation.lookup,
        "code": invitation.code,
        "invitation": invitation.id,
        "status": invitation.status.value,
        "status_at": invitation.status_at,
        "current": True,
    }
