"""Keys for signed codes: one that signs for each meeting; a key that leaked is withdrawn, never deleted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """The public half of a key. ``key_id`` (0-65535) stands in each code; ``public_key`` is 64 hex digits (Ed25519).

    What is said of it is numbered (``version``, growing) and signed by the house's own key: ``statement`` is that
    signature (128 hex digits), ``house_key`` the public half that checks it; both empty while nobody has signed it.
    """

    key_id: int
    meeting: str
    public_key: str
    withdrawn: bool = False
    version: int = 1
    house_key: str = ""
    statement: str = ""
