"""Directed scenarios of what is put right afterwards: times by a wrong clock, lost events, a restored backup."""

import json
import signal
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devices.contract.messages import CheckInEvent, Clock
from devices.ids import uuid7
from tests.faults.acts import AFTER, BEFORE, SEEN_WITHIN_S, SMALL, judged, patience_s, welcome
from tests.faults.checker import Report
from tests.faults.evidence import read_hub
from tests.faults.mutant import HASTE
from tests.faults.pen import Pen
from tests.faults.world import Size, World, wait_until

_KIOSK = "kiosk-1"
_WRONG, _RIGHT = "kiosk-1", "kiosk-2"
_NO_BATTERY = datetime(1970, 1, 1, tzinfo=UTC)
_RUNNING_S = 600


def wrong_clock(folder: Path, mutant: str) -> Report:
    """Let a door without a clock and one with a right one see the same guests; its heartbeat comes in between."""
    pens = frozenset({_WRONG, _RIGHT})
    size = Size(doors=2, guests=12, rate=20)
    with World(folder, size=size, mutant=mutant, proxied=False, without=pens) as world:
        machine = uuid7()
        with (
            closing(Pen(world.broker_folder, world.broker_port, _WRONG)) as wrong,
            closing(Pen(world.broker_folder, world.broker_port, _RIGHT)) as right,
        ):
            before, after, first = world.codes[0], world.codes[2], world.codes[3]
            wrong.send(_unset(wrong.event(before, 0), machine, _RUNNING_S - 300))
            right.send(right.event(before, -480))
            wrong.beat(machine, _RUNNING_S * 1000)
            wrong.send(_unset(wrong.event(after, 0), machine, _RUNNING_S - 300))
            right.send(right.event(after, -480))
            right.send(right.event(first, -120))
            wrong.send(_unset(wrong.event(first, 0), machine, _RUNNING_S - 300))
        return judged(world)


def _unset(event: CheckInEvent, machine: str, running_s: int) -> CheckInEvent:
    """Stamp an event as a machine does whose clock began in 1970 when it was started, so many seconds before."""
    told = _NO_BATTERY + timedelta(seconds=running_s)
    return replace(event, ts=told, clock=Clock.UNSYNCED, machine=machine, mono_ms=running_s * 1000)


def lost_events(folder: Path, mutant: str) -> Report:
    """Let a kiosk take events for answered that the hub never had: only the hub can find out."""
    with World(folder, size=SMALL, mutant=_hasty(mutant), proxied=False, script=BEFORE + AFTER) as world:
        _begin(world)
        world.hub.signal(signal.SIGSTOP)
        welcome(world, BEFORE + AFTER)
        world.quiet(still=True)
        door = world.doors[_KIOSK]
        door.signal(signal.SIGSTOP)
        world.kill_broker()
        with closing(sqlite3.connect(world.file_of(_KIOSK), timeout=5)) as connection, connection:
            connection.execute("UPDATE events SET answered_at = at WHERE answered_at IS NULL")
        for kept in (door, world.hub):
            kept.signal(signal.SIGKILL)
        return _repaired(world)


def restored_backup(folder: Path, mutant: str) -> Report:
    """Put an older copy of the hub's database in the place of the one it had."""
    with World(folder, size=SMALL, mutant=_hasty(mutant), proxied=False, script=BEFORE + AFTER) as world:
        _begin(world)
        file = Path(world.address.removeprefix("sqlite:///"))
        backup = folder / "backup.sqlite3"
        with (
            closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as now,
            closing(sqlite3.connect(backup)) as copy,
        ):
            now.backup(copy)
            (position,) = copy.execute("SELECT max(seq) FROM feed").fetchone()
        welcome(world, BEFORE + AFTER)
        world.quiet(still=True)
        wait_until(lambda: world.waiting() == 0, SEEN_WITHIN_S, "all guests are answered")
        wait_until(lambda: _noted(world) > position, SEEN_WITHIN_S, "the hub noted how far it has come")
        world.hub.process.send_signal(signal.SIGSTOP)  # the keeper, so that the hub stays down for a moment
        world.hub.signal(signal.SIGKILL)
        world.kill_broker()
        wait_until(lambda: not world.hub.alive, SEEN_WITHIN_S, "the hub is down")
        for rest in ("-wal", "-shm"):
            file.with_name(file.name + rest).unlink(missing_ok=True)
        backup.replace(file)
        world.hub.process.send_signal(signal.SIGCONT)
        return _repaired(world)


def _hasty(mutant: str) -> str:
    return f"{HASTE}+{mutant}" if mutant else HASTE


def _begin(world: World) -> None:
    world.open_doors()
    welcome(world, BEFORE)
    wait_until(lambda: world.waiting() == 0, SEEN_WITHIN_S, "the first guests are answered")


def _noted(world: World) -> int:
    try:
        return int(json.loads((world.folder / "hub" / "witness.json").read_text(encoding="utf-8"))["position"])
    except FileNotFoundError:
        return 0


def _repaired(world: World) -> Report:
    """Wait until the hub has everything again, within bounds, and check."""

    def repaired() -> bool:
        return len(read_hub(world.address)["check_ins"]) == BEFORE + AFTER

    with suppress(TimeoutError):
        wait_until(repaired, patience_s(world), "repaired")
    return judged(world)
