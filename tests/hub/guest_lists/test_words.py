"""Words of both languages are understood; what is not is refused, not guessed."""

import pytest

from hub.domain.guests import Diet
from hub.domain.words import Language
from hub.guest_lists import words
from hub.guest_lists.cells import BadCell


@pytest.mark.parametrize(
    ("said", "tags", "note"),
    [
        ("素食", {Diet.VEGETARIAN}, ""),
        ("Vegan, halal", {Diet.VEGAN, Diet.HALAL}, ""),
        ("gluten-free", {Diet.GLUTEN_FREE}, ""),
        ("清真、花生过敏", {Diet.HALAL}, "花生过敏"),
        ("vegetarian and no onions", {Diet.VEGETARIAN}, "no onions"),
        ("不忌口", set(), ""),
        ("", set(), ""),
    ],
)
def test_diets_are_counted_and_the_rest_is_kept_as_a_note(said: str, tags: set[Diet], note: str) -> None:
    """R18: the kitchen counts four kinds."""
    assert words.diets(said) == (frozenset(tags), note)


@pytest.mark.parametrize(
    ("said", "seat"), [("A区第3排5号", "A-3-5"), ("A－3－5", "A-3-5"), ("A 3排", "A 3排"), ("T4桌2号", "T4-2")]
)
def test_seats_are_written_as_the_map_writes_them(said: str, seat: str) -> None:
    """People write A区3排5号."""
    assert words.seat(said) == seat


def test_yes_and_no_come_in_both_languages() -> None:
    """An empty cell is no."""
    assert [words.yes_or_no(word) for word in ("是", "YES", "√", "贵宾")] == [True] * 4
    assert [words.yes_or_no(word) for word in ("否", "No", "×", "")] == [False] * 4
    assert words.step_free("轮椅")
    assert words.step_free("wheelchair")
    assert words.language("英文") is Language.EN


@pytest.mark.parametrize(
    ("said", "level"),
    [("1", 1), ("3", 3), ("VIP2", 2), ("vip 1", 1), ("一级贵宾", 1), ("2级", 2), ("是", 0), ("VIP", 0), ("贵宾", 0)],
)
def test_a_vip_comes_with_a_level_or_without(said: str, level: int) -> None:
    """1 is the highest; a list that says no more than yes leaves the level open."""
    assert words.vip(said) == (True, level)


@pytest.mark.parametrize("said", ["", "0", "否", "普通"])
def test_who_is_no_vip_has_no_level(said: str) -> None:
    """Also where levels are numbers: 0 is none of them."""
    assert words.vip(said) == (False, 0)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (words.yes_or_no, "maybe"),
        (words.vip, "maybe"),
        (words.vip, "12"),
        (words.step_free, "楼上"),
        (words.language, "fr"),
        (words.email, "nobody"),
        (words.email, "a@b.cn, c@d.cn"),
        (words.phone, "12"),
        (words.phone, "call me"),
    ],
)
def test_what_is_not_understood_is_refused_with_a_remedy(read: object, text: str) -> None:
    """A wrong guess would greet a guest wrongly."""
    assert callable(read)
    with pytest.raises(BadCell) as wrong:
        read(text)
    assert all((wrong.value.problem.zh, wrong.value.remedy.zh, wrong.value.remedy.en))
