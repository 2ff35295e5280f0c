"""What kiosks asked lately."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, or_, select

from hub.domain.requests import ARRIVAL, Asked, Progressed
from hub.domain.tasks import UNCLAIMED, TaskState
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_r, _t = t.requests.c, t.tasks.c
_SINCE = _r.at >= bindparam("since", type_=_r.at.type)
_CLAIMED = and_(*(_t.state != state.value for state in sorted(UNCLAIMED)))
_OF_DEVICE = _r.device == bindparam("of_device")
_ADD = Upsert(t.requests)
_GET = select(t.requests).where(_r.id == bindparam("the_id"))
_ALL_SINCE = select(t.requests).where(_SINCE).order_by(_r.at, _r.id)
_COUNT = select(func.count()).where(_OF_DEVICE, _SINCE, among(_r.kind, "kinds"))
_SHOWN = select(_r.shown).where(_OF_DEVICE, _SINCE)
_PROGRESSED = (
    select(_r.id, _r.device, _r.kind, _t.state, _t.accepted_by)
    .join_from(t.requests, t.tasks, _t.id == _r.task)
    .where(_SINCE, or_(_CLAIMED, _r.kind == ARRIVAL))
    .order_by(_r.at.desc(), _r.id.desc())
    .limit(bindparam("most"))
)
_FORGET = delete(t.requests).where(_r.at < bindparam("before", type_=_r.at.type))


class SqlRequests:
    """Fills ``hub.request_ports.Requests``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def get(self, request: str) -> Asked | None:
        """Return a request by its id."""
        row = self._work.row(_GET, {"the_id": request})
        return _asked(row) if row is not None else None

    def since(self, instant: datetime) -> Sequence[Asked]:
        """Return everything that was asked since an instant, in that order."""
        return [_asked(row) for row in self._work.rows(_ALL_SINCE, {"since": instant})]

    def add(self, asked: Asked) -> None:
        """Keep a request; one that is kept already stays as it is."""
        self._work.put(
            _ADD,
            {
                "id": asked.id,
                "device": asked.device,
                "kind": asked.kind,
                "at": asked.at,
                "task": asked.task,
                "invitation": asked.invitation,
                "reason": asked.reason,
                "shown": list(asked.shown),
                "more": asked.more,
            },
        )

    def count(self, device: str, kinds: Collection[str], since: datetime) -> int:
        """Count a kiosk's requests of these kinds since an instant."""
        row = self._work.row(_COUNT, {"of_device": device, "since": since, "kinds": [str(kind) for kind in kinds]})
        return row[0] if row else 0

    def shown(self, device: str, since: datetime) -> Collection[str]:
        """Return the lookups of all whom searches have shown at a kiosk since an instant."""
        rows = self._work.rows(_SHOWN, {"of_device": device, "since": since})
        return {lookup for row in rows for lookup in row.shown}

    def progressed(self, since: datetime, limit: int) -> Sequence[Progressed]:
        """Return how the tasks of the newest requests since an instant stand: those taken, done, or for a VIP."""
        return [
            Progressed(id=row.id, device=row.device, kind=row.kind, state=TaskState(row.state), by=row.accepted_by)
            for row in self._work.rows(_PROGRESSED, {"since": since, "most": limit})
        ]

    def forget(self, before: datetime) -> int:
        """Remove all from before an instant; returns how many."""
        return self._work.run(_FORGET, {"before": before}).rowcount


def _asked(row: AnyRow) -> Asked:
    return Asked(
        id=row.id,
        device=row.device,
        kind=row.kind,
        at=row.at,
        task=row.task,
        invitation=row.invitation,
        reason=row.reason,
        shown=tuple(row.shown),
        more=row.more,
    )
