import pytest

from devices.contract.credential import short
from devices.sealing import CannotOpen, seal, unseal

CODE = short(12345).text


def test_what_is_sealed_opens_with_the_same_code_only() -> None:
    """A guest's own code opens that guest's own fields."""
    sealed = seal(CODE, '{"name":"王建国"}')
    assert unseal(CODE, sealed) == '{"name":"王建国"}'
    with pytest.raises(CannotOpen):
        unseal(short(12346).text, sealed)


def test_sealing_twice_looks_different() -> None:
    """Nobody sees from outside that two entries are the same."""
    assert seal(CODE, "x") != seal(CODE, "x")


@pytest.mark.parametrize("damaged", ["", "AAAA", "not base64!", "王"])
def test_damaged_boxes_are_refused(damaged: str) -> None:
    """A flipped bit never becomes another guest."""
    with pytest.raises(CannotOpen):
        unseal(CODE, damaged)
    sealed = seal(CODE, "x" * 20)
    with pytest.raises(CannotOpen):
        unseal(CODE, sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:])
