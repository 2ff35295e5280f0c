"""Seats that a list names are kept, also when guests swap them; nobody loses a seat to a mistake."""

from hub.domain.seats import Seat, SeatAssignment
from hub.usecases.seat_wishes import Moves, Room, Wish, settle
from tests.hub.build import seat_map


def room(held: dict[str, str], occupied: frozenset[str] = frozenset(), seats: list[Seat] | None = None) -> Room:
    """Return a room of four rows in which invitations hold seats."""
    assignments = {
        key: SeatAssignment(meeting="m", seat=seat, invitation=key, occupied=key in occupied)
        for key, seat in held.items()
    }
    return Room(
        seats=seat_map() if seats is None else seats, held=assignments, names={key: key.upper() for key in held}
    )


def wish(key: str, seat: str, line: int = 2, before: str = "", *, step_free: bool = False) -> Wish:
    """Return one guest's wish."""
    return Wish(line=line, invitation=key, name=key.upper(), seat=seat, before=before, step_free=step_free)


def problems(moves: Moves) -> list[tuple[int, str, bool]]:
    """Return line, problem and kind of all findings."""
    return [(one.line, one.problem, one.warning) for one in moves.findings]


def test_free_seats_are_granted_whatever_the_case_of_their_label() -> None:
    """People type a-1-1."""
    assert settle(room({}), [wish("a", "A-1-1"), wish("b", "a-1-2", 3)]).to == {"a": "A-1-1", "b": "A-1-2"}


def test_two_guests_can_swap_their_seats() -> None:
    """Both move at once."""
    moves = settle(room({"a": "A-1-1", "b": "A-1-2"}), [wish("a", "A-1-2"), wish("b", "A-1-1", 3)])
    assert moves.to == {"a": "A-1-2", "b": "A-1-1"}
    assert not moves.findings


def test_a_seat_of_somebody_else_is_refused_naming_who_has_it() -> None:
    """The guest keeps the seat there was before."""
    moves = settle(room({"a": "A-1-1", "b": "A-1-2"}), [wish("a", "A-1-2")])
    assert moves.to == {}
    assert moves.refused == {2}
    assert problems(moves) == [(2, "A-1-2 is kept for B", False)]


def test_of_two_lines_that_name_one_seat_the_first_gets_it() -> None:
    """The second is told the line of the first."""
    moves = settle(room({}), [wish("a", "A-1-1", 2), wish("b", "A-1-1", 3)])
    assert moves.to == {"a": "A-1-1"}
    assert problems(moves) == [(3, "A-1-1 is kept for A (line 2)", False)]


def test_a_guest_who_cannot_move_stops_the_one_who_wanted_that_seat() -> None:
    """B stays on A-1-2 because C has A-1-3, so A cannot have A-1-2."""
    moves = settle(room({"a": "A-1-1", "b": "A-1-2", "c": "A-1-3"}), [wish("a", "A-1-2", 2), wish("b", "A-1-3", 3)])
    assert moves.to == {}
    assert moves.refused == {2, 3}


def test_an_empty_wish_gives_back_only_what_a_list_had_kept() -> None:
    """A seat that the house chose stays."""
    held = {"a": "A-1-1", "b": "A-1-2"}
    moves = settle(room(held), [wish("a", "", before="A-1-1"), wish("b", "", 3, before="A-4-4")])
    assert moves.to == {"a": ""}


def test_a_guest_who_sits_already_is_not_moved() -> None:
    """A warning says so."""
    moves = settle(room({"a": "A-1-1"}, frozenset({"a"})), [wish("a", "A-1-2", before="A-1-1")])
    assert moves.to == {}
    assert problems(moves) == [(2, "has come in and sits on A-1-1 already", True)]


def test_a_seat_that_is_not_in_the_room_is_refused() -> None:
    """With an example of one that is, or with what is missing."""
    found = settle(room({}), [wish("a", "Z-9-9")]).findings[0]
    assert "A-1-1" in found.remedy
    assert "[meetings.seats]" in settle(room({}, seats=[]), [wish("a", "A-1-1")]).findings[0].remedy


def test_a_step_free_guest_on_a_seat_behind_steps_is_a_warning() -> None:
    """R19; somebody may have reasons."""
    moves = settle(room({}), [wish("a", "A-1-1", step_free=True)])
    assert moves.to == {"a": "A-1-1"}
    assert problems(moves) == [(2, "A-1-1 cannot be reached without steps", True)]
