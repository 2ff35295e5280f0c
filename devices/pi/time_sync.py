"""Whether this machine's wall clock is set: a Raspberry Pi without a battery clock wakes up in the past."""

import ctypes
import os

_STA_UNSYNC = 0x0040
_TIMEX_BYTES = 256
_STATUS_OFFSET = 40 if ctypes.sizeof(ctypes.c_long) > ctypes.sizeof(ctypes.c_int) else 20


def is_clock_set() -> bool:
    """Ask the kernel (adjtimex) whether a time service holds the clock; True where the kernel cannot tell."""
    buffer = ctypes.create_string_buffer(_TIMEX_BYTES)
    libc = ctypes.CDLL(None, use_errno=True)
    if os.name != "posix" or not hasattr(libc, "adjtimex") or libc.adjtimex(buffer) < 0:
        return True
    return not int.from_bytes(buffer.raw[_STATUS_OFFSET : _STATUS_OFFSET + 4], "little") & _STA_UNSYNC
