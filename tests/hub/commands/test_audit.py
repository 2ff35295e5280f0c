"""``python -m hub audit``."""

import argparse
import io
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text

from hub.audit_heads import AuditHeads
from hub.commands import audit
from hub.ports import Store
from tests.hub.build import at
from tests.hub.imports import acting


def run(store: Store, folder: Path, *words: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it prints."""
    parser = argparse.ArgumentParser()
    audit.add_arguments(parser)
    out = io.StringIO()
    heads = AuditHeads(folder / "audit-heads.txt")
    code = audit.run(parser.parse_args(words), store, Console(file=out, width=300), acting(), heads=heads)
    return code, out.getvalue()


@pytest.fixture
def logged(sqlite_store: Store, tmp_path: Path) -> Store:
    """Give a store with five rows in its log, whose third head was written down."""
    for number in range(1, 6):
        with sqlite_store.write() as tx:
            tx.records.audit("Li", f"step.{number}", "inv-1", at(number))
            head = tx.audit_chain.head()
        if number == 4:
            AuditHeads(tmp_path / "audit-heads.txt").note(head, at(number))
    return sqlite_store


def _tamper(store: Store, *statements: str) -> None:
    engine = store._database.writer  # type: ignore[attr-defined]  # past the store, as an intruder would
    with engine.begin() as connection:
        for trigger in ("audit_unchanged", "audit_kept", "audit_head_grows"):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        for statement in statements:
            connection.execute(text(statement))


def test_a_whole_log_says_where_it_stands(logged: Store, tmp_path: Path) -> None:
    """That line may be written down, and asked about later."""
    code, said = run(logged, tmp_path)
    assert code == 0
    assert "agrees with 1 heads" in said
    head = said.split("It stands at ")[1].strip()
    assert head.startswith("5:")
    assert run(logged, tmp_path, "--head", head)[0] == 0
    assert run(logged, tmp_path, "--head", "5:" + "0" * 64)[0] == 1
    code, said = run(logged, tmp_path, "--head", "five")
    assert (code, "number:hash" in said) == (2, True)


def test_the_first_broken_row_is_named(logged: Store, tmp_path: Path) -> None:
    """And the exit code tells programs."""
    _tamper(logged, "UPDATE audit SET subject = 'inv-2' WHERE id = 4", "DELETE FROM audit WHERE id = 5")
    code, said = run(logged, tmp_path)
    assert code == 1
    assert "broken at row 4" in said


def test_a_log_cut_off_with_its_head_is_seen_by_what_was_written_down_at_night(logged: Store, tmp_path: Path) -> None:
    """Though the database agrees with itself."""
    cut = "UPDATE audit_head SET number = 2, hash = (SELECT hash FROM audit WHERE id = 2)"
    _tamper(logged, "DELETE FROM audit WHERE id > 2", cut)
    code, said = run(logged, tmp_path)
    assert code == 1
    assert "broken at row 3: it and all up to 3 are missing at the end" in said
