from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.check_ins import RESCAN_WITHIN, Class, Scan, arrival, classify

T0 = datetime(2026, 12, 31, 1, tzinfo=UTC)


def scan(seconds: float, device: str = "a", seq: int = 1, *, admits: bool = True) -> Scan:
    """Make a scan."""
    at = T0 + timedelta(seconds=seconds)
    return Scan(id=f"{device}{seconds}{seq}", device=device, boot="b", seq=seq, at=at, admits=admits)


def classes(*scans: Scan) -> list[Class]:
    """Classify and return the classes in the order given."""
    found = classify(scans)
    return [found[one.id] for one in scans]


def test_the_first_that_admits_is_the_arrival() -> None:
    """A refusal before it changes nothing."""
    refused, first, later = scan(0, admits=False), scan(1), scan(500)
    assert classes(refused, first, later) == [Class.REFUSED, Class.ADMITTED, Class.DUPLICATE]
    assert arrival([later, refused, first]) == first
    assert arrival([refused]) is None


def test_a_minute_at_the_same_door_is_one_arrival() -> None:
    """Up to and including sixty seconds; another door is another matter."""
    edge = RESCAN_WITHIN.total_seconds()
    assert classes(scan(0), scan(edge)) == [Class.ADMITTED, Class.RESCAN]
    assert classes(scan(0), scan(edge + 0.001)) == [Class.ADMITTED, Class.DUPLICATE]
    assert classes(scan(0), scan(1, "b")) == [Class.ADMITTED, Class.DUPLICATE]


def test_a_chain_of_rescans_stays_a_chain() -> None:
    """Who fiddles for two minutes at one kiosk is still the same arrival."""
    assert classes(scan(0), scan(50), scan(100)) == [Class.ADMITTED, Class.RESCAN, Class.RESCAN]


def test_at_the_same_instant_the_order_is_still_total() -> None:
    """Device, boot and number decide, never chance."""
    same = [scan(0, "b"), scan(0, "a", 2), scan(0, "a", 1)]
    for order in permutations(same):
        assert classify(order) == classify(same)
    assert arrival(same) == same[2]


def test_a_withdrawal_counts_from_its_own_time() -> None:
    """Who was in before is in; who came after is in and reported."""
    withdrawn = T0 + timedelta(seconds=10)
    assert classify([scan(9)], withdrawn) == {"a91": Class.ADMITTED}
    assert classify([scan(10)], withdrawn) == {"a101": Class.REVOKED}


SCANS = st.lists(
    st.builds(scan, st.integers(0, 200), st.sampled_from("ab"), st.integers(1, 3), admits=st.booleans()),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(SCANS, st.randoms())
def test_order_never_matters_and_at_most_one_is_the_arrival(scans: list[Scan], chance: Random) -> None:
    """Any order of the same scans gives the same classes (I2, I6)."""
    shuffled = scans.copy()
    chance.shuffle(shuffled)
    found = classify(scans)
    assert classify(shuffled) == found
    assert list(found.values()).count(Class.ADMITTED) == (1 if any(one.admits for one in scans) else 0)
    assert {one.id for one in scans if not one.admits} == {key for key, one in found.items() if one is Class.REFUSED}
