"""A machine that joined the house goes by what it was told there, whatever stands in its settings."""

from pathlib import Path

import pytest

from devices import joined
from devices.room import config as rooms
from devices.settings import BadSettings
from kiosk import config as kiosks

COPIED = """
site = "hall-a"
device = "kiosk-1"
door = { zh = "东门", en = "East" }
joined = "identity"

[broker]
secret = "nowhere.toml"
"""
BROKER: dict[str, str | int] = {
    "host": "hub.lan",
    "port": 8883,
    "renew_at": "https://hub.lan:8700",
    "secret": "secret.toml",
    "tls_ca": "authority.crt",
    "certificate": "device.pem",
}


def let_in(folder: Path) -> Path:
    """Fill a folder as joining does; return it."""
    folder.mkdir()
    (folder / joined.JOINED).write_text(joined.told("hall-b", "kiosk-7", BROKER), encoding="utf-8")
    (folder / "secret.toml").write_text(f'lookup_key = "{"ab" * 16}"\n', encoding="utf-8")
    for name in ("authority.crt", "device.pem"):
        (folder / name).touch()
    return folder


def settings(tmp_path: Path, text: str = COPIED) -> Path:
    """Write a kiosk's settings."""
    path = tmp_path / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_was_told_takes_the_place_of_what_was_copied(tmp_path: Path) -> None:
    """The example's own id, site and broker are left as they were, and nobody has to take them out."""
    identity = let_in(tmp_path / "identity")
    found, secret = kiosks.read_config(settings(tmp_path))
    assert (found.site, found.device, found.door.en) == ("hall-b", "kiosk-7", "East")
    assert (found.broker.host, found.broker.port, found.broker.renew_at) == ("hub.lan", 8883, "https://hub.lan:8700")
    assert found.broker.certificate == identity / "device.pem"
    assert found.broker.tls_ca == identity / "authority.crt"
    assert (secret.password, secret.lookup_key) == ("", "ab" * 16)


def test_settings_may_leave_out_what_joining_told(tmp_path: Path) -> None:
    """A door is all that a technician writes."""
    let_in(tmp_path / "identity")
    found, _ = kiosks.read_config(settings(tmp_path, 'joined = "identity"\ndoor = { zh = "东门", en = "East" }\n'))
    assert found.device == "kiosk-7"


def test_a_machine_that_never_joined_goes_by_its_settings(tmp_path: Path) -> None:
    """And misses what they leave out, by name."""
    (tmp_path / "nowhere.toml").write_text(f'password = "p"\nlookup_key = "{"cd" * 16}"\n', encoding="utf-8")
    found, _ = kiosks.read_config(settings(tmp_path))
    assert (found.device, found.broker.host) == ("kiosk-1", "127.0.0.1")
    with pytest.raises(BadSettings, match="device: is missing"):
        kiosks.read_config(settings(tmp_path, 'site = "hall-a"\njoined = "identity"\n'))


@pytest.mark.parametrize("text", ["no toml =", 'site = "a"', 'site = "a"\ndevice = "b"\nbroker = 3', "[broker]\n"])
def test_what_cannot_be_used_is_named_with_the_remedy(tmp_path: Path, text: str) -> None:
    """It is not passed over for the id of another device."""
    (let_in(tmp_path / "identity") / joined.JOINED).write_text(text, encoding="utf-8")
    with pytest.raises(BadSettings, match=r"joined: .*joined.toml cannot be used .* let the machine join anew"):
        kiosks.read_config(settings(tmp_path))


def test_an_agent_in_a_room_goes_by_it_as_well(tmp_path: Path) -> None:
    """Its room is all that it needs besides."""
    let_in(tmp_path / "identity")
    path = tmp_path / "room.toml"
    path.write_text('joined = "identity"\nroom = "hall"\n', encoding="utf-8")
    found, password = rooms.read_config(path)
    assert (found.site, found.device, found.room, password) == ("hall-b", "kiosk-7", "hall", "")
