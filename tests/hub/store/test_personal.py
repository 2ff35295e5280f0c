from pathlib import Path

from sqlalchemy import JSON, LargeBinary, Text

from hub.store.impersonal import IMPERSONAL
from hub.store.personal import PERSONAL, PURGED
from hub.store.tables import metadata
from hub.store.types import UtcDateTime

DOCS = [Path(__file__).parents[3] / "docs" / name for name in ("privacy.md", "privacy.zh.md")]


def _columns() -> set[str]:
    """Return every column that could hold somebody's data: text, JSON, bytes."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, Text | JSON | LargeBinary) and not isinstance(column.type, UtcDateTime)
    }


def _personal() -> set[str]:
    return {f"{one.table}.{column}" for one in PERSONAL for column in one.columns}


def test_every_column_is_said_to_be_personal_or_not() -> None:
    """A new one fails here until somebody has thought about it; none is said to be both, or is not there."""
    harmless = {f"{table}.{column}" for table, (_, columns) in IMPERSONAL.items() for column in columns}
    assert _columns() - _personal() - harmless == set()
    assert (_personal() | harmless) - _columns() == set()
    assert _personal() & harmless <= {"booking_bad.field", "alerts.answer", "quarantine.field"}


def test_each_personal_column_has_a_purpose_and_a_term() -> None:
    """GDPR Art. 5(1)(b) and (e), PIPL Art. 6 and 19; what the nightly purge sees to says from when on."""
    for one in PERSONAL:
        assert one.purpose
        assert bool(one.since) == (one.term in PURGED and one.table != "audit"), one.table


def test_people_can_read_the_same_in_both_languages() -> None:
    """docs/privacy.md names every personal column, its term, and the law; nothing more is said to be kept."""
    for path in DOCS:
        said = path.read_text(encoding="utf-8")
        rows = {line.split("|")[1].strip().strip("`"): line for line in said.splitlines() if line.startswith("| `")}
        assert rows.keys() == {one.table for one in PERSONAL}, path.name
        for one in PERSONAL:
            assert [column for column in one.columns if f"`{column}`" not in rows[one.table]] == [], one.table
            assert one.term.value in rows[one.table], one.table
        assert "5(1)(e)" in said
        assert "PIPL" in said
