"""How the machine itself is: which start of it this is, how warm, with how much room; and memory given back to it."""

import ctypes
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
STATUS = Path("/proc/self/status")
THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
"""The firmware's word in hexadecimal; its bits: Raspberry Pi documentation, vcgencmd get_throttled."""

_LOW_NOW, _HOT_NOW = 0x1, 0x8
_LOW_EVER, _SLOWED_EVER = 0x10000, 0x20000 | 0x40000 | 0x80000
_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""

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


def memory_mb(path: Path = STATUS) -> int | None:
    """Return the memory this program holds, in MiB; None where the machine does not tell."""
    try:
        found = re.search(r"^VmRSS:\s+(\d+) kB$", path.read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, ValueError):
        return None
    return int(found[1]) // 1024 if found else None


def give_back_memory() -> bool:
    """Give freed memory, which the C library keeps for later, back to the machine; False where it cannot.

    Each thread frees into a heap of its own, from whose middle nothing goes back by itself (glibc, malloc_trim(3)).
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return bool(trim(0)) if trim else False


def share_heaps(most: int) -> bool:
    """Let all threads that are yet to start share so many heaps; False where the C library cannot (mallopt(3))."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(mallopt(_ARENA_MAX, most)) if mallopt else False


@dataclass(frozen=True, slots=True)
class Strain:
    """What a Raspberry Pi says of itself: hot now; its supply too weak, or itself slowed down, since its start."""

    hot: bool
    power_low: bool
    slowed: bool


def strain(path: Path = THROTTLED) -> Strain | None:
    """Return the strain on a Raspberry Pi; None on other machines."""
    try:
        word = int(path.read_text(encoding="ascii"), 16)
    except (OSError, ValueError):
        return None
    return Strain(
        hot=bool(word & _HOT_NOW), power_low=bool(word & (_LOW_NOW | _LOW_EVER)), slowed=bool(word & _SLOWED_EVER)
    )
