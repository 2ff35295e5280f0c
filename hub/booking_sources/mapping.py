"""Where a database keeps bookings, as a mapping file says it (TOML). What each key means: docs/booking-database.md.

A column is written ``column`` where it is one of the table of bookings, else ``table.column``.
"""

import hashlib
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from devices.contract.limits import Number, Text
from devices.settings import BadSettings, load
from hub.domain.bookings import BookingState
from hub.domain.errors import InvalidInput
from hub.domain.meetings import SetUpStyle

Name = Annotated[str, Text(63, r'[^."\x00-\x1f]+')]
Column = Annotated[str, Text(127, r'[^."\x00-\x1f]+(\.[^."\x00-\x1f]+)?')]


class Times(StrEnum):
    """How a column keeps instants: seconds since 1970, with an offset, in UTC without one, or by the house's clock."""

    EPOCH = "epoch"
    INSTANT = "instant"
    UTC = "utc"
    LOCAL = "local"


class ChangeKind(StrEnum):
    """How changes are found, the best first: a log of them, a column with the time of the last one, or not at all."""

    LOG = "log"
    UPDATED_AT = "updated_at"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingColumns:
    """The table of bookings, one row a meeting, and where what an ``Item`` says stands. ``zone`` names an IANA zone."""

    table: Name
    key: Name
    room: Column
    starts_at: Column
    ends_at: Column
    times: Times
    title_zh: Column | None = None
    title_en: Column | None = None
    zone: Column | None = None
    uid: Column | None = None
    occurrence: Column | None = None
    booking: Column | None = None
    client: Column | None = None
    least: Column | None = None
    most: Column | None = None
    guaranteed: Column | None = None
    style: Column | None = None
    paid: Column | None = None
    reply_by: Column | None = None
    made_at: Column | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Another table that has one row for a booking at most: the one whose ``key`` equals the column ``by``."""

    table: Name
    key: Name
    by: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class StateWord:
    """What a word or number in the column of states means here."""

    said: Annotated[str, Text(100)]
    means: BookingState


@dataclass(frozen=True, slots=True, kw_only=True)
class StateBit:
    """What it means that a bit is set in a whole number; ``bit`` is its value, such as 4."""

    bit: Annotated[int, Number(1, 2**31)]
    means: BookingState


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """How a row says how firm it is. Without a column all are definite; without words and bits the hub's words stand.

    ``otherwise`` is what any other value means; where it is left out the row is refused.
    """

    column: Column | None = None
    words: tuple[StateWord, ...] = ()
    bits: tuple[StateBit, ...] = ()
    otherwise: BookingState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleWord:
    """What a word in the column of set-up styles means here."""

    said: Annotated[str, Text(100)]
    means: SetUpStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """Rows that mean something else than they seem: those whose ``column`` reads ``equals``. ``because`` is shown.

    ``because_zh`` is for Chinese pages; where it is left out ``because`` stands there too.
    """

    column: Column
    equals: Annotated[str, Text(100)]
    because: Annotated[str, Text(200)]
    because_zh: Annotated[str, Text(200)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestColumns:
    """The table of guests; ``booking`` holds the key of a row of bookings. All columns are of this table."""

    table: Name
    booking: Name
    key: Name
    name: Name
    title: Name | None = None
    company: Name | None = None
    language: Name | None = None
    phone: Name | None = None
    email: Name | None = None
    diets: Name | None = None
    diet_note: Name | None = None
    step_free: Name | None = None
    drink: Name | None = None
    party: Name | None = None
    seat: Name | None = None
    vip: Name | None = None
    rsvp: Name | None = None
    updated_at: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How changes are found. A log: its ``table``, a growing ``number``, the ``key`` of the booking that changed.

    ``transaction`` (xid8) is what PostgreSQL needs besides. ``updated_at``: the column, how it keeps ``times``, and by
    how many minutes what was read is read again; longer than the longest transaction there.
    """

    kind: ChangeKind = ChangeKind.FULL
    table: Name | None = None
    number: Name | None = None
    key: Name | None = None
    transaction: Name | None = None
    column: Column | None = None
    times: Times = Times.INSTANT
    overlap_min: Annotated[float, Number(1, 1_440)] = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One mapping file. ``outcomes`` is the table of ours that the hub writes to; without one it writes nothing."""

    bookings: BookingColumns
    joins: tuple[Join, ...] = ()
    states: States = States()
    styles: tuple[StyleWord, ...] = ()
    unusable: tuple[Unusable, ...] = ()
    guests: GuestColumns | None = None
    changes: Changes = Changes()
    outcomes: Name | None = None
    schema: Name | None = None

    def digest(self) -> str:
        """Return a hash of all it says: after a change of it everything is read anew."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def columns(self) -> dict[str, str]:
        """Return where each field of a booking stands, by field: those that are given."""
        named = {one.name: getattr(self.bookings, one.name) for one in fields(self.bookings)}
        found = {name: column for name, column in named.items() if column and name not in {"table", "times"}}
        found |= {"state": self.states.column} if self.states.column else {}
        return found | {f"unusable{number}": one.column for number, one in enumerate(self.unusable)}

    def own_fields(self) -> frozenset[str]:
        """Return the fields that stand in the table of bookings itself."""
        ours = f"{self.bookings.table}."
        return frozenset(name for name, one in self.columns().items() if "." not in one or one.startswith(ours))

    def guest_columns(self) -> dict[str, str]:
        """Return where each field of a guest stands, by field: those that are given."""
        named = {one.name: getattr(self.guests, one.name) for one in fields(GuestColumns)} if self.guests else {}
        return {name: column for name, column in named.items() if column and name not in {"table", "updated_at"}}


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises InvalidInput with all that is wrong in it, and where."""
    remedy = "correct the file; docs/booking-database.md says what each key means"
    try:
        mapping = load(path, Mapping)
    except BadSettings as problem:
        said = "; ".join(str(mistake) for mistake in problem.mistakes)
        raise InvalidInput(f"mapping {path.name}", said, remedy) from None
    if wrong := _wrong(mapping):
        raise InvalidInput(f"mapping {path.name}", "; ".join(wrong), remedy)
    return mapping


def _wrong(mapping: Mapping) -> list[str]:
    """Return what does not go together."""
    given, changes = mapping.bookings, mapping.changes
    wrong = [] if given.title_zh or given.title_en else ["bookings: title_zh or title_en is missing"]
    tables = [given.table, *(join.table for join in mapping.joins)]
    wrong += [f"joins: {table} is named twice" for table in sorted({one for one in tables if tables.count(one) > 1})]
    used = [*mapping.columns().values(), *(join.by for join in mapping.joins), changes.column or ""]
    for column in used:
        table = column.rpartition(".")[0]
        if table and table not in tables:
            wrong.append(f"{column}: the table {table} is not among the joins")
    if mapping.states.words and mapping.states.bits:
        wrong.append("states: give words or bits, not both")
    if not mapping.states.column and (mapping.states.words or mapping.states.bits):
        wrong.append("states.column is missing")
    needed = {ChangeKind.LOG: ("table", "number", "key"), ChangeKind.UPDATED_AT: ("column",), ChangeKind.FULL: ()}
    wrong += [f"changes.{name} is missing" for name in needed[changes.kind] if not getattr(changes, name)]
    return wrong


OUR_SCHEMA = read_mapping(Path(__file__).with_name("ours.toml"))
"""The mapping of our own schema (``schema_postgresql.sql``, ``schema_sqlite.sql``)."""
