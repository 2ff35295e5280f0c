"""docs/security.md speaks of every provision and requirement once, and names proofs that are there."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

ETSI = {
    "5.1": 5, "5.2": 3, "5.3": 16, "5.4": 4, "5.5": 8, "5.6": 9, "5.7": 2, "5.8": 3, "5.9": 3, "5.10": 1, "5.11": 4,
    "5.12": 3, "5.13": 1, "6": 5,
}  # fmt: skip
"""How many provisions each clause of EN 303 645 V2.1.1 has."""

ASVS = """
    1.1: 1-2; 1.2: 1-9; 1.3: 1-11; 1.4: 1-3; 1.5: 1-2; 2.1: 1-3; 2.2: 1-3; 2.3: 1-4; 2.4: 1-1; 3.2: 1-2; 3.3: 1-4;
    3.4: 1-6; 3.5: 1-5; 3.7: 1-2; 4.1: 1-3; 4.2: 1-1; 4.3: 1-2; 4.4: 1-4; 5.1: 1-1; 5.2: 1-3; 5.3: 1-2; 5.4: 1-3;
    6.1: 1-3; 6.2: 1-12; 6.3: 1-4; 6.4: 1-4; 6.5: 1-5; 6.6: 1-3; 6.8: 1-4; 7.1: 1-3; 7.2: 1-4; 7.3: 1-2; 7.4: 1-5;
    7.5: 1-2; 7.6: 1-2; 8.1: 1-2; 8.2: 1-3; 8.3: 1-1; 8.4: 1-1; 9.1: 1-3; 9.2: 1-4; 10.1: 1-2; 10.2: 1-2; 10.3: 1-4;
    10.4: 1-11; 10.5: 1-5; 10.6: 1-2; 10.7: 1-3; 11.1: 1-2; 11.2: 1-3; 11.3: 1-3; 11.4: 1-4; 11.5: 1-1; 11.6: 1-1;
    12.1: 1-3; 12.2: 1-2; 12.3: 1-4; 13.1: 1-1; 13.2: 1-5; 13.3: 1-2; 13.4: 1-5; 14.1: 1-2; 14.2: 1-4; 14.3: 1-3;
    15.1: 1-3; 15.2: 1-3; 15.3: 1-7; 16.1: 1-1; 16.2: 1-5; 16.3: 1-4; 16.4: 1-3; 16.5: 1-3; 17.1: 1-1; 17.2: 1-4;
    17.3: 1-2
"""
"""The requirements of levels 1 and 2 in ASVS 5.0.0, by section: 253."""


def _asked() -> list[str]:
    found = re.findall(r"(\d+\.\d+): 1-(\d+)", ASVS)
    return [f"{section}.{number}" for section, last in found for number in range(1, int(last) + 1)]


def _rows(heading: str) -> Iterator[tuple[str, str, str]]:
    part = TEXT.split(f"\n## {heading}")[1].split("\n## ")[0]
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] not in {"provision", "requirement"}:
            ids, control, shown = cells
            yield ids, control, shown


def _named(words: str, asked: list[str]) -> Iterator[str]:
    for one in words.split(", "):
        first, _, last = one.partition("–")
        yield from asked[asked.index(first) : asked.index(last or first) + 1]


def test_every_requirement_of_levels_1_and_2_has_its_row() -> None:
    """None is left out, none stands twice."""
    asked = _asked()
    assert len(asked) == 253
    assert sorted(one for ids, _, _ in _rows("OWASP") for one in _named(ids, asked)) == sorted(asked)


def test_every_provision_has_its_row() -> None:
    """None is left out, none stands twice."""
    asked = sorted(f"{clause}-{number}" for clause, many in ETSI.items() for number in range(1, many + 1))
    assert sorted(one for ids, _, _ in _rows("ETSI") for one in ids.split(", ")) == asked


def test_a_row_without_a_proof_says_why() -> None:
    """Open, not done, or not ours."""
    for ids, control, shown in [*_rows("OWASP"), *_rows("ETSI")]:
        assert control, ids
        reason = control.startswith(("does not apply", "not done", "not by itself")) or "open:" in control
        assert "`…" in shown or reason or "does not apply" in shown, ids


def test_every_test_that_is_named_is_there() -> None:
    """A proof that was moved or renamed must not be claimed at its old place."""
    named = set(re.findall(r"`…([\w/.]+)(?:::(\w+))?`", TEXT))
    assert len(named) > 150
    assert sorted(f"{file}::{name}" for file, name in named if not _is_there(file, name)) == []


def test_every_row_of_the_tables_names_its_tests_not_only_their_files() -> None:
    """So that whoever doubts a row can run what shows it."""
    rows = [*_rows("OWASP"), *_rows("ETSI")]
    assert [ids for ids, _, shown in rows for one in re.findall(r"`…([^`]+)`", shown) if "::" not in one] == []


def _is_there(file: str, name: str) -> bool:
    path = ROOT / "tests" / file
    return path.exists() and (
        not name or re.search(rf"^def test_{name}\(", path.read_text("utf-8"), re.MULTILINE) is not None
    )
