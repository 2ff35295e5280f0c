import logging
from pathlib import Path

import pytest

from hub.audit_heads import AuditHeads
from hub.domain.audit_chain import Head
from tests.hub.build import at


def test_heads_are_added_night_by_night_and_read_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """For the hub's user only, and in the log as well: that may be kept on another machine (ASVS 16.4.3)."""
    caplog.set_level(logging.INFO)
    heads = AuditHeads(tmp_path / "audit-heads.txt")
    assert heads.kept() == []
    told = [Head(7, "a" * 64), Head(8, "c" * 64, sealed=True), Head(9, "b" * 64)]
    for second, head in enumerate(told):
        heads.note(head, at(second))
    kept = AuditHeads(tmp_path / "audit-heads.txt").kept()
    assert kept == told
    assert [one.sealed for one in kept] == [False, True, False]
    assert (tmp_path / "audit-heads.txt").stat().st_mode & 0o777 == 0o600
    assert [str(head) in caplog.text for head in told] == [True, True, True]


def test_a_line_that_is_no_head_is_an_error(tmp_path: Path) -> None:
    """Passing over it would be passing over what it was to show."""
    file = tmp_path / "audit-heads.txt"
    AuditHeads(file).note(Head(7, "a" * 64), at(0))
    file.write_text(file.read_text().replace("a", "x", 3))
    with pytest.raises(ValueError, match="number:hash"):
        AuditHeads(file).kept()


def test_a_disk_that_takes_nothing_stops_no_night(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log has the head."""
    AuditHeads(tmp_path / "nowhere" / "audit-heads.txt").note(Head(7, "a" * 64), at(0))
    assert "cannot be written" in caplog.text
