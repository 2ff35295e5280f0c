"""What the use cases need for codes that are no single guest's, of the store and of the keys' keeper, as Protocols."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.groups import Group
from hub.domain.guests import InvitationStatus
from hub.domain.keys import SigningKey


class Groups(Protocol):
    """The codes on which whole parties come."""

    def of_meeting(self, meeting: str) -> Sequence[Group]:
        """Return a meeting's groups with their current codes, by party."""

    def by_lookup(self, lookups: Collection[str]) -> Mapping[str, Group]:
        """Return the groups whose current codes have these keyed hashes."""

    def add(self, group: Group) -> None:
        """Give a party a code, in the place of an older one where it has one. Raises Refused when the code is known."""

    def set_status(self, lookup: str, status: InvitationStatus, at: datetime) -> None:
        """Withdraw (or restore) a group's code. Raises NotFound when it is no group's current one."""


class Keys(Protocol):
    """The public keys for signed codes."""

    def all(self) -> Sequence[SigningKey]:
        """Return all keys, the oldest first."""

    def save(self, key: SigningKey) -> None:
        """Add a key, or withdraw it."""


class KeyRing(Protocol):
    """Keeps the private halves of keys for signed codes."""

    def make(self, key_id: int) -> str:
        """Make a key, or find the one that is there; returns its public half (64 hex digits)."""

    def highest(self) -> int:
        """Return the highest id a key was ever made under, 0 for none."""

    def sign(self, key_id: int, data: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes). Raises NotFound when the private half is not here."""

    def house(self) -> str:
        """Return the public half (64 hex digits) of the house's own key, which vouches for the others."""

    def attest(self, data: bytes) -> bytes:
        """Return the signature (64 bytes) of the house's own key. Raises NotFound when it is not here."""
