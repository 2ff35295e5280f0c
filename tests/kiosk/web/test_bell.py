"""Help is called once for a guest who presses twice."""

import threading

import pytest

from kiosk.web.bell import Bell
from tests.conftest import WAIT_S
from tests.kiosk.web.samples import StillClock


class Staff:
    """Counts the calls, and is reachable or not."""

    def __init__(self) -> None:
        """Nobody has called yet."""
        self.calls = 0
        self.reachable = True

    def call(self) -> bool:
        """Take one call."""
        self.calls += 1
        return self.reachable


@pytest.fixture
def staff() -> Staff:
    """Return somebody to call."""
    return Staff()


def test_pressing_again_within_ten_seconds_calls_nobody_twice(staff: Staff, clock: StillClock) -> None:
    """The second press is answered as the first; after ten seconds it is a new call."""
    bell = Bell(staff.call, clock)
    assert bell.ring()
    clock.forward(9.9)
    assert bell.ring()
    assert staff.calls == 1
    clock.forward(0.1)
    staff.reachable = False
    assert not bell.ring()
    assert not bell.ring()
    assert staff.calls == 2


def test_many_presses_at_once_are_one_call(staff: Staff, clock: StillClock) -> None:
    """Threads of the web server may ring together."""
    bell = Bell(staff.call, clock)
    presses = [threading.Thread(target=bell.ring) for _ in range(20)]
    for press in presses:
        press.start()
    for press in presses:
        press.join(WAIT_S)
    assert staff.calls == 1
