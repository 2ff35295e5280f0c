"""The MQTT 5 link to the broker, and the only importer of paho (DESIGN 5, 9, 10).

Each connection has a fresh paho client, so that nothing of an earlier one is ever sent again behind the caller's
back: what was not confirmed is reported, and whoever owns it sends it again.
"""

import math
import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import cast

from paho.mqtt.client import Client, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.contract.envelope import MAX_BYTES
from devices.contract.messages import Status
from devices.patience import REFUSED_S, SILENT_S, SOON_S
from devices.ports import LinkSettings, NotDelivered, OnConnect, OnDone, OnMessage, Received
from devices.reconnecting import ReconnectingLink
from devices.securing import secure
from devices.sending import FAREWELL_S, IN_FLIGHT, Outgoing, Window
from devices.subscribing import Subscriptions

_PACKET_EXTRA = 32
_MID_BITS = 16
_AT_ONCE = 32
_READ_BYTES = 65_536
_SHUTTING_DOWN = 0x8B  # MQTT 5, table 2-6


class MqttLink(ReconnectingLink):
    """The real ``Link``: MQTT 5, with a will, a birth message after the subscriptions are granted, and TLS if asked."""

    def __init__(self, settings: LinkSettings, on_message: OnMessage, on_connect: OnConnect = lambda: None) -> None:
        super().__init__(settings, on_message, on_connect, partial(_Connection, settings))


class _Connection:
    """One connection, from TCP to its end.

    paho's callbacks run under paho's locks, so they only note what came; the loop acts on it afterwards.
    """

    def __init__(self, settings: LinkSettings, on_message: OnMessage, on_ready: OnConnect, number: int) -> None:
        self._number = number
        self._window = Window(self._give, settings.answer_within_s)
        self._settings = settings
        self._on_message = on_message
        self._on_ready = on_ready
        self._noted: deque[Callable[[], None]] = deque()
        self._client = self._new_client()
        self._waker, self._woken = socket.socketpair()
        self._called = False
        self._tick_s = min(1.0, settings.answer_within_s / 4)
        self.longest_pause_s = SILENT_S
        self._ended = ""
        self._deadline = math.inf
        self._ready_at = math.inf
        self._largest = settings.largest
        self._allowed = IN_FLIGHT
        self._leaving = False
        self._announcing = False
        self._early: list[Received] | None = []
        self._subscriptions = Subscriptions()

    @property
    def refused(self) -> Mapping[str, str]:
        """Return the changing filters that the broker refused, each with the reason."""
        return self._subscriptions.refused

    @property
    def ready(self) -> bool:
        """Say whether callers may send: subscribed, and the birth message taken."""
        return self._window.is_open

    def live(self, stopping: threading.Event) -> str:
        """Connect, announce, carry messages; return why it ended. Raises OSError when nobody can be reached."""
        settings = self._settings
        self._deadline = time.monotonic() + settings.answer_within_s
        wanted = _properties(
            PacketTypes.CONNECT,
            SessionExpiryInterval=settings.session_expiry_s,
            ReceiveMaximum=settings.receive_maximum,
            MaximumPacketSize=settings.largest,
        )
        client = self._client
        try:
            if settings.state_topic:
                retain = settings.state_retained
                client.will_set(settings.state_topic, settings.presence(Status.OFFLINE), qos=1, retain=retain)
            client.connect(
                settings.host, settings.port, settings.keepalive_s, clean_start=settings.clean_start, properties=wanted
            )
            sock = cast("socket.socket", client.socket())
            with sock, selectors.DefaultSelector() as selector:
                selector.register(sock, selectors.EVENT_READ)
                selector.register(self._woken, selectors.EVENT_READ)
                while not self._ended:
                    self._turn(selector, sock, stopping)
        finally:
            self._window.fail(self._ended or "the connection ended")
            self._waker.close()
            self._woken.close()
        return self._ended

    def ready_for_s(self) -> float:
        """Return how long callers could send, in seconds; 0 or less when never."""
        return time.monotonic() - self._ready_at

    def wake(self) -> None:
        """Let the loop look for something to do; from any thread, at any time."""
        if self._called:
            return  # the loop has not come round since: one call is enough for a whole batch
        self._called = True
        with suppress(OSError):
            self._waker.send(b"w", socket.MSG_DONTWAIT)

    def send(self, outgoing: Outgoing) -> None:
        """Take a caller's message. Raises NotDelivered."""
        size = len(outgoing.topic.encode()) + len(outgoing.payload) + _PACKET_EXTRA
        if len(outgoing.payload) > MAX_BYTES or size > self._largest:
            # Sent all the same, it would cost the connection, and again each time its owner repeats it.
            raise NotDelivered(f"{outgoing.topic}: a message of {len(outgoing.payload)} bytes is too large to be sent")
        self._window.send(outgoing, time.monotonic())
        self.wake()  # paho calls us only if it believes its queue to be empty, which it may do a moment too late

    def listen(self, filters: Mapping[str, int]) -> None:
        """Hear these changing filters, and no others; from any thread."""
        self._subscriptions.want(filters)
        self.wake()

    def acknowledge(self, received: Received) -> None:
        """Confirm a message with QoS 1 of this connection: another one's may have the same message id."""
        number, mid = divmod(received.token, 1 << _MID_BITS)
        if mid and number == self._number:
            self._client.ack(mid, 1)
            self.wake()

    def _new_client(self) -> "_Client":
        settings = self._settings
        client = _Client(
            CallbackAPIVersion.VERSION2, settings.client_id, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True
        )
        client.max_inflight_messages = 0  # no limit in paho, which ignores the broker's: the window counts
        client.username_pw_set(settings.username, settings.password)
        if settings.tls_ca is not None:
            client.tls_set_context(secure(settings))
        note = self._noted.append
        client.on_connect = lambda _c, _u, _f, reason, found: note(partial(self._greeted, reason, found))
        client.on_subscribe = lambda _c, _u, _mid, reasons, _p: note(partial(self._subscribed, reasons))
        client.on_unsubscribe = lambda _c, _u, _mid, _reasons, _p: note(self._unsubscribed)
        client.on_publish = lambda _c, _u, mid, reason, _p: note(partial(self._taken, mid, reason))
        client.take = lambda *message: note(partial(self._arrived, *message))
        client.on_disconnect = lambda _c, _u, flags, reason, _p: note(partial(self._lost, flags, reason))
        # Nagle waits 44 ms for more to send (DESIGN 9). With a register callback paho leaves all writing to our loop:
        # else two threads might write into each other's packets.
        client.on_socket_open = _send_at_once
        client.on_socket_register_write = lambda _c, _u, _sock: self.wake()
        return client

    def _turn(self, selector: selectors.BaseSelector, sock: socket.socket, stopping: threading.Event) -> None:
        """Wait for something, read, act on what came, write."""
        client = self._client
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.want_write() else 0)
        if selector.get_key(sock).events != wanted:
            selector.modify(sock, wanted)
        decrypted = client.unread > 0 or (isinstance(sock, ssl.SSLSocket) and sock.pending() > 0)
        ready = {key.fileobj for key, _ in selector.select(0 if decrypted else self._tick_s)}
        if self._woken in ready:
            self._woken.recv(4096)
            self._called = False  # before looking for what there is to do: whoever calls from now on is heard
        if decrypted or sock in ready:
            client.loop_read()
            for _ in range(_AT_ONCE):
                if not client.unread:
                    break
                client.loop_read()
        if stopping.is_set() and not self._leaving:
            self._say_goodbye()
        self._act()
        if self._announcing:
            self._follow()
        if client.want_write():
            client.loop_write()
        client.loop_misc()
        self._act()
        now = time.monotonic()
        if now > self._deadline or self._window.silent(now):
            self._end("the broker does not answer")

    def _act(self) -> None:
        while self._noted:
            self._noted.popleft()()

    def _end(self, reason: str) -> None:
        self._ended = self._ended or reason

    def _lost(self, flags: DisconnectFlags, reason: ReasonCode) -> None:
        if flags.is_disconnect_packet_from_server and reason.is_failure and reason.value != _SHUTTING_DOWN:
            self.longest_pause_s = REFUSED_S  # thrown out on purpose, such as by another client with our id
        self._end("stopped" if self._leaving else f"connection lost: {reason}")

    def _greeted(self, reason: ReasonCode, found: Properties) -> None:
        if reason.is_failure:
            self.longest_pause_s = REFUSED_S
            self._end(f"the broker refuses {self._settings.client_id}: {reason}")
            return
        self._allowed = getattr(found, "ReceiveMaximum", IN_FLIGHT)
        self._largest = getattr(found, "MaximumPacketSize", self._settings.largest)
        if self._settings.subscriptions:
            wanted = [(filter_, SubscribeOptions(qos=qos)) for filter_, qos in self._settings.subscriptions]
            self._client.subscribe(wanted)
        else:
            self._follow()

    def _subscribed(self, granted: list[ReasonCode]) -> None:
        if self._subscriptions.waiting:
            self._subscriptions.answered([str(code) if code.is_failure else "" for code in granted])
            self._follow()
            return
        wanted = self._settings.subscriptions
        refused = [f"{name} ({code})" for (name, qos), code in zip(wanted, granted, strict=True) if code.value != qos]
        if refused:
            self.longest_pause_s = REFUSED_S
            self._end(f"the broker refuses to subscribe us to {', '.join(refused)}")
        else:
            self._follow()

    def _unsubscribed(self) -> None:
        self._subscriptions.answered(())
        self._follow()

    def _follow(self) -> None:
        """Ask for the next of the changing filters; once the first of them are there, say that we are."""
        step = None if self._leaving else self._subscriptions.next_step()
        if step is not None:
            self._deadline = time.monotonic() + self._settings.answer_within_s
            if step.add:
                self._client.subscribe([(name, SubscribeOptions(qos=qos)) for name, qos in step.add])
            else:
                self._client.unsubscribe(list(step.remove))
        elif not self._announcing and not self._subscriptions.waiting:
            self._announcing = True
            self._announce(Status.ONLINE, self._announced)
        elif self._window.is_open and not self._subscriptions.waiting:
            self._deadline = math.inf

    def _announce(self, status: Status, on_done: OnDone) -> None:
        settings = self._settings
        if not settings.state_topic:
            on_done(None)
            return
        outgoing = Outgoing(settings.state_topic, settings.presence(status), on_done, retain=settings.state_retained)
        self._window.send_own(outgoing, time.monotonic())

    def _announced(self, problem: NotDelivered | None) -> None:
        if problem:
            self._end(f"the broker did not take our birth message: {problem}")
            return
        self._deadline = math.inf
        self._ready_at = time.monotonic()
        self.longest_pause_s = SOON_S
        self._window.open(self._allowed)
        self._on_ready()
        early, self._early = self._early or [], None
        for received in early:
            self._on_message(received)

    def _arrived(self, topic: str, payload: bytes, retained: bool, mid: int, again: bool) -> None:  # noqa: FBT001
        token = (self._number << _MID_BITS) + mid if mid else 0
        received = Received(topic, payload, retained, token, again)
        if self._early is None:
            self._on_message(received)
        else:  # what the broker kept for us comes at once: nobody could answer it before we may send
            self._early.append(received)

    def _taken(self, mid: int, reason: ReasonCode) -> None:
        problem = NotDelivered(f"the broker refuses the message: {reason}") if reason.is_failure else None
        self._window.confirm(mid, problem, time.monotonic())

    def _give(self, outgoing: Outgoing) -> int | None:
        expiry = outgoing.expiry_s
        wanted = None if expiry is None else _properties(PacketTypes.PUBLISH, MessageExpiryInterval=expiry)
        info = self._client.publish(outgoing.topic, outgoing.payload, outgoing.qos, outgoing.retain, wanted)
        return info.mid if info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def _say_goodbye(self) -> None:
        """Tell everybody that this is a clean stop, then hang up; both within a bound."""
        self._leaving = True
        self._deadline = time.monotonic() + FAREWELL_S
        if self._window.is_open:
            self._window.shut("the link is stopping")
            self._announce(Status.STOPPING, lambda _: self._hang_up())
        else:
            self._hang_up()

    def _hang_up(self) -> None:
        self._client.disconnect()


class _Client(Client):
    """Reads faster than paho, whose own way costs three quarters of what a hub with a thousand sensors has.

    In large pieces, where paho asks the socket for each byte of a packet's head; and messages go to ``take`` (topic,
    payload, retained, message id, again).
    """

    take: Callable[[str, bytes, bool, int, bool], None]
    _piece = b""
    _at = 0

    @property
    def unread(self) -> int:
        """Return how many bytes were read and not looked at yet."""
        return len(self._piece) - self._at

    def _handle_publish(self) -> MQTTErrorCode:
        """Take a message apart (MQTT 5, 3.3).

        paho makes a lock and a set of properties for each, of which we have no use; that takes longer than all else.
        """
        command, packet = self._in_packet["command"], bytes(self._in_packet["packet"])
        qos = command >> 1 & 3
        if qos > 1:
            return super()._handle_publish()
        try:
            at = 2 + int.from_bytes(packet[:2])
            topic = packet[2:at].decode()
            mid = int.from_bytes(packet[at : at + 2]) if qos else 0
            at += 2 if qos else 0
            properties, width = _varint(packet, at)
        except (IndexError, UnicodeDecodeError):
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        self.take(topic, packet[at + width + properties :], bool(command & 1), mid, bool(command & 8))
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _sock_recv(self, bufsize: int) -> bytes:
        if self._at >= len(self._piece):
            self._piece, self._at = super()._sock_recv(_READ_BYTES), 0
        begin = self._at
        self._at = min(begin + bufsize, len(self._piece))
        return self._piece[begin : self._at]


def _varint(packet: bytes, at: int) -> tuple[int, int]:
    """Return a variable byte integer and its width (MQTT 5, 1.5.5). Raises IndexError."""
    value = packet[at]
    if value < 128:  # noqa: PLR2004 - the bit that says that more follow
        return value, 1
    value, width = 0, 0
    while True:
        byte = packet[at + width]
        value += (byte & 127) << 7 * width
        width += 1
        if byte < 128 or width == 4:  # noqa: PLR2004 - as above, and the longest there is
            return value, width


def _send_at_once(_client: Client, _userdata: object, sock: object) -> None:
    cast("socket.socket", sock).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _properties(packet: int, **wanted: int) -> Properties:
    found = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in wanted.items():
        setattr(found, name, value)
    return found
