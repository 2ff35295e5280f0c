"""The kiosk's heartbeat: what it tells of itself every 15 seconds."""

from collections.abc import Callable
from dataclasses import dataclass

from devices.contract.messages import Heartbeat, Need, Usage
from kiosk.identity import Identity
from kiosk.outbox import Outbox
from kiosk.roster import Roster


@dataclass(frozen=True, slots=True)
class Health:
    """The kiosk's own condition; None where the machine does not tell. ``needs`` is what a person must see to."""

    camera_ok: bool
    frames_per_s: float
    cpu_c: float | None = None
    disk_free_mb: int | None = None
    memory_mb: int | None = None
    page_s: float | None = None
    up_s: int | None = None
    power_low: bool | None = None
    slowed: bool | None = None
    usage: Usage | None = None
    needs: tuple[Need, ...] = ()


def pulse(identity: Identity, outbox: Outbox, roster: Roster, health: Callable[[], Health]) -> Heartbeat:
    """Take the pulse. Reads the database and writes nothing (fault 24). Raises sqlite3.Error."""
    backlog = outbox.backlog()
    found = health()
    stamp = identity.stamp()
    age = max(0.0, (stamp["ts"] - backlog.oldest_at).total_seconds()) if backlog.oldest_at else 0.0
    age /= identity.speed  # how long a message is on its way is a matter of networks, in real seconds
    return Heartbeat(
        **stamp,
        max_seq=backlog.max_seq,
        unacked=backlog.unanswered,
        oldest_s=min(1e9, age),
        mono_ms=identity.count_ms(),
        clock=identity.clock_state(),
        roster=roster.cursor(),
        camera_ok=found.camera_ok,
        frames_per_s=found.frames_per_s,
        cpu_c=found.cpu_c,
        disk_free_mb=found.disk_free_mb,
        memory_mb=found.memory_mb,
        page_s=found.page_s,
        up_s=found.up_s,
        power_low=found.power_low,
        slowed=found.slowed,
        usage=found.usage,
        machine=identity.machine,
        runs=tuple(outbox.runs()),
        needs=found.needs,
    )
