"""The kiosk's checklist names tests that exist, and at least one for each of its promises."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
CHECKLIST = TESTS.parent / "docs" / "kiosk-checklist.md"
PROMISES = 25


def test_each_promise_of_the_checklist_names_tests_that_exist() -> None:
    """A test that was renamed or left out is missed here."""
    rows = [row for row in CHECKLIST.read_text(encoding="utf-8").splitlines() if re.match(r"\| G\d+ ", row)]
    assert len(rows) == PROMISES
    missing = []
    for row in rows:
        named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", row)
        assert named, row
        for path, name in named:
            file = TESTS / path
            if not file.is_file() or f"def {name}(" not in file.read_text(encoding="utf-8"):
                missing.append(f"{path}::{name}")
    assert missing == []
