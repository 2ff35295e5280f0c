"""``python -m hub privacy``."""

import argparse
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from hub.commands import privacy
from hub.ports import Store
from tests.hub.imports import acting, demo_venue, import_rows, rows


def run(store: Store, *words: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it prints."""
    parser = argparse.ArgumentParser()
    privacy.add_arguments(parser)
    out = io.StringIO()
    return privacy.run(parser.parse_args(words), store, Console(file=out, width=200), acting(7)), out.getvalue()


@pytest.fixture
def wang(sqlite_store: Store) -> str:
    """Import a guest whose name is a trap for pages; return their id."""
    meeting = demo_venue(sqlite_store)
    import_rows(sqlite_store, meeting, rows("<b>王伟</b>,示例,w@example.com"))
    with sqlite_store.read() as tx:
        (found,) = tx.guests.of_meeting(meeting.id)
    return found.guest.id


def test_a_guest_is_found_given_what_is_known_and_removed(sqlite_store: Store, tmp_path: Path, wang: str) -> None:
    """Find, export, erase: and then neither the table nor the file knows them."""
    code, said = run(sqlite_store, "find", "王伟")
    assert (code, wang in said) == (0, True)
    assert run(sqlite_store, "export", wang, "--out", str(tmp_path))[0] == 0
    made = tmp_path / f"guest-{wang}.json"
    assert json.loads(made.read_text())["guests"][0]["email"] == "w@example.com"
    assert made.stat().st_mode & 0o777 == 0o600
    page = (tmp_path / f"guest-{wang}.html").read_text()
    assert "&lt;b&gt;王伟" in page
    assert "<b>王伟" not in page
    code, said = run(sqlite_store, "erase", wang)
    assert (code, "guests 1" in said, "booking source" in said) == (0, True, True)
    assert run(sqlite_store, "find", "王伟") == (2, "There is no such guest.\n")
    assert b"w@example.com" not in (tmp_path / "hub.db").read_bytes() + (tmp_path / "hub.db-wal").read_bytes()


def test_an_unknown_guest_and_a_folder_that_is_not_there_are_told(sqlite_store: Store, wang: str) -> None:
    """With what to do; nothing is written."""
    for what in ("export", "erase"):
        code, said = run(sqlite_store, what, "nobody")
        assert (code, "privacy find" in said) == (2, True)
    code, said = run(sqlite_store, "export", wang, "--out", "/nowhere")
    assert (code, "name another folder" in said) == (2, True)
