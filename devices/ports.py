"""What a kiosk or the hub needs of the outside, as Protocols; real things and shipped fakes fill them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from devices.contract.messages import Status


class DeviceError(Exception):
    """A piece of hardware or a link is not to be had. ``code`` is stable, the text says what to do."""

    code = "device_error"


class NotDelivered(DeviceError):
    """The broker has not taken the message; it must be sent again later."""

    code = "not_delivered"


class Clock(Protocol):
    """Tells the time; chosen in wiring, so that rules and tests pass time in."""

    def now(self) -> datetime:
        """Return the aware UTC time."""

    def monotonic_ms(self) -> int:
        """Return milliseconds since this machine's boot; never goes back."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came: topic, bytes, whether the broker had kept it, and how to acknowledge it.

    ``again`` says that the broker may have handed over this very delivery before (MQTT 5, 3.3.1.1: DUP).
    """

    topic: str
    payload: bytes
    retained: bool = False
    token: int = 0
    again: bool = False


OnDone = Callable[[NotDelivered | None], None]
"""Told once how a message ended: None when the broker took it, else why not. Runs on the link's thread; be quick."""


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Where the broker is, who we are, and how we say that we are there.

    ``presence`` writes the payload for ``state_topic``; it is called anew for the will, the birth and the farewell
    of each connection, and must give all three the same ``boot``. A hub that wants its messages kept while it is away
    sets ``clean_start=False`` and ``session_expiry_s``. With ``manual_ack`` the broker hands over at most
    ``receive_maximum`` messages that were not acknowledged. ``answer_within_s`` bounds every wait for the broker:
    one that stays silent longer counts as lost. Without a ``state_topic`` nothing is said of being there; what is said
    is retained unless ``state_retained`` is off. With ``tls_ca`` nothing older than TLS 1.3 is spoken, and the
    broker must prove its name; with ``certificate``, a file that holds its key as well, so do we. Both files are read
    anew for each connection. ``largest``: larger packets, in bytes, the broker keeps to itself.
    """

    host: str
    port: int
    client_id: str
    state_topic: str
    presence: Callable[[Status], bytes] = field(repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    subscriptions: tuple[tuple[str, int], ...] = ()
    keepalive_s: int = 15
    tls_ca: Path | None = None
    certificate: Path | None = None
    clean_start: bool = True
    session_expiry_s: int = 0
    manual_ack: bool = False
    receive_maximum: int = 1_000
    answer_within_s: float = 10.0
    state_retained: bool = True
    largest: int = 1 << 20


class Link(Protocol):
    """A connection to the broker that reconnects by itself; callbacks run on its thread, so they must be quick.

    An exception in a callback is logged and counted and leaves the link alive. ``on_connect`` is called after every
    (re)connection, once the subscriptions are granted and the birth message is taken, and before the first message:
    what the broker kept for this client waits, so that whoever hears it can answer it.
    """

    @property
    def connected(self) -> bool:
        """Say whether messages can be sent at the moment: subscribed and announced, not only a TCP connection."""

    @property
    def problem(self) -> str:
        """Return why there is no connection, for a technician; empty while connected."""

    @property
    def callback_errors(self) -> int:
        """Return how many callbacks have raised since the start."""

    def start(self) -> None:
        """Connect in the background and keep connected until ``stop``."""

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, qos: int = 1, expiry_s: int | None = None
    ) -> None:
        """Hand one message to the broker and wait until it took it. Not for callbacks, which must not wait.

        ``expiry_s``: the broker drops the message when it could not be delivered for so many seconds. With ``qos`` 0
        nobody confirms: the call returns when the message is written. Raises NotDelivered when it was not taken in
        time, was refused, or there is no connection; the link then keeps no copy, so sending it again is safe.
        """

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
        """Hand one message over without waiting; ``on_done`` is called exactly once. Order is kept.

        Raises NotDelivered, and never calls ``on_done``, when there is no connection, the message is too large for
        the broker, or too many messages wait already.
        """

    def acknowledge(self, received: Received) -> None:
        """Tell the broker that a message is dealt with (only where the link acknowledges by hand).

        Call it in the order in which messages came. Without effect for a message of an earlier connection: the broker
        sends that one again. A link by hand that is not told gets no more than its receive maximum.
        """

    def pause(self) -> None:
        """Say ``stopping`` and disconnect cleanly until ``resume``, without waiting for it. May be called twice."""

    def resume(self) -> None:
        """Connect again after ``pause``."""

    def stop(self) -> None:
        """Say ``stopping``, disconnect cleanly and end; takes a few seconds at most. Not for callbacks."""


class ChangingLink(Link, Protocol):
    """A link whose subscriptions may change while it is connected."""

    def listen(self, filters: Mapping[str, int]) -> None:
        """Hear these topic filters, each with its QoS, besides those of the settings, and no others from now on.

        May be called from any thread, before ``start`` and while there is no connection: they hold for every later
        connection too. One that the broker refuses is in ``refused`` and disturbs nothing else.
        """

    @property
    def refused(self) -> Mapping[str, str]:
        """Return the filters of ``listen`` that were refused by the broker, or are none, each with the reason."""


class Untranslatable(DeviceError):
    """A maker's message cannot be understood: ``code`` says why, ``field`` where in it, the text what was wrong."""

    code = "untranslatable"

    def __init__(self, code: str, detail: str, field: str = "") -> None:
        super().__init__(f"{field}: {detail}" if field else detail)
        self.code = code
        self.detail = detail
        self.field = field


class Translator(Protocol):
    """Puts a maker's own announcements into Home Assistant's words, as if the device had announced itself so.

    Pure but for what it remembers: no clock, no network, and memory for a bounded number of devices. Values do not
    pass through it: what it returns names the device's own topics, with a template for each value.
    """

    @property
    def filters(self) -> tuple[str, ...]:
        """Return the MQTT topic filters whose messages it must hear, retained ones too."""

    def hear(self, topic: str, payload: bytes) -> Mapping[str, bytes]:
        """Return the discovery messages that follow from this one: topic to payload; ``b""`` withdraws.

        Empty when nothing follows, or the message is none of this maker's. Raises Untranslatable for one that is the
        maker's and cannot be understood; what was announced before then stays.
        """


OnMessage = Callable[[Received], None]
OnConnect = Callable[[], None]
