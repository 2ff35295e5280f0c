from hypothesis import given
from hypothesis import strategies as st

from kiosk.badges.typesetting import clean, fit, wrap


def wide(text: str) -> float:
    """Measure as a fixed font does: Chinese is twice as wide."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def test_chinese_breaks_anywhere_but_no_line_begins_with_a_comma() -> None:
    """The rules of the trade."""
    assert wrap("左转上二楼，右手第一间", 10, wide) == ["左转上二", "楼，右手第", "一间"]


def test_words_and_the_parts_of_a_chinese_name_stay_whole() -> None:
    """Breaks come at spaces, hyphens and dots."""
    assert wrap("Turn left, then right", 10, wide) == ["Turn left,", "then right"]
    assert wrap("Anna-Maria Li", 6, wide) == ["Anna-", "Maria", "Li"]
    assert wrap("阿卜杜·买买提·吐尔逊", 10, wide) == ["阿卜杜·", "买买提·", "吐尔逊"]


def test_a_text_is_as_large_as_it_fits_and_is_cut_only_at_the_smallest() -> None:
    """With an ellipsis, so that nobody takes it for whole."""
    assert fit("王建国", 60, (10, 5), 1, lambda part, size: wide(part) * size).size == 10
    assert fit("王建国", 30, (10, 5), 1, lambda part, size: wide(part) * size).size == 5
    cut = fit("王建国王建国", 30, (10, 5), 1, lambda part, size: wide(part) * size)
    assert cut.texts == ("王建…",)
    assert fit("王建国王建国", 60, (10, 5), 2, lambda part, size: wide(part) * size).texts == ("王建国王", "建国")


def test_what_draws_nothing_or_turns_the_text_around_is_left_out() -> None:
    """Control characters, line breaks and the marks of other directions."""
    assert clean("王\x1b@\u202e建\n国\x00 \t 先生") == "王@建 国 先生"


@given(st.text(), st.integers(2, 40))
def test_any_text_is_set_within_the_width_and_loses_nothing_but_spaces(text: str, width: int) -> None:
    """Whatever a name is made of."""
    lines = wrap(clean(text), width, wide)
    assert all(wide(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")
