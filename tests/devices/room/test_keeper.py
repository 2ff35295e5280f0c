from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from devices.contract.commands import Command, CommandKind, SwitchTo
from devices.contract.fields import Reading
from devices.ids import uuid7
from devices.room.instruments import Disobeyed
from devices.room.keeper import HANGS_MS, LATE_MS, MOST_WAITING, Keeper, clean
from tests.devices.room.instruments import LOST, Tool

Wait = Callable[[Callable[[], object]], None]


class Kept:
    """A keeper whose time a test moves."""

    def __init__(self) -> None:
        self.now = 1_000
        self.tool = Tool()
        self.changes = 0
        self.answers: list[tuple[str, dict[str, Reading], str]] = []
        self.keeper = Keeper(self.tool, lambda: self.now, self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def tell(self, to: SwitchTo | None = SwitchTo.ON) -> Command:
        """Tell the tool something."""
        moment = datetime(2026, 12, 1, tzinfo=UTC)
        command = Command(id=uuid7(), ts=moment, boot=uuid7(), seq=1, kind=CommandKind.SWITCH, which="tool", to=to)
        self.keeper.obey(command, lambda told, said, why: self.answers.append((told.id, dict(said), why)))
        return command


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Give a running keeper."""
    made = Kept()
    yield made
    made.tool.go.set()
    made.keeper.stop()


def test_nothing_is_known_before_the_first_reading_and_then_what_was_read(kept: Kept, wait_until: Wait) -> None:
    """A point of another instrument's is not taken."""
    assert kept.keeper.readings() == {"tool": None, "tool_problem": "off"}
    kept.keeper.start()
    wait_until(lambda: kept.keeper.readings() == {"tool": 1.0, "tool_problem": "off"})


@pytest.mark.parametrize("problem", [LOST, ZeroDivisionError("a library's mistake")])
def test_an_instrument_that_fails_says_unknown_and_has_a_problem_until_it_works_again(
    kept: Kept, wait_until: Wait, problem: Exception
) -> None:
    """An old value beside a broken wire would lie."""
    kept.keeper.start()
    wait_until(lambda: kept.keeper.readings()["tool"] == 1.0)
    kept.tool.problem = problem
    kept.now += 1_000
    kept.keeper._wake.set()
    wait_until(lambda: kept.keeper.readings() == {"tool": None, "tool_problem": "on"})
    assert str(problem) in kept.keeper.problem
    kept.tool.problem = None
    kept.now += 1_000
    kept.keeper._wake.set()
    wait_until(lambda: kept.keeper.readings() == {"tool": 1.0, "tool_problem": "off"})
    assert kept.changes == 2


def test_an_instrument_that_hangs_says_unknown_and_refuses_orders_at_once(kept: Kept, wait_until: Wait) -> None:
    """Whoever gave the order learns it, instead of waiting for nothing."""
    kept.tool.go.clear()
    kept.keeper.start()
    wait_until(lambda: kept.tool.reads == 1)
    assert kept.keeper.readings()["tool_problem"] == "off"
    kept.now += HANGS_MS + 1
    assert kept.keeper.readings() == {"tool": None, "tool_problem": "on"}
    with pytest.raises(Disobeyed) as refusal:
        kept.tell()
    assert refusal.value.reason == "broken"
    kept.tool.go.set()
    wait_until(lambda: kept.keeper.readings() == {"tool": 1.0, "tool_problem": "off"})


def test_an_order_that_waited_behind_a_slow_reading_for_too_long_is_not_obeyed(kept: Kept, wait_until: Wait) -> None:
    """Whoever gave it has given it up; a light going on by itself frightens people."""
    kept.tool.go.clear()
    kept.keeper.start()
    wait_until(lambda: kept.tool.reads == 1)
    for _ in range(MOST_WAITING):
        kept.tell()
    with pytest.raises(Disobeyed, match="commands to obey"):
        kept.tell()
    kept.now += LATE_MS + 1
    kept.tool.go.set()
    wait_until(lambda: len(kept.answers) == MOST_WAITING)
    assert {why for _, _, why in kept.answers} == {"late"}
    assert kept.tool.told == []


@pytest.mark.parametrize(
    ("to", "value", "why"), [(SwitchTo.ON, "on", ""), (SwitchTo.OFF, "off", ""), (None, 1.0, "out_of_range")]
)
def test_an_order_is_answered_with_what_the_instrument_then_says(
    kept: Kept,
    wait_until: Wait,
    to: SwitchTo | None,
    value: Reading,
    why: str,
) -> None:
    """Not with what was wished."""
    kept.keeper.start()
    wait_until(lambda: kept.keeper.readings()["tool"] == 1.0)
    command = kept.tell(to)
    wait_until(lambda: kept.answers == [(command.id, {"tool": value, "tool_problem": "off"}, why)])


def test_a_stopped_instrument_is_put_to_rest(kept: Kept) -> None:
    """Relays go off."""
    kept.keeper.start()
    kept.keeper.stop()
    assert kept.tool.closed


@pytest.mark.parametrize(
    ("value", "said"),
    [(1, 1.0), (float("nan"), None), (float("inf"), None), ("x" * 99, "x" * 64), (None, None), ("on", "on")],
)
def test_what_goes_on_the_wire_is_a_finite_number_a_short_word_or_unknown(value: Reading, said: Reading) -> None:
    """One NaN would cost the message of all instruments."""
    assert clean(value) == said
