from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hub.domain.errors import NotFound
from hub.key_files import KeyFolder


def test_a_key_signs_what_its_public_half_verifies(tmp_path: Path) -> None:
    """The signature is Ed25519 over exactly the bytes given."""
    ring = KeyFolder(tmp_path / "keys")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(ring.make(3)))
    public.verify(ring.sign(3, b"words"), b"words")


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    """Making it again finds it; another id is another key."""
    ring = KeyFolder(tmp_path / "keys")
    assert ring.make(1) == KeyFolder(tmp_path / "keys").make(1)
    assert ring.make(1) != ring.make(2)


def test_private_halves_are_for_the_hub_s_user_alone(tmp_path: Path) -> None:
    """Nobody else may look into folder or file."""
    KeyFolder(tmp_path / "keys").make(1)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys" / "1.pem").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [None, b"", b"no key at all"])
def test_a_key_that_is_not_there_says_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    """A lost or damaged file does not become another key by itself."""
    if content is not None:
        (tmp_path / "9.pem").write_bytes(content)
    with pytest.raises(NotFound, match="restore the file from a backup"):
        KeyFolder(tmp_path).sign(9, b"words")
