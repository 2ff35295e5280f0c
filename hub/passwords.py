"""Passwords are kept as slow hashes: Argon2id (RFC 9106) with 19 MiB, two passes, one lane (ASVS 11.4.2, OWASP).

About 30 ms on a Raspberry Pi 5, and no more than ``_AT_ONCE`` at a time, so that a flood of guesses takes neither the
hub's memory nor its processors.
"""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16)
_TURN = threading.BoundedSemaphore(_AT_ONCE)
_NOBODY = _HASHER.hash("nobody's")
"""Is compared with what is typed for a name that is nobody's: that takes as long as for one that is (ASVS 6.3.8)."""


def hash_password(text: str) -> str:
    """Return what is kept of a password."""
    with _TURN:
        return _HASHER.hash(text)


def is_password(text: str, kept: str) -> bool:
    """Say whether a password is the one that is kept; no password is where nothing is."""
    try:
        with _TURN:
            _HASHER.verify(kept or _NOBODY, text)
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)
