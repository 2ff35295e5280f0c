"""A tea pot on a load cell: what it does, how full it is, and what is learned of it."""

from collections.abc import Iterable
from random import Random

import pytest

from hub.domain.tea_pots import LearnedPot, Pot, PotState, known_empty, weigh
from tests.hub.build import at

EMPTY_KG, TEA_KG = 1.1, 1.2
FULL_KG = EMPTY_KG + TEA_KG


class Scale:
    """A scale that reports each ten seconds, with a zero of its own and noise as a load cell has."""

    def __init__(
        self, zero: float = 0.0, noise: float = 0.004, seed: int = 1, learned: LearnedPot | None = None
    ) -> None:
        """Begin without a pot ever seen."""
        self.pot = Pot(learned=learned or LearnedPot(point="pot.weight"))
        self.zero, self.noise, self.seconds = zero, noise, 0
        self._random = Random(seed)

    def show(self, *kilograms: float) -> list[PotState]:
        """Report weights; returns what the pot does after each."""
        states = []
        for kg in kilograms:
            self.seconds += 10
            said = kg + self.zero + self._random.uniform(-self.noise, self.noise)
            self.pot = weigh(self.pot, at(self.seconds), said)
            states.append(self.pot.state)
        return states

    def stand(self, kg: float, minutes: float = 1) -> PotState:
        """Let a weight stand for a while."""
        return self.show(*[kg] * round(minutes * 6))[-1]

    def serve(self, start: float, end: float, cups: int) -> None:
        """Pour cups: the pot is lifted, and put down lighter."""
        for cup in range(1, cups + 1):
            self.show(0.0)
            self.stand(start + (end - start) * cup / cups)


def taught() -> Scale:
    """Return a scale that has seen its pot emptied and refilled twice."""
    scale = Scale()
    for _ in range(2):
        scale.stand(FULL_KG)
        scale.serve(FULL_KG, EMPTY_KG + 0.03, 8)
        scale.show(*[0.0] * 6)
    scale.stand(FULL_KG)
    return scale


LEVELS = [(1.0, "ok"), (0.5, "ok"), (0.3, "ok"), (0.15, "low"), (0.1, "low"), (0.02, "empty"), (0.0, "empty")]


@pytest.mark.parametrize(("share", "state"), LEVELS)
def test_a_pot_that_is_known_says_how_much_tea_is_left(share: float, state: str) -> None:
    """Low below a fifth, empty near nothing."""
    scale = taught()
    assert scale.stand(EMPTY_KG + share * TEA_KG) == state
    assert scale.pot.level == pytest.approx(share, abs=0.05)


def test_what_an_empty_pot_weighs_is_learned_from_its_refills() -> None:
    """Without anybody telling it; and what a full one weighs."""
    learned = taught().pot.learned
    assert learned.empty == pytest.approx(EMPTY_KG, abs=0.05)
    assert learned.full == pytest.approx(FULL_KG, abs=0.05)


def test_before_anything_is_learned_a_full_pot_is_not_low_and_a_nearly_empty_one_is() -> None:
    """The first guess: a pot weighs about half of what it weighs when it is full."""
    scale = Scale()
    assert scale.stand(FULL_KG) is PotState.OK
    assert scale.stand(EMPTY_KG + 0.6 * TEA_KG) is PotState.OK
    assert scale.stand(EMPTY_KG + 0.05 * TEA_KG) in {PotState.LOW, PotState.EMPTY}


def test_a_pot_that_is_lifted_and_put_down_settles_before_it_counts() -> None:
    """Somebody pours; nothing is said of its level meanwhile."""
    scale = taught()
    assert scale.show(0.0, 0.0) == [PotState.LIFTED, PotState.LIFTED]
    assert scale.show(FULL_KG - 0.2)[0] is PotState.SETTLING
    assert scale.show(FULL_KG - 0.2)[0] is PotState.OK


def test_a_scale_that_reports_each_second_is_believed_after_five() -> None:
    """However often it says so."""
    pot = Pot(learned=LearnedPot(point="p", empty=1.1, full=2.3))
    states = []
    for second in range(7):
        pot = weigh(pot, at(second), 2.0)
        states.append(pot.state)
    assert states == [PotState.SETTLING] * 5 + [PotState.OK] * 2


def test_a_hand_on_the_scale_is_no_weight() -> None:
    """What moves is not believed, however little it seems to be."""
    scale = taught()
    known = scale.pot.learned
    for kg in (3.0, 0.9, 2.2, 1.2, 4.0, 1.15, 2.0):
        assert scale.show(kg)[0] in {PotState.SETTLING, PotState.LIFTED}
    assert scale.pot.learned == known


def test_a_pot_that_is_away_for_longer_is_gone_and_the_scale_finds_its_zero_again() -> None:
    """A zero that has crept since is taken back, so that levels stay right."""
    scale = taught()
    scale.zero = 0.06
    assert scale.stand(0.0, minutes=4) is PotState.NO_POT
    assert scale.pot.level is None
    assert scale.pot.learned.zero == pytest.approx(0.06, abs=0.01)
    assert scale.stand(EMPTY_KG + 0.5 * TEA_KG) is PotState.OK
    assert scale.pot.level == pytest.approx(0.5, abs=0.05)


def creep(grams_a_minute: float, minutes: int) -> Iterable[float]:
    """Return the weights of a full pot on a cell that creeps."""
    return (FULL_KG + step / 6 * grams_a_minute / 1000 for step in range(minutes * 6))


@pytest.mark.parametrize("grams_a_minute", [2.0, -2.0])
def test_creep_of_grams_within_minutes_never_empties_or_refills_a_pot(grams_a_minute: float) -> None:
    """For two hours, which is 240 grams."""
    scale = taught()
    states = set(scale.show(*creep(grams_a_minute, 120)))
    assert states <= {PotState.OK, PotState.SETTLING}
    assert scale.pot.learned.empty == pytest.approx(EMPTY_KG, abs=0.05)


def test_a_pot_that_is_refilled_half_way_teaches_nothing_wrong() -> None:
    """Only a weight near an empty one's moves what is known of it."""
    scale = taught()
    known = scale.pot.learned.empty
    scale.stand(EMPTY_KG + 0.6 * TEA_KG)
    scale.show(0.0)
    scale.stand(FULL_KG)
    assert scale.pot.learned.empty == known


def test_a_heavier_pot_in_its_place_is_learned_anew_within_a_round() -> None:
    """It is never called low while it is full."""
    scale = taught()
    scale.show(*[0.0] * 20)
    assert scale.stand(1.5 + 1.4) is PotState.OK
    scale.serve(2.9, 1.52, 8)
    assert scale.pot.state in {PotState.LOW, PotState.EMPTY, PotState.OK}
    scale.show(*[0.0] * 6)
    assert scale.stand(2.9) is PotState.OK
    assert scale.pot.learned.full == pytest.approx(2.9, abs=0.05)


def test_a_bare_scale_that_begins_away_from_zero_is_no_pot_for_ever() -> None:
    """The first real pot puts it right."""
    scale = Scale(zero=0.02)
    scale.stand(0.0, minutes=3)
    assert scale.stand(FULL_KG) is PotState.OK
    assert scale.pot.learned.full == pytest.approx(FULL_KG, abs=0.05)
    assert scale.stand(EMPTY_KG + 0.05 * TEA_KG) in {PotState.LOW, PotState.EMPTY}


def test_weights_that_come_again_or_late_change_nothing() -> None:
    """The broker may repeat them."""
    scale = taught()
    before = scale.pot
    for seconds in (scale.seconds, scale.seconds - 100):
        assert weigh(scale.pot, at(seconds), 0.2) is before


def test_what_a_person_says_an_empty_pot_weighs_is_taken_unless_better_is_known() -> None:
    """The venue file is read again at every start."""
    assert known_empty(LearnedPot(point="p"), 1.1).empty == 1.1
    assert known_empty(LearnedPot(point="p", empty=1.12), 1.1).empty == 1.12
    assert known_empty(LearnedPot(point="p", empty=1.9), 1.1).empty == 1.1
    assert known_empty(LearnedPot(point="p", empty=1.9), None).empty == 1.9


@pytest.mark.parametrize("seed", range(20))
def test_through_a_day_of_pouring_and_refilling_a_pot_is_low_when_it_is_and_only_then(seed: int) -> None:
    """With noise, creep and a hand that is not steady; what was learned is kept over a restart."""
    random = Random(seed)
    scale = Scale(noise=0.006, seed=seed)
    truth: list[tuple[float, PotState]] = []
    for number in range(6):
        left = 1.0
        scale.stand(FULL_KG, 2)
        while left > 0.1:
            left -= random.uniform(0.08, 0.16)
            scale.zero += random.uniform(-0.003, 0.003)
            scale.show(random.uniform(-0.01, 0.05))
            state = scale.stand(EMPTY_KG + max(left, 0.0) * TEA_KG, 3)
            if number > 1:
                truth.append((left, state))
        scale.show(*[0.0] * 6)
        if number == 3:
            scale = Scale(scale.zero, 0.006, seed + 100, learned=scale.pot.learned)
    low = {PotState.LOW, PotState.EMPTY}
    assert all(state in low for left, state in truth if left < 0.12)
    assert all(state is PotState.OK for left, state in truth if left > 0.30)
