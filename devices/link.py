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
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import cast

from paho.mqtt.client import Client, DisconnectFlags, MQTTMessage
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
from devices.sending import FAREWELL_S, IN_FLIGHT, Outgoing, Window

MAX_RECEIVED = 1 << 20
"""Larger packets, in bytes, are not taken from the broker; the codec refuses far smaller ones with a reason."""

_PACKET_EXTRA = 32
_MID_BITS = 16
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
        self._largest = MAX_RECEIVED
        self._allowed = IN_FLIGHT
        self._leaving = False

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
            MaximumPacketSize=MAX_RECEIVED,
        )
        client = self._client
        try:
            client.will_set(settings.state_topic, settings.presence(Status.OFFLINE), qos=1, retain=True)
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

    def acknowledge(self, received: Received) -> None:
        """Confirm a message with QoS 1 of this connection: another one's may have the same message id."""
        number, mid = divmod(received.token, 1 << _MID_BITS)
        if mid and number == self._number:
            self._client.ack(mid, 1)
            self.wake()

    def _new_client(self) -> Client:
        settings = self._settings
        client = Client(
            CallbackAPIVersion.VERSION2, settings.client_id, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True
        )
        client.max_inflight_messages = 0  # no limit in paho, which ignores the broker's: the window counts
        client.username_pw_set(settings.username, settings.password)
        if settings.tls_ca is not None:
            context = ssl.create_default_context(cafile=settings.tls_ca)
            context.sslsocket_class = _Shaking
            client.tls_set_context(context)
        note = self._noted.append
        client.on_connect = lambda _c, _u, _f, reason, found: note(partial(self._greeted, reason, found))
        client.on_subscribe = lambda _c, _u, _mid, reasons, _p: note(partial(self._subscribed, reasons))
        client.on_publish = lambda _c, _u, mid, reason, _p: note(partial(self._taken, mid, reason))
        client.on_message = lambda _c, _u, message: note(partial(self._arrived, message))
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
        decrypted = isinstance(sock, ssl.SSLSocket) and sock.pending() > 0
        ready = {key.fileobj for key, _ in selector.select(0 if decrypted else self._tick_s)}
        if self._woken in ready:
            self._woken.recv(4096)
            self._called = False  # before looking for what there is to do: whoever calls from now on is heard
        if decrypted or sock in ready:
            client.loop_read()
        if stopping.is_set() and not self._leaving:
            self._say_goodbye()
        self._act()
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
        self._largest = getattr(found, "MaximumPacketSize", MAX_RECEIVED)
        if self._settings.subscriptions:
            wanted = [(filter_, SubscribeOptions(qos=qos)) for filter_, qos in self._settings.subscriptions]
            self._client.subscribe(wanted)
        else:
            self._announce(Status.ONLINE, self._announced)

    def _subscribed(self, granted: list[ReasonCode]) -> None:
        wanted = self._settings.subscriptions
        refused = [f"{name} ({code})" for (name, qos), code in zip(wanted, granted, strict=True) if code.value != qos]
        if refused:
            self.longest_pause_s = REFUSED_S
            self._end(f"the broker refuses to subscribe us to {', '.join(refused)}")
        else:
            self._announce(Status.ONLINE, self._announced)

    def _announce(self, status: Status, on_done: OnDone) -> None:
        payload = self._settings.presence(status)
        self._window.send_own(Outgoing(self._settings.state_topic, payload, on_done, retain=True), time.monotonic())

    def _announced(self, problem: NotDelivered | None) -> None:
        if problem:
            self._end(f"the broker did not take our birth message: {problem}")
            return
        self._deadline = math.inf
        self._ready_at = time.monotonic()
        self.longest_pause_s = SOON_S
        self._window.open(self._allowed)
        self._on_ready()

    def _arrived(self, message: MQTTMessage) -> None:
        token = (self._number << _MID_BITS) + message.mid if message.qos else 0
        self._on_message(Received(message.topic, bytes(message.payload), message.retain, token, message.dup))

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


class _Shaking(ssl.SSLSocket):
    """Closes itself when the handshake fails: paho leaves the socket open, one more with each attempt."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of the standard library
        """Agree on TLS. Raises OSError."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _send_at_once(_client: Client, _userdata: object, sock: object) -> None:
    cast("socket.socket", sock).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _properties(packet: int, **wanted: int) -> Properties:
    found = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in wanted.items():
        setattr(found, name, value)
    return found
