"""What holds in every room and on every evening, whoever comes in whatever order."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.domain.meetings import SetUpStyle
from hub.domain.seat_maps import SeatPlan, build
from hub.domain.seating import COMPANIONS, NoSeat, SeatingPlan, Wish
from hub.domain.seats import Seat, SeatKind

ROOMS = [
    build(SetUpStyle.THEATRE, SeatPlan(rows=4, seats_per_row=(5, 7), vip_rows=1, step_free=("back_aisle", "A-1-1"))),
    build(SetUpStyle.THEATRE, SeatPlan(rows=3, seats_per_row=(6,), vip=("A-1-1", "A-2-3"), step_free=("A-3",))),
    build(SetUpStyle.CLASSROOM, SeatPlan(rows=2, seats_per_row=4)),
    build(SetUpStyle.U_SHAPE, SeatPlan(vip=("H",))),
    build(SetUpStyle.BOARDROOM, SeatPlan(seats_per_row=(4, 1, 4, 0))),
    build(SetUpStyle.CABARET, SeatPlan(tables=4, seats_per_table=5, vip_tables=1)),
    build(SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=4, seats_per_table=7, vip_tables=1, step_free=("T4", "T1-1"))),
    build(SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=3, seats_per_table=3, step_free=())),
]
BANQUETS = ROOMS[-2:]


@st.composite
def evenings(draw: st.DrawFn) -> tuple[Sequence[Seat], dict[str, str], list[list[Wish]]]:
    """Draw a room, who is seated in it already, and the parties that come."""
    seats = draw(st.sampled_from(ROOMS))
    labels = st.sampled_from([seat.label for seat in seats])
    taken = {label: f"held {label}" for label in draw(st.sets(labels, max_size=len(seats)))}
    held = st.sampled_from(sorted(taken.values())) if taken else st.nothing()
    flags = st.integers(min_value=0, max_value=9)
    parties: list[list[Wish]] = []
    for number, size in enumerate(draw(st.lists(st.integers(min_value=1, max_value=9), max_size=6))):
        names = [draw(held) if taken and draw(flags) == 9 else f"{number}/{member}" for member in range(size)]
        parties.append(
            [
                Wish(
                    invitation=name,
                    vip=draw(flags) > 7,
                    step_free=draw(flags) > 7,
                    wish=draw(labels) if draw(flags) == 9 else "",
                )
                for name in names
            ]
        )
    return seats, taken, parties


def may_have(wish: Wish, seat: Seat) -> bool:
    """Say whether the rules let a seat be given to a guest at all."""
    return (seat.step_free or not wish.step_free) and (wish.vip or seat.kind is SeatKind.STANDARD)


def was_given(wish: Wish, label: str, taken: dict[str, str], chosen: dict[str, str | NoSeat]) -> bool:
    """Say whether a person had planned this seat for the guest."""
    return taken.get(label) == wish.invitation or (wish.wish == label and chosen[wish.invitation] == label)


def side_by_side(chairs: Sequence[Seat], room: Sequence[Seat]) -> bool:
    """Say whether chairs of one run stand without a gap; a round table has no end."""
    if len({(seat.zone, seat.run) for seat in chairs}) != 1:
        return False
    places = sorted(seat.place for seat in chairs)
    size = sum(seat.run == chairs[0].run and seat.zone == chairs[0].zone for seat in room)
    breaks = sum(later - earlier > 1 for earlier, later in pairwise(places))
    wraps = places[0] == 0 and places[-1] == size - 1 and is_round(room, chairs[0])
    return breaks == 0 or (wraps and breaks == 1)


def is_round(room: Sequence[Seat], seat: Seat) -> bool:
    """Say whether the seat stands at a closed circle: of these rooms only the banquets have them."""
    return room in BANQUETS and seat.table


@given(evenings())
@settings(max_examples=150, deadline=None)
def test_no_seat_is_given_twice_and_what_was_held_stays(
    evening: tuple[Sequence[Seat], dict[str, str], list[list[Wish]]],
) -> None:
    """I4; a choice changes nothing until it is assigned, and a held seat never moves."""
    seats, taken, parties = evening
    plan = SeatingPlan.of(seats, taken)
    for party in parties:
        before = SeatingPlan.of(seats, plan.holders)
        chosen = plan.choose(party)
        assert plan == before
        assert set(chosen) == {wish.invitation for wish in party}
        for invitation, label in chosen.items():
            if isinstance(label, str):
                plan.assign(label, invitation)
    assert len(set(plan.holders.values())) == len(plan.holders)
    assert taken.items() <= plan.holders.items()


@given(evenings())
@settings(max_examples=150, deadline=None)
def test_needs_are_met_or_refused_and_nobody_is_refused_a_seat_they_may_have(
    evening: tuple[Sequence[Seat], dict[str, str], list[list[Wish]]],
) -> None:
    """Step-free, VIP and full: by the letter, for every guest who was not given a seat by a person."""
    seats, taken, parties = evening
    plan, by_label = SeatingPlan.of(seats, taken), {seat.label: seat for seat in seats}
    for party in parties:
        chosen = plan.choose(party)
        free = [seat for seat in seats if seat.label not in plan.holders and seat.label not in chosen.values()]
        wishes = {wish.invitation: wish for wish in party if sum(w.invitation == wish.invitation for w in party) == 1}
        strangers_on_level = 0
        for invitation, wish in wishes.items():
            label = chosen[invitation]
            if isinstance(label, NoSeat):
                assert not any(may_have(wish, seat) for seat in free)
            elif not was_given(wish, label, taken, chosen):
                assert may_have(wish, by_label[label])
                ordinary = [seat for seat in free if not seat.step_free and may_have(wish, seat)]
                strangers_on_level += bool(by_label[label].step_free and not wish.step_free and ordinary)
        needers = sum(wish.step_free for wish in party)
        assert strangers_on_level <= COMPANIONS * needers
        for invitation, label in chosen.items():
            if isinstance(label, str):
                plan.assign(label, invitation)


@given(
    evenings(),
    st.integers(min_value=1, max_value=9),
    st.sampled_from([Wish(invitation=""), Wish(invitation="", vip=True)]),
)
@settings(max_examples=300, deadline=None)
def test_a_party_sits_side_by_side_whenever_some_run_has_the_room(
    evening: tuple[Sequence[Seat], dict[str, str], list[list[Wish]]], size: int, need: Wish
) -> None:
    """Seen by trying every window of chairs, among VIP seats for VIPs and ordinary ones for others."""
    room, taken, _ = evening
    kind = SeatKind.VIP if need.vip else SeatKind.STANDARD
    mine = [seat for seat in room if seat.kind is kind and not seat.step_free and seat.label not in taken]
    by_place = {(seat.run, seat.place): seat for seat in mine}
    windows = []
    for seat in mine:
        length = sum(other.run == seat.run for other in room)
        around = length if is_round(room, seat) else length * 2
        window = [by_place.get((seat.run, (seat.place + step) % around)) for step in range(size)]
        windows.append(size <= length and all(window))
    assume(any(windows))
    chosen = SeatingPlan.of(room, taken).choose([replace(need, invitation=f"{n}") for n in range(size)])
    assert side_by_side([seat for seat in room if seat.label in chosen.values()], room)
    assert set(chosen.values()) <= {seat.label for seat in mine}


@given(evenings(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_same_house_gives_the_same_seats_whatever_happened_before(
    evening: tuple[Sequence[Seat], dict[str, str], list[list[Wish]]], random: Random
) -> None:
    """After a restart, in another process, with the seats read in another order, and after guests came and went."""
    seats, taken, parties = evening
    plan = SeatingPlan.of(seats, {})
    labels = [seat.label for seat in seats]
    random.shuffle(labels)
    for label in labels:
        plan.assign(label, f"here before {label}")
    random.shuffle(labels)
    for label in labels:
        plan.release(label)
        if label in taken:
            plan.assign(label, taken[label])
    shuffled = [seat for label in labels for seat in seats if seat.label == label]
    fresh = SeatingPlan.of(shuffled, taken)
    assert plan == fresh
    assert [plan.choose(party) for party in parties] == [fresh.choose(party) for party in parties]


@given(evenings(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_a_plan_that_follows_what_others_did_is_the_plan_laid_out_anew(
    evening: tuple[Sequence[Seat], dict[str, str], list[list[Wish]]], random: Random
) -> None:
    """Another process gave, freed and changed seats, leased ones too; a seat that the map lost keeps its holder."""
    seats, taken, _ = evening
    labels = [seat.label for seat in seats]
    elsewhere = dict(zip(random.sample(labels, len(taken)), taken.values(), strict=True))
    plan = SeatingPlan.of(seats, elsewhere)
    plan.lease(random.sample(labels, 3))
    now = {**taken, "gone from the map": "held outside"}
    plan.follow(now)
    plan.lease(())
    fresh = SeatingPlan.of(seats, now)
    assert plan == fresh
