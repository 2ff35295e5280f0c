"""What the house owns, as a venue file says it."""

from datetime import UTC, datetime

import pytest

from hub.domain.assets import Asset, AssetState
from hub.domain.room_devices import DeviceKind
from hub.domain.words import Words
from hub.usecases.venue_plan import House
from hub.venue_files import Reading, read

ROOM = '[[rooms]]\nkey = "hall"\nname = "Hall"\n'
IN_USE = '[[assets]]\nlabel = "prj-1"\nkind = "projector"\nroom = "hall"\nthing = "projector"\ndevice = "pj-hall"\n'
SPARE = """[[assets]]
label = "PRJ-2"
kind = "projector"
model = "EB-L210W"
shelf = { zh = "仓库 2 架", en = "Store, shelf 2" }
floor = "1F"
tested = 2026-11-20
"""


def reading(text: str) -> Reading:
    """Read a file from text."""
    return read(text.encode(), House())


def test_a_piece_stands_in_a_room_or_on_a_shelf() -> None:
    """With the device it is, and the day it was tested."""
    found = reading(ROOM + IN_USE + SPARE)
    assert found.findings == ()
    assert found.file.assets == (
        Asset(
            label="PRJ-1",
            kind=DeviceKind.PROJECTOR,
            state=AssetState.IN_USE,
            room="hall",
            thing="projector",
            device="pj-hall",
        ),
        Asset(
            label="PRJ-2",
            kind=DeviceKind.PROJECTOR,
            model="EB-L210W",
            shelf=Words("仓库 2 架", "Store, shelf 2"),
            floor="1F",
            tested_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        (SPARE.replace('"PRJ-2"', '"投影 2"'), "label", 2),
        (SPARE.replace('"PRJ-2"', '""'), "label", 2),
        (SPARE.replace('kind = "projector"', 'kind = "beamer"'), "kind", 3),
        (SPARE.replace('kind = "projector"\n', ""), "kind", 1),
        (IN_USE, "room", 4),
        (ROOM + IN_USE.replace('thing = "projector"\n', ""), "thing", 4),
        (SPARE + 'thing = "projector"\n', "thing", 8),
        (IN_USE.replace('room = "hall"\nthing = "projector"\n', ""), "shelf", 1),
        (SPARE.replace("2026-11-20", '"yesterday"'), "tested", 7),
        (SPARE + 'device = "A B"\n', "device", 8),
        (SPARE + 'colour = "white"\n', "colour", 8),
        (SPARE + SPARE, "label", 9),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, field: str, line: int) -> None:
    """And what to write instead."""
    found = reading(text)
    assert [(one.field, one.line) for one in found.findings] == [(field, line)]
    assert all(one.remedy for one in found.findings)
