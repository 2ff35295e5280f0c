"""Identifiers that sort by time: UUID version 7 (RFC 9562 section 5.7)."""

import secrets
import time


def uuid7() -> str:
    """Return a new UUIDv7: 48 bits of wall-clock milliseconds, the rest random."""
    milliseconds = time.time_ns() // 1_000_000  # noqa: TID251 - an id carries wall time by definition
    number = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
