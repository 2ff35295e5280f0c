from pathlib import Path

import pytest

from devices.pi.machine import boot_id, cpu_celsius, free_disk_mb


def test_the_temperature_is_read_in_degrees(tmp_path: Path) -> None:
    """The kernel counts in thousandths."""
    (tmp_path / "temp").write_text("48312\n")
    assert cpu_celsius(tmp_path / "temp") == 48.312


@pytest.mark.parametrize("content", [None, "", "warm"])
def test_a_machine_that_does_not_tell_is_not_guessed_at(tmp_path: Path, content: str | None) -> None:
    """Unknown is unknown, not zero."""
    path = tmp_path / "temp"
    if content is not None:
        path.write_text(content)
    assert cpu_celsius(path) is None


def test_room_on_the_disk_is_told(tmp_path: Path) -> None:
    """And unknown for a folder that is not there."""
    room = free_disk_mb(tmp_path)
    assert room is not None
    assert room > 0
    assert free_disk_mb(tmp_path / "nowhere") is None


def test_this_start_of_the_machine_has_an_id_that_fits_the_wire(tmp_path: Path) -> None:
    """The kernel's own; without one, or with nonsense, there is none."""
    assert boot_id() is not None
    path = tmp_path / "boot_id"
    path.write_text("01890a5d-ac96-774b-bcce-b302099a8057\n", encoding="ascii")
    assert boot_id(path) == "01890a5d-ac96-774b-bcce-b302099a8057"
    for nonsense in ("", "not an id", "01890A5D-AC96-774B-BCCE-B302099A8057"):
        path.write_text(nonsense, encoding="ascii")
        assert boot_id(path) is None
    assert boot_id(tmp_path / "nowhere") is None
