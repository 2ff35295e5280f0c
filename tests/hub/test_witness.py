from pathlib import Path

import pytest

from hub.witness import EVERY_MS, Witness


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the file's place."""
    return tmp_path / "witness.json"


def test_a_database_that_has_gone_back_is_noticed_and_no_other(path: Path) -> None:
    """Last night's backup was put back: its feed is shorter than it had been (fault 22)."""
    Witness(path).note("a", 40, 0)
    assert Witness(path).contradicts("a", 39)
    assert not Witness(path).contradicts("a", 40)
    assert not Witness(path).contradicts("b", 0)


def test_without_a_readable_file_nothing_is_claimed(path: Path) -> None:
    """A new house, or a file that a full disk cut off."""
    assert not Witness(path).contradicts("a", 0)
    for rubbish in ("", "[]", '{"incarnation": "a"}', '{"incarnation": "a", "position": "far"}'):
        path.write_text(rubbish)
        assert not Witness(path).contradicts("a", 0)


def test_the_file_is_not_written_at_every_turn(path: Path) -> None:
    """A memory card wears out by writing."""
    witness = Witness(path)
    witness.note("a", 1, 0)
    witness.note("a", 2, EVERY_MS - 1)
    assert not Witness(path).contradicts("a", 1)
    witness.note("a", 3, EVERY_MS)
    assert Witness(path).contradicts("a", 2)


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path: Path) -> None:
    """Guests come first."""
    Witness(tmp_path / "missing" / "witness.json").note("a", 1, 0)
