"""How far each run of a device goes, and when its machine was started."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, select

from hub.domain.door_time import Anchor
from hub.domain.runs import Tracked
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_r, _a, _c = t.runs.c, t.anchors.c, t.check_ins.c
_RUNS = select(t.runs).where(_r.device == bindparam("of_device"), among(_r.boot, "boots"))
_PUT_RUN = Upsert(t.runs, "device", "boot")
ANCHORS = select(t.anchors).where(among(_a.machine, "machines"))
_PUT_ANCHOR = Upsert(t.anchors, "device", "machine")
_NUMBERS = (
    select(_c.seq)
    .where(_c.device == bindparam("of_device"), _c.boot == bindparam("of_boot"))
    .where(_c.seq > bindparam("after"), _c.seq <= bindparam("last"))
    .order_by(_c.seq)
    .limit(bindparam("most"))
)


class SqlDelivery:
    """Fills ``hub.device_ports.Delivery``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def runs(self, device: str, boots: Collection[str]) -> Mapping[str, Tracked]:
        """Return what is known of these runs of a device, by boot."""
        rows = self._work.rows(_RUNS, {"of_device": device, "boots": list(boots)}) if boots else ()
        return {
            row.boot: Tracked(
                device=row.device,
                boot=row.boot,
                claimed=row.claimed,
                complete=row.complete,
                gap_since=row.gap_since,
                asked_at=row.asked_at,
                lost=row.lost,
            )
            for row in rows
        }

    def save_run(self, run: Tracked) -> None:
        """Keep what is known of a run."""
        values = {
            "device": run.device,
            "boot": run.boot,
            "claimed": run.claimed,
            "complete": run.complete,
            "gap_since": run.gap_since,
            "asked_at": run.asked_at,
            "lost": run.lost,
        }
        self._work.put(_PUT_RUN, values)

    def numbers(self, device: str, boot: str, after: int, last: int, limit: int) -> Sequence[int]:
        """Return the numbers of the stored events of a run above ``after`` up to ``last``, ascending."""
        what = {"of_device": device, "of_boot": boot, "after": after, "last": last, "most": limit}
        return [row.seq for row in self._work.rows(_NUMBERS, what)]

    def anchors(self, machines: Collection[str]) -> Mapping[tuple[str, str], Anchor]:
        """Return the anchors of these machines' runs, by device and machine."""
        rows = self._work.rows(ANCHORS, {"machines": list(machines)}) if machines else ()
        return {(row.device, row.machine): to_anchor(row) for row in rows}

    def save_anchor(self, anchor: Anchor) -> None:
        """Keep an anchor."""
        values = {
            "device": anchor.device,
            "machine": anchor.machine,
            "rank": anchor.rank,
            "zero_us": (anchor.zero - _EPOCH) // timedelta(microseconds=1),
            "heard_at": anchor.heard_at,
        }
        self._work.put(_PUT_ANCHOR, values)


def to_anchor(row: AnyRow) -> Anchor:
    """Return the anchor that a row holds."""
    return Anchor(
        device=row.device,
        machine=row.machine,
        rank=row.rank,
        zero=_EPOCH + timedelta(microseconds=row.zero_us),
        heard_at=row.heard_at,
    )
