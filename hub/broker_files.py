"""What the hub's own Mosquitto is told: settings, access list, passwords; and the secrets of each device.

Works for Mosquitto 2.0.11 (Debian 12) and later. Nothing secret is ever an argument of a program.
"""

import base64
import hashlib
import os
import secrets
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devices.contract.topics import (
    DISCOVERY,
    HUB,
    ROOMS,
    InvalidTopic,
    UserRights,
    is_id,
    rights,
    rights_in_rooms,
    sensor_rights,
)
from hub.private_files import write_private

CONFIG = "mosquitto.conf"
PASSWORDS = "passwords"
ACCESS_LIST = "acl"
DEVICES = "devices"
SENSORS = "sensors"

_PASSWORD_BYTES = 32
_LOOKUP_KEY_BYTES = 32
_SALT_BYTES = 12
_ROUNDS = 101
LARGEST_PACKET = (1 << 20) + (1 << 16)
"""With room for the topic. A payload of 1 MiB, far over any limit of ours, still reaches the hub, which refuses it
where a technician sees why; more costs the sender its connection. (``message_size_limit`` would drop it unseen, and
answers with a code that MQTT 5 does not allow there, so that paho hangs up.)"""
_ROOT = 0


class SecretsDamaged(ValueError):
    """A file with secrets cannot be used; the text names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one client of the broker knows: its own password, and the venue's key for keyed hashes (hex)."""

    password: str = field(repr=False)
    lookup_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Who is known to the broker besides devices: further processes of the hub, and other makers' ``sensors``.

    Devices announce themselves below ``prefix``; ``birth`` is where the hub says that it is there, empty for nowhere.
    """

    workers: tuple[str, ...] = ()
    sensors: tuple[str, ...] = ()
    prefix: str = DISCOVERY
    birth: str = f"{DISCOVERY}/status"


def settings_text(folder: Path, port: int, user_id: int, more: Sequence[str] = ()) -> str:
    """Write mosquitto.conf: passwords open a listener that only this machine reaches; ``more`` are further listeners.

    Order matters: ``set_tcp_nodelay`` counts only before the listener (44 ms a message otherwise), and an option of
    listeners before the first ``listener`` line would open port 1883 to everybody.
    """
    lines = [
        "per_listener_settings false",
        "set_tcp_nodelay true",
        "allow_anonymous false",
        f"password_file {folder / PASSWORDS}",
        f"acl_file {folder / ACCESS_LIST}",
        "persistence true",
        f"persistence_location {folder}/",
        "persistence_file mosquitto.db",
        "autosave_interval 30",
        "persistent_client_expiration 1d",
        "retain_available true",
        f"max_packet_size {LARGEST_PACKET}",
        "max_inflight_messages 1000",
        "max_queued_messages 20000",
        "max_queued_bytes 33554432",
        "log_dest stderr",
        "log_timestamp false",
        "log_type error",
        "log_type warning",
        "log_type notice",
        f"listener {port} 127.0.0.1",
        "use_username_as_clientid true",
        *more,
    ]
    if user_id == _ROOT:
        # Started as root it would change to a user who may not read this folder. A deployed hub is not root.
        lines.insert(0, "user root")
    return "\n".join(lines) + "\n"


def access_list(site: str, users: Users = Users(), devices: Sequence[str] = ()) -> str:
    """Write the access list: the hub and its workers may everything below their site, a device only what is its own.

    The names of users are the ids of devices, and each has lines of its own: nothing holds for everybody, so a user
    without lines may nothing. Mosquitto never refuses to subscribe; it withholds what may not be read.
    """
    lines = []
    for hub in (HUB, *users.workers):
        lines += [f"user {hub}", f"topic readwrite {rights(site, hub).hub}", ""]
    lines += _user(ROOMS, rights_in_rooms(site, users.birth, users.sensors, users.prefix))
    for sensor in users.sensors:
        others = tuple(one for one in (*devices, *users.sensors) if one != sensor)
        lines += _user(sensor, sensor_rights(sensor, users.prefix, others))
    for device in devices:
        own = rights(site, device, users.prefix)
        lines += _user(device, UserRights((), own.device_writes, own.device_reads))
    return "\n".join(lines)


def _user(name: str, may: UserRights) -> list[str]:
    ways = (("deny", may.denied), ("write", may.writes), ("read", may.reads))
    return [f"user {name}", *(f"topic {way} {topic}" for way, topics in ways for topic in topics), ""]


def password_line(user: str, password: str, salt: bytes) -> str:
    """Write one line of a password file in Mosquitto's own form: ``$7$``, PBKDF2 with SHA-512.

    The rounds are those of ``mosquitto_passwd``: a password of 256 random bits needs no slow hash.
    """
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS)
    return f"{user}:$7${_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def secrets_file(folder: Path, client: str) -> Path:
    """Return where the secrets of the hub or of a device lie. Raises InvalidTopic on a name that is no id."""
    if not is_id(client):
        raise InvalidTopic(f"{client!r} is no id: use 3 to 32 of a-z, 0-9 and '-'")
    return folder / f"{HUB}.toml" if client == HUB else folder / DEVICES / f"{client}.toml"


def sensor_file(folder: Path, sensor: str) -> Path:
    """Return where the password of another maker's device lies. Raises InvalidTopic on a name that is no id."""
    if not is_id(sensor):
        raise InvalidTopic(f"{sensor!r} is no id: use 3 to 32 of a-z, 0-9 and '-'")
    return folder / SENSORS / f"{sensor}.toml"


def read_password(path: Path) -> str:
    """Read the password of another maker's device. Raises SecretsDamaged, FileNotFoundError."""
    try:
        return _text(tomllib.loads(path.read_text(encoding="utf-8"))["password"])
    except (ValueError, KeyError, TypeError) as problem:
        raise SecretsDamaged(f"{path} holds no usable password; delete it, and the next start makes one") from problem


def ensure_passwords(folder: Path, sensors: tuple[str, ...]) -> None:
    """Make passwords for other makers' devices; what exists is kept. They get nothing else: no key of the venue."""
    for sensor in sensors:
        path = sensor_file(folder, sensor)
        if not path.exists():
            password = secrets.token_urlsafe(_PASSWORD_BYTES)
            write_private(path, f'username = "{sensor}"\npassword = "{password}"\n')
        read_password(path)


def read_secrets(path: Path) -> Secrets:
    """Read one client's secrets. Raises SecretsDamaged, FileNotFoundError."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return Secrets(password=_text(found["password"]), lookup_key=bytes.fromhex(_text(found["lookup_key"])).hex())
    except (ValueError, KeyError, TypeError) as problem:
        raise SecretsDamaged(f"{path} holds no usable password and lookup_key; restore it from a backup") from problem


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(value)
    return value


def ensure_secrets(folder: Path, clients: tuple[str, ...]) -> None:
    """Make what is missing, for the hub first: its lookup key is the venue's. What exists is kept."""
    hub = _ensure(secrets_file(folder, HUB), secrets.token_hex(_LOOKUP_KEY_BYTES))
    for client in clients:
        _ensure(secrets_file(folder, client), hub.lookup_key)


def _ensure(path: Path, lookup_key: str) -> Secrets:
    if not path.exists():
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        write_private(path, f'password = "{password}"\nlookup_key = "{lookup_key}"\n')
    return read_secrets(path)


def renew_password(folder: Path, client: str) -> None:
    """Give a device or sensor that has a password another one; nobody has seen it, so it opens for nobody yet."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    if (path := secrets_file(folder, client)).exists():
        kept = read_secrets(path).lookup_key
        write_private(path, f'password = "{password}"\nlookup_key = "{kept}"\n')
    if (path := sensor_file(folder, client)).exists():
        write_private(path, f'username = "{client}"\npassword = "{password}"\n')


def write_broker_files(
    folder: Path,
    site: str,
    port: int,
    users: Users = Users(),
    *,
    certified: Collection[str] = (),
    more: Sequence[str] = (),
) -> None:
    """Write settings, access list and hashed passwords of the hub, its workers, every device that has secrets, sensors.

    Those that are ``certified`` hold a certificate: no password opens for them. A sensor that the settings name no more
    has its file left, and no right to connect.
    """
    devices = sorted({path.stem for path in (folder / DEVICES).glob("*.toml")}.union(certified))
    clients = [HUB, *(device for device in devices if device not in certified)]
    known = {client: read_secrets(secrets_file(folder, client)).password for client in clients}
    known |= {sensor: read_password(sensor_file(folder, sensor)) for sensor in users.sensors}
    lines = [password_line(name, password, secrets.token_bytes(_SALT_BYTES)) for name, password in known.items()]
    write_private(folder / PASSWORDS, "\n".join(lines) + "\n")
    ours = {ROOMS, *users.workers}
    write_private(folder / ACCESS_LIST, access_list(site, users, [one for one in devices if one not in ours]))
    write_private(folder / CONFIG, settings_text(folder, port, os.geteuid(), more))
