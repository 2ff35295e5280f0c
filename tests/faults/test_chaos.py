"""The chaos proxy: each fault does what its name says, and nothing else."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from random import Random

import pytest

from tests.faults import chaos, packets
from tests.faults.world import READY_WITHIN_S, accepts, free_port, wait_until

Talk = tuple[socket.socket, socket.socket]


def publish(payload: bytes, mid: int = 7, topic: bytes = b"yard/gate") -> bytes:
    """Write a PUBLISH of QoS 1 with one property by hand (MQTT 5, 3.3)."""
    properties = b"\x01\x01"  # payload format indicator: text
    body = len(topic).to_bytes(2, "big") + topic + mid.to_bytes(2, "big") + bytes([len(properties)]) + properties
    length, size = b"", len(body) + len(payload)
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return b"\x32" + length + body + payload


PING = b"\xc0\x00"
LONG = publish(b"x" * 300)


def test_packets_are_found_however_the_bytes_come() -> None:
    """A stream may be cut anywhere, also inside a length."""
    stream = PING + LONG + publish(b"") + PING
    for size in (1, 2, 3, 100, len(stream)):
        framer = packets.Framer()
        found = [one for at in range(0, len(stream), size) for one in framer.feed(stream[at : at + size])]
        assert found == [PING, LONG, publish(b""), PING]
    with pytest.raises(packets.NoMqtt):
        packets.Framer().feed(b"\x30\xff\xff\xff\xff\x01")


def test_a_corrupted_message_differs_in_its_payload_alone() -> None:
    """Topic, id, properties and length stay; the text is no UTF-8 any more."""
    for seed in range(50):
        damaged = packets.corrupt(LONG, Random(seed))
        assert len(damaged) == len(LONG)
        assert damaged[: len(LONG) - 300] == LONG[:-300]
        assert damaged != LONG
        with pytest.raises(UnicodeDecodeError):
            damaged[-300:].decode()
    assert packets.corrupt(publish(b""), Random(1)) == publish(b"")


def test_a_second_copy_is_marked_only_where_the_standard_wants_it() -> None:
    """DUP belongs to QoS 1, never to QoS 0."""
    assert packets.again(LONG)[0] == 0x3A
    assert packets.again(b"\x30" + LONG[1:])[0] == 0x30


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """Stand where the broker would."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(10)
        yield server


@pytest.fixture(scope="module")
def proxy(listener: socket.socket) -> Iterator[chaos.Proxy]:
    """Run one proxy for all these tests."""
    made = chaos.start(listener.getsockname()[1], free_port, seed=5)
    wait_until(lambda: accepts(made.control), READY_WITHIN_S, "the proxy listens")
    yield made
    made.stop()


@pytest.fixture
def talk(proxy: chaos.Proxy, listener: socket.socket) -> Iterator[Talk]:
    """Give a client's and a broker's end of one connection through the proxy."""
    with connected(proxy, listener) as ends:
        yield ends
    proxy.say("clear")


@contextmanager
def connected(proxy: chaos.Proxy, listener: socket.socket) -> Iterator[Talk]:
    """Connect a client through the proxy."""
    with closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=10)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        broker, _ = listener.accept()
        broker.settimeout(10)
        with closing(broker):
            yield client, broker


def read(end: socket.socket, size: int) -> bytes:
    """Read exactly so many bytes."""
    found = b""
    while len(found) < size:
        part = end.recv(size - len(found))
        assert part, f"the connection ended after {found!r}"
        found += part
    return found


def resets_newcomers(port: int) -> bool:
    """Say whether a new connection meets RST, while it is made or at its first read."""
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as refused:
            refused.recv(1)
    except ConnectionResetError:
        return True
    return False


def nothing_comes(end: socket.socket, within_s: float = 0.3) -> bool:
    """Say whether the connection stays silent, and open, for a while."""
    end.settimeout(within_s)
    try:
        end.recv(1)
    except TimeoutError:
        return True
    finally:
        end.settimeout(10)
    return False


def test_in_fair_weather_everything_passes_unchanged(talk: Talk) -> None:
    """Both ways, byte for byte."""
    client, broker = talk
    client.sendall(PING + LONG)
    assert read(broker, len(PING + LONG)) == PING + LONG
    broker.sendall(LONG)
    assert read(client, len(LONG)) == LONG


def test_latency_delays_and_keeps_the_order(proxy: chaos.Proxy, talk: Talk) -> None:
    """With jitter, too, as on one TCP connection."""
    client, broker = talk
    proxy.say("latency 0.2 0.1")
    began = time.monotonic()
    sent = b"".join(publish(bytes([65 + number])) for number in range(10))
    client.sendall(sent)
    assert read(broker, len(sent)) == sent
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("command", ["cut", "down"])
def test_a_cut_connection_is_reset(proxy: chaos.Proxy, listener: socket.socket, command: str) -> None:
    """Both ends get RST; after ``down`` newcomers too, until it is over."""
    with connected(proxy, listener) as (client, broker):
        proxy.say(command)
        for end in (client, broker):
            with pytest.raises(ConnectionResetError):
                end.recv(1)
    if command == "down":
        assert resets_newcomers(proxy.port)
    proxy.say("clear")
    with connected(proxy, listener) as (client, broker):
        client.sendall(PING)
        assert read(broker, 2) == PING


def test_a_black_hole_tells_nobody_and_gives_back_late(proxy: chaos.Proxy, talk: Talk) -> None:
    """Nothing passes and nothing is refused; afterwards the bytes come after all, as TCP sends them again."""
    client, broker = talk
    proxy.say("half_open")
    client.sendall(LONG)
    assert nothing_comes(broker)
    broker.sendall(PING)
    assert nothing_comes(client)
    proxy.say("clear")
    assert read(broker, len(LONG)) == LONG
    assert read(client, 2) == PING


def test_slices_are_one_to_three_bytes(proxy: chaos.Proxy, talk: Talk) -> None:
    """All of it comes, crumb by crumb."""
    client, broker = talk
    proxy.say("slice")
    client.sendall(LONG * 5)
    parts = [broker.recv(4_096)]
    while sum(len(part) for part in parts) < len(LONG * 5):
        parts.append(broker.recv(4_096))
    assert b"".join(parts) == LONG * 5
    assert len(parts) > 3, "a reader that is slow finds some crumbs together, but not all"


def test_a_narrow_line_takes_its_time(proxy: chaos.Proxy, talk: Talk) -> None:
    """At 2,000 bytes a second ten messages of some 330 bytes take more than a second."""
    client, broker = talk
    proxy.say("bandwidth 2000")
    began = time.monotonic()
    client.sendall(LONG * 10)
    assert read(broker, len(LONG) * 10) == LONG * 10
    assert time.monotonic() - began > 1.0


def test_messages_are_sent_twice_and_nothing_else_is(proxy: chaos.Proxy, talk: Talk) -> None:
    """Only PUBLISH is repeated, marked as a repetition."""
    client, broker = talk
    proxy.say("duplicate 1")
    client.sendall(PING + LONG + PING)
    wanted = PING + LONG + packets.again(LONG) + PING
    assert read(broker, len(wanted)) == wanted


def test_a_message_is_overtaken_by_the_next_one(proxy: chaos.Proxy, talk: Talk) -> None:
    """Neighbours change places; the last one comes too, when nobody overtakes it."""
    client, broker = talk
    proxy.say("reorder 1")
    first, second, third = (publish(text) for text in (b"1", b"2", b"3"))
    client.sendall(first + PING + second + third)
    wanted = PING + second + first + third
    assert read(broker, len(wanted)) == wanted


def test_a_payload_is_damaged_on_the_way(proxy: chaos.Proxy, talk: Talk) -> None:
    """The packet stays a packet."""
    client, broker = talk
    proxy.say("corrupt 1")
    client.sendall(LONG + PING)
    found = read(broker, len(LONG + PING))
    start = packets.payload_start(LONG)
    assert found[:start] == LONG[:start]
    assert found[start : len(LONG)] != LONG[start:]
    assert found[len(LONG) :] == PING


def test_the_proxy_counts_what_it_did_and_refuses_nonsense(proxy: chaos.Proxy) -> None:
    """A storm's report names its faults from these counts."""
    before = proxy.say("stats").get("set_corrupt", 0)
    assert proxy.say("corrupt 0.5")["set_corrupt"] == before + 1
    for nonsense in ("flood", "latency", "corrupt much"):
        with pytest.raises(ValueError, match=nonsense.split()[0]):
            proxy.say(nonsense)
    proxy.say("clear")
