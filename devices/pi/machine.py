"""How the machine itself is: which start of it this is, how warm, and with how much room on its disk."""

import re
import shutil
from pathlib import Path

THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_MILLI = 1000
_MIB = 1 << 20
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def boot_id(path: Path = BOOT_ID) -> str | None:
    """Return the id of this start of the machine, from which its monotonic clock counts; None where there is none."""
    try:
        found = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return found if _UUID.fullmatch(found) else None


def cpu_celsius(path: Path = THERMAL) -> float | None:
    """Return the processor's temperature in °C; None where the machine does not tell."""
    try:
        return int(path.read_text(encoding="ascii")) / _MILLI
    except (OSError, ValueError):
        return None


def free_disk_mb(folder: Path) -> int | None:
    """Return the room left on the disk that holds ``folder``, in MiB; None where it cannot be known."""
    try:
        return shutil.disk_usage(folder).free // _MIB
    except OSError:
        return None
