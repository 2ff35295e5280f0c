"""Who is at work, and the tablets at which they sign in."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from hub.domain.staff import Duty, Tablet, Worked
from hub.store import staff_tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_d, _t, _i = t.duties.c, t.tablets.c, t.tablet_invitations.c
_ALL = select(t.duties).order_by(_d.person)
_GET = select(t.duties).where(_d.person == bindparam("the_person"))
_GET_LOCKED = _GET.with_for_update()
_PUT = Upsert(t.duties, "person")
_HEARD = update(t.duties).where(among(_d.person, "people")).values(seen_at=bindparam("heard_at", type_=_d.seen_at.type))
_REMOVE = delete(t.duties).where(_d.person == bindparam("the_person"))
_w = t.worked.c
_PUT_WORKED = Upsert(t.worked, "person", "since")
_WORKED = select(t.worked).where(_w.until >= bindparam("since", type_=_w.until.type)).order_by(_w.since, _w.person)
_FORGET = delete(t.worked).where(_w.until < bindparam("before", type_=_w.until.type))
_PUT_TABLET = Upsert(t.tablets, "id")
_BY_TOKEN = select(t.tablets).where(_t.token == bindparam("the_token"))
_BY_TOKEN_LOCKED = _BY_TOKEN.with_for_update()
_TABLETS = select(t.tablets).order_by(_t.name, _t.id)
_SAVE_TABLET = update(t.tablets).where(_t.id == bindparam("the_id"))
_HEARD_FROM = (
    update(t.tablets)
    .where(_t.id == bindparam("the_id"))
    .values(
        seen_at=bindparam("heard_at", type_=_t.seen_at.type),
        battery=bindparam("percent", type_=_t.battery.type),
        charging=bindparam("plugged", type_=_t.charging.type),
    )
)
_REMOVE_TABLET = delete(t.tablets).where(_t.id == bindparam("the_id"))
_PUT_INVITATION = Upsert(t.tablet_invitations, "code")
_TAKE = delete(t.tablet_invitations).where(_i.code == bindparam("the_code")).returning(_i.name, _i.room, _i.until)
_DROP_OLD = delete(t.tablet_invitations).where(_i.until < bindparam("now", type_=_i.until.type))


class SqlDuties:
    """Fills ``hub.staff_ports.Duties``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def all(self) -> Sequence[Duty]:
        """Return who is at work, by name."""
        return [_duty(row) for row in self._work.rows(_ALL)]

    def get(self, person: str) -> Duty | None:
        """Return one."""
        row = self._work.row(_GET_LOCKED if self._work.locks_rows else _GET, {"the_person": person})
        return _duty(row) if row is not None else None

    def put(self, duty: Duty) -> None:
        """Keep somebody's being at work, in its new state."""
        told = {"person": duty.person, "since": duty.since, "break_until": duty.break_until}
        self._work.put(_PUT, told | {"seen_at": duty.seen_at, "flooded": duty.flooded})

    def heard_of(self, people: Collection[str], at: datetime) -> None:
        """Note that a device of these was heard of."""
        if people:
            self._work.send(_HEARD, {"people": sorted(people), "heard_at": at})

    def heard_from(self, tablet: str, at: datetime, battery: int | None, charging: bool | None) -> None:  # noqa: FBT001 - as it says
        """Note that a tablet was heard of, and its battery."""
        told = {"the_id": tablet, "heard_at": at, "percent": battery, "plugged": charging}
        self._work.send(_HEARD_FROM, told)

    def end(self, person: str, at: datetime) -> None:
        """Let somebody be off, and keep that they were at work until then."""
        duty = self.get(person)
        if duty is not None:
            self._work.run(_REMOVE, {"the_person": person})
            self._work.put(_PUT_WORKED, {"person": person, "since": duty.since, "until": at})

    def worked(self, since: datetime) -> Sequence[Worked]:
        """Return who was at work at some time since an instant and is off now, the earliest first."""
        rows = self._work.rows(_WORKED, {"since": since})
        return [Worked(person=row.person, since=row.since, until=row.until) for row in rows]

    def forget(self, before: datetime) -> None:
        """Drop what was over before an instant."""
        self._work.run(_FORGET, {"before": before})

    def put_tablet(self, tablet: Tablet, token: str) -> None:
        """Keep a new tablet under the hash of its token."""
        self._work.put(_PUT_TABLET, {"id": tablet.id, "token": token, **_values(tablet)})

    def tablet_of(self, token: str) -> Tablet | None:
        """Return the tablet with this hash of a token."""
        row = self._work.row(_BY_TOKEN_LOCKED if self._work.locks_rows else _BY_TOKEN, {"the_token": token})
        return _tablet(row) if row is not None else None

    def tablets(self) -> Sequence[Tablet]:
        """Return all tablets, by name."""
        return [_tablet(row) for row in self._work.rows(_TABLETS)]

    def save_tablet(self, tablet: Tablet) -> None:
        """Keep a tablet's new state."""
        self._work.run(_SAVE_TABLET, {"the_id": tablet.id, **_values(tablet)})

    def remove_tablet(self, tablet: str) -> None:
        """Let a tablet be no more."""
        self._work.run(_REMOVE_TABLET, {"the_id": tablet})

    def put_invitation(self, code: str, name: str, room: str, until: datetime) -> None:
        """Let a tablet join with a code (its hash) under a name, until an instant."""
        self._work.put(_PUT_INVITATION, {"code": code, "name": name, "room": room, "until": until})

    def take_invitation(self, code: str, now: datetime) -> tuple[str, str] | None:
        """Return the name and the room to join under, once."""
        row = self._work.row(_TAKE, {"the_code": code})
        self._work.run(_DROP_OLD, {"now": now})
        return (row.name, row.room) if row is not None and now <= row.until else None


def _values(one: Tablet) -> dict[str, object]:
    return {
        "name": one.name,
        "joined_at": one.joined_at,
        "person": one.person,
        "signed_in_at": one.signed_in_at,
        "seen_at": one.seen_at,
        "tries": one.tries,
        "locked_until": one.locked_until,
        "battery": one.battery,
        "charging": one.charging,
        "room": one.room,
    }


def _tablet(row: AnyRow) -> Tablet:
    return Tablet(
        id=row.id,
        name=row.name,
        joined_at=row.joined_at,
        person=row.person,
        signed_in_at=row.signed_in_at,
        seen_at=row.seen_at,
        tries=row.tries,
        locked_until=row.locked_until,
        battery=row.battery,
        charging=row.charging,
        room=row.room,
    )


def _duty(row: AnyRow) -> Duty:
    return Duty(
        person=row.person, since=row.since, break_until=row.break_until, seen_at=row.seen_at, flooded=row.flooded
    )
