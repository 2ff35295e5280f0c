"""The private halves of keys for signed codes: one file each, for the hub's user alone."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from hub.domain.errors import NotFound


class KeyFolder:
    """Fills ``hub.ports.KeyRing`` with files ``<folder>/<key id>.pem``."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made with the first key."""
        self._folder = folder

    def make(self, key_id: int) -> str:
        """Make a key, or find the one that is there; returns its public half (64 hex digits)."""
        path = self._path(key_id)
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
        return self._load(key_id).public_key().public_bytes_raw().hex()

    def sign(self, key_id: int, data: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes). Raises NotFound when the private half is not here."""
        return self._load(key_id).sign(data)

    def _load(self, key_id: int) -> Ed25519PrivateKey:
        try:
            key = load_pem_private_key(self._path(key_id).read_bytes(), password=None)
        except (OSError, ValueError) as problem:
            remedy = "restore the file from a backup, or make a new key with --new-key"
            raise NotFound(f"the private half of key {key_id} is not at {self._path(key_id)}: {remedy}") from problem
        if not isinstance(key, Ed25519PrivateKey):
            raise NotFound(f"{self._path(key_id)} holds no Ed25519 key")
        return key

    def _path(self, key_id: int) -> Path:
        return self._folder / f"{key_id}.pem"
