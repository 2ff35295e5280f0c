"""A link that keeps itself alive: connects, connects again, and shields its thread from the callbacks' mistakes."""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from devices.patience import SILENT_S, SOON_S, Pauses, Seldom
from devices.ports import LinkSettings, NotDelivered, OnConnect, OnDone, OnMessage, Received
from devices.sending import FAREWELL_S, Outgoing

STABLE_S = 10.0
"""A connection that held so long was a good one: the next pause starts small again."""

_log = logging.getLogger(__name__)


class Connection(Protocol):
    """One connection to a broker, from its beginning to its end; used once."""

    @property
    def ready(self) -> bool:
        """Say whether callers may send."""

    @property
    def longest_pause_s(self) -> float:
        """Return how long to wait at most before the next one; see ``devices.patience``."""

    def live(self, stopping: threading.Event) -> str:
        """Connect, carry messages, and return why it ended. Raises OSError when nobody can be reached."""

    def ready_for_s(self) -> float:
        """Return for how many seconds callers could send; 0 or less when never."""

    def wake(self) -> None:
        """Let ``live`` look whether it should stop."""

    def send(self, outgoing: Outgoing) -> None:
        """Take a message. Raises NotDelivered."""

    def listen(self, filters: Mapping[str, int]) -> None:
        """Hear these changing filters, each with its QoS, and no others."""

    @property
    def refused(self) -> Mapping[str, str]:
        """Return the changing filters that the broker refused, each with the reason."""

    def acknowledge(self, received: Received) -> None:
        """Confirm a message that this connection brought; others are ignored."""


Connect = Callable[[OnMessage, OnConnect, int], Connection]
"""Makes the next connection from its two callbacks and its number; numbers are never used twice."""


class ReconnectingLink:
    """A ``ChangingLink`` over any kind of connection. Callbacks run on its one thread; methods from any."""

    def __init__(self, settings: LinkSettings, on_message: OnMessage, on_connect: OnConnect, connect: Connect) -> None:
        self._settings = settings
        self._on_message = on_message
        self._on_connect = on_connect
        self._connect = connect
        self._stopping = threading.Event()
        self._leaving = threading.Event()
        self._may_connect = threading.Event()
        self._may_connect.set()
        self._thread = threading.Thread(target=self._run, name=f"link-{settings.client_id}", daemon=True)
        self._connection: Connection | None = None
        self._lost_because = "not connected yet"
        self._complaints = Seldom()
        self._callback_complaints = Seldom()
        self._callback_errors = 0
        self._short_lived = 0
        self._filters: Mapping[str, int] = {}

    @property
    def connected(self) -> bool:
        """Say whether messages can be sent: subscribed and announced."""
        return self._connection is not None and self._connection.ready

    @property
    def problem(self) -> str:
        """Return why there is no connection, for a technician; empty while connected."""
        return "" if self.connected else self._lost_because

    @property
    def callback_errors(self) -> int:
        """Return how many callbacks have raised since the start."""
        return self._callback_errors

    def start(self) -> None:
        """Connect in the background. Raises RuntimeError on a second start."""
        self._thread.start()

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, qos: int = 1, expiry_s: int | None = None
    ) -> None:
        """Send one message and wait for the broker. Raises NotDelivered; RuntimeError inside a callback."""
        self._refuse_in_callback("publish waits for the broker: use publish_soon in callbacks")
        answered = threading.Event()
        problems: list[NotDelivered | None] = []

        def on_done(problem: NotDelivered | None) -> None:
            problems.append(problem)
            answered.set()

        self.publish_soon(topic, payload, on_done, retain=retain, qos=qos, expiry_s=expiry_s)
        # The link's thread answers in any case; the bound is there so that no fault of ours can hang a caller.
        answered.wait(3 * self._settings.answer_within_s)
        problem = problems[0] if problems else NotDelivered(f"{topic}: no answer from the broker")
        if problem:
            raise problem

    def publish_soon(
        self,
        topic: str,
        payload: bytes,
        on_done: OnDone,
        *,
        retain: bool = False,
        qos: int = 1,
        expiry_s: int | None = None,
    ) -> None:
        """Hand one message over without waiting; see ``Link``. Raises NotDelivered; ValueError on a mistake."""
        outgoing = Outgoing(topic, payload, partial(self._guard, on_done), retain, qos, expiry_s)
        connection = self._connection
        if connection is None or not connection.ready:
            raise NotDelivered(f"{topic}: no connection to the broker ({self._lost_because})")
        connection.send(outgoing)

    def listen(self, filters: Mapping[str, int]) -> None:
        """Hear these filters besides those of the settings, and no others; see ``ChangingLink``."""
        self._filters = dict(filters)
        if self._connection is not None:
            self._connection.listen(self._filters)

    @property
    def refused(self) -> Mapping[str, str]:
        """Return the filters of ``listen`` that the broker refused, each with the reason."""
        return self._connection.refused if self._connection is not None else {}

    def acknowledge(self, received: Received) -> None:
        """Confirm a message to the broker; nothing happens for one of an earlier connection."""
        if self._connection is not None:
            self._connection.acknowledge(received)

    def stop(self) -> None:
        """Say ``stopping``, disconnect and end; safe to call twice. Raises RuntimeError inside a callback."""
        self._refuse_in_callback("stop waits for the link's own thread: call it from another one")
        self._stopping.set()
        self._may_connect.set()
        self._leave()
        if self._thread.is_alive():
            self._thread.join(FAREWELL_S + self._settings.answer_within_s)

    def pause(self) -> None:
        """Say ``stopping`` and disconnect until ``resume``, without waiting for it."""
        self._may_connect.clear()
        self._leave()

    def resume(self) -> None:
        """Connect again after ``pause``."""
        if not self._stopping.is_set():
            self._leaving.clear()
        self._may_connect.set()

    def _leave(self) -> None:
        self._leaving.set()
        if self._connection is not None:
            self._connection.wake()

    def _refuse_in_callback(self, message: str) -> None:
        if threading.current_thread() is self._thread:
            raise RuntimeError(message)

    def _guard(self, callback: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401 - each callback's own
        """Call a user's callback; its exception would end the loop while the link still seems connected (paho 365)."""
        try:
            callback(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, the link must live on
            self._callback_errors += 1
            if self._callback_complaints.due(time.monotonic()):
                words = "link %s: a callback failed (%d have since the start)"
                _log.error(words, self._settings.client_id, self._callback_errors, exc_info=error)

    def _run(self) -> None:
        """Connect, live, and connect again until stopped."""
        pauses, number = Pauses(), 0
        while not self._stopping.is_set():
            self._may_connect.wait()
            if self._stopping.is_set():
                return
            number += 1
            longest_s, lasted = self._attempt(number)
            self._report(number)
            self._stopping.wait(pauses.after(longest_s, random.random(), lasted=lasted))  # noqa: S311 - only jitter

    def _attempt(self, number: int) -> tuple[float, bool]:
        """Live through one connection. Return the longest pause after it, and whether it held long enough."""
        held_s, longest_s = 0.0, SILENT_S
        try:
            self._connection = connection = self._connect(self._arrived, self._opened, number)
            connection.listen(self._filters)  # after it can be seen: who changes them meanwhile tells it as well
            try:
                self._lost_because = connection.live(self._leaving)
            finally:
                held_s, longest_s = connection.ready_for_s(), connection.longest_pause_s
        except OSError as error:
            longest_s = SOON_S if isinstance(error, ConnectionRefusedError) else SILENT_S
            self._lost_because = f"{self._settings.host}:{self._settings.port} cannot be reached: {error}"
        except Exception as error:  # noqa: BLE001 - nonsense from the broker, or no payload: nothing may end this thread
            self._lost_because = f"{type(error).__name__}: {error}"
            _log.debug("link %s failed", self._settings.client_id, exc_info=error)
        self._short_lived = self._short_lived + 1 if 0 < held_s < STABLE_S else 0
        if self._short_lived > 1:
            self._lost_because += f" after {held_s:.1f} s, again; does another program use the same id?"
        return longest_s, held_s >= STABLE_S

    def _report(self, number: int) -> None:
        if not self._leaving.is_set() and self._complaints.due(time.monotonic()):
            _log.warning("link %s, connection %d: %s", self._settings.client_id, number, self._lost_because)

    def _opened(self) -> None:
        _log.info("link %s is connected", self._settings.client_id)
        self._guard(self._on_connect)

    def _arrived(self, received: Received) -> None:
        errors = self._callback_errors
        self._guard(self._on_message, received)
        # A message that made the callback fail is confirmed too: kept back, it would fill the window and deafen us.
        if received.token and (not self._settings.manual_ack or self._callback_errors > errors):
            self.acknowledge(received)
