"""What changed, in commit order.

Writers of several processes share one counter. Whoever raises it holds its row to the COMMIT, so positions become
visible in the order in which they were given: a reader that has seen position n will never find a new one below n.
For the lock to be short this is the transaction's last step, and within it everything is collected first.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select, text, update

from hub.ports import Change
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Positions, Upsert, Work

INCARNATION = "incarnation"
"""The key of the database's own id; a restored backup gets a new one."""

ALL = ""
"""The name of the counter among the kinds."""

_f, _h = t.feed.c, t.feed_head.c
_HEAD = select(func.max(_h.seq)).where(among(_h.kind, "kinds"))
_ADVANCE = update(t.feed_head).where(_h.kind == ALL).values(seq=_h.seq + bindparam("by")).returning(_h.seq)
_PUT_HEAD = Upsert(t.feed_head, "kind")
_PUT = Upsert(t.feed, "kind", "key")
_IN_ONE = (
    text("""
    WITH head AS (UPDATE feed_head SET seq = seq + :by WHERE kind = '' RETURNING seq),
    changed AS (
        SELECT kind, key, seq - :by + number AS seq
        FROM head, unnest(CAST(:kinds AS text[]), CAST(:keys AS text[])) WITH ORDINALITY AS given (kind, key, number)
    ),
    kept AS (
        INSERT INTO feed (kind, key, seq) SELECT kind, key, seq FROM changed
        ON CONFLICT (kind, key) DO UPDATE SET seq = excluded.seq
    ),
    heads AS (
        INSERT INTO feed_head (kind, seq) SELECT kind, max(seq) FROM changed GROUP BY kind
        ON CONFLICT (kind) DO UPDATE SET seq = excluded.seq
    )
    SELECT seq FROM head
    """)
    .bindparams(bindparam("by", type_=BigInteger), bindparam("kinds"), bindparam("keys"))
    .columns(seq=BigInteger)
)
"""All that ``write_touched`` does, as one journey to PostgreSQL."""

_AFTER = (
    select(_f.seq, _f.kind, _f.key)
    .where(_f.seq > bindparam("position"), among(_f.kind, "kinds"))
    .order_by(_f.seq)
    .limit(bindparam("most"))
)

_INCARNATION = select(t.meta.c.value).where(t.meta.c.key == bindparam("the_key"))
_FINGERPRINT = select(func.count().label("entries"), func.coalesce(func.sum(_f.seq), 0).label("positions")).where(
    or_(among(_f.kind, "kinds"), and_(among(_f.kind, "own"), _f.key.like(bindparam("own_keys"))))
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

    def incarnation(self) -> str:
        """Return the id of the database whose positions these are."""
        row = self._work.row(_INCARNATION, {"the_key": INCARNATION})
        return row.value if row else ""

    def fingerprint(self, kinds: Collection[str], own: Collection[str], device: str) -> str:
        """Return count and sum of the positions of what counts for a device: these kinds, and its ``own`` of others."""
        what = {"kinds": [str(kind) for kind in kinds], "own": [str(kind) for kind in own], "own_keys": f"{device}/%"}
        row = self._work.row(_FINGERPRINT, what)
        return f"{row.entries}-{row.positions}" if row else "0-0"

    def after(self, seq: int, kinds: Collection[str], limit: int) -> Sequence[Change]:
        """Return what changed after a position, oldest first, each thing once."""
        rows = self._work.rows(_AFTER, {"position": seq, "kinds": [str(kind) for kind in kinds], "most": limit})
        return [Change(row.seq, row.kind, row.key) for row in rows]


def write_touched(work: Work) -> Callable[[], Positions]:
    """Give what was touched its positions, which are known once the COMMIT, which must follow, is answered."""
    touched = list(work.touched)
    if not touched:
        return dict
    if work.locks_rows:
        kinds, keys = zip(*touched, strict=True)
        advanced = work.ask(_IN_ONE, {"by": len(touched), "kinds": list(kinds), "keys": list(keys)})
        return lambda: _positions(touched, advanced())
    positions = _positions(touched, work.rows(_ADVANCE, {"by": len(touched)}))
    work.put(_PUT, [{"kind": kind, "key": key, "seq": seq} for (kind, key), seq in positions.items()])
    newest = {kind: seq for (kind, _), seq in positions.items()}
    work.put(_PUT_HEAD, [{"kind": kind, "seq": seq} for kind, seq in newest.items()])
    return lambda: positions


def _positions(touched: Sequence[tuple[str, str]], advanced: Sequence[AnyRow]) -> Positions:
    if not advanced:
        raise RuntimeError("the feed's counter is missing: this database was not made by the migrations")
    return dict(zip(touched, range(advanced[0].seq - len(touched) + 1, advanced[0].seq + 1), strict=True))
