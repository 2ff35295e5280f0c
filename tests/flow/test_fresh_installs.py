"""Two fresh installs share no secret (ETSI EN 303 645, 5.1-1, 5.1-2): no file, no word of one, no cookie."""

import re
import sqlite3
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from devices.clock import SystemClock
from hub.config import HubConfig
from hub.config_sections import BrokerConfig, WebConfig
from hub.demo.joining import let_kiosks_join
from hub.demo.settings import house_config
from hub.key_files import KeyFolder
from hub.setup_code import new_setup_code
from hub.wiring import Hub

pytestmark = pytest.mark.broker

TOLD = {"kiosk-1/joined.toml", "kiosk-2/joined.toml"}
"""Who a kiosk is and where its hub is; the names of its files, which hold what is secret."""

OPEN = {"broker/acl", "broker/lock", "authority/lock", "audit-heads.txt", "hub.sqlite3.lock", *TOLD}
"""Files that may be alike in two houses: they say who may what, and nothing that opens anything."""

SECRETS = {
    "authority/authority.key",
    "broker/devices/agent-1.toml",
    "broker/devices/hub-rooms.toml",
    "broker/devices/kiosk-1.toml",
    "broker/devices/pager-1.toml",
    "broker/hub.toml",
    "broker/passwords",
    "broker/sensors/plug-7.toml",
    "broker/server.key",
    "kiosk-1/device.pem",
    "kiosk-1/secret.toml",
    "keys/1.pem",
    "keys/house.pem",
    "setup-code",
}
"""What a house has made for itself after a first start, with one kiosk that has joined and a first signing key."""

WORD = re.compile(r"(?=\D*\d)[A-Za-z0-9_-]{16,}")
"""What is made at random for a database is one word, longer than this, and has digits."""


def plain_house(folder: Path) -> HubConfig:
    """Return the settings of a house with a device of each kind, and a door for them in the network."""
    return HubConfig(
        site="hall",
        kiosks=("kiosk-1",),
        agents=("agent-1",),
        pagers=("pager-1",),
        sensors=("plug-7",),
        data=folder / "hub",
        broker=BrokerConfig(port=0, tls_host="127.0.0.1", tls_port=0),
        web=WebConfig(port=0),
    )


def demo_house(folder: Path) -> HubConfig:
    """Return the settings of the demo."""
    return house_config(folder, 0, timedelta())


def install(config: HubConfig) -> tuple[Path, str]:
    """Start a house for the first time, let its kiosks join, stop it; return its data, and a browser's cookie."""
    hub = Hub(config)
    try:
        hub.start()
        let_kiosks_join(hub, config, SystemClock(), config.data)
        keys = KeyFolder(config.data / "keys")
        keys.house()
        keys.make(1)
        with urllib.request.urlopen(f"{hub.address}token") as answer:  # noqa: S310 - our own address
            cookie = str(answer.headers["Set-Cookie"]).partition(";")[0].partition("=")[2]
    finally:
        hub.stop()
    return config.data, cookie


def files(data: Path) -> dict[str, bytes]:
    """Return every file of an installation, by its name there."""
    return {str(path.relative_to(data)): path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()}


def secrets_in(found: dict[str, bytes]) -> set[str]:
    """Return what the files keep secret: the values of settings, the hashes of passwords, codes, and private keys."""
    secret = {found["setup-code"].decode().strip()} if "setup-code" in found else set()
    secret |= {line.partition(":")[2] for line in found["broker/passwords"].decode().splitlines()}
    for name, content in found.items():
        if name.endswith(".toml") and name not in TOLD:
            secret |= {value for key, value in tomllib.loads(content.decode()).items() if key != "username"}
        if b"PRIVATE KEY" in content:
            key = load_pem_private_key(content, password=None)
            secret.add(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex())
    return secret


def values(data: Path) -> Iterator[str]:
    """Return every value in the database that could be a secret: long, and one word."""
    with closing(sqlite3.connect(data / "hub.sqlite3")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - its own names
                yield from (value for value in row if isinstance(value, str) and WORD.fullmatch(value))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("settings", [plain_house, demo_house])
def test_two_fresh_installs_share_no_secret(tmp_path: Path, settings: Callable[[Path], HubConfig]) -> None:
    """Every file is compared, whichever it is: one that is new and alike in both must first be called open here."""
    (one, a_cookie), (other, another) = (install(settings(tmp_path / name)) for name in ("a", "b"))
    first, second = files(one), files(other)
    if settings is plain_house:
        assert set(first) >= SECRETS, "a secret is somewhere else now: this test must know where"
    alike = {name for name in first.keys() & second.keys() if first[name] == second[name]}
    assert alike <= OPEN
    assert len(secrets_in(first)) > len(SECRETS)
    assert secrets_in(first) & secrets_in(second) == set()
    assert a_cookie != another
    assert set(values(one)) & set(values(other)) == set()


def test_codes_that_are_made_one_after_the_other_are_never_the_same() -> None:
    """Those that people type are made anew each time (5.1-2)."""
    assert len({new_setup_code() for _ in range(1_000)}) == 1_000
