from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.badges.reprint import LASTS_MS, Reprint
from tests.kiosk.test_config import CONFIG, written


def test_one_more_slip_may_be_had_for_two_minutes(tmp_path: Path) -> None:
    """Once; and not after the machine was started anew, when its count begins again."""
    reprint = Reprint(tmp_path)
    assert not reprint.take(0)
    reprint.allow(1_000)
    assert reprint.take(1_000 + LASTS_MS)
    assert not reprint.take(1_000)
    for now_ms in (1_001 + LASTS_MS, 999):
        reprint.allow(1_000)
        assert not reprint.take(now_ms)
        assert not reprint.take(1_000)


def test_a_file_that_says_nothing_allows_nothing(tmp_path: Path) -> None:
    """Whatever somebody wrote there."""
    (tmp_path / "reprint").write_bytes(b"\xff\xfe yes please")
    assert not Reprint(tmp_path).take(0)


def test_staff_allow_it_by_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what to do next; without a printer it says that instead."""
    data = tmp_path / "data"
    data.mkdir()
    config = f'data = "{data}"\n{CONFIG}[printer]\nkind = "escpos"\n'
    assert main(["reprint", "--config", str(written(tmp_path, config))]) == 0
    assert "hold the code before the camera" in capsys.readouterr().out
    assert (data / "reprint").exists()
    assert main(["reprint", "--config", str(written(tmp_path))]) == 2
    assert "printer.kind" in capsys.readouterr().err
