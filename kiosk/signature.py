"""Ed25519 over a signed credential."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from devices.contract.credential import SignedCredential


def is_signed_by(credential: SignedCredential, public_key: str) -> bool:
    """Say whether the signature was made with the private half of ``public_key`` (64 hex digits)."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(credential.signature, credential.signed_bytes())
    except (InvalidSignature, ValueError):
        return False
    return True
