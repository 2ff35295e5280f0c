"""By what guests are found who bring no code: few columns, in small parts, for a door waits meanwhile on SQLite."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, bindparam, or_, select, text, true

from hub.domain.guests import InvitationStatus
from hub.domain.name_search import Findable
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Work

_g, _i, _c = t.guests.c, t.invitations.c, t.credentials.c

_NAMED = (
    select(_c.lookup, _i.id, _i.meeting, _i.position, _g.name, _g.phone)
    .join_from(t.invitations, t.guests, _g.id == _i.guest)
    .join(t.credentials, and_(_c.invitation == _i.id, _c.current == true()))
)
_GOOD = _NAMED.where(_c.status == InvitationStatus.VALID.value)
_LATER = or_(
    _i.position > bindparam("position"), and_(_i.position == bindparam("position"), _i.id > bindparam("after_id"))
)
_PART = (
    _GOOD.where(_i.meeting == bindparam("of_meeting"), _i.position >= bindparam("position"), _LATER)
    .order_by(_i.position, _i.id)
    .limit(bindparam("most"))
)
_BY_LOOKUP = _GOOD.where(among(_c.lookup, "lookups"))
_CALLED = _NAMED.where(_g.name == bindparam("called"), _i.meeting == bindparam("of_meeting")).order_by(_i.id)
_FROM = _NAMED.where(
    _i.meeting == bindparam("of_meeting"), _i.source_key == bindparam("source_key"), text("source_key <> ''")
)

_SALUTED = (
    _GOOD.where(among(_i.meeting, "meetings"))
    .where(or_(_g.salutation_zh == bindparam("called"), _g.salutation_en == bindparam("called")))
    .order_by(_i.position, _i.id)
    .limit(bindparam("most"))
)


class SqlNames:
    """Fills ``hub.request_ports.Names``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def of_meeting(self, meeting: str, after: Findable | None, limit: int) -> Sequence[Findable]:
        """Return a part of a meeting's good invitations, in their order, after the last one that is known."""
        position, last = (after.position, after.invitation) if after else (-1, "")
        values = {"of_meeting": meeting, "position": position, "after_id": last, "most": limit}
        return [_findable(row) for row in self._work.rows(_PART, values)]

    def by_lookup(self, lookups: Collection[str]) -> Mapping[str, Findable]:
        """Return the good invitations with these current codes."""
        if not lookups:
            return {}
        return {row.lookup: _findable(row) for row in self._work.rows(_BY_LOOKUP, {"lookups": list(lookups)})}

    def called(self, meeting: str, name: str, source_key: str) -> Sequence[Findable]:
        """Return a meeting's guests of exactly this name or with this source key, withdrawn ones too."""
        by_key, by_name = self._work.answers(
            (_FROM, {"of_meeting": meeting, "source_key": source_key}),
            (_CALLED, {"of_meeting": meeting, "called": name}),
        )
        return [_findable(row) for row in (*by_key, *by_name)]

    def saluted(self, meetings: Collection[str], called: str, limit: int) -> Sequence[Findable]:
        """Return guests of these meetings who are greeted in exactly these words, in either language."""
        if not meetings:
            return []
        values = {"meetings": sorted(meetings), "called": called, "most": limit}
        return [_findable(row) for row in self._work.rows(_SALUTED, values)]


def _findable(row: AnyRow) -> Findable:
    return Findable(
        lookup=row.lookup,
        invitation=row.id,
        meeting=row.meeting,
        name=row.name,
        phone=row.phone,
        position=row.position,
    )
