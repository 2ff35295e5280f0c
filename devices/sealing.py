"""Guests' fields in a roster, sealed so that only the guest's own code opens them (docs/credential.md)."""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from devices.contract.credential import sealing_key

_NONCE_BYTES = 12


class CannotOpen(ValueError):
    """The sealed fields do not belong to this code, or are damaged."""


def seal(code: str, fields: str) -> str:
    """Seal the JSON of a guest's card under the canonical ``code``: base64url of nonce and ChaCha20-Poly1305 box."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    box = ChaCha20Poly1305(sealing_key(code)).encrypt(nonce, fields.encode(), None)
    return base64.urlsafe_b64encode(nonce + box).decode()


def unseal(code: str, sealed: str) -> str:
    """Open what ``seal`` closed. Raises CannotOpen."""
    try:
        data = base64.urlsafe_b64decode(sealed)
        return ChaCha20Poly1305(sealing_key(code)).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], None).decode()
    except (InvalidTag, binascii.Error, ValueError) as problem:
        message = "the sealed fields do not open with this code"
        raise CannotOpen(message) from problem
