"""Ten thousand simulated power cuts in kiosk and hub (reference/reliability.md, faults 12, 13; I1, I8)."""

from collections.abc import Callable

import pytest

from tests.faults.power.parts import PARTS, run
from tests.faults.power.trial import Outcome

CUTS = 10_000
SEED = 20_261_121


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", PARTS)
def test_a_power_cut_loses_no_commit_and_leaves_none_in_part(part: str) -> None:
    """Whatever had returned is there, whole and in order; at most the one in flight is there besides."""
    report = run(part, CUTS * PARTS[part][2] // 100, SEED)
    assert report.clean, "\n".join(report.faults)
    if part in {"kiosk", "hub"}:
        assert report.checkpoints > 0, "no log was copied back while the database was at work"


def normal(statement: str) -> str:
    """Give up the sync at each commit."""
    return statement.replace("synchronous=FULL", "synchronous=NORMAL").replace(
        "synchronous = FULL", "synchronous = NORMAL"
    )


def no_transactions(statement: str) -> str:
    """Let each statement be its own transaction."""
    return "" if statement in {"BEGIN IMMEDIATE", "COMMIT"} else statement


@pytest.mark.parametrize("part", ["kiosk", "hub"])
def test_without_a_sync_at_each_commit_the_trial_finds_lost_commits(part: str) -> None:
    """The trial can see the fault it is there for: WAL with synchronous=NORMAL (reliability.md 0.7)."""
    report = run(part, 300, SEED, rewrite=normal)
    assert report.outcomes[Outcome.LOST] > 0


@pytest.mark.parametrize("part", ["kiosk", "hub"])
def test_on_a_disk_that_lies_about_syncs_the_trial_finds_losses_and_damage(part: str) -> None:
    """Some cards answer before they have written; nothing that SQLite does helps then."""
    report = run(part, 300, SEED, honest=False)
    assert report.outcomes[Outcome.LOST] > 0
    assert report.outcomes[Outcome.DAMAGED] > 0


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("kiosk", Outcome.IN_PART),
        ("hub", Outcome.IN_PART),
        ("migration of an old schema", Outcome.DAMAGED),
        ("migration of an empty file", Outcome.DAMAGED),
    ],
)
def test_without_transactions_the_trial_finds_work_done_in_part(part: str, found: Outcome) -> None:
    """A check-in without its seat, a schema without its last tables."""
    report = run(part, 300, SEED, rewrite=no_transactions)
    assert report.outcomes[found] > 0


def test_a_cut_is_the_same_for_the_same_seed() -> None:
    """What a long run finds can be looked at again."""

    def outcome(rewrite: Callable[[str], str]) -> object:
        report = run("kiosk", 150, 7, rewrite=rewrite)
        return report.cuts, report.commits, report.operations, report.outcomes

    assert outcome(normal) == outcome(normal)
