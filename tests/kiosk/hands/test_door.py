from datetime import timedelta

import pytest

from devices.contract.messages import Verdict
from devices.hands import HandLost
from devices.ids import uuid7
from kiosk.hands.door import Doorkeeper, opens
from kiosk.reception import Result
from tests.kiosk.cards import CARD, MEETING, MORNING

MINUTE = timedelta(minutes=1)


class Latch:
    """A relay that counts, or fails."""

    def __init__(self) -> None:
        self.pulses: list[float] = []
        self.problem = ""

    @property
    def is_on(self) -> bool:
        """Nobody asks."""
        return False

    def pulse(self, seconds: float) -> None:
        """Count."""
        if self.problem:
            raise HandLost(self.problem)
        self.pulses.append(seconds)

    def close(self) -> None:
        """Do nothing."""


def result(verdict: Verdict, arrived_s: float | None = None) -> Result:
    """Make the result of a scan by a guest who came in here so many seconds ago."""
    return Result(
        event=uuid7(),
        verdict=verdict,
        card=CARD,
        meeting=MEETING,
        from_hub=False,
        arrived_here=None if arrived_s is None else MORNING - timedelta(seconds=arrived_s),
    )


@pytest.fixture
def latch() -> Latch:
    """Give a relay that counts."""
    return Latch()


@pytest.fixture
def keeper(latch: Latch) -> Doorkeeper:
    """Give the keeper of that relay's door."""
    return Doorkeeper(latch, lambda: MORNING, opens_s=3, again_s=60)


@pytest.mark.parametrize("verdict", Verdict)
def test_only_an_admission_opens_the_door(verdict: Verdict) -> None:
    """Every refusal leaves it shut."""
    assert opens(result(verdict, 10), MORNING, MINUTE) is verdict.admits


def test_who_is_in_already_is_let_through_again_here_and_for_a_while() -> None:
    """Who was slow; not who comes with the same code later, or came in at another door."""
    assert opens(result(Verdict.ALREADY_IN, 60), MORNING, MINUTE)
    assert not opens(result(Verdict.ALREADY_IN, 61), MORNING, MINUTE)
    assert not opens(result(Verdict.ALREADY_IN), MORNING, MINUTE)


def test_a_scan_opens_the_door_once_even_when_the_hub_speaks_later(keeper: Doorkeeper, latch: Latch) -> None:
    """The next scan opens it again."""
    first = result(Verdict.WELCOME)
    for told in (first, first, result(Verdict.REVOKED), result(Verdict.WELCOME)):
        keeper.take(told)
    assert latch.pulses == [3, 3]


def test_a_door_that_fails_costs_the_guest_nothing(
    keeper: Doorkeeper, latch: Latch, caplog: pytest.LogCaptureFixture
) -> None:
    """Technicians read of it; the greeting goes on."""
    latch.problem = "pin 17 is gone"
    keeper.take(result(Verdict.WELCOME))
    assert "pin 17 is gone" in caplog.text
