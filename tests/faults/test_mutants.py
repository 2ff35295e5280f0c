"""Every planted fault is caught by the checker; without one, the same scenarios are clean."""

from pathlib import Path

import pytest

from tests.faults import mutants, scenarios
from tests.faults.mutant import BLACKOUT, BUSY_DAY, FULL_DISK

pytestmark = pytest.mark.broker


@pytest.mark.parametrize("scenario", [BLACKOUT, FULL_DISK, BUSY_DAY])
def test_the_product_comes_through_each_scenario(tmp_path: Path, scenario: str) -> None:
    """Nothing is planted, nothing is found: what the checker says of a mutant is the mutant's doing."""
    report = scenarios.run(scenario, tmp_path)
    assert list(report.violations) == []


@pytest.mark.parametrize("name", mutants.MUTANTS)
def test_a_planted_fault_is_caught(tmp_path: Path, name: str) -> None:
    """The checker names a promise that this very fault breaks."""
    mutant = mutants.MUTANTS[name]
    report = scenarios.run(mutant.scenario, tmp_path, name)
    assert {one.invariant for one in report.violations} & mutant.caught_by, list(report.lines())


@pytest.mark.parametrize("name", mutants.HARMLESS)
def test_what_the_design_does_not_lean_on_may_fail(tmp_path: Path, name: str) -> None:
    """A mistake that costs others their data costs nothing here, because nothing depends on it."""
    report = scenarios.run(mutants.HARMLESS[name].scenario, tmp_path, name)
    assert list(report.violations) == []


def test_enough_faults_are_planted() -> None:
    """A checker is worth as much as the faults it was tried on (reliability.md 6.5)."""
    assert len(mutants.MUTANTS) >= 15
