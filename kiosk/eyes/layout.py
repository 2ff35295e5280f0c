"""How a QR code of versions 1-10 lays out its bits (ISO/IEC 18004): which hold data, in which order and blocks."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Dark = NDArray[np.bool_]
LARGEST = 10
_ALIGNMENT = ((), (18,), (22,), (26,), (30,), (34,), (22, 38), (24, 42), (26, 46), (28, 50))
# Check codewords in a block, and blocks: for each version the levels L, M, Q, H (ISO/IEC 18004 table 9).
_BLOCKS = (
    ((7, 1), (10, 1), (13, 1), (17, 1)),
    ((10, 1), (16, 1), (22, 1), (28, 1)),
    ((15, 1), (26, 1), (18, 2), (22, 2)),
    ((20, 1), (18, 2), (26, 2), (16, 4)),
    ((26, 1), (24, 2), (18, 4), (22, 4)),
    ((18, 2), (16, 4), (24, 4), (28, 4)),
    ((20, 2), (18, 4), (18, 6), (26, 5)),
    ((24, 2), (22, 4), (22, 6), (26, 6)),
    ((30, 2), (22, 5), (20, 8), (24, 8)),
    ((18, 4), (26, 5), (24, 8), (28, 8)),
)
_LEVELS = "LMQH"
_LEVEL_OF_BITS = "MLHQ"
_FORMAT_GENERATOR = 0b10100110111
_FORMAT_MASK = 0b101010000010010
_FORMAT_ERRORS = 3
_VERSION_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Format:
    """Error correction level (one of LMQH), mask 0-7, and the 15 bits that say so."""

    level: str
    mask: int
    bits: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One Reed-Solomon block: the places of its codewords in the code, in order; the last ``checks`` are checks."""

    codewords: NDArray[np.intp]
    checks: int


def version_of(size: int) -> int:
    """Return the version of a code of so many modules a side."""
    return (size - 17) // 4


@cache
def data_path(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of all data modules in the order of their bits (section 7.7.3)."""
    free = ~_fixed(size)
    rows: list[int] = []
    columns: list[int] = []
    upward = True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        for row in range(size - 1, -1, -1) if upward else range(size):
            for column in (right, right - 1):
                if free[row, column]:
                    rows.append(row)
                    columns.append(column)
        upward = not upward
    whole = len(rows) // 8 * 8
    return np.array(rows[:whole]), np.array(columns[:whole])


def _fixed(size: int) -> Dark:
    """Mark every module that holds no data: patterns, format and version information."""
    fixed = np.zeros((size, size), np.bool_)
    fixed[:9, :9] = fixed[:9, size - 8 :] = fixed[size - 8 :, :9] = True
    fixed[6] = fixed[:, 6] = True
    for row, column in alignment_middles(size):
        fixed[row - 2 : row + 3, column - 2 : column + 3] = True
    if version_of(size) >= _VERSION_SHOWN:
        fixed[:6, size - 11 : size - 8] = fixed[size - 11 : size - 8, :6] = True
    return fixed


def alignment_middles(size: int) -> list[tuple[int, int]]:
    """Return row and column of the middle of each alignment pattern (annex E)."""
    lines = _ALIGNMENT[version_of(size) - 1]
    last = lines[-1] if lines else 0
    corners = {(6, 6), (6, last), (last, 6)}
    return [(row, column) for row in (6, *lines) for column in (6, *lines) if lines and (row, column) not in corners]


@cache
def mask_at_data(size: int, mask: int) -> Dark:
    """Say for each data module, in bit order, whether the mask inverts it (table 10)."""
    i, j = data_path(size)
    conditions = (
        (i + j) % 2,
        i % 2,
        j % 3,
        (i + j) % 3,
        (i // 2 + j // 3) % 2,
        i * j % 2 + i * j % 3,
        (i * j % 2 + i * j % 3) % 2,
        ((i + j) % 2 + i * j % 3) % 2,
    )
    return np.asarray(conditions[mask] == 0, dtype=np.bool_)


@cache
def blocks(size: int, level: str) -> tuple[Block, ...]:
    """Return the blocks of a code: codewords are interleaved, and the last blocks may be one longer (section 7.6)."""
    checks, count = _BLOCKS[version_of(size) - 1][_LEVELS.index(level)]
    total = len(data_path(size)[0]) // 8
    short = total // count - checks
    longer = total % count
    members: list[list[int]] = [[] for _ in range(count)]
    position = 0
    for place in range(short + 1):
        for number in range(count):
            if place < short or number >= count - longer:
                members[number].append(position)
                position += 1
    for _ in range(checks):
        for one in members:
            one.append(position)
            position += 1
    return tuple(Block(np.array(one), checks) for one in members)


def format_places(size: int) -> tuple[tuple[list[int], list[int]], tuple[list[int], list[int]]]:
    """Return rows and columns of both copies of the format information, most significant bit first (figure 25)."""
    end = size - 1
    first = ([8] * 6 + [8, 8, 7] + [5, 4, 3, 2, 1, 0], [0, 1, 2, 3, 4, 5, 7, 8, 8] + [8] * 6)
    second = ([end - k for k in range(7)] + [8] * 8, [8] * 7 + [end - 7 + k for k in range(8)])
    return first, second


@cache
def _formats() -> tuple[Format, ...]:
    found = []
    for value in range(32):
        rest = value << 10
        for shift in range(4, -1, -1):
            if rest >> (shift + 10) & 1:
                rest ^= _FORMAT_GENERATOR << shift
        bits = (value << 10 | rest) ^ _FORMAT_MASK
        shown = tuple(bool(bits >> (14 - place) & 1) for place in range(15))
        found.append(Format(_LEVEL_OF_BITS[value >> 3], value & 7, shown))
    return tuple(found)


def read_format(dark: Dark) -> Format | None:
    """Return the format that either copy shows with at most three wrong bits (section 7.9); None when neither does."""
    copies = [dark[rows, columns] for rows, columns in format_places(len(dark))]

    def wrong(known: Format) -> int:
        return min(int(np.count_nonzero(copy != np.array(known.bits))) for copy in copies)

    best = min(_formats(), key=wrong)
    return best if wrong(best) <= _FORMAT_ERRORS else None
