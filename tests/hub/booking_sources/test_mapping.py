from pathlib import Path

import pytest

from hub.booking_sources.mapping import OUR_SCHEMA, ChangeKind, read_mapping
from hub.domain.errors import InvalidInput
from tests.hub.booking_sources.databases import MRBS, ROOT

LEAST = """
[bookings]
table = "plan"
key = "id"
title_zh = "title"
room = "room"
starts_at = "a"
ends_at = "b"
times = "epoch"
"""


def _read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "theirs.toml"
    path.write_text(text, encoding="utf-8")
    read_mapping(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LEAST.replace('room = "room"', ""), "bookings.room: is missing"),
        (LEAST.replace("title_zh", "titel"), "bookings.titel: is no setting"),
        (LEAST.replace('title_zh = "title"', ""), "title_zh or title_en is missing"),
        (LEAST.replace('"epoch"', '"gmt"'), "'gmt' is none of epoch, instant, utc, local"),
        (LEAST.replace('"room"', '"rooms.name"'), "rooms.name: the table rooms is not among the joins"),
        (LEAST.replace('"room"', "7"), "7 is not a text"),
        (LEAST.replace('"room"', "'a\"b'"), "does not match"),
        (LEAST + '[[joins]]\ntable = "plan"\nkey = "id"\nby = "x"\n', "plan is named twice"),
        (LEAST + '[states]\nwords = [{ said = "x", means = "definite" }]\n', "states.column is missing"),
        (LEAST + '[states]\ncolumn = "s"\nwords = [{ said = "x", means = "sure" }]\n', "'sure' is none of inquiry"),
        (
            LEAST + '[states]\ncolumn = "s"\nwords = [{ said = "x", means = "option" }]\n'
            'bits = [{ bit = 1, means = "option" }]\n',
            "give words or bits",
        ),
        (LEAST + '[changes]\nkind = "log"\ntable = "log"\nkey = "id"\n', "changes.number is missing"),
        (LEAST + '[changes]\nkind = "updated_at"\n', "changes.column is missing"),
        (LEAST + '[changes]\nkind = "updated_at"\ncolumn = "u"\noverlap_min = 0\n', "0.0 is not between 1 and 1440"),
        ("bookings = 3", "a table belongs here"),
        ("[bookings", "is no TOML"),
    ],
)
def test_a_mistake_is_named_with_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    """By the file and the key; where a person can mend it."""
    with pytest.raises(InvalidInput) as refused:
        _read(tmp_path, text)
    assert said in refused.value.problem
    assert "theirs.toml" in refused.value.field
    assert "docs/booking-database.md" in refused.value.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Not as a crash."""
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")


def test_the_least_that_can_be_said_is_enough(tmp_path: Path) -> None:
    """All the rest has a default."""
    _read(tmp_path, LEAST)


def test_the_shipped_mappings_are_whole() -> None:
    """Ours follows its log; MRBS has a column of times."""
    assert OUR_SCHEMA.changes.kind is ChangeKind.LOG
    mapping = read_mapping(MRBS)
    assert mapping.changes.kind is ChangeKind.UPDATED_AT
    assert mapping.columns()["room"] == "mrbs_room.room_name"
    assert mapping.digest() != OUR_SCHEMA.digest()


def test_the_manual_names_every_key() -> None:
    """What is not in the manual is not used."""
    manual = (ROOT / "docs" / "booking-database.md").read_text(encoding="utf-8")
    said = [*OUR_SCHEMA.bookings.__slots__, *OUR_SCHEMA.changes.__slots__, *OUR_SCHEMA.__slots__]
    guests = OUR_SCHEMA.guests
    assert guests is not None
    missing = [name for name in [*said, *guests.__slots__] if name not in manual]
    assert missing == []
