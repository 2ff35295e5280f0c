"""What people decide about scans beats the automatic verdict, whatever order anything arrives in (R8, I6)."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.check_ins import Class, Scan, arrival, classify
from hub.domain.errors import InvalidInput
from hub.domain.rulings import ADMITTING, LONGEST_REASON, REASONS, Ruling, RulingKind, clean_reason, holding, ruled

T0 = datetime(2026, 12, 31, 1, tzinfo=UTC)
UNDO, LET_IN = RulingKind.UNDO, RulingKind.LET_IN


def scan(seconds: int, device: str = "a", *, admits: bool = True) -> Scan:
    """Make a scan whose id is its device and second."""
    at = T0 + timedelta(seconds=seconds)
    return Scan(id=f"{device}{seconds}", device=device, boot="b", seq=1, at=at, admits=admits)


def ruling(check_in: str, kind: RulingKind, seconds: int = 1000) -> Ruling:
    """Make a ruling about a scan."""
    at = T0 + timedelta(seconds=seconds)
    return Ruling(id=f"{seconds}{kind}", check_in=check_in, invitation="i", kind=kind, by="小李", reason="slip", at=at)


def outcome(scans: list[Scan], rulings: list[Ruling], revoked_at: datetime | None = None) -> tuple[list[Class], str]:
    """Return the classes in the order given, and the id of the arrival."""
    effective = ruled(scans, rulings)
    classes = classify(effective, revoked_at)
    first = arrival(effective)
    return [classes[one.id] for one in scans], first.id if first else ""


A, R, D = Class.ADMITTED, Class.REFUSED, Class.DUPLICATE
TABLE: list[tuple[str, list[Scan], list[Ruling], tuple[list[Class], str]]] = [
    ("the only admission undone", [scan(0)], [ruling("a0", UNDO)], ([R], "")),
    ("the first of two undone", [scan(0), scan(9, "b")], [ruling("a0", UNDO)], ([R, A], "b9")),
    ("the second of two undone", [scan(0), scan(9, "b")], [ruling("b9", UNDO)], ([A, R], "a0")),
    ("an undo taken back", [scan(0)], [ruling("a0", UNDO), ruling("a0", LET_IN, 1001)], ([A], "a0")),
    ("and undone again", [scan(0)], [ruling("a0", LET_IN, 1001), ruling("a0", UNDO, 1002)], ([R], "")),
    ("a refused guest let in", [scan(0, admits=False)], [ruling("a0", LET_IN)], ([A], "a0")),
    ("let in, then also welcome", [scan(0, admits=False), scan(9, "b")], [ruling("a0", LET_IN)], ([A, D], "a0")),
    ("telling apart admits nobody", [scan(0, admits=False)], [ruling("a0", RulingKind.SAME_PERSON)], ([R], "")),
    ("nor does it undo", [scan(0)], [ruling("a0", UNDO, 1), ruling("a0", RulingKind.TWO_PEOPLE, 2)], ([R], "")),
]


@pytest.mark.parametrize(("_", "scans", "rulings", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_the_newest_ruling_of_a_scan_holds(
    _: str, scans: list[Scan], rulings: list[Ruling], expected: tuple[list[Class], str]
) -> None:
    """Undoing and letting in take each other back; the classes stay the ones there are."""
    assert outcome(scans, rulings) == expected
    assert outcome(scans, rulings[::-1]) == expected


def test_who_was_let_in_by_a_person_raises_no_flag() -> None:
    """A withdrawn invitation was looked at: it is an ordinary admission now."""
    assert outcome([scan(5)], [], T0)[0] == [Class.REVOKED]
    assert outcome([scan(5)], [ruling("a5", LET_IN)], T0)[0] == [Class.ADMITTED]


SCANS = st.lists(
    st.builds(scan, st.integers(0, 150), st.sampled_from("ab"), admits=st.booleans()),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.id,
)


@given(SCANS, st.data(), st.randoms())
def test_order_never_matters(scans: list[Scan], data: st.DataObject, chance: Random) -> None:
    """Any order of the same scans and rulings gives the same classes and at most one arrival (I2, I6)."""
    about = st.sampled_from([one.id for one in scans])
    rulings = data.draw(
        st.lists(
            st.builds(ruling, about, st.sampled_from(RulingKind), st.integers(0, 9)),
            max_size=5,
            unique_by=lambda one: one.id,
        )
    )
    expected = classify(ruled(scans, rulings))
    chance.shuffle(scans)
    chance.shuffle(rulings)
    assert classify(ruled(scans, rulings)) == expected
    assert list(expected.values()).count(Class.ADMITTED) <= 1
    newest = holding(rulings, ADMITTING)
    for one in scans:
        admits = newest[one.id].kind is LET_IN if one.id in newest else one.admits
        assert (expected[one.id] is not Class.REFUSED) == admits


def test_a_reason_is_required_and_readable() -> None:
    """Empty, endless and unreadable ones are refused with the field's name; the ready-made ones are fine."""
    for bad in ("", "  \n ", "x" * (LONGEST_REASON + 1), "a\x00b", "\u202e"):
        with pytest.raises(InvalidInput) as caught:
            clean_reason(bad)
        assert caught.value.field == "reason"
    assert clean_reason("  主管  同意 ") == "主管 同意"
    assert set(REASONS) == set(RulingKind)
    assert all(clean_reason(word) == word for words in REASONS.values() for word in words)
