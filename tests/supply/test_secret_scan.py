"""A secret that somebody is about to commit is found; words and paths are not taken for one."""

import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from hub.broker_files import password_line
from tests.supply import secret_scan


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give an empty repository."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / "README.md").write_text("password: see /etc/yingbin/hub-secret.toml\n")
    return tmp_path


def scan(root: Path) -> int:
    """Scan as ``make lint`` does."""
    return secret_scan.main(["--root", str(root)])


def _pem() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


PLANTED: dict[str, Callable[[], str]] = {
    "key.pem": _pem,
    "secret.toml": lambda: f'lookup_key = "{secrets.token_hex(32)}"\n',
    "settings.py": lambda: f'"password": "{secrets.token_urlsafe(32)}"\n',
    "notes.md": lambda: f"export TOKEN=ghp_{secrets.token_hex(18)}\n",
    "cloud.cfg": lambda: f"id=AKIA{'0123456789ABCDEF'}\n",
    "url.txt": lambda: f"postgresql://yingbin:{secrets.token_hex(12)}@db/yingbin\n",
    "passwords": lambda: password_line("hub", secrets.token_hex(16), secrets.token_bytes(12)),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_secret_is_found_and_not_repeated(
    checkout: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is named, the secret is not: what lint prints is read by many."""
    text = PLANTED[name]()
    (checkout / name).write_text("first line\n" + text)
    assert scan(checkout) == 1
    said = capsys.readouterr().err
    assert f"{name}:2: looks like a " in said
    assert not any(word in said for word in text.split('"') if len(word) > 20)


def test_what_git_ignores_is_not_looked_at(checkout: Path) -> None:
    """A technician's own secrets may lie beside the code."""
    (checkout / ".gitignore").write_text("mine.pem\n")
    (checkout / "mine.pem").write_text(_pem())
    assert scan(checkout) == 0


def test_words_and_paths_are_no_secrets(checkout: Path) -> None:
    """Otherwise people would switch it off."""
    text = (
        'password_file = "/etc/yingbin/database-password-of-the-hub"\n'
        'secret = "correct-horse-battery-staple-horse"\n'
        'token: "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"\n'
    )
    (checkout / "hub.toml").write_text(text)
    assert scan(checkout) == 0


def test_a_folder_without_a_repository_fails(tmp_path: Path) -> None:
    """A scan that looked at nothing found nothing."""
    assert scan(tmp_path) == 1


def test_this_repository_holds_none() -> None:
    """As ``make lint`` says."""
    if not (secret_scan.ROOT / ".git").exists():
        pytest.skip("not in a git checkout")
    assert secret_scan.main([]) == 0
