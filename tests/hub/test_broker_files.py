import base64
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest

from devices.contract.topics import InvalidTopic
from hub.broker_files import (
    SecretsDamaged,
    Users,
    access_list,
    ensure_secrets,
    password_line,
    read_secrets,
    secrets_file,
    settings_text,
    write_broker_files,
)


def test_the_broker_listens_on_loopback_only_and_knows_everybody(tmp_path: Path) -> None:
    """No anonymous user, one listener; an option of listeners before it would open port 1883 to the world."""
    lines = settings_text(tmp_path, 12345, user_id=1000).splitlines()
    assert [line for line in lines if line.startswith("listener")] == ["listener 12345 127.0.0.1"]
    assert "allow_anonymous false" in lines
    assert lines[lines.index("listener 12345 127.0.0.1") + 1 :] == ["use_username_as_clientid true"]
    assert not any(line.startswith("user ") for line in lines)


def test_only_root_has_to_name_a_user(tmp_path: Path) -> None:
    """Started as root, Mosquitto would change to a user who may not read the folder of the hub."""
    assert "user root" in settings_text(tmp_path, 12345, user_id=0).splitlines()


def test_a_device_may_write_and_read_only_what_is_its_own() -> None:
    """Each has lines of its own; there is no pattern, no ``#`` above its own topics, and no line for everybody."""
    listed = access_list("hall", devices=("kiosk-1",))
    assert listed.splitlines() == [
        "user hub",
        "topic readwrite yingbin/v1/hall/#",
        "",
        "user hub-rooms",
        "topic deny yingbin/v1/hall/+/up/#",
        "topic deny yingbin/v1/hall/+/down/#",
        "topic write homeassistant/status",
        "topic read #",
        "",
        "user kiosk-1",
        "topic write yingbin/v1/hall/kiosk-1/state",
        "topic write yingbin/v1/hall/kiosk-1/info",
        "topic write yingbin/v1/hall/kiosk-1/tele",
        "topic write yingbin/v1/hall/kiosk-1/up/#",
        "topic write homeassistant/device/kiosk-1/config",
        "topic read yingbin/v1/hall/kiosk-1/down/#",
        "topic read yingbin/v1/hall/hub/state",
        "topic read homeassistant/device/kiosk-1/config",
    ]
    with pytest.raises(InvalidTopic):
        access_list("hall/#")
    with pytest.raises(InvalidTopic):
        access_list("hall", devices=("#",))


def test_who_holds_a_certificate_has_no_password(tmp_path: Path) -> None:
    """A password that lies on an old card is no second way in; the access list still knows the device."""
    ensure_secrets(tmp_path, ("kiosk-1", "kiosk-2"))
    write_broker_files(tmp_path, "hall", 12345, certified=("kiosk-1", "kiosk-7"))
    named = {line.partition(":")[0] for line in (tmp_path / "passwords").read_text().splitlines()}
    assert named == {"hub", "kiosk-2"}
    listed = (tmp_path / "acl").read_text().splitlines()
    assert {line for line in listed if line.startswith("user kiosk")} == {f"user kiosk-{one}" for one in (1, 2, 7)}


@pytest.mark.broker
def test_further_processes_of_the_hub_may_do_what_the_hub_may() -> None:
    """Each under a name of its own, so that the broker does not throw one out for another."""
    lines = access_list("hall", Users(workers=("hub-2",))).splitlines()
    assert (
        lines[lines.index("user hub-2") + 1]
        == lines[lines.index("user hub") + 1]
        == "topic readwrite yingbin/v1/hall/#"
    )


def test_a_password_line_is_the_one_mosquitto_makes_itself(tmp_path: Path) -> None:
    """The same salt gives the same hash as ``mosquitto_passwd -U``, so every Mosquitto 2 reads it."""
    plain = tmp_path / "plain"
    plain.write_text("kiosk-1:correct horse\n")
    plain.chmod(0o600)
    subprocess.run(["mosquitto_passwd", "-U", str(plain)], check=True, capture_output=True)
    theirs = plain.read_text().strip()
    _, _, rounds, salt, _ = theirs.split("$")
    assert rounds == "101"
    assert password_line("kiosk-1", "correct horse", _from_base64(salt)) == theirs


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text)


def test_secrets_are_made_once_and_differ_for_everybody(tmp_path: Path) -> None:
    """A device that is set up keeps working after a restart; no two share a password, all share the lookup key."""
    ensure_secrets(tmp_path, ("kiosk-1", "kiosk-2"))
    first = {client: read_secrets(secrets_file(tmp_path, client)) for client in ("hub", "kiosk-1", "kiosk-2")}
    ensure_secrets(tmp_path, ("kiosk-1", "kiosk-2", "kiosk-3"))
    again = {client: read_secrets(secrets_file(tmp_path, client)) for client in first}
    assert again == first
    assert len({found.password for found in first.values()}) == 3
    assert {found.lookup_key for found in first.values()} == {
        read_secrets(secrets_file(tmp_path, "kiosk-3")).lookup_key
    }
    assert len(bytes.fromhex(first["hub"].lookup_key)) == 32


def test_nobody_else_on_the_machine_can_read_the_files(tmp_path: Path) -> None:
    """Folders 0700, files 0600, whatever they were before."""
    folder = tmp_path / "broker"
    folder.mkdir(mode=0o755)
    ensure_secrets(folder, ("kiosk-1",))
    write_broker_files(folder, "hall", 12345)
    modes = {path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    assert modes.pop("devices") == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes) == {"hub.toml", "devices/kiosk-1.toml", "passwords", "acl", "mosquitto.conf"}
    assert set(modes.values()) == {0o600}


def test_the_file_for_a_device_is_plain_toml_and_its_password_is_nowhere_else(tmp_path: Path) -> None:
    """A technician copies it to the device; Mosquitto gets the hash alone."""
    ensure_secrets(tmp_path, ("kiosk-1",))
    write_broker_files(tmp_path, "hall", 12345)
    found = tomllib.loads((tmp_path / "devices" / "kiosk-1.toml").read_text())
    assert set(found) == {"password", "lookup_key"}
    others = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".toml"]
    assert not any(found["password"] in path.read_text() for path in others)
    assert found["password"] not in repr(read_secrets(secrets_file(tmp_path, "kiosk-1")))


@pytest.mark.parametrize("text", ["", "password = 1", 'password = "x"\nlookup_key = "no hex"', "\x00", "password = "])
def test_a_damaged_file_is_named_and_never_silently_replaced(tmp_path: Path, text: str) -> None:
    """A new lookup key would make every stored hash worthless, so a person has to decide."""
    ensure_secrets(tmp_path, ())
    secrets_file(tmp_path, "hub").write_text(text)
    with pytest.raises(SecretsDamaged, match=r"hub\.toml"):
        ensure_secrets(tmp_path, ("kiosk-1",))
    assert secrets_file(tmp_path, "hub").read_text() == text


@pytest.mark.parametrize("name", ["../kiosk", "Kiosk-1", "a", "kiosk/1", "+", "%u", "kiosk:1"])
def test_a_name_that_is_no_id_never_becomes_a_file_or_a_user(tmp_path: Path, name: str) -> None:
    """Mosquitto once took a user named ``#`` for everybody (CVE-2017-7650)."""
    with pytest.raises(InvalidTopic):
        ensure_secrets(tmp_path, (name,))
    assert list((tmp_path / "devices").glob("*")) == []
