import subprocess
import sys
from pathlib import Path

import pytest

from devices.pi.machine import (
    Strain,
    boot_id,
    cpu_celsius,
    free_disk_mb,
    give_back_memory,
    memory_mb,
    strain,
)


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


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("0", Strain(hot=False, power_low=False, slowed=False)),
        ("1", Strain(hot=False, power_low=True, slowed=False)),
        ("8\n", Strain(hot=True, power_low=False, slowed=False)),
        ("50000", Strain(hot=False, power_low=True, slowed=True)),
        ("0xe0008", Strain(hot=True, power_low=False, slowed=True)),
        ("", None),
        ("volts", None),
    ],
)
def test_a_raspberry_pi_tells_of_its_supply_and_its_heat(tmp_path: Path, word: str, found: Strain | None) -> None:
    """In the firmware's bits, now and since the start; other machines tell nothing."""
    (tmp_path / "get_throttled").write_text(word, encoding="ascii")
    assert strain(tmp_path / "get_throttled") == found
    assert strain(tmp_path / "nowhere") is None


def test_the_program_knows_its_own_memory(tmp_path: Path) -> None:
    """In MiB, as the kernel counts it; unknown where it does not."""
    (tmp_path / "status").write_text("Name:\tpython\nVmRSS:\t   86016 kB\nThreads: 9\n", encoding="ascii")
    assert memory_mb(tmp_path / "status") == 84
    assert memory_mb(tmp_path / "nowhere") is None
    assert (memory_mb() or 0) > 10


def test_memory_that_was_freed_goes_back_to_the_machine() -> None:
    """What lies free between things that are kept does not go back by itself."""
    kept = [(bytes(60_000), bytes(40))[1] if number % 2 else bytes(60_000) for number in range(2_000)]
    before = memory_mb() or 0
    kept = [part for part in kept if len(part) == 40]
    assert give_back_memory()
    assert (memory_mb() or 0) < before - 40
    assert len(kept) == 1_000


def test_threads_can_be_told_to_share_their_heaps() -> None:
    """In a program of its own: it holds for good."""
    program = "from devices.pi.machine import share_heaps; raise SystemExit(0 if share_heaps(2) else 1)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
