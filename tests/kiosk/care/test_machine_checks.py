from pathlib import Path

import pytest

from kiosk.care.machine_checks import data_folder, file_system, fonts, secret_is_private

MOUNTS = """\
overlay / overlay rw,lowerdir=/ro 0 0
/dev/mmcblk0p3 /var/lib/yingbin-kiosk ext4 rw,noatime 0 0
tmpfs /var/lib/yingbin-kiosk/scratch\\040pad tmpfs rw 0 0
/dev/mmcblk0p1 /boot/firmware vfat ro 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/yingbin-kiosk", "ext4"),
        ("/var/lib/yingbin-kiosk/data", "ext4"),
        ("/var/lib/yingbin-kiosk/scratch pad/x", "tmpfs"),
        ("/var/lib/yingbin-kiosk-2", "overlay"),
        ("/boot/firmware", "vfat"),
    ],
)
def test_the_disk_under_a_folder_is_found(folder: str, kind: str) -> None:
    """The innermost mount counts, and a name that merely begins alike does not."""
    assert file_system(Path(folder), MOUNTS) == kind


@pytest.mark.parametrize(("kind", "well"), [("ext4", True), ("overlay", False), ("tmpfs", False)])
def test_check_ins_must_not_be_kept_in_memory(tmp_path: Path, kind: str, well: bool) -> None:  # noqa: FBT001 - parameter
    """With a read-only root the data folder needs a partition of its own; whoever forgot it is told."""
    first, room = data_folder(tmp_path, f"disk / {kind} rw 0 0\n")
    assert (first.about, first.well) == ("data", well)
    assert (room.about, room.well) == ("room", True)
    assert ("docs/kiosk-on-a-pi.md" in str(first)) is not well


def test_a_data_folder_that_takes_no_file_fails_with_the_reason(tmp_path: Path) -> None:
    """Here a file stands where the folder belongs."""
    (tmp_path / "data").touch()
    (found,) = data_folder(tmp_path / "data", "disk / ext4 rw 0 0\n")
    assert str(found).startswith(f"FAIL  data: {tmp_path / 'data'} cannot be written: File exists\n      → ")


@pytest.mark.parametrize(("mode", "well"), [(0o600, True), (0o640, True), (0o644, False), (0o660, False)])
def test_a_password_that_others_may_read_fails(tmp_path: Path, mode: int, well: bool) -> None:  # noqa: FBT001 - parameter
    """The line to type is told."""
    secret = tmp_path / "secret.toml"
    secret.touch()
    secret.chmod(mode)
    found = secret_is_private(secret)
    assert found.well is well
    assert (f"chmod 640 {secret}" in str(found)) is not well


def test_chinese_fonts_are_looked_for_as_the_browser_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through fontconfig; a machine without it is told what to install."""
    assert fonts().well
    monkeypatch.setenv("PATH", "/nowhere")
    assert fonts().remedy == "type: sudo apt-get install fontconfig"
