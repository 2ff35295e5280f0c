"""What a venue writes about the chairs of one room, checked and completed into blocks of chairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from hub.domain.errors import InvalidInput
from hub.domain.meetings import SetUpStyle

MOST_SEATS = 20_000
MOST_IN_ROW = 2_000
MOST_AT_TABLE = 40
LONGEST_NAME = 20
"""Characters of a zone's name: what the messages to a kiosk can carry."""

AISLES = ("aisle", "front_aisle", "back_aisle")
"""Words for chairs beside an aisle: in every row, in the front row, in the back row."""

ROWS_OF = {SetUpStyle.THEATRE: (10, 10), SetUpStyle.CLASSROOM: (8, 6)}
"""Rows and chairs in each row of a zone, unless the plan says otherwise."""
SIDES_OF = {
    SetUpStyle.U_SHAPE: (("L", "H", "R"), (7, 6, 7)),
    SetUpStyle.BOARDROOM: (("L", "H", "R", "F"), (7, 2, 7, 2)),
}
"""The sides of the one table and their chairs: left, head (it faces the front), right, foot."""
TABLES_OF = {SetUpStyle.CABARET: (8, 6), SetUpStyle.BANQUET_ROUNDS: (10, 10)}
"""Tables and chairs at each, unless the plan says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPlan:
    """One room's chairs in one set-up style. What is left out takes the style's usual value (R43).

    ``zones`` names what a guest looks for: blocks between aisles from left to right (A, B), the sides of a U (left,
    head, right) or of a boardroom (and foot), or the tables (T1, T2). ``seats_per_row`` is one number for every zone or
    one for each; for a U or a boardroom it counts the chairs of a side, which may be 0. ``vip_rows`` counts from the
    front, ``vip_tables`` from the first table. ``vip`` and ``step_free`` name places: a chair (``A-3-5``, ``T4-2``),
    a row (``A-3``), a zone, side or table (``A``, ``H``, ``T4``); ``step_free`` also the words in AISLES.

    Rooms that change their style have a level floor, so ``step_free`` left out means the chairs a wheelchair reaches
    without passing others: the aisle chairs of the back row, the front ends of a U or boardroom, the first chair of
    each table at the back. A room with steps must name its places; an empty list means that it has none.
    """

    zones: tuple[str, ...] = ()
    rows: int | None = None
    seats_per_row: int | tuple[int, ...] | None = None
    tables: int | None = None
    seats_per_table: int | None = None
    vip_rows: int = 0
    vip_tables: int = 0
    vip: tuple[str, ...] = ()
    step_free: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Chairs that share a zone: ``rows`` of ``seats`` each, or one side, or one table."""

    zone: str
    rows: int
    seats: int


def blocks_of(style: SetUpStyle, plan: SeatPlan) -> tuple[Block, ...]:
    """Complete the plan with the style's usual values and check it. Raises InvalidInput, naming field and remedy."""
    if style in ROWS_OF:
        blocks = _rows(plan, *ROWS_OF[style])
    elif style in SIDES_OF:
        blocks = _sides(plan, *SIDES_OF[style])
    else:
        blocks = _tables(plan, *TABLES_OF[style])
    _check_names([block.zone for block in blocks])
    total = sum(block.rows * block.seats for block in blocks)
    if not 1 <= total <= MOST_SEATS:
        field = "seats_per_table" if style in TABLES_OF else "seats_per_row"
        raise InvalidInput(field, f"the plan has {total} seats", f"plan 1 to {MOST_SEATS} seats in one room")
    return blocks


def _rows(plan: SeatPlan, usual_rows: int, usual_seats: int) -> tuple[Block, ...]:
    _refuse(plan, ("tables", "seats_per_table", "vip_tables"), "rows of chairs")
    rows = _number("rows", plan.rows, usual_rows, (1, MOST_SEATS))
    _number("vip_rows", plan.vip_rows, 0, (0, rows))
    per_row = plan.seats_per_row
    zones = plan.zones or _letters(len(per_row) if isinstance(per_row, tuple) else 2)
    seats = _of_each("seats_per_row", per_row if per_row is not None else usual_seats, len(zones), least=1)
    return tuple(Block(zone, rows, count) for zone, count in zip(zones, seats, strict=True))


def _sides(plan: SeatPlan, usual_zones: tuple[str, ...], usual_seats: tuple[int, ...]) -> tuple[Block, ...]:
    _refuse(plan, ("rows", "vip_rows", "tables", "seats_per_table", "vip_tables"), "one table with sides")
    zones = plan.zones or usual_zones
    if len(zones) != len(usual_zones):
        raise InvalidInput("zones", f"{len(zones)} names", f"name the {len(usual_zones)} sides, or leave it out")
    per_side = plan.seats_per_row if plan.seats_per_row is not None else usual_seats
    seats = _of_each("seats_per_row", per_side, len(zones), least=0)
    return tuple(Block(zone, 1, count) for zone, count in zip(zones, seats, strict=True))


def _tables(plan: SeatPlan, usual_tables: int, usual_seats: int) -> tuple[Block, ...]:
    _refuse(plan, ("rows", "seats_per_row", "vip_rows"), "tables")
    tables = _number("tables", plan.tables, len(plan.zones) or usual_tables, (1, MOST_SEATS))
    _number("vip_tables", plan.vip_tables, 0, (0, tables))
    seats = _number("seats_per_table", plan.seats_per_table, usual_seats, (1, MOST_AT_TABLE))
    zones = plan.zones or tuple(f"T{number}" for number in range(1, tables + 1))
    if len(zones) != tables:
        raise InvalidInput("zones", f"{len(zones)} names for {tables} tables", "name each table, or leave it out")
    return tuple(Block(zone, 1, seats) for zone in zones)


def _refuse(plan: SeatPlan, fields: Sequence[str], has: str) -> None:
    """Refuse a field that this style does not know: it is a slip, and silence would give another room."""
    for field in fields:
        if getattr(plan, field):
            raise InvalidInput(field, f"this style has {has}", "leave it out")


def _number(field: str, value: int | None, usual: int, bounds: tuple[int, int]) -> int:
    given = usual if value is None else value
    least, most = bounds
    if not least <= given <= most:
        raise InvalidInput(field, f"it is {given}", f"give a number from {least} to {most}")
    return given


def _of_each(field: str, value: int | tuple[int, ...], zones: int, *, least: int) -> tuple[int, ...]:
    each = value if isinstance(value, tuple) else (value,) * zones
    if len(each) != zones:
        raise InvalidInput(field, f"{len(each)} numbers for {zones} zones", "give one number, or one for each zone")
    return tuple(_number(field, count, count, (least, MOST_IN_ROW)) for count in each)


def _letters(count: int) -> tuple[str, ...]:
    if count > len(ascii_uppercase):
        raise InvalidInput("zones", f"{count} zones without a name", "name them")
    return tuple(ascii_uppercase[:count])


def _check_names(zones: Sequence[str]) -> None:
    seen: set[str] = set()
    for zone in zones:
        fits = 0 < len(zone) <= LONGEST_NAME and zone.isprintable() and zone == zone.strip()
        if not fits or "-" in zone or zone in AISLES:
            remedy = f"1 to {LONGEST_NAME} characters, no hyphen, no blank at the ends, none of {', '.join(AISLES)}"
            raise InvalidInput("zones", f"{zone!r} cannot be a name", remedy)
        # "a" and "A" would be told apart by a program, but not by a guest.
        if zone.casefold() in seen:
            raise InvalidInput("zones", f"{zone!r} stands twice", "give each zone its own name")
        seen.add(zone.casefold())
