"""The door for messages to guests who are not here: looks every second what is due and hands it to a channel.

A channel that is down is tried once in a while, not once for each message; what one message meets costs the others
nothing.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from devices.ports import Clock
from hub.channel_ports import ChannelDown, GuestChannel, Mail, NotTaken, PutOff, Session
from hub.domain.guest_messages import GuestMessage, Reason, given_back, given_up, put_off, sent
from hub.domain.pace import real
from hub.ports import Store
from hub.rounds import Rounds
from hub.usecases.send_messages import IN_HAND, Notice, keep, take_due

AT_ONCE = 20
"""Messages over one connection."""

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
_log = logging.getLogger(__name__)


class Postman(Rounds):
    """Sends what is due. ``after`` hears when something has changed; ``channel`` is None where the house has none."""

    def __init__(
        self,
        store: Store,
        channel: GuestChannel | None,
        write: Callable[[Notice, datetime], Mail],
        *,
        clock: Clock,
        after: Callable[[], None],
    ) -> None:
        """Take the parts; ``write`` puts a message into words."""
        super().__init__("post")
        self._store = store
        self._channel = channel
        self._write = write
        self._clock = clock
        self._after = after
        self._failures = 0
        self._again_at: datetime | None = None

    def turn(self) -> int:
        """Send what is due now, over one connection; returns how many messages were looked at."""
        now = self._clock.now()
        if self._again_at and now < self._again_at:
            return 0
        with self._store.read() as tx:
            if tx.guest_messages.next_due(now) is None:
                return 0  # a look costs no durable commit
        with self._store.write() as tx:
            notices = take_due(tx, now, AT_ONCE, reachable=self._channel is not None)
        if self._channel and notices:
            self._send(self._channel, notices, now)
        self._after()
        return max(len(notices), 1)

    def _send(self, channel: GuestChannel, notices: Sequence[Notice], now: datetime) -> None:
        left, opened, until, said = list(notices), False, now, ""
        try:
            with channel.open() as session:
                opened = True
                while left and not self._stopping.is_set() and self._clock.now() < now + real(IN_HAND) / 2:
                    self._keep(self._one(session, left[0], channel.name))
                    del left[0]
            self._failures, self._again_at = 0, None
        except ChannelDown as problem:
            until, said = self._pause(), str(problem)
        for one in left:
            self._keep(given_back(one.message, until, said, tried=opened))

    def _one(self, session: Session, notice: Notice, by: str) -> GuestMessage:
        """Send one message; returns what became of it. Raises ChannelDown."""
        message, now = notice.message, self._clock.now()
        try:
            session.send(self._write(notice, now))
        except ChannelDown:
            raise
        except PutOff as problem:
            return self._counted("put_off", put_off(message, now, Reason.PUT_OFF, str(problem)))
        except NotTaken as problem:
            return self._counted("refused", given_up(message, Reason.REFUSED, str(problem)))
        except Exception as problem:  # noqa: BLE001 - the next ones must not wait behind it for ever
            _log.exception("message %s cannot be written", message.id)
            return self._counted("cannot_write", put_off(message, now, Reason.CANNOT_WRITE, repr(problem)))
        return self._counted("sent", sent(message, self._clock.now(), by))

    def _keep(self, message: GuestMessage) -> None:
        with self._store.write() as tx:
            keep(tx, message)

    def _pause(self) -> datetime:
        """Leave the channel alone for a while, ever longer; returns until when."""
        self.counts["channel_down"] += 1
        pause: timedelta = min(FIRST_PAUSE * 2 ** min(self._failures, 16), LONGEST_PAUSE)
        until = self._clock.now() + pause
        self._failures += 1
        self._again_at = until
        return until

    def _counted(self, what: str, message: GuestMessage) -> GuestMessage:
        self.counts[what] += 1
        return message
