"""A proxy that behaves as bad networks do, between MQTT clients and their broker. Faults have names.

``python -m tests.faults.chaos LISTEN TARGET CONTROL SEED`` (ports on loopback) runs it as its own process. Each line on
the control port is one command, answered by one line of JSON with the counts so far:

=================== ====================================================================================
latency S [JITTER]  every packet comes S seconds later, plus up to JITTER; order is kept
down                connections are reset (RST), new ones too, until ``clear``
cut                 all connections are reset once
half_open           a black hole: nothing passes, nobody is told; what was sent comes late, on ``clear``
slice               bytes come one to three at a time
bandwidth B         at most B bytes a second for each connection and direction
duplicate P         a PUBLISH is sent again with probability P
reorder P           a PUBLISH is overtaken by the next one with probability P
corrupt P           some bits of a PUBLISH's payload flip with probability P
clear               all of it ends
stats               only the counts
=================== ====================================================================================
"""

import asyncio
import json
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults import packets

HOST = "127.0.0.1"
NAMES = ("latency", "down", "cut", "half_open", "slice", "bandwidth", "duplicate", "reorder", "corrupt")
_HELD_S = 0.1
_CRUMB_S = 0.001
_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)
_ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Weather:
    """The faults at work now. Times in seconds, ``bandwidth`` in bytes a second, the last three are probabilities."""

    latency: float = 0.0
    jitter: float = 0.0
    down: bool = False
    slice: bool = False
    bandwidth: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    corrupt: float = 0.0


class Chaos:
    """The proxy itself."""

    def __init__(self, target: int, chance: Random) -> None:
        """Forward to ``target`` on loopback; ``chance`` draws."""
        self.weather = Weather()
        self.counts: Counter[str] = Counter()
        self._target = target
        self._chance = chance
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._passable = asyncio.Event()
        self._passable.set()

    def obey(self, line: str) -> str:
        """Carry out one command; the answer is JSON with ``error`` or the counts."""
        name, *values = line.split()
        try:
            numbers = [float(value) for value in values]
            self._set(name, numbers)
        except (ValueError, IndexError) as problem:
            return json.dumps({"error": f"{line.strip()!r}: {problem}"})
        if name in NAMES:
            self.counts[f"set_{name}"] += 1
        return json.dumps(self.counts)

    def _set(self, name: str, numbers: list[float]) -> None:
        weather = self.weather
        match name:
            case "latency":
                weather.latency, weather.jitter = numbers[0], numbers[1] if len(numbers) > 1 else 0.0
            case "down":
                weather.down = True
                self._reset_all()
            case "cut":
                self._reset_all()
            case "half_open":
                self._passable.clear()
            case "slice":
                weather.slice = True
            case "bandwidth" | "duplicate" | "reorder" | "corrupt":
                setattr(weather, name, numbers[0])
            case "clear":
                self.weather = Weather()
                self._passable.set()
            case "stats":
                pass
            case _:
                raise ValueError(f"there is no such command; say one of {', '.join(NAMES)}, clear, stats")

    def _reset_all(self) -> None:
        for pair in list(self._pairs):
            for writer in pair:
                _reset(writer)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one client's connection until either side ends it."""
        if self.weather.down:
            _reset(writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._target)
        except OSError:
            _reset(writer)
            return
        for one in (writer, far_writer):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.counts["connections"] += 1
        pair = (writer, far_writer)
        self._pairs.add(pair)
        ways = [
            asyncio.create_task(self._carry(reader, far_writer)),
            asyncio.create_task(self._carry(far_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._pairs.discard(pair)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for one in pair:
                one.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one direction: one task reads and damages, another one writes when the moment has come."""
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(1_000)
        writing = asyncio.create_task(self._write(due, writer))
        reading = asyncio.create_task(self._read(reader, due))
        try:
            done, _ = await asyncio.wait([reading, writing], return_when=asyncio.FIRST_COMPLETED)
            if reading in done:  # what was read before the end still goes out
                await due.put((0.0, b""))
                await writing
        finally:
            for task in (reading, writing):
                task.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)

    async def _read(self, reader: asyncio.StreamReader, due: "asyncio.Queue[tuple[float, bytes]]") -> None:
        framer, held = packets.Framer(), b""
        while True:
            try:
                data = await asyncio.wait_for(reader.read(_CHUNK), _HELD_S if held else None)
            except TimeoutError:
                held = await self._put(due, held)
                continue
            if not data:
                await self._put(due, held)
                return
            for packet in framer.feed(data):
                if not packets.is_publish(packet):
                    await self._put(due, packet)
                    continue
                now, later = self._damage(packet, held)
                held = later
                for one in now:
                    await self._put(due, one)

    def _damage(self, packet: bytes, held: bytes) -> tuple[list[bytes], bytes]:
        """Return which packets go now, and which one is held back to be overtaken."""
        weather = self.weather
        if self._drawn("corrupt", weather.corrupt):
            packet = packets.corrupt(packet, self._chance)
        copies = [packet, packets.again(packet)] if self._drawn("duplicate", weather.duplicate) else [packet]
        if held:
            return [*copies, held], b""
        if self._drawn("reorder", weather.reorder):
            return copies[1:], packet
        return copies, b""

    def _drawn(self, name: str, probability: float) -> bool:
        drawn = probability > 0 and self._chance.random() < probability
        self.counts[name] += drawn
        return drawn

    async def _put(self, due: "asyncio.Queue[tuple[float, bytes]]", packet: bytes) -> bytes:
        weather = self.weather
        later = weather.latency + self._chance.uniform(0, weather.jitter)
        if packet:
            await due.put((time.monotonic() + later, packet))
        return b""

    async def _write(self, due: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
        while True:
            moment, packet = await due.get()
            if not packet:
                return
            await asyncio.sleep(max(0.0, moment - time.monotonic()))
            for part in self._parts(packet):
                await self._passable.wait()
                writer.write(part)
                await writer.drain()
                if self.weather.bandwidth:
                    await asyncio.sleep(len(part) / self.weather.bandwidth)
                elif self.weather.slice:
                    await asyncio.sleep(_CRUMB_S)

    def _parts(self, packet: bytes) -> list[bytes]:
        if not self.weather.slice:
            return [packet]
        parts, position = [], 0
        while position < len(packet):
            size = self._chance.randint(1, 3)
            parts.append(packet[position : position + size])
            position += size
        return parts


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a crash does: the other side gets RST."""
    with suppress(OSError, AttributeError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


async def _run(listen: int, target: int, control: int, seed: int) -> None:
    chaos = Chaos(target, Random(seed))

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(chaos.obey(line.decode()).encode() + b"\n")
            await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(chaos.serve, HOST, listen)
    steering = await asyncio.start_server(hear, HOST, control)
    await asyncio.gather(proxy.serve_forever(), steering.serve_forever())


@dataclass(slots=True)
class Proxy:
    """A running proxy as others steer it."""

    port: int
    control: int
    process: subprocess.Popen[bytes] = field(repr=False)

    def say(self, command: str) -> dict[str, int]:
        """Give one command; return the counts. Raises ValueError for no command, OSError when it is gone."""
        with closing(socket.create_connection((HOST, self.control), timeout=10)) as line:
            line.sendall(command.encode() + b"\n")
            with line.makefile() as answers:
                answer: dict[str, int] = json.loads(answers.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait(10)


def start(target: int, free_port: Callable[[], int], seed: int) -> Proxy:
    """Start a proxy to ``target`` as its own process; it may take a moment until it listens."""
    listen, control = free_port(), free_port()
    command = [sys.executable, "-m", "tests.faults.chaos", *(str(number) for number in (listen, target, control, seed))]
    return Proxy(listen, control, subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.DEVNULL))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(*(int(number) for number in sys.argv[1:5])))
