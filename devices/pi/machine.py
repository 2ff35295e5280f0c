"""How the machine itself is: warm, and with room on its disk."""

import shutil
from pathlib import Path

THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")
_MILLI = 1000
_MIB = 1 << 20


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
