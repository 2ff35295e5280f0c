"""What a change at a booking source does here: the table of reference C.6.6, row by row, and the brake."""

from dataclasses import replace

import pytest

from hub.domain.bookings import BookingState
from hub.domain.source_items import Item
from hub.domain.syncing import (
    ConflictKind,
    Phase,
    Ruling,
    Standing,
    fingerprint,
    phase_of,
    rule,
    too_many_gone,
)
from hub.domain.words import Words
from tests.hub.build import at

SAID = Item(
    uid="117@venue",
    booking="117",
    title=Words("渠道大会", "Channel day"),
    room="一号厅",
    starts_at=at(0),
    ends_at=at(3600),
    state=BookingState.DEFINITE,
)
COMING = Standing(phase=Phase.COMING, room="hall", starts_at=at(0), ends_at=at(3600))
IN_USE, OVER = replace(COMING, phase=Phase.IN_USE), replace(COMING, phase=Phase.OVER)
RELEASED = replace(COMING, phase=Phase.IN_USE, released=True)
RENAMED = replace(SAID, title=Words("渠道日", "Channel day"))
LATER = replace(SAID, starts_at=at(600), ends_at=at(4200))
LONGER = replace(SAID, ends_at=at(7200))
SHORTER = replace(SAID, ends_at=at(1800))
OFF = replace(SAID, state=BookingState.CANCELLED)

Row = tuple[str, Item | None, Item | None, Standing | None, Ruling]

ROWS: list[Row] = [
    ("new here: take it", None, SAID, None, Ruling(words=True, place=True, cancel=False)),
    ("new and off: nothing", None, OFF, None, Ruling()),
    ("coming, renamed: take it", SAID, RENAMED, COMING, Ruling(words=True, cancel=False)),
    ("coming, moved: take it", SAID, LATER, COMING, Ruling(words=True, place=True, cancel=False)),
    ("coming, cancelled: take it", SAID, OFF, COMING, Ruling(cancel=True)),
    ("coming, gone: take it", SAID, None, COMING, Ruling(cancel=True)),
    ("cancelled, gone as well: nothing", SAID, None, replace(COMING, cancelled=True), Ruling()),
    ("cancelled, back again: take it", OFF, SAID, replace(COMING, cancelled=True), Ruling(words=True, cancel=False)),
    ("in use, renamed: merge", SAID, RENAMED, IN_USE, Ruling(words=True, cancel=False)),
    (
        "in use, moved: ask",
        SAID,
        LATER,
        IN_USE,
        Ruling(words=True, cancel=False, ask=ConflictKind.MOVED_IN_USE),
    ),
    ("in use, longer: take it", SAID, LONGER, IN_USE, Ruling(words=True, place=True, cancel=False)),
    ("in use, shorter: ask", SAID, SHORTER, IN_USE, Ruling(words=True, cancel=False, ask=ConflictKind.MOVED_IN_USE)),
    ("in use, gone: ask", SAID, None, IN_USE, Ruling(ask=ConflictKind.GONE_IN_USE)),
    ("in use, cancelled: ask", SAID, OFF, IN_USE, Ruling(ask=ConflictKind.GONE_IN_USE)),
    ("over, moved: keep what was", SAID, LATER, OVER, Ruling(words=True)),
    ("over, gone: keep what was", SAID, None, OVER, Ruling()),
    ("released, unchanged: stays so", SAID, SAID, RELEASED, Ruling(words=True)),
    (
        "released, extended: restore and tell",
        SAID,
        LONGER,
        RELEASED,
        Ruling(words=True, place=True, restore=True, ask=ConflictKind.RESTORED),
    ),
    (
        "released, moved later: restore and tell",
        SAID,
        LATER,
        RELEASED,
        Ruling(words=True, place=True, restore=True, ask=ConflictKind.RESTORED),
    ),
]


@pytest.mark.parametrize(("before", "item", "standing", "ruling"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])
def test_each_row_of_the_table(
    before: Item | None, item: Item | None, standing: Standing | None, ruling: Ruling
) -> None:
    """Facts of the day are the hub's, the rest is the source's until guests are inside."""
    assert rule(before, item, "hall", standing) == ruling


def test_what_a_person_decided_to_keep_is_not_asked_again() -> None:
    """The source goes on saying what it said; only when it says something else is there a new question."""
    assert rule(LATER, LATER, "hall", IN_USE).ask is None
    assert rule(LATER, replace(LATER, ends_at=at(5000)), "hall", IN_USE).ask is ConflictKind.MOVED_IN_USE


def test_another_room_is_a_move() -> None:
    """Though the times are the same."""
    elsewhere = replace(SAID, room="二号厅")
    assert rule(SAID, elsewhere, "side-room", COMING).place
    assert rule(SAID, elsewhere, "side-room", IN_USE).ask is ConflictKind.MOVED_IN_USE


@pytest.mark.parametrize(
    ("seconds", "checked_in", "phase"),
    [
        (-1, 0, Phase.COMING),
        (-1, 1, Phase.IN_USE),
        (0, 0, Phase.IN_USE),
        (3599, 0, Phase.IN_USE),
        (3600, 5, Phase.OVER),
    ],
)
def test_a_meeting_is_in_use_from_its_start_or_its_first_guest_on(seconds: int, checked_in: int, phase: Phase) -> None:
    """Whichever is earlier; its end ends it."""
    assert phase_of(at(0), at(3600), at(seconds), checked_in=checked_in) is phase


@pytest.mark.parametrize(
    ("gone", "known", "held"),
    [(0, 0, False), (1, 1, False), (2, 2, True), (3, 10, False), (4, 10, True), (20, 100, False), (21, 100, True)],
)
def test_the_brake_holds_what_takes_away_too_much(gone: int, known: int, held: bool) -> None:  # noqa: FBT001 - a table
    """More than three, or a fifth where that is more; or all there are (rule 3)."""
    assert too_many_gone(gone, known) is held


def test_what_was_let_through_is_these_and_no_others() -> None:
    """In whatever order they are named."""
    assert fingerprint(["a", "b"]) == fingerprint(["b", "a"]) != fingerprint(["a", "c"])
