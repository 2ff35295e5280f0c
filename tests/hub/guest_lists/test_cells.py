"""A cell is cleaned, or refused with its reason; nothing in it is ever evaluated."""

import pytest

from hub.guest_lists.cells import BadCell, clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  王伟 ", "王伟"),
        ("\ufeff王\u200b伟", "王伟"),
        ("\u3000王伟\u3000", "王伟"),
        ("Zoe\u0308", "Zoë"),
        ("-", ""),
        ("无", ""),
        ("   ", ""),
        ("Anne-Marie O'Neil", "Anne-Marie O'Neil"),
    ],
)
def test_harmless_noise_is_cleaned_away(raw: str, text: str) -> None:
    """Blanks, invisible marks and words for nothing go; accents are put together."""
    assert clean(raw, 80) == text


@pytest.mark.parametrize(
    "raw", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠x", ' =HYPERLINK("http://x")']
)
def test_formulas_are_refused(raw: str) -> None:
    """Whatever a spreadsheet would take for a formula, full-width signs included."""
    with pytest.raises(BadCell) as wrong:
        clean(raw, 80)
    assert "begins with" in wrong.value.problem.en


def test_only_a_telephone_number_may_begin_with_a_plus_sign() -> None:
    """And only when digits follow."""
    assert clean("+86 138 0013 8000", 40, phone=True) == "+86 138 0013 8000"
    with pytest.raises(BadCell):
        clean("+cmd", 40, phone=True)
    with pytest.raises(BadCell):
        clean("=1", 40, phone=True)


def test_a_name_of_10_000_characters_is_refused_and_shown_shortened() -> None:
    """The message does not repeat the name."""
    with pytest.raises(BadCell) as wrong:
        clean("王" * 10_000, 80)
    assert "10,000 characters" in wrong.value.problem.en
    assert len(str(wrong.value)) < 120


@pytest.mark.parametrize("raw", ["王\x00伟", "王\x1b[31m伟", "王\u202e伟", "王\n伟", "王\x85伟", "王\ue000伟"])
def test_control_characters_are_refused_and_shown_as_escapes(raw: str) -> None:
    """A terminal never gets to see them."""
    with pytest.raises(BadCell) as wrong:
        clean(raw, 80)
    assert wrong.value.problem.en.isprintable()


def test_a_spreadsheets_error_is_no_text() -> None:
    """#REF! is nobody's name."""
    with pytest.raises(BadCell, match="#REF!"):
        clean("#REF!", 80)
