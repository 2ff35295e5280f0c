"""docs/reliability.md names what is there."""

import re
from pathlib import Path

from tests.faults.mutants import HARMLESS, MUTANTS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = {int(found[1]): found[0] for found in re.finditer(r"^\| (\d+) \|.*$", TEXT, re.MULTILINE)}


def test_each_of_the_62_faults_has_its_row_with_what_happens_and_what_shows_it() -> None:
    """Or says that it is open, and where."""
    assert sorted(ROWS) == list(range(1, 63))
    for row in ROWS.values():
        _, _, fault, happens, shown, _ = row.split("|")
        assert fault.strip()
        assert happens.strip()
        assert "`" in shown or "storm" in shown or shown.strip().startswith("open: ")


def test_every_test_file_that_is_named_is_there() -> None:
    """A proof that was moved must not be claimed at its old place."""
    named = set(re.findall(r"`…([\w/.]+)`", TEXT)) - {""}
    assert len(named) > 40
    assert not [name for name in named if not (ROOT / "tests" / name).exists()]


def test_every_mistake_that_is_named_is_planted() -> None:
    """The words after "mutant" in the table."""
    named = {
        name for words in re.findall(r"mutants? ((?:`\w+`(?:, )?)+)", TEXT) for name in re.findall(r"`(\w+)`", words)
    }
    assert len(named) > 8
    assert not named - (MUTANTS | HARMLESS).keys()
