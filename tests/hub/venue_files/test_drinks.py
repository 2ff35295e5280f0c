"""The drinks menu of a house, and the portions of a meeting, as a venue file says them (R110)."""

import pytest

from hub.domain.drinks import Drink
from hub.domain.words import Words
from hub.usecases.venue_plan import House
from hub.venue_files import Reading, read

ROOM = '[venue]\nname = "V"\nzone = "Asia/Shanghai"\n[[rooms]]\nkey = "hall"\nname = "Hall"\n'
MEETING = """[[meetings]]
key = "talk"
title = "Talk"
room = "hall"
date = 2026-12-01
start = "10:00"
end = "12:00"
agenda = []
"""
PUER = '[[drinks]]\nkey = "puer"\nname = { zh = "普洱", en = "Pu\'er" }\nhot = true\n'
COLA = '[[drinks]]\nkey = "cola"\nname = { zh = "可乐", en = "Cola" }\n'


def reading(text: str) -> Reading:
    """Read a file from text."""
    return read(text.encode(), House())


def test_a_menu_and_its_portions_are_read_in_their_order() -> None:
    """Which drink is served hot stands with it; a file that names no menu leaves the house's as it is."""
    found = reading(PUER + COLA + ROOM + MEETING + "[meetings.drinks]\ncola = 40\npuer = 0\n")
    assert found.findings == ()
    assert found.file.menu == (
        Drink(key="puer", name=Words("普洱", "Pu'er"), hot=True),
        Drink(key="cola", name=Words("可乐", "Cola")),
    )
    assert found.file.meetings[0].drinks == {"cola": 40, "puer": 0}
    plain = reading(ROOM + MEETING + "[meetings.drinks]\ncoffee = 1\n")
    assert (plain.findings, plain.file.menu, plain.file.meetings[0].drinks) == ((), None, {"coffee": 1})
    assert reading(ROOM + MEETING).file.meetings[0].drinks is None


PORTIONS = ROOM + MEETING + "[meetings.drinks]\n"
LONG = "".join(f'[[drinks]]\nkey = "d{n}"\nname = {{ zh = "茶", en = "Drink {n}" }}\n' for n in range(3))


@pytest.mark.parametrize(
    ("text", "line", "name", "problem"),
    [
        (PORTIONS + "beer = 3\n", 16, "beer", "is not on the menu"),
        (COLA + PORTIONS + "tea = 3\n", 19, "tea", "is not on the menu"),
        (PORTIONS + 'tea = "many"\n', 16, "tea", "'many' is no number of portions"),
        (PORTIONS + "tea = -1\n", 16, "tea", "-1 is no number of portions"),
        (PORTIONS + "tea = 1.5\n", 16, "tea", "1.5 is no number of portions"),
        (PORTIONS + "tea = nan\n", 16, "tea", "nan is no number of portions"),
        (PORTIONS + "tea = true\n", 16, "tea", "True is no number of portions"),
        (PUER + PUER, 6, "key", "stands twice"),
        (COLA.replace('"cola"', '"none"'), 2, "key", "'none' cannot be a drink"),
        (COLA.replace("Cola", "Lemonade drink"), 3, "name", "has 14 characters in en"),
        (COLA.replace('zh = "可乐", ', ""), 3, "name", "is missing in zh"),
        (COLA + "warm = true\n", 4, "warm", "is not known here"),
        (LONG, 0, "drinks", "together too long in en: the longest four 21 letters"),
    ],
)
def test_every_mistake_is_found_with_its_line(text: str, line: int, name: str, problem: str) -> None:
    """And what to do instead."""
    (found,) = reading(text).findings
    assert (found.line, found.field, found.warning) == (line, name, False)
    assert problem in found.problem
    assert found.remedy


def test_more_drinks_than_a_kiosk_can_know_are_told() -> None:
    """Seven are one too many."""
    seven = "".join(f'[[drinks]]\nkey = "d{n}"\nname = {{ zh = "茶", en = "D{n}" }}\n' for n in range(7))
    (found,) = reading(seven).findings
    assert "are 7, at most 6" in found.problem
