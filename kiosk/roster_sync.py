"""Keeps this kiosk's roster like the hub's: asks for pages, takes them, checks the copy, and notices another past."""

import logging
from collections.abc import Callable
from enum import Enum, auto

from devices.contract.messages import RosterPage
from kiosk.roster import Roster

PACE_MS = 5_000
"""While check-ins wait to be sent they come first: a page follows the last one after this time only."""

NEWS_MS = 1_000
"""When the hub's roster has moved on, it is asked for the change so long after the last answer."""

AGAIN_MS = 5_000
"""A page that did not come is asked for again after this time."""

POLL_MS = 60_000
CHECK_MS = 600_000
"""How often the whole copy is compared with the hub's (decision 11)."""

LONGEST_CHECK_MS = 24 * 3_600_000
"""A copy that differs right after it was fetched in full is compared ever more rarely, down to this."""

_log = logging.getLogger(__name__)

Ask = Callable[[int, bool], str]
"""Asks the hub for the page after a position, and, if true, for the fingerprint that comes with the last one.

Returns the id of the request.
"""


class Turn(Enum):
    """What a page meant."""

    NOTHING = auto()
    MORE = auto()
    CAUGHT_UP = auto()
    RESTORED = auto()


class RosterSync:
    """Used by the uplink's own thread alone. Times are milliseconds since boot."""

    def __init__(self, roster: Roster, ask: Ask, is_busy: Callable[[], bool] = lambda: False) -> None:
        """Take the copy, the way to ask, and whether something more urgent is being sent."""
        self._roster = roster
        self._ask = ask
        self._is_busy = is_busy
        self._head = 0
        self._spoke_ms: int | None = None
        self._waiting = False
        self._unfinished = False
        self._check_due_ms = 0
        self._check_every_ms = CHECK_MS
        self._checking = ""
        self._fetched_in_full = False
        self.mismatches = 0
        """How often the copy was found to differ from the hub's."""

    def connected(self) -> None:
        """Ask soon, and check the copy."""
        self._spoke_ms = None
        self._check_due_ms = 0

    def told(self, head: int) -> None:
        """Take the newest position from the hub's state."""
        self._head = head

    def work(self, now_ms: int) -> None:
        """Ask where something is due: soon when the hub has other positions, now and then in any case."""
        news = self._head != self._roster.cursor() or now_ms >= self._check_due_ms
        if self._unfinished:
            pause = PACE_MS if self._is_busy() else 0
        elif self._waiting or (news and self._is_busy()):
            pause = AGAIN_MS
        else:
            pause = NEWS_MS if news else POLL_MS
        if self._spoke_ms is None or now_ms - self._spoke_ms >= pause:
            self._request(now_ms)

    def turn(self, page: RosterPage, now_ms: int) -> Turn:
        """Take a page over; RESTORED means that the hub lost what it had told: everything must be given to it again."""
        cursor = self._roster.cursor()
        if page.cursor == cursor and page.head < cursor:
            # Only an answer to our own question shows it: the retained state may be older than the pages.
            _log.warning("the hub is at %d, this kiosk at %d: it has an older database now", page.head, cursor)
            return Turn.RESTORED
        if not self._roster.apply(page):
            return Turn.NOTHING
        self._head = max(self._head, page.head)
        if page.to < page.head:
            self._unfinished = True
            self.work(now_ms)
            return Turn.MORE
        self._head = page.head
        self._spoke_ms = now_ms
        self._waiting = False
        if page.request == self._checking:
            self._checking = ""
            if page.fingerprint is not None:  # an older hub gives none
                self._compare(page.fingerprint)
            if not self._fetched_in_full:
                self._check_due_ms = now_ms + self._check_every_ms
        return Turn.CAUGHT_UP

    def start_over(self) -> None:
        """Forget the copy and fetch it from the beginning."""
        self._roster.forget()
        self._spoke_ms = None
        self._check_due_ms = 0

    def _request(self, now_ms: int) -> None:
        self._spoke_ms = now_ms
        self._waiting = True
        self._unfinished = False
        check = now_ms >= self._check_due_ms
        request = self._ask(self._roster.cursor(), check)
        self._checking = request if check else ""

    def _compare(self, theirs: str) -> None:
        ours = self._roster.fingerprint()
        if ours == theirs:
            self._fetched_in_full = False
            self._check_every_ms = CHECK_MS
            return
        self.mismatches += 1
        if self._fetched_in_full:  # a hub that counts otherwise would make us fetch for ever
            _log.error("the roster differs from the hub's (%s here, %s there) even after a full copy", ours, theirs)
            self._fetched_in_full = False
            self._check_every_ms = min(LONGEST_CHECK_MS, 2 * self._check_every_ms)
            return
        _log.error("the roster differs from the hub's (%s here, %s there): it is fetched anew", ours, theirs)
        self._fetched_in_full = True
        self.start_over()
