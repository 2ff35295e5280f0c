"""Storms over a house of real processes: nothing is lost or counted twice, and the checker would see it if it were."""

from pathlib import Path

import pytest

from tests.faults.storm import Outcome, Wish, blow, told
from tests.faults.world import Size, World

pytestmark = [pytest.mark.broker, pytest.mark.timeout(1_200)]

KILLS = 150
SEED = 20_261_201


@pytest.mark.parametrize(
    ("database", "processes"),
    [
        ("sqlite", 1),
        pytest.param("postgresql", 1, marks=pytest.mark.postgresql),
        pytest.param("postgresql", 3, marks=pytest.mark.postgresql),
    ],
)
def test_after_a_hundred_and_fifty_kills_no_check_in_is_lost_or_counted_twice(
    tmp_path: Path, database: str, processes: int
) -> None:
    """Every process dies again and again, networks, disks and clocks fail; then all drains and every promise holds.

    The hub follows a booking database, which in the end counts each admission once (I11).
    """
    size = Size(doors=3, guests=60)
    with World(
        tmp_path, database=database, size=size, seed=SEED, clocks=True, processes=processes, booked=True
    ) as world:
        world.open_doors()
        outcome = blow(world, Wish(kills=KILLS, within_s=600, gap_s=0.12), SEED)
        assert outcome.good, told(outcome) + world.last_words()
    assert outcome.kills >= KILLS
    assert "I11  holds" in outcome.report
    assert {name for name in outcome.faults if name.startswith("kill")} >= {"kill_kiosk", "kill_hub", "kill_broker"}


def test_a_storm_sees_the_loss_when_kiosks_trust_the_broker(tmp_path: Path) -> None:
    """The control: with the classic mistake planted, the same machine reports what was lost (reliability.md 0.9).

    Whether a kill meets a check-in on its way is chance, so up to three storms may blow.
    """
    for seed in range(SEED, SEED + 3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        with World(folder, size=Size(doors=2, guests=60, rate=20), seed=seed, mutant="trust_puback") as world:
            world.open_doors()
            outcome = blow(world, Wish(kills=60, within_s=600, gap_s=0.3), seed)
        if outcome.lost:
            assert not outcome.good, told(outcome)
            return
    pytest.fail(f"three storms saw nothing of the mistake: {told(outcome)}")


def test_a_storm_that_did_nothing_proves_nothing() -> None:
    """No kills, or no guests, or a backlog that stays: none of them is a pass."""
    zeros: dict[str, object] = {
        "lost": 0,
        "double": 0,
        "seats_double": 0,
        "seed": 1,
        "database": "sqlite",
        "mutant": "",
        "minutes": 1.0,
    }
    good: dict[str, object] = {"kills": 5, "accepted": 9, "stored": 9, "drain_s": 0.5, "violations": []}
    assert _outcome(zeros, good).good
    breaches: tuple[dict[str, object], ...] = (
        {"kills": 0},
        {"accepted": 0},
        {"drain_s": None},
        {"violations": ["I1: gone"]},
    )
    for spoilt in breaches:
        assert not _outcome(zeros, good, spoilt).good


def _outcome(*parts: dict[str, object]) -> Outcome:
    values: dict[str, object] = {}
    for part in parts:
        values |= part
    return Outcome(**values)  # type: ignore[arg-type]
