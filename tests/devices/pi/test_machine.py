from pathlib import Path

import pytest

from devices.pi.machine import cpu_celsius, free_disk_mb


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
