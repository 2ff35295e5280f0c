"""What a joining device and the hub both know: how a code is written, and what both screens show of a key."""

import base64
import hashlib

CODE_LETTERS = 10
"""Fifty random bits that hold once and for minutes: a million tries a second find one in ten minutes once in 10^6."""

PIN_LETTERS = 16
"""Eighty bits of the authority's fingerprint, by which the device knows the house before it trusts anything."""

AUTHORITY_PATH, ASK_PATH, COLLECT_PATH, RENEW_PATH = (
    f"/api/v1/devices/{name}" for name in ("authority", "join", "collect", "renew")
)

_SHOWN_LETTERS = 8
_GROUP = 4
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def join_code(number: int, authority: str) -> str:
    """Write the code that a technician shows: ``number`` (50 random bits), then the house (``authority``: hex)."""
    letters = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(CODE_LETTERS))
    return letters + pin_of(authority)


def pin_of(fingerprint: str) -> str:
    """Return the part of a code that names an authority, by its fingerprint (SHA-256, hex)."""
    return base64.b32encode(bytes.fromhex(fingerprint)).decode("ascii")[:PIN_LETTERS]


def tidy_code(typed: str) -> str:
    """Return a typed or scanned code as it is kept."""
    return "".join(letter for letter in typed.upper() if letter in _ALPHABET)


def shown(text: str) -> str:
    """Put a code or fingerprint in groups of four, for people."""
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def short_fingerprint(public_key: bytes) -> str:
    """Return what both screens show of a device's key (DER): forty bits, for as long as a window is open."""
    letters = base64.b32encode(hashlib.sha256(public_key).digest()).decode("ascii")[:_SHOWN_LETTERS]
    return shown(letters)
