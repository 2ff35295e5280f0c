"""The codes on which whole parties come (G22)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, false, insert, select, true, update

from hub.domain.errors import NotFound
from hub.domain.groups import Group
from hub.domain.guests import InvitationStatus
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Work

_p = t.group_codes.c
_CURRENT = select(t.group_codes).where(_p.current == true())
_OF_MEETING = _CURRENT.where(_p.meeting == bindparam("of_meeting")).order_by(_p.party)
_BY_LOOKUP = _CURRENT.where(among(_p.lookup, "lookups"))
_ADD = insert(t.group_codes)
_RETIRE = (
    update(t.group_codes)
    .where(_p.meeting == bindparam("of_meeting"), _p.party == bindparam("of_party"), _p.current == true())
    .values(current=false(), status=bindparam("new_status"), status_at=bindparam("at", type_=_p.status_at.type))
)
_SET_STATUS = (
    update(t.group_codes)
    .where(_p.lookup == bindparam("the_lookup"), _p.current == true())
    .values(status=bindparam("new_status"), status_at=bindparam("at", type_=_p.status_at.type))
)


class SqlGroups:
    """Fills ``hub.ports.Groups``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def of_meeting(self, meeting: str) -> Sequence[Group]:
        """Return a meeting's groups with their current codes, by party."""
        return [_group(row) for row in self._work.rows(_OF_MEETING, {"of_meeting": meeting})]

    def by_lookup(self, lookups: Collection[str]) -> Mapping[str, Group]:
        """Return the groups whose current codes have these keyed hashes."""
        if not lookups:
            return {}
        return {row.lookup: _group(row) for row in self._work.rows(_BY_LOOKUP, {"lookups": list(lookups)})}

    def add(self, group: Group) -> None:
        """Give a party a code, in the place of an older one where it has one. Raises Refused when the code is known."""
        replaced = InvitationStatus.REPLACED.value
        of = {"of_meeting": group.meeting, "of_party": group.party}
        self._work.run(_RETIRE, of | {"new_status": replaced, "at": group.status_at})
        values = {name: getattr(group, name) for name in ("lookup", "code", "meeting", "party", "status_at")}
        self._work.run(_ADD, values | {"status": group.status.value, "current": True})

    def set_status(self, lookup: str, status: InvitationStatus, at: datetime) -> None:
        """Withdraw (or restore) a group's code. Raises NotFound when it is no group's current one."""
        if self._work.run(_SET_STATUS, {"the_lookup": lookup, "new_status": status.value, "at": at}).rowcount == 0:
            raise NotFound("there is no such group")


def _group(row: AnyRow) -> Group:
    return Group(
        meeting=row.meeting,
        party=row.party,
        code=row.code,
        lookup=row.lookup,
        status=InvitationStatus(row.status),
        status_at=row.status_at,
    )
