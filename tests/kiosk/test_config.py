from pathlib import Path

import pytest

from devices.settings import BadSettings
from kiosk.config import read_config
from kiosk.preferences import Theme
from kiosk.profiles import Profile, px_per_mm

CONFIG = """
site = "hall-a"
device = "kiosk-1"
door = { zh = "东门", en = "East door" }
[broker]
secret = "secret.toml"
"""
SECRET = 'password = "abc"\nlookup_key = "00112233445566778899aabbccddeeff"\n'


def written(folder: Path, config: str = CONFIG, secret: str | None = SECRET) -> Path:
    """Write a kiosk's two files and return the path of its settings."""
    if secret is not None:
        (folder / "secret.toml").write_text(secret, encoding="utf-8")
    path = folder / "kiosk.toml"
    path.write_text(config, encoding="utf-8")
    return path


def test_settings_and_secret_are_read_from_beside_each_other(tmp_path: Path) -> None:
    """The secret is named relative to the settings."""
    config, secret = read_config(written(tmp_path))
    assert (config.device, config.screen.port, config.camera.source) == ("kiosk-1", 8780, "0")
    assert secret.password == "abc"


def test_a_secret_never_shows(tmp_path: Path) -> None:
    """Whatever prints the settings prints no password."""
    assert "abc" not in repr(read_config(written(tmp_path)))
    assert "0011" not in repr(read_config(written(tmp_path)))


@pytest.mark.parametrize(
    ("config", "secret", "words"),
    [
        (CONFIG, None, "copy it from the hub's devices folder"),
        (CONFIG.replace("kiosk-1", "Kiosk 1"), SECRET, "device"),
        (CONFIG + '[clock]\nzone = "Mars/Olympus"', SECRET, "no IANA time zone"),
        (CONFIG + "[screen]\nport = 70000", SECRET, "line 8: screen.port"),
        (CONFIG + '[screen]\nprofile = "9in"', SECRET, "line 8: screen.profile"),
        (CONFIG + "[screen]\npx_per_mm = 0.17", SECRET, "screen.px_per_mm: .* divide its width"),
        (CONFIG + "[speech]\nvolume = 6", SECRET, "line 8: speech.volume"),
        (CONFIG, "password = 5", "lookup_key"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, config: str, secret: str | None, words: str) -> None:
    """A technician with five minutes knows what to change."""
    with pytest.raises(BadSettings, match=words):
        read_config(written(tmp_path, config, secret))


def test_the_outbox_is_bounded_as_the_house_wants_it(tmp_path: Path) -> None:
    """200,000 events unless told otherwise; a bound that holds nothing is a mistake."""
    assert read_config(written(tmp_path))[0].outbox.unanswered == 200_000
    changed = CONFIG + "[outbox]\nunanswered = 5000\nkept_days = 3\n"
    outbox = read_config(written(tmp_path, changed))[0].outbox
    assert (outbox.unanswered, outbox.answered, outbox.kept_days) == (5_000, 200_000, 3)
    with pytest.raises(BadSettings, match=r"outbox.unanswered: 0 is not between"):
        read_config(written(tmp_path, CONFIG + "[outbox]\nunanswered = 0\n"))


def test_a_screen_is_named_or_measured(tmp_path: Path) -> None:
    """Every profile but auto has its pixels in a millimetre; a measured figure goes before any profile's."""
    screen = read_config(written(tmp_path, CONFIG + '[screen]\nprofile = "7in-720x1280"\ntheme = "dark"\n'))[0].screen
    assert (px_per_mm(screen.profile, screen.px_per_mm), screen.theme) == (8.18, Theme.DARK)
    assert px_per_mm(Profile.AUTO) is None
    assert px_per_mm(Profile.AUTO, 6.5) == px_per_mm(Profile.INCH_7_800X480, 6.5) == 6.5
    assert {profile for profile in Profile if px_per_mm(profile) is None} == {Profile.AUTO}
