import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.steps.typed import KEYS, Search, clean, is_phone, search, sought
from tests.kiosk.cards import CODE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WJ", Search.NAME),
        ("WANG JIANGUO", Search.NAME),
        ("W", Search.TOO_SHORT),
        ("", Search.TOO_SHORT),
        ("  ", Search.TOO_SHORT),
        ("W 1", Search.TOO_SHORT),
        ("123", Search.FOUR_DIGITS),
        ("1234", Search.PHONE),
        ("138 0000 1234", Search.PHONE),
        (CODE, Search.CODE),
        (CODE.lower().upper().replace("0", "O"), Search.CODE),
        (f"{CODE[:12]} {CODE[12:]}", Search.CODE),
        (CODE[:-1], Search.WRONG_CODE),
        (f"{CODE}A", Search.WRONG_CODE),
        (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), Search.WRONG_CODE),
        ("JEAN BAPTISTE DE LA FONTAINE", Search.NAME),
    ],
)
def test_what_was_typed_is_told_apart(text: str, found: Search) -> None:
    """One field takes a name, a number or a code; what cannot be any of them gets a hint."""
    assert search(text) is found


def test_of_a_number_only_its_last_four_digits_are_asked_for() -> None:
    """More than that the hub need not hear; a name goes as it was typed."""
    assert sought("138 0000 1234") == "1234"
    assert sought("LI NA ") == "LI NA"


@pytest.mark.parametrize(
    ("text", "good"), [("12345", False), ("123456", True), ("138 0000 1234", True), ("1" * 21, False), ("13A", False)]
)
def test_a_phone_number_is_digits_of_a_usual_length(text: str, good: bool) -> None:  # noqa: FBT001 - an example
    """A walk-in can be called back on it."""
    assert is_phone(text) is good


@given(st.text(max_size=200))
def test_only_what_the_keys_can_write_gets_in(text: str) -> None:
    """Whatever a browser sends: letters, digits and single spaces, sixty at most."""
    kept = clean(text)
    assert set(kept) <= {*KEYS, " "}
    assert "  " not in kept
    assert len(kept) <= 60
    assert clean(kept) == kept
