"""Which of the seats that a guest list names can be kept for its guests, and who has to move for them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hub.domain.seats import Seat, SeatAssignment
from hub.usecases.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One guest's wish: ``seat`` as the list writes it, empty to give back what an earlier list had kept."""

    line: int
    invitation: str
    name: str
    seat: str
    before: str = ""
    step_free: bool = False


@dataclass(slots=True)
class Room:
    """The seats of a meeting and who holds them, by invitation; ``names`` of those who hold one already."""

    seats: Sequence[Seat]
    held: Mapping[str, SeatAssignment]
    names: Mapping[str, str]


@dataclass(slots=True)
class Moves:
    """What follows from the wishes: ``to`` maps invitations to seats, or to nothing where one is given back."""

    to: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)


def settle(room: Room, wishes: Sequence[Wish]) -> Moves:
    """Grant every wish that can be granted, swaps included; the first line wins a seat that two lines name."""
    moves = Moves()
    by_label = {seat.label: seat for seat in room.seats} | {seat.label.casefold(): seat for seat in room.seats}
    movers: list[tuple[Wish, str]] = []
    for wish in wishes:
        label = _wanted(wish, by_label, moves)
        if label is not None and _may_move(wish, label, room, moves):
            movers.append((wish, label))
    _grant(movers, room, moves)
    return moves


def _wanted(wish: Wish, by_label: Mapping[str, Seat], moves: Moves) -> str | None:
    """Return the seat's own label; None when there is no such seat."""
    if not wish.seat:
        return ""
    seat = by_label.get(wish.seat) or by_label.get(wish.seat.casefold())
    if seat is None:
        _refuse(wish, moves, *_no_such_seat(wish.seat, by_label))
        return None
    if wish.step_free and not seat.step_free:
        moves.findings.append(
            _finding(wish, f"{seat.label} cannot be reached without steps", "choose a step-free seat", warning=True)
        )
    return seat.label


def _no_such_seat(label: str, by_label: Mapping[str, Seat]) -> tuple[str, str]:
    if not by_label:
        return f"{label} is named, and the meeting has no seats", "import its venue file with [meetings.seats] first"
    return f"there is no seat {label}", f"name one of the map, as {next(iter(by_label))}, or leave it empty"


def _may_move(wish: Wish, label: str, room: Room, moves: Moves) -> bool:
    held = room.held.get(wish.invitation)
    if held is None:
        return bool(label)
    if held.seat == label or (not label and held.seat != wish.before):
        return False
    if held.occupied:
        moves.findings.append(
            _finding(wish, f"has come in and sits on {held.seat} already", "nothing to do", warning=True)
        )
        return False
    return True


def _grant(movers: Sequence[tuple[Wish, str]], room: Room, moves: Moves) -> None:
    """Hand the seats out. A guest who cannot move keeps the old seat, which may stop another: so until it is quiet."""
    moving = list(movers)
    while True:
        leaving = {wish.invitation for wish, _ in moving}
        taken = {held.seat: room.names[key] for key, held in room.held.items() if key not in leaving}
        stuck = []
        for wish, label in moving:
            if label and label in taken:
                _refuse(wish, moves, f"{label} is kept for {taken[label]}", "give one of them another seat")
                stuck.append(wish.invitation)
            elif label:
                taken[label] = f"{wish.name} (line {wish.line})"
        if not stuck:
            moves.to = {wish.invitation: label for wish, label in moving}
            return
        moving = [(wish, label) for wish, label in moving if wish.invitation not in stuck]


def _refuse(wish: Wish, moves: Moves, problem: str, remedy: str) -> None:
    moves.refused.add(wish.line)
    moves.findings.append(_finding(wish, problem, remedy))


def _finding(wish: Wish, problem: str, remedy: str, *, warning: bool = False) -> Finding:
    return Finding(line=wish.line, field="seat", problem=problem, remedy=remedy, warning=warning)
