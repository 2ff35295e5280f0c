"""One invitation at two doors that could not know of each other (R3, faults 49, 50, 57)."""

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.check_ins import CheckIn, Scan
from hub.domain.double_entries import NEWS_TAKES, DoubleEntry, double_entry
from hub.domain.rulings import Ruling, RulingKind
from tests.hub.build import at, check_in

EDGE = NEWS_TAKES.total_seconds()


def entry(
    seconds: float,
    device: str = "a",
    *,
    offline: bool = False,
    said: str = "welcome",
    admits: bool = True,
) -> CheckIn:
    """Make a stored event whose id is its device and second."""
    scan = Scan(id=f"{device}{seconds}", device=device, boot="b", seq=1, at=at(seconds), admits=admits)
    return check_in(scan=scan, offline=offline, kiosk_verdict=said)


def ruling(scan: str, kind: RulingKind, seconds: int = 500) -> Ruling:
    """Make a ruling about a scan."""
    return Ruling(
        id=f"r{seconds}", check_in=scan, invitation="inv-1", kind=kind, by="小李", reason="slip", at=at(seconds)
    )


def doors(found: DoubleEntry | None) -> list[str]:
    """Return the scans of a double entry in their order."""
    return [one.scan.id for one in found.entries] if found else []


TABLE: list[tuple[str, list[CheckIn], list[str]]] = [
    ("both offline", [entry(0, offline=True), entry(900, "b", offline=True)], ["a0", "b900"]),
    ("the first offline", [entry(0, offline=True), entry(900, "b")], ["a0", "b900"]),
    ("the second offline", [entry(0), entry(900, "b", offline=True)], ["a0", "b900"]),
    ("both online, the same moment", [entry(0), entry(0, "b")], ["a0", "b0"]),
    ("both online, until the news is there", [entry(0), entry(EDGE, "b")], ["a0", f"b{EDGE}"]),
    ("both online, the news was there", [entry(0), entry(EDGE + 0.001, "b")], []),
    ("the kiosk knew and said so", [entry(0, offline=True), entry(900, "b", offline=True, said="already_in")], []),
    ("one door, offline", [entry(0, offline=True), entry(900, offline=True)], []),
    ("the other refused", [entry(0, offline=True), entry(9, "b", offline=True, said="too_early", admits=False)], []),
    (
        "three doors, one of them twice",
        [entry(0, offline=True), entry(9, "b", offline=True), entry(70, "b", offline=True), entry(80, "c")],
        ["a0", "b9", "c80"],
    ),
    (
        "a third door that was told",
        [entry(0, offline=True), entry(9, "b", offline=True), entry(80, "c", said="already_in")],
        ["a0", "b9"],
    ),
]


@pytest.mark.parametrize(("_", "events", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_a_double_entry_is_two_welcomes_that_could_not_know(_: str, events: list[CheckIn], expected: list[str]) -> None:
    """The first welcome at each door, in the order of the doors' times; the same for any order of arrival (I6)."""
    for order in permutations(events):
        assert doors(double_entry(order)) == expected


def test_an_undone_entry_is_no_entry() -> None:
    """Who was let in by mistake and sent away again is not inside twice; taking the undo back brings it back."""
    events = [entry(0, offline=True), entry(9, "b", offline=True)]
    undone = ruling("b9", RulingKind.UNDO, 500)
    assert double_entry(events, [undone]) is None
    assert doors(double_entry(events, [undone, ruling("b9", RulingKind.LET_IN, 501)])) == ["a0", "b9"]


def test_a_ruling_settles_it_until_another_door_turns_up() -> None:
    """Every door after the first must have been ruled on; the newest ruling is the one that is told."""
    events = [entry(5, offline=True), entry(9, "b", offline=True)]
    told = ruling("b9", RulingKind.SAME_PERSON)
    found = double_entry(events, [told])
    assert found is not None
    assert (found.settled, found.telling) == (True, told)
    for more in (entry(0, "c", offline=True), entry(60, "c", offline=True)):
        again = double_entry([*events, more], [told])
        assert again is not None
        assert not again.settled
        assert again.seen != found.seen
    newer = ruling("b9", RulingKind.TWO_PEOPLE, 501)
    changed = double_entry(events, [newer, told])
    assert changed is not None
    assert changed.telling == newer
    assert changed.seen != found.seen


EVENTS = st.lists(
    st.builds(
        entry,
        st.integers(0, 20),
        st.sampled_from("abc"),
        offline=st.booleans(),
        said=st.sampled_from(["welcome", "already_in"]),
    ),
    max_size=7,
    unique_by=lambda one: one.scan.id,
)


@given(EVENTS, st.randoms())
def test_it_never_depends_on_the_order_nor_shrinks_with_more_events(events: list[CheckIn], chance: Random) -> None:
    """What was found stays found when more comes in, and received times do not matter (I6)."""
    found = double_entry(events)
    shuffled = [replace(one, received_at=at(chance.random() * 1000)) for one in events]
    chance.shuffle(shuffled)
    assert doors(double_entry(shuffled)) == doors(found)
    fewer = double_entry(events[1:])
    devices = {one.scan.device for one in found.entries} if found else set()
    assert {one.scan.device for one in (fewer.entries if fewer else ())} <= devices
