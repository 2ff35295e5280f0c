"""Every planted fault is caught by the checker; without one, the same scenarios are clean."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.faults import scenarios
from tests.faults.checker import Report
from tests.faults.mutant import BLACKOUT, BUSY_DAY, FULL_DISK, ISLANDS, LOST_EVENTS, RESTORED_BACKUP, WRONG_CLOCK
from tests.faults.mutants import HARMLESS, MUTANTS

pytestmark = [pytest.mark.broker, pytest.mark.timeout(1_200)]

AT_ONCE = 3
"""Scenarios mostly wait, so that some can be played side by side, each in a process of its own."""

SCENARIOS = (BLACKOUT, FULL_DISK, BUSY_DAY, WRONG_CLOCK, LOST_EVENTS, RESTORED_BACKUP, ISLANDS)
Played = Callable[..., Report]

CHANCES = 3
"""Whether a fault does harm may hang on a race with the power cut; it must be seen in one of so many plays."""


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Give the report of a scenario (by its name, or by the fault planted in it); those asked for are begun at once."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    wanted = {call.params.get("name") for call in calls if call is not None}
    known = {**{name: (name, "") for name in SCENARIOS}, **_with_faults()}
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn")) as pool:
        begun: dict[str, Future[Report]] = {
            name: pool.submit(scenarios.run, scenario, tmp_path_factory.mktemp(name), fault)
            for name, (scenario, fault) in known.items()
            if name in wanted
        }

        def play(name: str, again: int = 0) -> Report:
            if not again:
                return begun[name].result()
            scenario, fault = known[name]
            return pool.submit(scenarios.run, scenario, tmp_path_factory.mktemp(f"{name}-{again}"), fault).result()

        yield play


def _with_faults() -> dict[str, tuple[str, str]]:
    return {name: (one.scenario, name) for name, one in {**MUTANTS, **HARMLESS}.items()}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_product_comes_through_each_scenario(played: Played, name: str) -> None:
    """Nothing is planted, nothing is found: what the checker says of a mutant is the mutant's doing."""
    assert list(played(name).violations) == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_is_caught(played: Played, name: str) -> None:
    """The checker names a promise that this very fault breaks."""
    for again in range(CHANCES):
        report = played(name, again)
        if {one.invariant for one in report.violations} & MUTANTS[name].caught_by:
            return
    pytest.fail("\n".join(report.lines()))


@pytest.mark.parametrize("name", HARMLESS)
def test_what_the_design_does_not_lean_on_may_fail(played: Played, name: str) -> None:
    """A mistake that costs others their data costs nothing here, because nothing depends on it."""
    assert list(played(name).violations) == []


def test_enough_faults_are_planted() -> None:
    """A checker is worth as much as the faults it was tried on (reliability.md 6.5)."""
    assert len(MUTANTS) >= 25
