"""How a kiosk, an agent or a pager stands, and what of its own report a person should look at. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from hub.device_ports import DeviceRecord
from hub.domain.pace import real

SILENT = timedelta(seconds=45)
"""Three heartbeats: a device that says it is online but was not heard for so long is doubted."""

UNSENT_WORRY_S = 60.0
"""How old the oldest unsent check-in may be, in seconds, before it is a worry."""

HOT_C = 80.0
LEAST_DISK_MB = 500
PAGE_SILENT_S = 30.0
BATTERY_LOW = 15.0
"""A battery is worth a word below so many percent: that of a pager would not last the shift."""


class State(StrEnum):
    """How a device stands, as a word."""

    ONLINE = "online"
    SILENT = "silent"
    STOPPED = "stopped"
    OFFLINE = "offline"
    NEVER = "never"


def state(record: DeviceRecord, now: datetime) -> State:
    """Say how a device stands."""
    if record.seen_at is None:
        return State.NEVER
    if record.status == "stopping":
        return State.STOPPED
    if record.status != "online":
        return State.OFFLINE
    return State.SILENT if now - record.seen_at > real(SILENT) else State.ONLINE


def number(health: Mapping[str, object], name: str) -> float | None:
    """Return a figure of a device's report; None where it says none."""
    value = health.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def worries(health: Mapping[str, object]) -> tuple[str, ...]:
    """Return what is wrong by a device's own report, each as a word."""
    unsent, oldest = number(health, "unacked") or 0, number(health, "oldest_s") or 0
    heat, disk = number(health, "cpu_c"), number(health, "disk_free_mb")
    battery = number(health, "battery")
    checks = (
        (unsent > 0 and oldest >= UNSENT_WORRY_S, "unsent"),
        (health.get("camera_ok") is False, "camera"),
        (health.get("clock") == "unsynced", "clock"),
        (heat is not None and heat >= HOT_C, "heat"),
        (disk is not None and disk < LEAST_DISK_MB, "disk"),
        ((number(health, "page_s") or 0) > PAGE_SILENT_S, "page"),
        (health.get("power_low") is True, "power"),
        (battery is not None and battery < BATTERY_LOW, "battery"),
        (health.get("slowed") is True and health.get("power_low") is not True, "slowed"),
    )
    return tuple(name for wrong, name in checks if wrong)
