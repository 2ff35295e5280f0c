"""A fresh house writes the code of its first admin for whoever starts it, and no two houses share one (ETSI 5.1)."""

import logging
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from hub.domain.accounts import Account
from hub.domain.permissions import Part
from hub.ports import Store
from hub.setup_code import let_the_first_in
from hub.usecases.acting import Deciding
from hub.usecases.change_accounts import set_up
from tests.hub.build import T0

WHO = Deciding(actor="hub", at=T0, ids=lambda: "id")


def begin(store: Store, folder: Path) -> str:
    """Start a house's pages; return the code that is written."""
    let_the_first_in(store, folder, "http://127.0.0.1:8700/", WHO)
    path = folder / "setup-code"
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def test_only_the_hubs_user_reads_the_code_and_no_log_has_it(
    sqlite_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log says where it is; what is no terminal is told nothing."""
    caplog.set_level(logging.DEBUG)
    code = begin(sqlite_store, tmp_path / "data")
    assert re.fullmatch("[A-Z2-9]{16}", code)
    assert stat.S_IMODE((tmp_path / "data" / "setup-code").stat().st_mode) == 0o600
    assert "setup-code" in caplog.text
    assert code not in caplog.text + "".join(capsys.readouterr())


def test_two_starts_write_two_codes_and_only_the_newest_works(sqlite_store: Store, tmp_path: Path) -> None:
    """Two houses share none."""
    first, second = begin(sqlite_store, tmp_path), begin(sqlite_store, tmp_path)
    assert first != second
    with sqlite_store.write() as tx:
        made = set_up(tx, f" {second[:8]} {second[8:]} ", ("老板", []), "hash", WHO)
    assert made.parts == {Part.ADMIN}


def test_a_house_with_an_admin_writes_none_and_removes_the_old_file(sqlite_store: Store, tmp_path: Path) -> None:
    """An admin whose account is closed is none: then the house is not locked out."""
    begin(sqlite_store, tmp_path)
    admin = Account(id="a", name="老板", parts=frozenset({Part.ADMIN}), made_at=T0)
    for active, written in ((True, False), (False, True)):
        with sqlite_store.write() as tx:
            tx.accounts.put(replace(admin, active=active))
        assert bool(begin(sqlite_store, tmp_path)) is written
