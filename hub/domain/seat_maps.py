"""From a room's plan to its seat map: every chair with its label, its place in the room and its rank (R43, R96, R97).

A guest who faces the stage sees ``x`` grow to the right and ``y`` grow towards the back. The leftmost chair has x = 0,
the front one y = 0. Distances are in chair widths, about half a metre.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, cos, dist, pi, sin, sqrt

from hub.domain.errors import InvalidInput
from hub.domain.meetings import SetUpStyle
from hub.domain.seat_plans import AISLES, SIDES_OF, TABLES_OF, Block, SeatPlan, blocks_of
from hub.domain.seats import Seat, SeatKind

__all__ = ["SeatPlan", "build", "capacity"]

AISLE = 3.0
"""From the last chair of a block to the first of the next one: an aisle of about a metre."""
AT_TABLE = 1.3
"""From chair to chair where people write or eat."""
BETWEEN_TABLES = 3.0
"""From the chairs of one round table to those of the next: service passes with full trays."""
SMALLEST_TABLE = 1.5
"""Least distance of the chairs from the middle of a round table."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A chair before it has a rank. ``row`` is 0 where there are no rows; the least ``order`` is the best chair."""

    zone: str
    row: int
    number: int
    x: float
    y: float
    order: tuple[float, ...]
    aisle: bool = False

    def run(self) -> str:
        return f"{self.zone}-{self.row}" if self.row else self.zone

    def label(self) -> str:
        return f"{self.run()}-{self.number}"


def capacity(style: SetUpStyle, plan: SeatPlan) -> int:
    """Return how many chairs the plan holds (R37). Raises InvalidInput as ``build`` does for its numbers and names."""
    return sum(block.rows * block.seats for block in blocks_of(style, plan))


def build(style: SetUpStyle, plan: SeatPlan) -> tuple[Seat, ...]:
    """Return every chair of the room, best rank first.

    Raises InvalidInput, with the field and the remedy, for a plan that no room can have.
    """
    blocks = blocks_of(style, plan)
    spots = sorted(_LAYOUTS[style](blocks), key=lambda spot: (spot.order, spot.label()))
    named = _names(spots)
    vip = _pick("vip", plan.vip, named) | _front(spots, blocks, plan)
    step_free = _step_free(style, plan, spots, blocks)
    left, front = min(spot.x for spot in spots), min(spot.y for spot in spots)
    return tuple(
        Seat(
            label=spot.label(),
            zone=spot.zone,
            row=str(spot.row) if spot.row else "",
            number=str(spot.number),
            x=round(spot.x - left, 3),
            y=round(spot.y - front, 3),
            run=spot.run(),
            place=spot.number - 1,
            rank=rank,
            kind=SeatKind.VIP if spot.label() in vip else SeatKind.STANDARD,
            step_free=spot.label() in step_free,
            table=style in TABLES_OF,
        )
        for rank, spot in enumerate(spots)
    )


def _in_rows(chair: float, row_depth: float) -> Callable[[Sequence[Block]], Iterator[_Spot]]:
    """Return the layout of straight rows: front rows first, in each the chairs nearest to the middle of the room."""

    def lay(blocks: Sequence[Block]) -> Iterator[_Spot]:
        width = sum((block.seats - 1) * chair for block in blocks) + AISLE * (len(blocks) - 1)
        start = 0.0
        for at, block in enumerate(blocks):
            # Beyond the outermost chairs there may be a wall; only between two blocks an aisle is certain.
            first_on_aisle, last_on_aisle = at > 0 or len(blocks) == 1, at < len(blocks) - 1 or len(blocks) == 1
            for row in range(1, block.rows + 1):
                for number in range(1, block.seats + 1):
                    x = start + (number - 1) * chair
                    on_aisle = (first_on_aisle and number == 1) or (last_on_aisle and number == block.seats)
                    order = (row, round(abs(x - width / 2), 6), x)
                    yield _Spot(block.zone, row, number, x, (row - 1) * row_depth, order, on_aisle)
            start += (block.seats - 1) * chair + AISLE

    return lay


def _around_one_table(blocks: Sequence[Block]) -> Iterator[_Spot]:
    """Lay a U (left, head, right) or a boardroom (and foot). Sides are numbered from the front or from the left.

    The head is the short side that faces the front; the chairs nearest to its middle are the best.
    """
    left, head, right, foot = (*blocks, Block("", 1, 0))[:4]
    depth = max(left.seats, right.seats) + 1
    width = max(head.seats, foot.seats) + 1

    def spots(block: Block, point: Callable[[float], tuple[float, float]], length: int) -> Iterator[_Spot]:
        for number in range(1, block.seats + 1):
            # A shorter side stands in the middle of its edge.
            x, y = point((number + (length - 1 - block.seats) / 2) * AT_TABLE)
            far = dist((x, y), (width * AT_TABLE / 2, depth * AT_TABLE))
            yield _Spot(block.zone, 0, number, x, y, (round(far, 6), x, y))

    yield from spots(left, lambda along: (0.0, along), depth)
    yield from spots(head, lambda along: (along, depth * AT_TABLE), width)
    yield from spots(right, lambda along: (width * AT_TABLE, along), depth)
    yield from spots(foot, lambda along: (along, 0.0), width)


def _at_round_tables(*, ring: bool) -> Callable[[Sequence[Block]], Iterator[_Spot]]:
    """Return the layout of round tables, numbered from the front left. A ring's first chair faces the stage.

    Without ``ring`` the chairs are a half-moon open to the stage, numbered from the left (cabaret).
    """

    def lay(blocks: Sequence[Block]) -> Iterator[_Spot]:
        seats = blocks[0].seats
        gaps, arc = (seats, 2 * pi) if ring else (max(seats - 1, 1), pi)
        radius = max(SMALLEST_TABLE, gaps * AT_TABLE / arc)
        apart = 2 * radius + BETWEEN_TABLES
        deep = apart if ring else radius + BETWEEN_TABLES
        across = ceil(sqrt(len(blocks) * 1.5))
        for at, block in enumerate(blocks):
            row, column = divmod(at, across)
            in_row = min(across, len(blocks) - row * across)
            middle = (column - (in_row - 1) / 2) * apart
            for number in range(1, seats + 1):
                # 0 is the point nearest to the back, angles grow to the left as on a clock.
                angle = (number - 1) * arc / gaps if ring else pi / 2 - (number - 1) * arc / gaps
                if not ring and seats == 1:
                    angle = 0.0
                x, y = middle - radius * sin(angle), row * deep + radius * cos(angle)
                yield _Spot(block.zone, 0, number, x, y, (row, abs(middle), middle, number))

    return lay


_LAYOUTS: dict[SetUpStyle, Callable[[Sequence[Block]], Iterator[_Spot]]] = {
    SetUpStyle.THEATRE: _in_rows(1.0, 1.8),
    SetUpStyle.CLASSROOM: _in_rows(AT_TABLE, 3.0),
    SetUpStyle.U_SHAPE: _around_one_table,
    SetUpStyle.BOARDROOM: _around_one_table,
    SetUpStyle.CABARET: _at_round_tables(ring=False),
    SetUpStyle.BANQUET_ROUNDS: _at_round_tables(ring=True),
}


def _names(spots: Sequence[_Spot]) -> dict[str, list[str]]:
    """Give every name a plan may use the labels it stands for: a chair, a row, a zone or table."""
    named: dict[str, list[str]] = {}
    for spot in spots:
        for name in {spot.label(), spot.run(), spot.zone}:
            named.setdefault(name, []).append(spot.label())
    return named


def _pick(field: str, names: Sequence[str], named: dict[str, list[str]]) -> set[str]:
    labels: set[str] = set()
    for name in names:
        if name not in named:
            example = next(label for label, meant in named.items() if meant == [label])
            raise InvalidInput(field, f"there is no {name!r} in this room", f"name a place of the plan, as {example}")
        labels.update(named[name])
    return labels


def _front(spots: Sequence[_Spot], blocks: Sequence[Block], plan: SeatPlan) -> set[str]:
    """Return the labels in the front rows or first tables that are kept for VIPs."""
    tables = {block.zone for block in blocks[: plan.vip_tables]}
    return {spot.label() for spot in spots if 1 <= spot.row <= plan.vip_rows or spot.zone in tables}


def _step_free(style: SetUpStyle, plan: SeatPlan, spots: Sequence[_Spot], blocks: Sequence[Block]) -> set[str]:
    named = _names(spots)
    back = max(spot.row for spot in spots)
    if back:
        aisle = [spot for spot in spots if spot.aisle]
        ends = (aisle, [spot for spot in aisle if spot.row == 1], [spot for spot in aisle if spot.row == back])
        named.update({word: [spot.label() for spot in found] for word, found in zip(AISLES, ends, strict=True)})
        usual = ["back_aisle"]
    elif style in SIDES_OF:
        usual = [f"{block.zone}-1" for block in (blocks[0], blocks[2]) if block.seats]
    else:
        last_row = max(spot.order[0] for spot in spots)
        usual = [spot.label() for spot in spots if spot.order[0] == last_row and spot.number == 1]
    return _pick("step_free", usual if plan.step_free is None else plan.step_free, named)
