"""Notes, documents and hand-outs of a venue file: read whole, each mistake with its remedy, unnamed ones kept."""

import pytest

from hub.domain.materials import NO_NOTES, NOTHING, Document, HandOut
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.import_venue import import_venue
from hub.usecases.venue_plan import known_house
from hub.venue_files import read
from tests.hub.imports import acting
from tests.hub.venue_files.test_venue_files import HOUSE, MEETING, only_meeting, reading

NOTES = 'notes = { zh = "请静音", en = "Silence, please" }\n'
LISTS = """
[[meetings.documents]]
title = { zh = "手册", en = "Handbook" }
link = "https://files.example.com/手册.pdf"
[[meetings.documents]]
title = "Products"
link = "产品 2026.pdf"
[[meetings.hand_outs]]
key = "bag"
name = { zh = "资料袋", en = "Bag" }
stock = 200
"""


def test_all_of_it_is_read() -> None:
    """In both languages."""
    meeting = only_meeting(HOUSE + MEETING + NOTES + LISTS)
    assert meeting.notes == Words("请静音", "Silence, please")
    assert meeting.documents == (
        Document(Words("手册", "Handbook"), "https://files.example.com/手册.pdf"),
        Document(Words("Products", "Products"), "产品 2026.pdf"),
    )
    assert meeting.hand_outs == (HandOut("bag", Words("资料袋", "Bag"), 200),)
    venue = reading(HOUSE.replace('zone = "Asia/Shanghai"', f'zone = "Asia/Shanghai"\n{NOTES}')).file.venue
    assert venue is not None
    assert venue.notes == Words("请静音", "Silence, please")


def test_what_is_not_named_is_not_said_and_what_is_empty_is_said_to_be() -> None:
    """None stays as it is, empty takes away."""
    nothing = only_meeting(HOUSE + MEETING)
    assert (nothing.notes, nothing.documents, nothing.hand_outs) == (None, None, None)
    assert only_meeting(HOUSE + MEETING + 'notes = ""\ndocuments = []\nhand_outs = []').notes == NO_NOTES


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ('[[meetings.documents]]\ntitle = "A"\nlink = "http://example.com/a"', "link"),
        ('[[meetings.documents]]\ntitle = "A"\nlink = "javascript:alert(1)"', "link"),
        ('[[meetings.documents]]\ntitle = "A"\nlink = "../a.pdf"', "link"),
        ('[[meetings.documents]]\nlink = "a.pdf"', "title"),
        ('[[meetings.hand_outs]]\nkey = "bag"\nname = "Bag"', "stock"),
        ('[[meetings.hand_outs]]\nkey = "bag"\nname = "Bag"\nstock = -1', "stock"),
        ('[[meetings.hand_outs]]\nkey = "bag"\nname = "Bag"\nstock = true', "stock"),
        ('[[meetings.hand_outs]]\nkey = "a b"\nname = "Bag"\nstock = 1', "key"),
        (LISTS + '[[meetings.hand_outs]]\nkey = "bag"\nname = "Bag"\nstock = 1', "key"),
    ],
)
def test_each_mistake_is_told_with_its_field(wrong: str, field: str) -> None:
    """And its remedy."""
    found = [one for one in reading(HOUSE + MEETING + wrong).findings if not one.warning]
    assert [one.field for one in found] == [field]
    assert found[0].remedy


def test_an_import_keeps_what_it_does_not_name(store: Store) -> None:
    """One that names other documents changes these alone, one that says the same changes nothing."""

    def imported(text: str, seed: int) -> list[tuple[str, str, bool]]:
        with store.write() as tx:
            plan = import_venue(tx, read(text.encode(), known_house(tx)).file, acting(seed))
            return [(one.what, one.key, one.new) for one in plan.changed]

    assert ("materials", "m", True) in imported(HOUSE + MEETING + NOTES + LISTS, 1)
    assert imported(HOUSE + MEETING + NOTES + LISTS, 2) == []
    assert imported(HOUSE + MEETING, 3) == []
    assert imported(HOUSE + MEETING + "documents = []", 4) == [("materials", "m", False)]
    with store.read() as tx:
        meeting = tx.meetings.by_key("m")
        assert meeting is not None
        kept = tx.materials.of_meeting(meeting.id)
    assert (kept.notes, kept.documents) == (Words("请静音", "Silence, please"), NOTHING.documents)
    assert kept.hand_outs == (HandOut("bag", Words("资料袋", "Bag"), 200),)
