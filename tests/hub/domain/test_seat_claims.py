"""Guests who were told a seat by a kiosk sit on it wherever that can be (conflict rule R4)."""

from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.seat_claims import Claim, Clash, Order, Settled, settle
from hub.domain.seating import SeatingPlan
from tests.hub.build import at, seat_map


def order(seconds: float, device: str = "kiosk-1") -> Order:
    """Return the place of a scan so long after T0."""
    return (at(seconds), device, "boot", 1, f"{device}-{seconds}")


def claim(invitation: str, seat: str, seconds: float = 10, device: str = "kiosk-1") -> Claim:
    """Return that a guest was told a seat then."""
    return Claim(invitation=invitation, seat=seat, device=device, order=order(seconds, device))


def settled(
    claims: Sequence[Claim],
    held: Mapping[str, str] = {},
    sitting: Mapping[str, Order] = {},
    planned: Mapping[str, str] = {},
    heard: Mapping[str, Order] | None = None,
) -> tuple[dict[str, str], Settled]:
    """Settle claims in a room where seats are held, and by some sat upon; return who holds what then.

    Who sits was told the seat when they came to it, unless told otherwise.
    """
    plan = SeatingPlan.of(seat_map(), held)
    found = settle(plan, claims, set(sitting), sitting, planned, sitting if heard is None else heard)
    return plan.held, found


def test_a_guest_sits_where_the_kiosk_said() -> None:
    """They are on the way there."""
    assert settled([claim("li", "A-4-1")]) == ({"li": "A-4-1"}, Settled())


def test_a_seat_that_was_only_kept_gives_way_to_the_one_that_was_told() -> None:
    """Given with the party meanwhile, or planned; the other is free again."""
    held, found = settled([claim("li", "A-4-1")], {"A-1-1": "li"})
    assert (held, found) == ({"li": "A-4-1"}, Settled())


def test_who_sits_elsewhere_already_stays_there() -> None:
    """They came in at another door too; the leased seat goes back."""
    held, found = settled([claim("li", "A-4-1", 5)], {"A-1-1": "li"}, {"li": order(20)})
    assert (held, found) == ({"li": "A-1-1"}, Settled())


def test_who_sits_elsewhere_and_was_told_another_seat_last_calls_a_person() -> None:
    """By a roster that was old, or at a door without the hub; or the hub's own word came to no screen."""
    stays = Settled([Clash("A-4-1", "", "li", stays=True)])
    for heard in ({"li": order(20)}, {"li": order(25)}, {}):
        held, found = settled([claim("li", "A-4-1", 25)], {"A-1-1": "li"}, {"li": order(20)}, heard=heard)
        assert (held, found) == ({"li": "A-1-1"}, stays)
    two = [claim("li", "A-4-1", 10), claim("li", "A-4-2", 20)]
    assert settled(two) == ({"li": "A-4-1"}, Settled([Clash("A-4-2", "", "li", stays=True)]))
    assert settled([claim("li", "A-1-1", 25)], {"A-1-1": "li"}, {"li": order(20)})[1] == Settled()


def test_a_seat_that_a_person_gave_stays_where_a_kiosk_told_an_older_one() -> None:
    """Who has not come is kept the planned seat (R96), whoever has the other; the guest is shown to it."""
    planned = {"li": "A-1-1"}
    for others in ({}, {"A-4-1": "wu"}):
        held, found = settled([claim("li", "A-4-1")], {"A-1-1": "li", **others}, planned=planned)
        assert held == {"li": "A-1-1"} | {name: seat for seat, name in others.items()}
        assert found == Settled([Clash("A-4-1", "", "li", stays=True)])
    assert settled([claim("li", "A-1-1")], {"A-1-1": "li"}, planned=planned)[1] == Settled()


def test_of_two_on_one_seat_the_earlier_scanned_keeps_it() -> None:
    """Whichever event reached the hub first."""
    held, found = settled([claim("li", "A-4-1", 10)], {"A-4-1": "wu"}, {"wu": order(20)})
    assert held == {"li": "A-4-1"}
    assert found == Settled([Clash("A-4-1", "li", "wu")], ["wu"])
    held, found = settled([claim("li", "A-4-1", 30)], {"A-4-1": "wu"}, {"wu": order(20)})
    assert held == {"wu": "A-4-1"}
    assert found == Settled([Clash("A-4-1", "wu", "li")], ["li"])


def test_who_has_not_come_yet_loses_the_seat_and_is_no_clash_for_the_door() -> None:
    """Nobody was told two things."""
    held, found = settled([claim("li", "A-4-1")], {"A-4-1": "wu"})
    assert held == {"li": "A-4-1"}
    assert found == Settled([Clash("A-4-1", "li", "wu", here=False)], ["wu"])


def test_a_seat_that_is_not_there_is_no_seat() -> None:
    """The map was laid out anew while the kiosk was cut off."""
    held, found = settled([claim("li", "Z-9-9")], {"A-1-1": "li"})
    assert held == {"li": "A-1-1"}
    assert found == Settled([Clash("Z-9-9", "", "li")], ["li"])


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.integers(0, 4), st.integers(0, 50), st.sampled_from(["kiosk-1", "k2"])),
        max_size=12,
        unique_by=lambda told: (told[2], told[3]),
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=200, deadline=None)
def test_claims_that_come_together_are_settled_alike_in_any_order(
    told: list[tuple[str, int, int, str]], random: object
) -> None:
    """One transaction's events may lie in it as they like; no seat twice, nobody two (I4)."""
    claims = [claim(guest, f"A-1-{seat}", seconds, device) for guest, seat, seconds, device in told]
    first = settled(claims)
    random.shuffle(claims)  # type: ignore[attr-defined]  # hypothesis' own
    assert settled(claims) == first
    assert len(set(first[0].values())) == len(first[0])
    for clash in first[1].clashes:
        if clash.keeps:
            assert first[0][clash.keeps] == clash.seat
            assert first[0].get(clash.moves) != clash.seat
