"""A venue's plan becomes a seat map that staff recognise, a page can draw and a guest can find a chair by."""

from itertools import combinations
from math import dist

import pytest

from hub.domain.errors import InvalidInput
from hub.domain.meetings import SetUpStyle
from hub.domain.seat_maps import SeatPlan, build, capacity
from hub.domain.seats import Seat, SeatKind

HALL = SeatPlan(zones=("A", "B"), rows=10, seats_per_row=10, vip_rows=1)
HORSESHOE = SeatPlan(seats_per_row=(7, 6, 7), vip=("H",))
DINNER = SeatPlan(tables=12, seats_per_table=10, vip_tables=1)
ROOMS = [
    (SetUpStyle.THEATRE, HALL, 200),
    (SetUpStyle.THEATRE, SeatPlan(zones=("左", "中", "右"), rows=3, seats_per_row=(4, 9, 4)), 51),
    (SetUpStyle.CLASSROOM, SeatPlan(), 96),
    (SetUpStyle.U_SHAPE, HORSESHOE, 20),
    (SetUpStyle.BOARDROOM, SeatPlan(seats_per_row=(5, 1, 4, 0)), 10),
    (SetUpStyle.CABARET, SeatPlan(tables=7, seats_per_table=6), 42),
    (SetUpStyle.CABARET, SeatPlan(tables=1, seats_per_table=1), 1),
    (SetUpStyle.BANQUET_ROUNDS, DINNER, 120),
]


def by_label(style: SetUpStyle, plan: SeatPlan) -> dict[str, Seat]:
    """Build a room and look its seats up by label."""
    return {seat.label: seat for seat in build(style, plan)}


@pytest.mark.parametrize(("style", "plan", "seats"), ROOMS)
def test_every_room_has_the_planned_seats_each_with_its_own_label_rank_and_place(
    style: SetUpStyle, plan: SeatPlan, seats: int
) -> None:
    """The count can be told without building; no two chairs share a label, a rank or the floor they stand on."""
    room = build(style, plan)
    assert len(room) == capacity(style, plan) == seats
    assert len({seat.label for seat in room}) == seats
    assert [seat.rank for seat in room] == list(range(seats))
    assert all(dist((one.x, one.y), (other.x, other.y)) >= 0.99 for one, other in combinations(room, 2))
    assert min(seat.x for seat in room) == 0
    assert min(seat.y for seat in room) == 0


@pytest.mark.parametrize("style", SetUpStyle)
def test_every_style_has_a_usual_room_with_a_step_free_place_for_an_empty_plan(style: SetUpStyle) -> None:
    """A venue that writes nothing still gets a usable room."""
    room = build(style, SeatPlan())
    assert len(room) == capacity(style, SeatPlan()) >= 18
    assert 0 < sum(seat.step_free for seat in room) < len(room) / 4
    assert all(seat.kind is SeatKind.STANDARD for seat in room)


def test_a_seat_in_rows_reads_as_zone_row_and_number() -> None:
    """R97: 您的座位在A区第三排."""
    seat = by_label(SetUpStyle.THEATRE, HALL)["A-3-5"]
    assert (seat.zone, seat.row, seat.number, seat.table) == ("A", "3", "5", False)
    assert (seat.run, seat.place) == ("A-3", 4)


def test_rows_face_the_stage_with_zone_a_on_the_left_and_an_aisle_before_zone_b() -> None:
    """The first row is at the top of the drawing; the two blocks are apart."""
    hall = by_label(SetUpStyle.THEATRE, HALL)
    assert hall["A-1-1"].x < hall["A-1-10"].x < hall["B-1-1"].x < hall["B-1-10"].x
    assert hall["A-1-1"].y == hall["B-1-10"].y == 0 < hall["A-2-1"].y < hall["A-10-1"].y
    assert hall["B-1-1"].x - hall["A-1-10"].x > 2 * (hall["A-1-2"].x - hall["A-1-1"].x)


def test_the_front_row_of_every_zone_is_kept_for_vips() -> None:
    """R100: 20 VIP seats in the hall, all in row 1."""
    vips = [seat for seat in build(SetUpStyle.THEATRE, HALL) if seat.kind is SeatKind.VIP]
    assert {seat.row for seat in vips} == {"1"}
    assert len(vips) == 20


def test_the_house_fills_from_the_front_and_from_the_middle_of_each_row() -> None:
    """The best seats come first."""
    labels = [seat.label for seat in build(SetUpStyle.THEATRE, HALL)]
    assert set(labels[:2]) == {"A-1-10", "B-1-1"}
    assert {label.split("-")[1] for label in labels[:20]} == {"1"}
    assert set(labels[-2:]) == {"A-10-1", "B-10-10"}


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        (None, {"A-10-10", "B-10-1"}),
        (("front_aisle",), {"A-1-10", "B-1-1"}),
        (("A-9", "B-1-1"), {f"A-9-{number}" for number in range(1, 11)} | {"B-1-1"}),
        ((), set()),
    ],
)
def test_step_free_places_are_aisle_seats_or_whatever_the_plan_names(
    words: tuple[str, ...] | None, labels: set[str]
) -> None:
    """R19: by a word, a row or a seat; left out, the aisle of the back row; an empty list, none."""
    plan = SeatPlan(zones=("A", "B"), rows=10, seats_per_row=10, step_free=words)
    assert {seat.label for seat in build(SetUpStyle.THEATRE, plan) if seat.step_free} == labels


def test_a_single_block_has_an_aisle_at_both_ends_and_a_middle_block_too() -> None:
    """Outermost seats of several blocks may stand at a wall and do not count."""
    one = SeatPlan(zones=("A",), rows=2, seats_per_row=5, step_free=("aisle",))
    assert {seat.label for seat in build(SetUpStyle.THEATRE, one) if seat.step_free} == {
        "A-1-1",
        "A-1-5",
        "A-2-1",
        "A-2-5",
    }
    three = SeatPlan(rows=1, seats_per_row=(3, 3, 3), step_free=("aisle",))
    assert {seat.label for seat in build(SetUpStyle.CLASSROOM, three) if seat.step_free} == {
        "A-1-3",
        "B-1-1",
        "B-1-3",
        "C-1-1",
    }


def test_a_u_is_open_to_the_stage_and_its_head_faces_it() -> None:
    """Sides are named L, H, R; the legs begin at the front, the head closes the back and is for VIPs here."""
    u = by_label(SetUpStyle.U_SHAPE, HORSESHOE)
    assert u["L-1"].y == u["R-1"].y == 0
    assert u["L-1"].x == u["L-7"].x == 0 < u["H-1"].x < u["H-6"].x < u["R-1"].x
    assert {seat.y for seat in u.values() if seat.zone == "H"} == {max(seat.y for seat in u.values())}
    assert {seat.zone for seat in u.values() if seat.kind is SeatKind.VIP} == {"H"}
    assert {seat.label for seat in u.values() if seat.step_free} == {"L-1", "R-1"}
    assert u["H-3"].row == ""


def test_a_boardroom_ranks_the_head_first_and_the_foot_last() -> None:
    """The head of the table is the best seat, the foot with its back to the front the last."""
    room = build(SetUpStyle.BOARDROOM, SeatPlan(seats_per_row=(4, 1, 4, 1)))
    assert room[0].label == "H-1"
    assert room[-1].label == "F-1"
    assert room[-1].y == 0 < room[0].y


def test_a_shorter_side_stands_in_the_middle_of_its_edge() -> None:
    """One chair at the foot faces the middle of three at the head; two on the right face the middle of four."""
    room = by_label(SetUpStyle.BOARDROOM, SeatPlan(seats_per_row=(4, 3, 2, 1)))
    assert room["F-1"].x == room["H-2"].x
    assert (room["R-1"].y, room["R-2"].y) == (room["L-2"].y, room["L-3"].y)


def test_rounds_stand_on_circles_and_the_first_chair_faces_the_stage() -> None:
    """Ten chairs at one distance from the middle of the table; a seat reads as table and number."""
    room = by_label(SetUpStyle.BANQUET_ROUNDS, DINNER)
    table = [seat for seat in room.values() if seat.zone == "T4"]
    middle = sum(seat.x for seat in table) / 10, sum(seat.y for seat in table) / 10
    assert {round(dist((seat.x, seat.y), middle), 2) for seat in table} == {2.07}
    seat = room["T4-2"]
    assert (seat.zone, seat.row, seat.number, seat.table, seat.run) == ("T4", "", "2", True, "T4")
    assert room["T4-1"].y == max(seat.y for seat in table)
    assert {seat.zone for seat in room.values() if seat.kind is SeatKind.VIP} == {"T1"}


def test_nobody_at_a_cabaret_table_sits_with_their_back_to_the_stage() -> None:
    """Each table is a half-moon: no chair is nearer to the stage than the ends of the moon."""
    room = build(SetUpStyle.CABARET, SeatPlan(tables=5, seats_per_table=6))
    for table in {seat.zone for seat in room}:
        chairs = sorted((seat for seat in room if seat.zone == table), key=lambda seat: seat.place)
        assert chairs[0].y == chairs[-1].y == min(seat.y for seat in chairs)
        assert [seat.x for seat in chairs] == sorted(seat.x for seat in chairs)


def test_tables_may_have_names_of_their_own() -> None:
    """A dinner with a main table, and without a table 4 (四)."""
    plan = SeatPlan(zones=("主桌", "1", "2", "3", "5"), seats_per_table=8, vip_tables=1)
    room = by_label(SetUpStyle.BANQUET_ROUNDS, plan)
    assert len(room) == 40
    assert room["主桌-8"].kind is SeatKind.VIP
    assert room["5-1"].zone == "5"


@pytest.mark.parametrize("field", ["vip", "step_free"])
def test_a_place_that_is_not_in_the_room_is_refused_with_an_example(field: str) -> None:
    """A typing slip is found when the plan is read, not when a guest stands in front of a wall."""
    plan = SeatPlan(**{field: ("Z-9-9",)})  # type: ignore[arg-type]  # the field is the parameter
    with pytest.raises(
        InvalidInput, match=r"no 'Z-9-9' in this room; name a place of the plan, as .-\d+-\d+"
    ) as refused:
        build(SetUpStyle.THEATRE, plan)
    assert refused.value.field == field
