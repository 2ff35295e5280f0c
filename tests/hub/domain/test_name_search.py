"""Guests are found by what they type of their name, and nobody is listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.name_search import MOST_SHOWN, Findable, NameIndex
from hub.pinyin import readings

PEOPLE = (
    *("王小明", "王伟", "单雄信", "曾国藩", "解晓东", "欧阳女", "吕布", "張偉", "朴志洙", "万俟卨"),
    *("José García", "John Smith", "沈若川 Shen Ruochuan", "Øyvind Łuk", "O'Brien, Anna-Lena", "van der Berg, Jan"),
)
HERE = frozenset({"m-launch"})


def someone(number: int, name: str, meeting: str = "m-launch", phone: str = "") -> Findable:
    """Return one who can be found."""
    return Findable(
        lookup=f"{number:032x}",
        invitation=f"inv-{number}",
        meeting=meeting,
        name=name,
        phone=phone or f"+86 138 0000 {1000 + number}",
    )


def index(*names: str) -> NameIndex:
    """Return an index of these people, numbered from 0."""
    made = NameIndex(readings)
    for number, name in enumerate(names):
        made.put(someone(number, name))
    return made


HOUSE = index(*PEOPLE)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("wxm", "王小明"),
        ("wangxm", "王小明"),
        ("WANG XIAO", "王小明"),
        ("xiaoming", "王小明"),
        ("ｗｘｍ", "王小明"),
        ("王小明", "王小明"),
        ("小明", "王小明"),
        ("shanxx", "单雄信"),
        ("sxx", "单雄信"),
        ("zengguofan", "曾国藩"),
        ("xiexd", "解晓东"),
        ("piaozz", "朴志洙"),
        ("moqi", "万俟卨"),
        ("lyubu", "吕布"),
        ("lvbu", "吕布"),
        ("lub", "吕布"),
        ("lübu", "吕布"),
        ("张伟", "張偉"),
        ("zhangw", "張偉"),
        ("ouyang", "欧阳女"),
        ("oynv", "欧阳女"),
        ("jose", "José García"),
        ("GARCÍA", "José García"),
        ("john s", "John Smith"),
        ("js", "John Smith"),
        ("shenrc", "沈若川 Shen Ruochuan"),
        ("oyvind", "Øyvind Łuk"),
        ("luk", "Øyvind Łuk"),
        ("anna", "O'Brien, Anna-Lena"),
        ("berg", "van der Berg, Jan"),
        ("1003", "曾国藩"),
        ("8 0000 1003", "曾国藩"),
        ("138-0000-1003", "曾国藩"),
        ("+86 138 0000 1003", "曾国藩"),
    ],
)
def test_a_guest_is_found_however_the_name_is_typed(typed: str, name: str) -> None:
    """Characters, pinyin with a family name's own reading, initials, accents or none, the end of the number (G9)."""
    found = HOUSE.search(typed, HERE)
    assert name in [one.name for one in found.guests]


@pytest.mark.parametrize("typed", ["", " ", "w", "王", "1", "003", "%", "_", "**", "'", "…", "é", "\u0301\u0301"])
def test_too_little_finds_nobody_and_asks_for_more(typed: str) -> None:
    """One letter or three digits would list half the house."""
    found = HOUSE.search(typed, HERE)
    assert found.guests == ()
    assert found.more


@pytest.mark.parametrize("typed", ["zzz", "' OR 1=1 --", "0000", "wangwangwang", "张三", "𠮷野"])
def test_what_fits_nobody_finds_nobody(typed: str) -> None:
    """And does not ask for more."""
    found = HOUSE.search(typed, HERE)
    assert (found.guests, found.more) == ((), False)


def test_of_too_many_none_is_shown() -> None:
    """Six people called Wang are nobody's business."""
    crowd = index(*(f"王{given}" for given in "一二三四五六"))
    assert crowd.search("wang", HERE).more
    assert crowd.search("wang", HERE).guests == ()
    assert len(index(*(f"王{given}" for given in "一二三四五")).search("wang", HERE).guests) == MOST_SHOWN


def test_who_types_the_whole_name_is_not_lost_among_those_whose_name_goes_on() -> None:
    """王伟 stands beside 王伟明 and 王伟东."""
    crowd = index("王伟", *(f"王伟{given}" for given in "一二三四五六"))
    assert [one.name for one in crowd.search("wangwei", HERE).guests] == ["王伟"]
    assert [one.name for one in crowd.search("王伟", HERE).guests] == ["王伟"]


def test_guests_of_other_meetings_are_not_found() -> None:
    """Only those whose doors are open now or soon."""
    made = NameIndex(readings)
    made.put(someone(1, "王小明", "m-tomorrow"))
    assert made.search("wxm", HERE).guests == ()
    assert made.search("1001", HERE).guests == ()
    assert made.search("wxm", {"m-tomorrow"}).guests != ()


def test_a_changed_name_is_found_by_the_new_one_and_a_dropped_one_not_at_all() -> None:
    """The index follows the guest list."""
    made = index("王小明")
    made.put(someone(0, "李娜", phone="13900009999"))
    assert made.search("wxm", HERE).guests == ()
    assert made.search("1000", HERE).guests == ()
    assert [one.name for one in made.search("lina", HERE).guests] == ["李娜"]
    made.keep_only(())
    assert (len(made), made.search("lina", HERE).guests) == (0, ())


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=20))
def test_whatever_is_typed_at_most_five_are_shown_and_nothing_fails(typed: str, names: list[str]) -> None:
    """Any text against any names."""
    found = index(*names).search(typed, HERE)
    assert len(found.guests) <= MOST_SHOWN
    assert not (found.more and found.guests)


def test_a_name_made_to_take_long_does_not() -> None:
    """Each letter could belong to a hundred places: that is no reason to try them all in every order."""
    made = index("a" * 30 + " a" * 80, "阿" * 100)
    assert made.search("a" * 59 + "b", HERE).guests == ()
