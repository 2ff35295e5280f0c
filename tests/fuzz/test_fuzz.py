"""Fifty thousand inputs, guided by coverage, make no parser raise anything but its documented errors.

``make fuzz`` throws a million at each. What it ever found is in the tests of the parser that it found it in.
"""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz import of_doors, of_files, of_the_wire

ROOT = Path(__file__).parents[2]
TARGETS = of_the_wire.TARGETS | of_files.TARGETS | of_doors.TARGETS
RUNS = 50_000
SLOW = {"workbook": 500}
"""Parsers of which each run costs milliseconds: a whole workbook is packed and opened for each."""

SEED = 8
"""The same inputs in every run of the suite: chance belongs to ``make fuzz``."""

pytestmark = pytest.mark.skipif(find_spec("atheris") is None, reason="there is no Atheris for this machine")


def fuzzed(folder: Path, target: str, runs: int) -> "subprocess.CompletedProcess[str]":
    """Fuzz one parser in a process of its own."""
    command = [sys.executable, "-m", "tests.fuzz", target, f"--runs={runs}", f"--seed={SEED}", f"--corpus={folder}"]
    return subprocess.run(
        command,
        cwd=ROOT,
        text=True,
        check=False,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_a_parser_raises_nothing_but_its_documented_errors(target: str, tmp_path: Path) -> None:
    """And no input keeps it busy for long, or makes it need much memory."""
    runs = SLOW.get(target, RUNS)
    told = fuzzed(tmp_path, target, runs)
    assert told.returncode == 0, told.stdout[-4_000:]
    done = re.search(r"Done (\d+) runs", told.stdout)
    assert done, told.stdout[-4_000:]
    assert int(done[1]) >= runs


def test_a_parser_that_raises_something_else_is_found(tmp_path: Path) -> None:
    """The input is written down, and running it again shows the same."""
    told = fuzzed(tmp_path, "mutant", 200_000)
    assert told.returncode != 0
    assert "ZeroDivisionError" in told.stdout
    (crash,) = tmp_path.glob("crash-*")
    again = [sys.executable, "-m", "tests.fuzz", "mutant", "--try", str(crash)]
    shown = subprocess.run(again, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "ZeroDivisionError" in shown.stderr
