"""One pair of eyes on the change feed for all open pages: sixty streams cost one look, not sixty.

``wait`` sleeps until something changed. What changed lately stays in memory, by thing, so its size is bounded by the
number of meetings and devices; only a page that comes back with an older position asks the database itself.
"""

import logging
import threading
from collections.abc import Collection, Sequence

from hub.ports import Change, Store, Transaction

READING = "reading"
"""The kind of change that never rests: some device has always just said something."""

RECEIPTS = "receipts"
"""That a device has shown an alert: after an alarm sixty of them come at once, and only the board shows them."""

QUIET = frozenset({READING, RECEIPTS})
"""What changes nothing of what other pages show: it does not make them read anew at once."""

PAGE_KINDS = (
    "arrivals",
    "tasks",
    "device",
    "quarantine",
    "meeting",
    "messages",
    "materials",
    "drinks",
    "transfers",
    "room",
    "asset",
    "certificates",
    "key",
    "field_device",
    "room_check",
    "rehearsal",
    "incident",
    "house_work",
    "condition",
    "duties",
    "alerts",
    "desk",
    "access",
    RECEIPTS,
    READING,
)
"""The kinds of change that pages show. The feed has others, which only kiosks follow."""

EVERY_S = 0.2
"""Seconds between two looks at the feed; ``nudge`` makes the next one come at once."""

_AT_ONCE = 1_000
_log = logging.getLogger(__name__)


class FeedWatch:
    """Follows the feed in a thread of its own. Any thread may wait, nudge and ask."""

    def __init__(self, store: Store, every_s: float = EVERY_S) -> None:
        """Take the store; ``start`` begins to look."""
        self._store = store
        self._every_s = every_s
        self._changed = threading.Condition()
        self._turn = threading.Lock()
        self._nudged = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._since: int | None = None
        self._head = self._settled = 0
        self._latest: dict[tuple[str, str], int] = {}
        self._answering = False

    @property
    def answering(self) -> bool:
        """Say whether the last look at the database succeeded: what pages show is as new as it can be."""
        return self._answering

    @property
    def stopped(self) -> bool:
        """Say whether nothing will be told any more."""
        return self._stopping

    @property
    def head(self) -> int:
        """Return the newest position seen. The first call looks by itself, and may raise StoreUnavailable."""
        if self._since is None:
            self.look()
        return self._head

    @property
    def settled(self) -> int:
        """Return where the feed stood when something that is not quiet changed last, as far as this watch has seen.

        Raises as ``head`` does.
        """
        return min(self.head, self._settled)

    def start(self) -> None:
        """Begin to look at the feed in the background."""
        self._thread = threading.Thread(target=self._run, name="feed-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and wake everybody who waits. Safe to repeat."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._nudged.set()
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None

    def nudge(self) -> None:
        """Look at once: this process has just committed something."""
        self._nudged.set()

    def wait(self, after: int, timeout: float) -> int:
        """Return the newest position as soon as it is not ``after``, or after ``timeout`` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._head != after, timeout)
            return self._head

    def changes(self, after: int, kinds: Collection[str]) -> Sequence[Change]:
        """Return what pages should look at again since a position, oldest first, each thing once.

        Raises StoreUnavailable only for a position older than this watch.
        """
        with self._changed:
            if self._since is not None and after >= self._since:
                found = [Change(seq, *thing) for thing, seq in self._latest.items() if seq > after]
                return sorted((one for one in found if one.kind in kinds), key=lambda one: one.seq)
        with self._store.read() as tx:
            return list(_all_after(tx, after, kinds))

    def look(self) -> None:
        """Read the feed once and wake everybody when it has moved. Raises StoreUnavailable."""
        with self._turn:
            with self._store.read() as tx:
                head = tx.feed.head(PAGE_KINDS)
                known = self._head if self._since is not None else head
                changes = _all_after(tx, known, PAGE_KINDS) if head > known else ()
            self._learn(head, changes)

    def _learn(self, head: int, changes: Sequence[Change]) -> None:
        with self._changed:
            if self._since is None or head < self._head:  # the first look, or a backup was put back: begin anew
                self._since, self._settled, self._latest = head, head, {}
            self._latest.update({(one.kind, one.key): one.seq for one in changes})
            if any(one.kind not in QUIET for one in changes):
                self._settled = head
            moved, self._head = head != self._head, head
            self._answering = True
            if moved:
                self._changed.notify_all()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self.look()
            except Exception:  # noqa: BLE001 - pages must find their way back after any failure
                if self._answering or self._since is None:
                    _log.exception("the change feed cannot be read; pages will say that their data is old")
                self._answering = False
            self._nudged.wait(self._every_s)
            self._nudged.clear()


def _all_after(tx: Transaction, after: int, kinds: Collection[str]) -> Sequence[Change]:
    found: list[Change] = []
    while True:
        page = tx.feed.after(found[-1].seq if found else after, kinds, _AT_ONCE)
        found.extend(page)
        if len(page) < _AT_ONCE:
            return found
