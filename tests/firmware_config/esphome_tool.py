"""ESPHome as a technician has it, in an environment of its own; it is given no network."""

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.firmware_config.generated import Generated

TOP = Path(__file__).parents[2]
FILES = TOP / "firmware_config" / "esphome"
ESPHOME = TOP / ".venv-esphome" / "bin" / "esphome"
Generate = Callable[..., Generated]


@cache
def without_network() -> tuple[str, ...]:
    """Return the command in front that takes the network away, where this machine allows it."""
    cut = ("unshare", "--map-root-user", "--net")
    allowed = (
        shutil.which("unshare") and subprocess.run([*cut, "true"], check=False, capture_output=True).returncode == 0
    )
    return cut if allowed else ()


def esphome(folder: Path, *words: str, changes: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Let ESPHome look at a file in ``folder``, with substitutions in place of its own."""
    if not ESPHOME.exists():
        pytest.fail("ESPHome is not there; type: make esphome-env")
    given = [word for name, value in (changes or {}).items() for word in ("--substitution", name, value)]
    command = [*without_network(), str(ESPHOME), *given, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def substitution(device: str, name: str) -> str:
    """Return what a device's file says for one of its lines."""
    found = re.search(rf'^  {name}: "?([^"#\n]*?)"?(?: +#.*)?$', (FILES / f"{device}.yaml").read_text(), re.MULTILINE)
    assert found, name
    return found[1]
