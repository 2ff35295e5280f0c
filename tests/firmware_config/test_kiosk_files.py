"""The files that make a kiosk of a machine, looked at by the programs that will read them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.care.signs import BOUNDS_MS

FOLDER = Path(__file__).parents[2] / "firmware_config" / "kiosk"
UNITS = sorted(path for kind in ("service", "timer") for path in FOLDER.glob(f"*.{kind}"))


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    """Not one word of them is unknown to it."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("this machine has no systemd")
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(re.sub(r"/opt/yingbin/\w+/bin/python", "/bin/true", text), encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", *(str(path) for path in tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in found.stderr.splitlines() if "yingbin" in line]
    assert ours == []
    assert found.returncode == 0


def test_the_units_start_commands_that_exist() -> None:
    """A renamed command must not be found out at a venue."""
    from kiosk.__main__ import main  # noqa: PLC0415 - nothing else here needs it

    commands = {
        match[1] for unit in UNITS for match in re.finditer(r"-m kiosk (\w+)", unit.read_text(encoding="utf-8"))
    }
    assert commands == {"run", "browser", "update"}
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0


def test_a_stuck_kiosk_is_started_anew_within_two_minutes() -> None:
    """The longest bound of a part, then the service's own."""
    unit = (FOLDER / "yingbin-kiosk.service").read_text(encoding="utf-8")
    watchdog = re.search(r"^WatchdogSec=(\d+)$", unit, re.MULTILINE)
    assert watchdog
    assert max(BOUNDS_MS.values()) / 1000 + int(watchdog[1]) <= 120
    assert "Type=notify" in unit


def test_the_browser_may_go_nowhere_but_to_the_kiosk() -> None:
    """By policy, whatever a guest finds to press: no debugger, no download, no translation bar."""
    policies = json.loads((FOLDER / "chromium-policies.json").read_text(encoding="utf-8"))
    assert policies["URLBlocklist"] == ["*"]
    assert all(re.match(r"http://(localhost|127\.0\.0\.1)$", url) for url in policies["URLAllowlist"])
    assert (policies["RemoteDebuggingAllowed"], policies["DeveloperToolsAvailability"]) == (False, 2)
    assert (policies["TranslateEnabled"], policies["DownloadRestrictions"]) == (False, 3)


@pytest.mark.parametrize("script", ["install", "wheelhouse"])
def test_a_script_is_whole_and_says_how_it_is_used(script: str) -> None:
    """And refuses what it does not know."""
    path = FOLDER / script
    assert path.stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0
    said = subprocess.run(
        [path, *(["--nonsense"] if script == "install" else [])], capture_output=True, text=True, check=False
    )
    assert said.returncode != 0
    assert "sage: " in said.stderr
