from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from hub.domain.audit_chain import Head, Linked, Verifier, content, follow, read_head
from tests.hub.build import T0, at


def _chain(length: int = 6) -> list[Linked]:
    rows, head = [], Head()
    for number in range(1, length + 1):
        told = ("Li", f"step.{number}", "inv-1", at(number))
        head = follow(head, content(*told))
        rows.append(Linked(head.number, *told, head.hash))
    return rows


def _end(rows: list[Linked]) -> Head:
    return Head(rows[-1].number, rows[-1].hash)


def _remade(rows: list[Linked], start: Head | None = None) -> list[Linked]:
    """Make hashes and numbers anew, as somebody would who knows this file."""
    made, head = [], start or Head()
    for row in rows:
        head = follow(head, content(row.actor, row.action, row.subject, row.at))
        made.append(replace(row, number=head.number, hash=head.hash))
    return made


def test_a_chain_as_it_was_written_holds_in_one_piece_or_in_many() -> None:
    """A log of years is read a piece at a time."""
    rows = _chain()
    for size in (1, 2, 6):
        verifier = Verifier(Head(), [Head(), Head(3, rows[2].hash)])
        for begin in range(0, len(rows), size):
            verifier.walk(rows[begin : begin + size])
        assert verifier.end(_end(rows)) is None


Tampering = Callable[[list[Linked]], list[Linked]]
TAMPERED: dict[str, tuple[int, Tampering]] = {
    "an actor edited": (3, lambda rows: [*rows[:2], replace(rows[2], actor="Wu"), *rows[3:]]),
    "an action edited": (3, lambda rows: [*rows[:2], replace(rows[2], action="x"), *rows[3:]]),
    "a subject edited": (3, lambda rows: [*rows[:2], replace(rows[2], subject="inv-2"), *rows[3:]]),
    "a time moved by a microsecond": (
        3,
        lambda rows: [*rows[:2], replace(rows[2], at=rows[2].at + timedelta(microseconds=1)), *rows[3:]],
    ),
    "words moved from one field into the next": (
        3,
        lambda rows: [*rows[:2], replace(rows[2], actor="Li step", action=".3"), *rows[3:]],
    ),
    "a row deleted": (3, lambda rows: [*rows[:2], *rows[3:]]),
    "the first row deleted": (1, lambda rows: rows[1:]),
    "a row deleted and the others renumbered": (
        3,
        lambda rows: [*rows[:2], *(replace(row, number=row.number - 1) for row in rows[3:])],
    ),
    "two rows swapped": (
        3,
        lambda rows: [*rows[:2], replace(rows[3], number=3), replace(rows[2], number=4), *rows[4:]],
    ),
    "a row inserted": (
        3,
        lambda rows: [
            *rows[:2],
            replace(rows[2], subject="new"),
            *(replace(row, number=row.number + 1) for row in rows[2:]),
        ],
    ),
    "a row added behind the head": (7, lambda rows: _remade([*rows, rows[0]])),
    "the end cut off": (5, lambda rows: rows[:4]),
    "everything gone": (1, lambda _: []),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_every_way_of_tampering_names_the_first_broken_row(how: str) -> None:
    """ASVS 16.4.2: edited, deleted, reordered, inserted, cut off."""
    rows = _chain()
    number, tamper = TAMPERED[how]
    verifier = Verifier(Head())
    verifier.walk(tamper(rows))
    broken = verifier.end(_end(rows))
    assert broken is not None
    assert broken.number == number, broken


def test_a_log_made_anew_or_cut_off_with_its_head_differs_from_what_was_written_down() -> None:
    """Whoever may write to the database can do both; the heads kept elsewhere show it."""
    rows = _chain()
    kept = [Head(2, rows[1].hash), Head(5, rows[4].hash)]
    forged = _remade([replace(rows[0], actor="Wu"), *rows[1:]])
    verifier = Verifier(Head(), kept)
    verifier.walk(forged)
    broken = verifier.end(_end(forged))
    assert broken is not None
    assert (broken.number, "made anew" in broken.problem) == (2, True)
    verifier = Verifier(Head(), kept)
    verifier.walk(rows[:4])
    broken = verifier.end(Head(4, rows[3].hash))
    assert broken is not None
    assert (broken.number, "up to 5 are missing" in broken.problem) == (5, True)


def test_a_chain_goes_on_from_a_seal_and_no_other() -> None:
    """What was removed after its term leaves the hash of its last row."""
    rows = _chain()
    for seal, holds in ((Head(3, rows[2].hash), True), (Head(3, "f" * 64), False), (Head(2, rows[1].hash), False)):
        verifier = Verifier(seal)
        verifier.walk(rows[3:])
        assert (verifier.end(_end(rows)) is None) == holds


def test_an_instant_has_one_hash_in_every_zone() -> None:
    """PostgreSQL may give it back in another."""
    shanghai = T0.astimezone(timezone(timedelta(hours=8)))
    assert content("a", "b", "c", T0) == content("a", "b", "c", shanghai)


@pytest.mark.parametrize("words", ["", "7", "7:", "x:" + "0" * 64, "7:" + "0" * 63, "7:" + "g" * 64, "²:" + "0" * 64])
def test_a_head_is_read_as_it_was_written_and_nothing_else_is_one(words: str) -> None:
    """A slip of the pen must not pass as a head that is not there."""
    head = _end(_chain())
    assert read_head(f" {head}\n") == head
    with pytest.raises(ValueError, match="number:hash"):
        read_head(words)
