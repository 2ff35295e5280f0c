"""What changed, in commit order.

Writers of several processes share one counter. Whoever raises it holds its row to the COMMIT, so positions become
visible in the order in which they were given: a reader that has seen position n will never find a new one below n.
For the lock to be short this is the transaction's last step, and within it everything is collected first.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from sqlalchemy import bindparam, func, select, update

from hub.ports import Change
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import Positions, Upsert, Work

ALL = ""
"""The name of the counter among the kinds."""

_f, _h = t.feed.c, t.feed_head.c
_HEAD = select(func.max(_h.seq)).where(among(_h.kind, "kinds"))
_ADVANCE = update(t.feed_head).where(_h.kind == ALL).values(seq=_h.seq + bindparam("by")).returning(_h.seq)
_GIVEN = select(_h.seq).where(_h.kind == ALL).scalar_subquery() - bindparam("back")
_PUT_HEAD = Upsert(t.feed_head, "kind", seq=_GIVEN)
_PUT = Upsert(t.feed, "kind", "key", seq=_GIVEN)
_AFTER = (
    select(_f.seq, _f.kind, _f.key)
    .where(_f.seq > bindparam("position"), among(_f.kind, "kinds"))
    .order_by(_f.seq)
    .limit(bindparam("most"))
)


class SqlFeed:
    """Fills ``hub.ports.Feed``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def touch(self, changes: Iterable[tuple[str, str]]) -> None:
        """Note (kind, key) pairs as changed now. The store writes them as the transaction's last step."""
        self._work.touched.update(dict.fromkeys(changes))

    def on_commit(self, tell: Callable[[Positions], None]) -> None:
        """Call ``tell`` once all of this is kept, with the positions of what was touched."""
        self._work.committed.append(tell)

    def head(self, kinds: Collection[str] = ()) -> int:
        """Return the newest position, of these kinds or of all; 0 when nothing has changed yet."""
        row = self._work.row(_HEAD, {"kinds": [str(kind) for kind in kinds] or [ALL]})
        return (row[0] if row else None) or 0

    def after(self, seq: int, kinds: Collection[str], limit: int) -> Sequence[Change]:
        """Return what changed after a position, oldest first, each thing once."""
        rows = self._work.rows(_AFTER, {"position": seq, "kinds": [str(kind) for kind in kinds], "most": limit})
        return [Change(row.seq, row.kind, row.key) for row in rows]


def write_touched(work: Work) -> Callable[[], Positions]:
    """Give what was touched its positions, which are known once the COMMIT, which must follow, is answered.

    The database counts them out by itself, so that the statements and the COMMIT need not wait for each other. Where
    the counter is missing it refuses to store a position that is nothing.
    """
    touched = list(work.touched)
    if not touched:
        return dict
    advanced = work.ask(_ADVANCE, {"by": len(touched)})
    if not work.locks_rows and not advanced():
        raise RuntimeError("the feed's counter is missing: this database was not made by the migrations")
    back = {change: len(touched) - number for number, change in enumerate(touched, start=1)}
    work.put(_PUT, [{"kind": kind, "key": key, "back": far} for (kind, key), far in back.items()])
    newest = {kind: far for (kind, _), far in back.items()}
    work.put(_PUT_HEAD, [{"kind": kind, "back": far} for kind, far in newest.items()])

    def positions() -> Positions:
        head = advanced()[0].seq
        return {change: head - far for change, far in back.items()}

    return positions
