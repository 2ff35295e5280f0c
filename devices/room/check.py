"""``python -m devices check``: tries each instrument of an agent once; each line says pass or what is wrong.

Stop the agent first: pins cannot be had twice.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from devices.clock import SystemClock
from devices.ports import DeviceError
from devices.renewing import certificate_health
from devices.room.config import read_config
from devices.room.instruments import Instrument
from devices.room.parts import Parts
from devices.room.wiring import RoomAgent
from devices.settings import BadSettings

_WITHIN_S = 15.0


def check(path: Path, out: TextIO) -> int:
    """Write what was found; return 0 when all is well, else 1."""
    failed = 0
    for about, found, well in findings(path):
        failed += not well
        print(f"{'pass' if well else 'FAIL'}  {about}: {found}", file=out, flush=True)
    print("ready" if not failed else f"not ready: {failed} thing(s) to see to", file=out)
    return 1 if failed else 0


def findings(path: Path) -> Iterator[tuple[str, str, bool]]:
    """Check settings, instruments, buttons, broker: what it was, what was found, and whether it is well."""
    try:
        config, password = read_config(path)
    except BadSettings as problem:
        yield "settings", str(problem), False
        return
    yield "settings", f"{path} is whole", True
    found, remedy = certificate_health(config.broker, SystemClock().now())
    yield "certificate", f"{found}: {remedy}" if remedy else found, not remedy
    parts = Parts(config, threading.Event())
    for instrument in parts.instruments():
        yield _read(instrument)
    for settings in config.buttons:
        try:
            parts.button(settings).close()
        except DeviceError as problem:
            yield f"button on pin {settings.pin}", str(problem), False
        else:
            yield f"button on pin {settings.pin}", f"asks for {settings.pressed}", True
    yield _broker(RoomAgent(config, password), f"{config.broker.host} port {config.broker.port}")


def _read(instrument: Instrument) -> tuple[str, str, bool]:
    """Read one instrument once; one that hangs is told of and left."""
    said: list[tuple[str, bool]] = []

    def look() -> None:
        try:
            values = instrument.read()
        except DeviceError as problem:
            said.append((str(problem), False))
        else:
            known = ", ".join(f"{key} = {value}" for key, value in values.items() if value is not None)
            said.append((known or "it says nothing: see its cable, its network and its address", bool(known)))
        instrument.close()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(_WITHIN_S)
    found, well = said[0] if said else ("it hangs: no reading and no error", False)
    return instrument.key, found, well


def _broker(room: RoomAgent, where: str) -> tuple[str, str, bool]:
    """Connect as the agent will, with its own name and password."""
    waited = threading.Event()
    room.link.start()
    for _ in range(int(_WITHIN_S * 10)):
        if room.link.connected or waited.wait(0.1):
            break
    connected, problem = room.link.connected, room.link.problem
    room.link.stop()
    found = "takes this agent's name and password" if connected else problem or "no answer"
    return "broker", f"{where}: {found}", connected
