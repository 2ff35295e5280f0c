"""Ed25519 over a signed credential, and over what the house says of the keys for them."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from devices.contract.credential import SignedCredential


def is_signed_by(credential: SignedCredential, public_key: str) -> bool:
    """Say whether the signature was made with the private half of ``public_key`` (64 hex digits)."""
    return _holds(credential.signature, credential.signed_bytes(), public_key)


def is_signature(signature: str, data: bytes, public_key: str) -> bool:
    """Say whether a signature (128 hex digits) of data was made with the private half of a key (64 hex digits)."""
    try:
        return _holds(bytes.fromhex(signature), data, public_key)
    except ValueError:
        return False


def _holds(signature: bytes, data: bytes, public_key: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
