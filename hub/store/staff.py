"""The people of the house: who they are, how they sign in, when they are to be at work."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, false, select

from hub.domain.errors import InvalidInput
from hub.domain.staff import CodeKind, Shift, Staff, no_two_alike
from hub.domain.task_kinds import Role
from hub.domain.words import Language
from hub.store import staff_tables as t
from hub.store.tables import meta
from hub.store.work import AnyRow, Upsert, Work

_s, _c, _h = t.staff.c, t.staff_codes.c, t.shifts.c
_AT = _h.starts_at.type
_ALL = select(t.staff).order_by(_s.name)
_BY_NAME = select(t.staff).where(_s.name == bindparam("the_name"))
_BY_CODE = (
    select(t.staff, _c.kind.label("code_kind"))
    .join_from(t.staff, t.staff_codes, _c.staff == _s.key)
    .where(_c.lookup == bindparam("the_lookup"))
)
_CODES = select(_c.staff, _c.kind)
_PUT = Upsert(t.staff, "key")
_PUT_CODE = Upsert(t.staff_codes, "staff", "kind")
_SALT = select(meta.c.value).where(meta.c.key == bindparam("the_key"))
_PUT_SALT = Upsert(meta)
_SHIFTS = (
    select(t.shifts)
    .where(_h.ends_at > bindparam("since", type_=_AT), _h.starts_at < bindparam("until", type_=_h.ends_at.type))
    .order_by(_h.starts_at, _h.staff)
)
_DROP_SHIFTS = delete(t.shifts).where(
    _h.starts_at >= bindparam("since", type_=_h.starts_at.type), _h.by_hand == false()
)
_DROP_SHIFT = delete(t.shifts).where(
    _h.staff == bindparam("the_staff"), _h.starts_at == bindparam("the_start", type_=_h.starts_at.type)
)
_FROM = select(t.shifts).where(_h.starts_at >= bindparam("since", type_=_h.starts_at.type))
_PUT_SHIFT = Upsert(t.shifts, "staff", "starts_at")
_SALT_KEY = "staff_codes"


class SqlStaff:
    """Fills ``hub.staff_ports.StaffKept``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def put(self, people: Iterable[Staff]) -> None:
        """Keep people by key. Raises InvalidInput where a name is another's."""
        fresh = {one.key: one for one in people}
        no_two_alike(({one.key: one for one in self.all()} | fresh).values())
        rows = [_values(fresh[key]) for key in sorted(fresh)]
        if rows:
            self._work.put(_PUT, rows)

    def all(self) -> Sequence[Staff]:
        """Return everybody, also those who have left, by name."""
        return [_staff(row) for row in self._work.rows(_ALL)]

    def by_name(self, name: str) -> Staff | None:
        """Return who is called so."""
        row = self._work.row(_BY_NAME, {"the_name": name})
        return _staff(row) if row is not None else None

    def put_code(self, lookup: str, person: str, kind: CodeKind, at: datetime) -> None:
        """Let a person sign in by a code. Raises InvalidInput where the code is another's."""
        known = self.by_code(lookup)
        if known is not None and known[0].key != person:
            raise InvalidInput("code", "is another person's", "choose another one")
        if known is not None and known[1] is not kind:
            raise InvalidInput("code", "is this person's other code already", "choose another one")
        self._work.put(_PUT_CODE, {"staff": person, "kind": kind.value, "lookup": lookup, "made_at": at})

    def by_code(self, lookup: str) -> tuple[Staff, CodeKind] | None:
        """Return whose code that is."""
        row = self._work.row(_BY_CODE, {"the_lookup": lookup})
        return (_staff(row), CodeKind(row.code_kind)) if row is not None else None

    def coded(self) -> Mapping[str, frozenset[CodeKind]]:
        """Return by what people can sign in, by key."""
        found: dict[str, set[CodeKind]] = {}
        for row in self._work.rows(_CODES):
            found.setdefault(row.staff, set()).add(CodeKind(row.kind))
        return {key: frozenset(kinds) for key, kinds in found.items()}

    def code_salt(self) -> bytes:
        """Return what the house adds to codes before it keeps them; the first call makes it."""
        row = self._work.row(_SALT, {"the_key": _SALT_KEY})
        if row is None:
            self._work.put(_PUT_SALT, {"key": _SALT_KEY, "value": secrets.token_hex(16)})
            row = self._work.row(_SALT, {"the_key": _SALT_KEY})
        if row is None:  # only a transaction for looking comes here
            return b""
        return bytes.fromhex(row.value)

    def put_shifts(self, shifts: Iterable[Shift], since: datetime) -> None:
        """Keep the roster from an instant on, in place of what it said."""
        known = {(row.staff, row.starts_at): _shift(row) for row in self._work.rows(_FROM, {"since": since})}
        self._work.run(_DROP_SHIFTS, {"since": since})
        for one in sorted(shifts, key=lambda shift: (shift.starts_at, shift.staff)):
            before = known.get((one.staff, one.starts_at))
            same = before is not None and (before.meeting, before.role) == (one.meeting, one.role)
            acknowledged = one.acknowledged_at or (before.acknowledged_at if before and same else None)
            told = one.told_at or (before.told_at if before else None)
            self._work.put(_PUT_SHIFT, _shift_values(one) | {"acknowledged_at": acknowledged, "told_at": told})

    def shifts(self, since: datetime, until: datetime) -> Sequence[Shift]:
        """Return the shifts that touch a time, the earliest first."""
        rows = self._work.rows(_SHIFTS, {"since": since, "until": until})
        return [_shift(row) for row in rows]

    def save_shift(self, shift: Shift) -> None:
        """Keep a shift's new state."""
        self._work.put(_PUT_SHIFT, _shift_values(shift))

    def drop_shift(self, staff: str, starts_at: datetime) -> None:
        """Take a shift out of the roster."""
        self._work.run(_DROP_SHIFT, {"the_staff": staff, "the_start": starts_at})


def _shift(row: AnyRow) -> Shift:
    return Shift(
        staff=row.staff,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        acknowledged_at=row.acknowledged_at,
        meeting=row.meeting,
        role=Role(row.role) if row.role else None,
        by_hand=row.by_hand,
        told_at=row.told_at,
    )


def _shift_values(one: Shift) -> dict[str, object]:
    return {
        "staff": one.staff,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "acknowledged_at": one.acknowledged_at,
        "meeting": one.meeting,
        "role": one.role.value if one.role else "",
        "by_hand": one.by_hand,
        "told_at": one.told_at,
    }


def _values(one: Staff) -> dict[str, object]:
    return {
        "key": one.key,
        "name": one.name,
        "roles": sorted(one.roles),
        "leads": sorted(one.leads),
        "zones": sorted(one.zones),
        "skills": sorted(one.skills),
        "pager": one.pager,
        "language": one.language.value,
        "active": one.active,
        "by_hand": one.by_hand,
    }


def _staff(row: AnyRow) -> Staff:
    return Staff(
        key=row.key,
        name=row.name,
        roles=frozenset(map(Role, row.roles)),
        leads=frozenset(map(Role, row.leads)),
        zones=frozenset(row.zones),
        skills=frozenset(row.skills),
        pager=row.pager,
        language=Language(row.language),
        active=row.active,
        by_hand=row.by_hand,
    )
