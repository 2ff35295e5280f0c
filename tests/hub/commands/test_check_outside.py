"""``python -m hub check`` says of each address outside whether it works, and sends a test where asked to."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.__main__ import main
from tests.hub.services import NTFY_TOKEN, NTFY_TOPIC, SECRETS, Services, serve


@pytest.fixture
def services() -> Iterator[Services]:
    """Run the services in the clear: ntfy on the house's own net."""
    with serve(Services()) as running:
        yield running


def settings(folder: Path, addresses: str) -> Path:
    """Write a hub's settings and its file of addresses."""
    file = folder / "addresses.toml"
    file.write_text(addresses)
    file.chmod(0o600)
    path = folder / "hub.toml"
    path.write_text('site = "hall-a"\ndata = "data"\n[alerts]\naddresses_file = "addresses.toml"\n')
    return path


def ntfy(port: int, token: str = NTFY_TOKEN) -> str:
    """Return an address."""
    return f"ntfy://{token}@localhost:{port}/{NTFY_TOPIC}"


def test_each_address_that_apprise_understands_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By whose it is and its service; nothing is sent."""
    path = settings(tmp_path, f'xiaoli = ["{ntfy(9)}", "feishu://{SECRETS[3]}"]')
    assert main(["check", "--config", str(path)]) == 0
    said = capsys.readouterr().out
    assert "alerts outside: 2 addresses of 1 people and groups" in said
    assert "pass  xiaoli: ntfy: Apprise understands it" in said
    assert "pass  xiaoli: feishu: Apprise understands it" in said
    assert not any(secret in said for secret in SECRETS)


def test_every_mistake_in_the_file_is_told_and_the_hub_does_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At once, with the line; the hub says the same, and ends."""
    path = settings(tmp_path, f'xiaoli = ["bark://{SECRETS[0]}"]\nwang = ["wecombot://"]\n')
    assert main(["check", "--config", str(path)]) == 1
    said = capsys.readouterr().out
    assert "line 1: xiaoli: address 1 (bark): the hub knows wecombot" in said
    assert "line 2: wang: address 1 (wecombot): Apprise does not understand it" in said
    assert "not ready: alerts outside" in said
    ended = subprocess.run(
        [sys.executable, "-m", "hub", "clock", "--config", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "line 1: xiaoli" in ended.stderr
    assert SECRETS[0] not in said + ended.stdout + ended.stderr


def test_a_test_message_goes_to_each_address_of_a_person(
    tmp_path: Path, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """In both languages, as urgent as it gets; to nobody else."""
    path = settings(tmp_path, f'xiaoli = ["{ntfy(services.port)}"]\nwang = ["{ntfy(services.port)}"]')
    assert main(["check", "--config", str(path), "--send-test", "xiaoli"]) == 0
    assert "xiaoli: ntfy: the service has taken a test message" in capsys.readouterr().out
    (got,) = services.got
    assert got.body["title"] == "迎宾系统测试 · A test from Yingbin"
    assert got.headers["x-priority"] == "max"


def test_a_test_message_that_is_not_taken_says_why(
    tmp_path: Path, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong key, nobody there, somebody unknown."""
    path = settings(tmp_path, f'xiaoli = ["{ntfy(services.port, "tk_wrong0wrong0")}"]\nwang = ["{ntfy(9)}"]')
    for key, said in {"xiaoli": "(401", "wang": "cannot be reached", "nobody": "choose one of xiaoli, wang"}.items():
        assert main(["check", "--config", str(path), "--send-test", key]) == 1
        assert said in capsys.readouterr().out


def test_a_house_without_addresses_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no mistake, unless a test is asked for."""
    path = tmp_path / "hub.toml"
    path.write_text('site = "hall-a"\ndata = "data"\n')
    assert main(["check", "--config", str(path)]) == 0
    assert "alerts outside: they are off" in capsys.readouterr().out
    assert main(["check", "--config", str(path), "--send-test", "xiaoli"]) == 1
    assert "give alerts.addresses_file" in capsys.readouterr().out
