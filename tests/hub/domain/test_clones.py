"""When two hold one name, and when it is only one that starts anew (reliability.md, fault 37)."""

from collections.abc import Iterable

import pytest

from hub.domain.clones import Turns, follows, is_shared, spoke
from tests.hub.build import at


def turns_of(holders: Iterable[str], every_s: float = 5) -> Turns:
    """Return who held a name after these took it from each other."""
    turns = Turns()
    for number, holder in enumerate(holders):
        turns = spoke(turns, holder, at(number * every_s))
    return turns


def test_two_that_take_turns_more_than_three_times_in_a_minute_share_the_name() -> None:
    """The fourth takeover says so, and who they are."""
    assert not is_shared(turns_of("ABAB"))
    shared = turns_of("ABABA")
    assert is_shared(shared)
    assert shared.both == ("A", "B")


def test_three_copies_are_told_as_well() -> None:
    """A thief may have made more than one."""
    assert is_shared(turns_of("ABCABC"))


@pytest.mark.parametrize(
    "holders",
    ["AAAAAAAAAAAAAAAAAA", "ABCDEFGHIJKLMNOP", "ABABCDEFGH", "AB", "AAAAAB"],
    ids=["reconnects", "starts again and again", "one message read late", "restarted", "replaced"],
)
def test_one_device_in_trouble_shares_its_name_with_nobody(holders: str) -> None:
    """Bad Wi-Fi, a program that crashes as soon as it runs, a piece that takes another's place."""
    assert not is_shared(turns_of(holders, every_s=1))


def test_turns_that_are_hours_apart_prove_nothing() -> None:
    """A device that is carried between two networks comes back to an address."""
    assert not is_shared(turns_of("ABABABABAB", every_s=3_600))


def test_who_comes_after_the_other_has_left_took_nothing() -> None:
    """A cable that is pulled and put back, again and again."""
    turns = Turns()
    for _ in range(9):
        turns = follows(follows(turns, "cable"), "wireless")
    assert not is_shared(turns)
    assert turns.holders == ("wireless",)


def test_what_is_kept_of_a_name_is_bounded() -> None:
    """However long it goes on, and however many take part."""
    turns = turns_of([str(number % 7) for number in range(500)], every_s=0.01)
    assert len(turns.holders) <= 4
    assert len(turns.came_back) <= 3
