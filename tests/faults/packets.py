"""MQTT 5 packets in a byte stream: where each begins and ends, and where a PUBLISH holds its payload (MQTT 5, 3.3).

Written from the specification for the chaos proxy alone; pure.
"""

from dataclasses import dataclass, field
from random import Random

_PUBLISH = 3
_DUP = 0x08
_QOS = 0x06
_MORE = 0x80
_LONGEST_LENGTH = 4
_HIGH_BIT = 0x80


class NoMqtt(ValueError):
    """The bytes cannot be MQTT: a length of more than four bytes (MQTT 5, 1.5.5)."""


@dataclass(slots=True)
class Framer:
    """Cuts a stream into whole packets; what is not whole yet waits."""

    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes as they come and return the packets that are now whole. Raises NoMqtt."""
        self._rest += data
        found = []
        while (size := _size(self._rest)) and len(self._rest) >= size:
            found.append(bytes(self._rest[:size]))
            del self._rest[:size]
        return found


def is_publish(packet: bytes) -> bool:
    """Say whether a packet carries a message."""
    return packet[0] >> 4 == _PUBLISH


def again(packet: bytes) -> bytes:
    """Return a PUBLISH as it is sent a second time: marked DUP, except at QoS 0 (MQTT 5, 3.3.1.1)."""
    return bytes([packet[0] | _DUP]) + packet[1:] if packet[0] & _QOS else packet


def payload_start(packet: bytes) -> int:
    """Return where the payload of a PUBLISH begins."""
    _, position = _number(packet, 1)
    position += 2 + int.from_bytes(packet[position : position + 2], "big")
    if packet[0] & _QOS:
        position += 2
    properties, position = _number(packet, position)
    return position + properties


def corrupt(packet: bytes, chance: Random, flips: int = 3, mask: int = _HIGH_BIT) -> bytes:
    """Return a PUBLISH with a few bytes of its payload changed, and nothing else; the length stays.

    By default the highest bit flips, so that UTF-8 text is damaged for everybody to see: a link without TLS has no
    stronger check than TCP's, and a receiver can only refuse what is recognisably wrong.
    """
    start = payload_start(packet)
    if start >= len(packet):
        return packet
    damaged = bytearray(packet)
    for place in chance.sample(range(start, len(packet)), min(flips, len(packet) - start)):
        damaged[place] ^= mask
    return bytes(damaged)


def _size(data: bytearray) -> int:
    """Return how long the first packet is, 0 while that cannot be told."""
    for end in range(2, min(len(data), _LONGEST_LENGTH + 1) + 1):
        if not data[end - 1] & _MORE:
            length, start = _number(data, 1)
            return start + length
    if len(data) > _LONGEST_LENGTH:
        raise NoMqtt("the length of a packet has more than four bytes")
    return 0


def _number(data: bytes | bytearray, position: int) -> tuple[int, int]:
    """Read a variable byte integer; return it and the position behind it."""
    value, shift = 0, 0
    while True:
        byte = data[position]
        value |= (byte & ~_MORE) << shift
        position += 1
        shift += 7
        if not byte & _MORE:
            return value, position
