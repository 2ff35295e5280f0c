"""How many portions are left, and how warm a drink was."""

from dataclasses import replace

import pytest

from hub.domain.bands import Band
from hub.domain.drinks import STANDARD_MENU, Prepared, Stock, offered, read_celsius, stock, warmth_facts
from hub.domain.errors import BadTemperature
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task, TaskState
from tests.hub.build import task

TEA = STANDARD_MENU[0]


def drink(note: str, *, served: bool = False, invitation: str = "inv-1") -> Task:
    """Return the task that brings somebody a drink; without an invitation it is tea for a room."""
    state = TaskState.CLOSED if served else TaskState.ACCEPTED
    return replace(task(kind=TaskKind.DRINK), state=state, facts={"note": note, "invitation": invitation})


def test_each_drink_counts_who_chose_it_and_who_has_theirs() -> None:
    """In the order of the menu; tea for the room is no portion, and a drink that nobody counts has no rest."""
    brought = [drink("tea", served=True), drink("tea"), drink("coffee", served=True), drink("tea", invitation="")]
    tea, coffee, juice, _ = stock(STANDARD_MENU, {"tea": Prepared(portions=5), "juice": Prepared(portions=0)}, brought)
    assert (tea.chosen, tea.served, tea.waiting, tea.left) == (2, 1, 1, 4)
    assert (coffee.chosen, coffee.served, coffee.left, coffee.out) == (1, 1, None, False)
    assert (juice.left, juice.out) == (0, True)


@pytest.mark.parametrize(
    ("prepared", "chosen", "served", "out", "short"),
    [
        (20, 0, 0, False, False),
        (20, 18, 18, False, False),
        (20, 19, 19, False, True),
        (20, 20, 20, True, True),
        (20, 20, 0, True, False),
        (20, 21, 0, True, True),
        (20, 30, 25, True, True),
        (0, 0, 0, True, False),
        (0, 1, 0, True, True),
        (None, 99, 0, False, False),
    ],
)
def test_a_drink_runs_short_before_guests_wait_in_vain(
    prepared: int | None,
    chosen: int,
    served: int,
    *,
    out: bool,
    short: bool,
) -> None:
    """When fewer are left than are waited for, or less than a tenth; out, when the next guest would get none."""
    one = Stock(drink=TEA, prepared=prepared, chosen=chosen, served=served)
    assert (one.out, one.short(0.1)) == (out, short)


def test_what_is_out_is_not_offered() -> None:
    """All the rest is, in the menu's order."""
    prepared = {"tea": Prepared(portions=3), "coffee": Prepared(portions=3, out=True)}
    assert [one.key for one in offered(STANDARD_MENU, prepared)] == ["tea", "juice", "water"]


@pytest.mark.parametrize(
    ("said", "celsius"),
    [("", None), ("  ", None), ("62", 62.0), (" 62,5 °C", 62.5), ("62.54℃", 62.5), ("0", 0.0), ("100", 100.0)],
)
def test_a_temperature_is_read_as_people_write_it(said: str, celsius: float | None) -> None:
    """Nothing is none: nobody must measure."""
    assert read_celsius(said) == celsius


@pytest.mark.parametrize("said", ["NaN", "inf", "-inf", "900", "-1", "100.1", "warm", "6 2", "1e9", "0x20", "六十"])
def test_what_no_drink_can_have_is_refused_with_what_to_do(said: str) -> None:
    """The field, the slip and the remedy are named."""
    with pytest.raises(BadTemperature) as refused:
        read_celsius(said)
    assert (refused.value.field, refused.value.said) == ("temperature", said)
    assert "0 to 100 °C" in refused.value.remedy


@pytest.mark.parametrize(
    ("celsius", "side", "limit"),
    [(55.0, "", ""), (70.0, "", ""), (54.9, "too_low", "55"), (70.1, "too_high", "70")],
)
def test_outside_its_band_the_limit_that_was_passed_is_said(celsius: float, side: str, limit: str) -> None:
    """A cold drink has none."""
    band = Band(low=55, high=70)
    assert warmth_facts(celsius, band) == {"celsius": f"{celsius:g}", "warmth": side, "warmth_limit": limit}
    assert warmth_facts(celsius, None)["warmth"] == ""
