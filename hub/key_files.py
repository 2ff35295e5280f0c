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

HOUSE = "house.pem"
"""The house's own key, which signs what kiosks are told of the others."""


class KeyFolder:
    """Fills ``hub.code_ports.KeyRing`` with files ``<folder>/<key id>.pem`` and ``<folder>/house.pem``."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made with the first key."""
        self._folder = folder

    def make(self, key_id: int) -> str:
        """Make a key, or find the one that is there; returns its public half (64 hex digits)."""
        return self._made(self._path(key_id)).public_key().public_bytes_raw().hex()

    def highest(self) -> int:
        """Return the highest id a key was ever made under, 0 for none: a restored database may have forgotten it."""
        ids = (path.stem for path in self._folder.glob("*.pem"))
        return max((int(one) for one in ids if one.isdecimal()), default=0)

    def sign(self, key_id: int, data: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes). Raises NotFound when the private half is not here."""
        return self._load(self._path(key_id)).sign(data)

    def house(self) -> str:
        """Return the public half (64 hex digits) of the house's own key, which is made when it is first wanted."""
        return self._made(self._folder / HOUSE).public_key().public_bytes_raw().hex()

    def attest(self, data: bytes) -> bytes:
        """Return the signature (64 bytes) of the house's own key. Raises NotFound when its file cannot be used."""
        return self._made(self._folder / HOUSE).sign(data)

    def _made(self, path: Path) -> Ed25519PrivateKey:
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
        return self._load(path)

    def _load(self, path: Path) -> Ed25519PrivateKey:
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError) as problem:
            remedy = "restore the file from a backup, or make a new key: python -m hub keys --revoke"
            raise NotFound(f"the private half of a key is not at {path}: {remedy}") from problem
        if not isinstance(key, Ed25519PrivateKey):
            raise NotFound(f"{path} holds no Ed25519 key")
        return key

    def _path(self, key_id: int) -> Path:
        return self._folder / f"{key_id}.pem"
