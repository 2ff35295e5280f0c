import base45 as reference
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import base45


@given(st.binary(max_size=200))
def test_bytes_come_back_and_agree_with_another_implementation(data: bytes) -> None:
    """RFC 9285, checked against the base45 package."""
    text = base45.encode(data)
    assert text == reference.b45encode(data).decode()
    assert base45.decode(text) == data


@pytest.mark.parametrize("text", ["GGW", "A", "::::", "AAa", "ÄÄÄ", ":::"])
def test_text_that_no_bytes_encode_to_is_refused(text: str) -> None:
    """Overflowing groups, cut ends and foreign symbols raise ValueError, as the RFC asks."""
    with pytest.raises(ValueError, match="Base45"):
        base45.decode(text)
