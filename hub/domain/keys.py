"""Keys for signed codes: one that signs for each meeting; a key that leaked is withdrawn, never deleted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """The public half of a key. ``key_id`` (0-65535) stands in each code; ``public_key`` is 64 hex digits (Ed25519)."""

    key_id: int
    meeting: str
    public_key: str
    withdrawn: bool = False
