"""A plan that no room can have is refused before a guest depends on it."""

import pytest

from hub.domain.errors import InvalidInput
from hub.domain.meetings import SetUpStyle
from hub.domain.seat_plans import SeatPlan, blocks_of

IMPOSSIBLE = [
    (SetUpStyle.THEATRE, SeatPlan(rows=0), "rows"),
    (SetUpStyle.THEATRE, SeatPlan(rows=-3), "rows"),
    (SetUpStyle.THEATRE, SeatPlan(seats_per_row=0), "seats_per_row"),
    (SetUpStyle.THEATRE, SeatPlan(seats_per_row=2_001), "seats_per_row"),
    (SetUpStyle.THEATRE, SeatPlan(rows=11, zones=("A",), seats_per_row=2_000), "seats_per_row"),
    (SetUpStyle.CLASSROOM, SeatPlan(rows=20_001, zones=("A",), seats_per_row=1), "rows"),
    (SetUpStyle.THEATRE, SeatPlan(rows=5, vip_rows=6), "vip_rows"),
    (SetUpStyle.THEATRE, SeatPlan(vip_rows=-1), "vip_rows"),
    (SetUpStyle.THEATRE, SeatPlan(zones=("A", "A")), "zones"),
    (SetUpStyle.THEATRE, SeatPlan(zones=("a", "A")), "zones"),
    (SetUpStyle.THEATRE, SeatPlan(zones=("",)), "zones"),
    (SetUpStyle.THEATRE, SeatPlan(zones=("A-1",)), "zones"),
    (SetUpStyle.THEATRE, SeatPlan(zones=(" A",)), "zones"),
    (SetUpStyle.THEATRE, SeatPlan(zones=("A\u200bB",)), "zones"),
    (SetUpStyle.THEATRE, SeatPlan(zones=("aisle",)), "zones"),
    (SetUpStyle.THEATRE, SeatPlan(zones=("x" * 21,)), "zones"),
    (SetUpStyle.THEATRE, SeatPlan(zones=("A", "B"), seats_per_row=(5, 5, 5)), "seats_per_row"),
    (SetUpStyle.THEATRE, SeatPlan(seats_per_row=(1,) * 27), "zones"),
    (SetUpStyle.THEATRE, SeatPlan(tables=3), "tables"),
    (SetUpStyle.CLASSROOM, SeatPlan(vip_tables=1), "vip_tables"),
    (SetUpStyle.U_SHAPE, SeatPlan(zones=("L", "R")), "zones"),
    (SetUpStyle.U_SHAPE, SeatPlan(rows=2), "rows"),
    (SetUpStyle.U_SHAPE, SeatPlan(seats_per_row=0), "seats_per_row"),
    (SetUpStyle.BOARDROOM, SeatPlan(seats_per_row=(5, 1, 5)), "seats_per_row"),
    (SetUpStyle.CABARET, SeatPlan(tables=0), "tables"),
    (SetUpStyle.CABARET, SeatPlan(seats_per_table=0), "seats_per_table"),
    (SetUpStyle.BANQUET_ROUNDS, SeatPlan(seats_per_table=41), "seats_per_table"),
    (SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=2_001, seats_per_table=10), "seats_per_table"),
    (SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=3, vip_tables=4), "vip_tables"),
    (SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=3, zones=("1", "2")), "zones"),
    (SetUpStyle.BANQUET_ROUNDS, SeatPlan(rows=3), "rows"),
]


@pytest.mark.parametrize(("style", "plan", "field"), IMPOSSIBLE)
def test_an_impossible_plan_is_refused_with_its_field_and_a_remedy(
    style: SetUpStyle, plan: SeatPlan, field: str
) -> None:
    """Whoever wrote the file learns which line to change and to what."""
    with pytest.raises(InvalidInput) as refused:
        blocks_of(style, plan)
    assert refused.value.field == field
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("style", "plan"),
    [
        (SetUpStyle.THEATRE, SeatPlan(zones=("A",), rows=10, seats_per_row=2_000, vip_rows=10)),
        (SetUpStyle.CLASSROOM, SeatPlan(zones=("A",), rows=1, seats_per_row=1)),
        (SetUpStyle.BOARDROOM, SeatPlan(seats_per_row=(0, 1, 0, 0))),
        (SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=500, seats_per_table=40)),
    ],
)
def test_the_largest_and_the_smallest_room_are_possible(style: SetUpStyle, plan: SeatPlan) -> None:
    """The bounds themselves are inside."""
    assert 1 <= sum(block.rows * block.seats for block in blocks_of(style, plan)) <= 20_000


def test_zones_without_names_are_lettered_from_the_left() -> None:
    """Three widths make three zones A, B, C."""
    blocks = blocks_of(SetUpStyle.THEATRE, SeatPlan(seats_per_row=(4, 8, 4)))
    assert [(block.zone, block.seats) for block in blocks] == [("A", 4), ("B", 8), ("C", 4)]
