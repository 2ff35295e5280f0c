"""Guests are seated as a good house would: what was planned stays, needs are met, parties sit together."""

from collections.abc import Sequence

import pytest

from hub.domain.errors import InvalidInput, NotFound, Refused, TakenAlready
from hub.domain.meetings import SetUpStyle
from hub.domain.seat_maps import SeatPlan, build
from hub.domain.seating import Lack, NoSeat, SeatingPlan, Wish
from hub.domain.seats import Seat

HALL = build(SetUpStyle.THEATRE, SeatPlan(zones=("A", "B"), rows=10, seats_per_row=10, vip_rows=1))
HORSESHOE = build(SetUpStyle.U_SHAPE, SeatPlan(seats_per_row=(7, 6, 7), vip=("H",)))
DINNER = build(SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=12, seats_per_table=10, vip_tables=1))


def row(**plan: object) -> tuple[Seat, ...]:
    """Build a small theatre with one zone A."""
    usual: dict[str, object] = {"zones": ("A",), "rows": 1, "seats_per_row": 5, "step_free": ()}
    return build(SetUpStyle.THEATRE, SeatPlan(**{**usual, **plan}))  # type: ignore[arg-type]  # names checked at run time


def party(size: int, name: str = "p") -> list[Wish]:
    """Make a party without special needs."""
    return [Wish(invitation=f"{name}{number}") for number in range(size)]


def enter(plan: SeatingPlan, wishes: Sequence[Wish]) -> list[str | NoSeat]:
    """Choose and assign, as the hub does; return the seats in the party's order."""
    chosen = plan.choose(wishes)
    for invitation, label in chosen.items():
        if isinstance(label, str):
            plan.assign(label, invitation)
    return [chosen[wish.invitation] for wish in wishes]


def test_a_planned_seat_stays_even_when_the_rules_would_choose_another() -> None:
    """R96: a seat held already, or wished for and free, wins over every rule."""
    plan = SeatingPlan.of(HALL, {"B-7-3": "held"})
    guests = [Wish(invitation="held", vip=True, step_free=True), Wish(invitation="host", wish="A-1-1")]
    assert plan.choose(guests) == {"held": "B-7-3", "host": "A-1-1"}


@pytest.mark.parametrize("wish", ["A-1-1", "no such seat"])
def test_a_wish_for_a_seat_that_is_taken_or_unknown_falls_back_on_the_rules(wish: str) -> None:
    """The guest is seated all the same."""
    plan = SeatingPlan.of(row(), {"A-1-1": "other"})
    assert plan.choose([Wish(invitation="late", wish=wish)]) == {"late": "A-1-2"}


def test_a_seat_held_outside_the_map_stays_with_its_holder() -> None:
    """A chair that was put in by hand is nobody else's, and does not disturb the others of the party."""
    plan = SeatingPlan.of(row(), {"balcony": "guest"})
    assert plan.choose([Wish(invitation="guest"), Wish(invitation="friend")])["guest"] == "balcony"
    assert plan.release("balcony") == "guest"


def test_a_guest_who_needs_step_free_access_gets_it_and_the_party_sits_beside() -> None:
    """R19: the aisle seat in the back row, the companions next to it."""
    wishes = [*party(2), Wish(invitation="wheelchair", step_free=True)]
    assert enter(SeatingPlan.of(HALL, {}), wishes) == ["A-10-9", "A-10-8", "A-10-10"]


def test_without_a_step_free_seat_left_the_guest_is_told_so_and_never_sent_elsewhere() -> None:
    """A clear reason for a person to act on; the house is not full."""
    plan = SeatingPlan.of(HALL, {"A-10-10": "one", "B-10-1": "two"})
    assert enter(plan, [Wish(invitation="third", step_free=True)]) == [NoSeat(Lack.STEP_FREE)]


def test_step_free_seats_are_given_to_others_last_even_before_a_party_is_split() -> None:
    """A pair rather sits apart than on the place of a guest who has no other."""
    plan = SeatingPlan.of(row(step_free=("A-1-3",)), {"A-1-2": "x"})
    assert enter(plan, party(2)) == ["A-1-4", "A-1-5"]
    assert enter(plan, party(2, "q")) == ["A-1-1", "A-1-3"]


def test_of_several_step_free_seats_the_one_with_room_for_the_party_is_chosen() -> None:
    """Nobody is put in the best seat when their family could only sit elsewhere."""
    room = row(rows=5, step_free=("A-2-1", "A-5-1"))
    wishes = [Wish(invitation="wheelchair", step_free=True), *party(3)]
    assert enter(SeatingPlan.of(room, {"A-2-2": "x"}), wishes) == ["A-5-1", "A-5-2", "A-5-3", "A-5-4"]
    assert enter(SeatingPlan.of(room, {"A-2-2": "x"}), wishes[:1]) == ["A-2-1"]


def test_three_companions_may_use_step_free_seats_beside_the_guest_who_needs_one() -> None:
    """In a front row that is all step-free nobody is parted from their family; a fourth companion sits behind."""
    plan = SeatingPlan.of(row(rows=3, step_free=("A-1",)), {})
    seats = enter(plan, [Wish(invitation="wheelchair", step_free=True), *party(4)])
    assert sorted(str(label) for label in seats[:4]) == ["A-1-1", "A-1-2", "A-1-3", "A-1-4"]
    assert str(seats[4]).startswith("A-2-")


def test_companions_of_one_guest_are_counted_together_whatever_else_they_are() -> None:
    """A VIP and three others: still three beside the guest, and one behind."""
    plan = SeatingPlan.of(row(rows=3, step_free=("A-1",)), {})
    wishes = [Wish(invitation="wheelchair", step_free=True), Wish(invitation="vip", vip=True), *party(3)]
    rows = sorted(str(label).split("-")[1] for label in enter(plan, wishes))
    assert rows == ["1", "1", "1", "1", "2"]


def test_only_seats_beside_the_guest_who_needs_one_are_opened_to_companions() -> None:
    """A friend whose seat was planned in another step-free row draws nobody there."""
    plan = SeatingPlan.of(row(rows=3, step_free=("A-1", "A-3")), {"A-1-1": "wheelchair", "A-3-3": "friend"})
    wishes = [Wish(invitation="wheelchair", step_free=True), Wish(invitation="friend"), *party(2)]
    assert enter(plan, wishes)[2:] == ["A-1-2", "A-1-3"]


def test_vips_take_the_vip_row_from_the_middle_then_the_best_of_the_others() -> None:
    """R100: and nobody else is led to the VIP row."""
    plan = SeatingPlan.of(row(rows=3, vip_rows=1), {})
    assert enter(plan, [Wish(invitation="v1", vip=True)]) == ["A-1-3"]
    assert enter(plan, party(5))[0] in {"A-2-1", "A-2-5"}
    four = [Wish(invitation=f"w{number}", vip=True) for number in range(4)]
    assert {str(label).split("-")[1] for label in enter(plan, four)} == {"1"}
    assert enter(plan, [Wish(invitation="v6", vip=True)]) == ["A-3-3"]


def test_when_only_vip_seats_are_left_other_guests_wait_for_a_person() -> None:
    """Staff may give one away; the hub does not."""
    plan = SeatingPlan.of(row(vip=("A-1-3",), seats_per_row=3), {"A-1-1": "a", "A-1-2": "b"})
    assert enter(plan, party(1)) == [NoSeat(Lack.ONLY_VIP_LEFT)]
    assert enter(plan, [Wish(invitation="v", vip=True)]) == ["A-1-3"]


def test_a_vip_and_their_companions_sit_as_near_as_their_rows_allow() -> None:
    """The VIP in the front row, the assistants right behind."""
    seats = enter(SeatingPlan.of(HALL, {}), [*party(2), Wish(invitation="vip", vip=True)])
    assert seats == ["A-2-10", "A-2-9", "A-1-10"]


def test_a_party_takes_the_gap_that_fits_it_rather_than_break_a_longer_run() -> None:
    """Two chairs are left between others: the pair goes there, the three keep their place."""
    plan = SeatingPlan.of(row(seats_per_row=9), {f"A-1-{number}": f"x{number}" for number in (1, 4, 8)})
    assert enter(plan, party(2)) == ["A-1-3", "A-1-2"]
    assert enter(plan, party(3, "q")) == ["A-1-5", "A-1-6", "A-1-7"]


def test_a_party_does_not_leave_a_chair_alone_where_a_pair_of_chairs_could_be_left() -> None:
    """Gaps of four and five chairs: three people take the five."""
    plan = SeatingPlan.of(row(seats_per_row=10), {"A-1-5": "x"})
    assert enter(plan, party(3)) == ["A-1-6", "A-1-7", "A-1-8"]


def test_singles_fill_gaps_and_then_one_row_after_the_other() -> None:
    """Whole rows stay whole for parties."""
    plan = SeatingPlan.of(row(rows=4), {"A-2-1": "x", "A-2-3": "y"})
    seats = [str(enter(plan, [Wish(invitation=f"s{number}")])[0]) for number in range(7)]
    assert {"A-2-2", "A-2-4", "A-2-5"} <= set(seats)
    assert len({label.split("-")[1] for label in seats}) <= 3


def test_the_first_guests_are_not_sent_to_the_back_because_a_run_there_fits_exactly() -> None:
    """In an empty hall the aisle seats kept free make the back rows shorter; the front fills first all the same."""
    seats = enter(SeatingPlan.of(HALL, {}), party(9))
    assert {str(label).split("-")[1] for label in seats} == {"2"}


def test_a_party_without_a_run_sits_in_adjacent_rows_of_one_zone() -> None:
    """Twelve in rows of ten: a block of chairs behind each other, not ten here and two anywhere."""
    seats = [str(label).split("-") for label in enter(SeatingPlan.of(HALL, {}), party(12))]
    assert len({zone for zone, _, _ in seats}) == 1
    rows = sorted({int(number) for _, number, _ in seats})
    assert rows == list(range(rows[0], rows[-1] + 1))
    assert len(rows) <= 3


def test_a_pair_that_finds_no_two_chairs_together_sits_one_behind_the_other() -> None:
    """As near as can be, though a chair in the same row is free farther away."""
    taken = {seat.label: seat.label for seat in HALL} | {"none": "none"}
    for label in ("A-5-1", "A-5-9", "A-6-9", "B-3-3"):
        del taken[label]
    assert set(enter(SeatingPlan.of(HALL, taken), party(2))) == {"A-5-9", "A-6-9"}


def test_a_party_stays_at_one_table_and_may_close_the_circle() -> None:
    """Chairs 9, 10, 1 and 2 of a round table are neighbours."""
    taken = {
        seat.label: seat.label for seat in DINNER if not (seat.zone == "T5" and seat.number in {"1", "2", "9", "10"})
    }
    assert set(enter(SeatingPlan.of(DINNER, taken), party(4))) == {"T5-1", "T5-2", "T5-9", "T5-10"}
    for label in ("T5-4", "T5-6"):
        del taken[label]
    taken["T5-1"] = "T5-1"
    assert {str(label).split("-")[0] for label in enter(SeatingPlan.of(DINNER, taken), party(4))} == {"T5"}


def test_nobody_of_a_party_larger_than_a_table_sits_alone_at_the_next() -> None:
    """Eleven at tables of ten: nine and two."""
    tables = [str(label).split("-")[0] for label in enter(SeatingPlan.of(DINNER, {}), party(11))]
    assert sorted(tables.count(table) for table in set(tables)) == [2, 9]


def test_a_delegation_goes_around_the_corners_of_a_u() -> None:
    """Eight fill the head of six and the chair around either corner."""
    plan = SeatingPlan.of(build(SetUpStyle.U_SHAPE, SeatPlan(seats_per_row=(7, 6, 7))), {})
    assert set(enter(plan, party(8))) == {*(f"H-{number}" for number in range(1, 7)), "L-7", "R-7"}


def test_a_full_house_says_so_and_seats_those_named_first() -> None:
    """Three chairs, five people."""
    plan = SeatingPlan.of(row(seats_per_row=3), {})
    assert enter(plan, party(5))[3:] == [NoSeat(Lack.FULL)] * 2
    assert enter(plan, [Wish(invitation="vip", vip=True, step_free=True)]) == [NoSeat(Lack.FULL)]
    assert SeatingPlan.of((), {}).choose(party(1)) == {"p0": NoSeat(Lack.FULL)}


def test_members_who_come_later_join_those_who_sit() -> None:
    """A name added to the party in the morning gets the chair beside it."""
    plan = SeatingPlan.of(HALL, {"A-5-5": "p0"})
    assert enter(plan, party(2))[1] in {"A-5-4", "A-5-6"}


def test_a_member_named_twice_gets_one_seat() -> None:
    """A doubled row in a list costs no chair."""
    plan = SeatingPlan.of(row(), {})
    assert len(plan.choose([*party(2), *party(2)])) == 2


def test_the_horseshoe_puts_vips_at_its_head() -> None:
    """The middle of the head first."""
    plan = SeatingPlan.of(HORSESHOE, {})
    assert enter(plan, [Wish(invitation="v", vip=True)])[0] in {"H-3", "H-4"}
    assert {str(label)[0] for label in enter(plan, party(14))} == {"L", "R"}


def test_a_seat_has_one_holder_and_a_holder_one_seat() -> None:
    """I4: who tries otherwise hears why; doing the same again changes nothing."""
    plan = SeatingPlan.of(row(), {"A-1-1": "a"})
    plan.assign("A-1-1", "a")
    with pytest.raises(TakenAlready, match="a was first"):
        plan.assign("A-1-1", "b")
    with pytest.raises(Refused, match="holds seat A-1-1"):
        plan.assign("A-1-2", "a")
    with pytest.raises(NotFound):
        plan.assign("Z-1-1", "b")
    with pytest.raises(NotFound):
        plan.release("Z-1-1")
    assert plan.release("A-1-2") is None
    assert plan.release("A-1-1") == "a"
    plan.assign("A-1-1", "b")


def test_contradictions_in_what_is_stored_are_named() -> None:
    """One invitation on two seats, or one label on two chairs, is an error and not a guess."""
    with pytest.raises(Refused, match="a holds two seats"):
        SeatingPlan.of(row(), {"A-1-1": "a", "A-1-2": "a"})
    with pytest.raises(InvalidInput, match="A-1-1 stands twice"):
        SeatingPlan.of([*row(), *row()], {})


def test_a_leased_seat_is_given_to_nobody_but_whom_a_person_planned_it_for() -> None:
    """The kiosk it is leased to may be giving it away at this moment; a person's word comes first all the same."""
    plan = SeatingPlan.of(row(seats_per_row=3), {})
    plan.lease(["A-1-1", "A-1-2", "no such seat"])
    assert plan.choose([Wish(invitation="a"), Wish(invitation="b")]) == {"a": "A-1-3", "b": NoSeat(Lack.FULL)}
    wishes = [Wish(invitation="a", wish="A-1-2"), Wish(invitation="b", wish="A-1-2")]
    assert plan.choose(wishes) == {"a": "A-1-2", "b": "A-1-3"}
    assert plan.ordinary_left() == 3
    plan.assign("A-1-2", "a")
    assert plan.ordinary_left() == 2
    plan.lease([])
    assert plan == SeatingPlan.of(row(seats_per_row=3), {"A-1-2": "a"})


def test_leasing_a_seat_that_is_held_changes_nothing() -> None:
    """It is held."""
    plan = SeatingPlan.of(row(seats_per_row=3), {"A-1-2": "a"})
    plan.lease(["A-1-2"])
    assert plan == SeatingPlan.of(row(seats_per_row=3), {"A-1-2": "a"})
