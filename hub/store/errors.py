"""What the database says, in the hub's own error tree. The only place where driver errors are read."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hub.domain.errors import HubError, InvalidInput, Refused, RoomTaken
from hub.ports import StoreContended, StoreUnavailable
from hub.store.booking_tables import ROOM_TAKEN
from hub.store.tables import metadata


class CannotOpen(HubError):
    """The database cannot be used as it is; says what to do. Never names a password."""

    code = "cannot_open"


class AlreadyOpen(CannotOpen):
    """Another process has this SQLite file open, and this SQLite could damage it if two had."""

    code = "already_open"


class CannotReach(CannotOpen):
    """The database server does not answer; it may later."""

    code = "cannot_reach"


class WrongSchema(CannotOpen):
    """The database was made by another version of this program, or by none."""

    code = "wrong_schema"


REFUSALS = {
    "pk_seat_assignments": "the seat is given to somebody else",
    "uq_seat_assignments_invitation": "the guest has a seat already",
    "fk_seat_assignments_meeting_seat": "somebody holds the seat, or the meeting has no such seat",
    "fk_seat_assignments_invitation_meeting": "the invitation is not for this meeting",
    "pk_check_ins": "the event is stored already",
    "uq_admissions_check_in": "one scan cannot admit two guests",
    "pk_credentials": "the code belongs to an invitation already",
    "pk_group_codes": "the code belongs to a group already",
    "uq_group_codes_meeting_party": "the party has a code already",
    "uq_codes": "the code belongs to a guest or a group already",
    "pk_invitations": "the invitation exists already",
    "uq_invitations_id_meeting": "the invitation exists already",
    "pk_guests": "the guest exists already",
    "uq_invitations_guest_meeting": "the guest is invited to this meeting already",
    "uq_invitations_meeting_source_key": "this row of the guest list was imported already",
    "uq_meetings_key": "another meeting has this key",
    "uq_meetings_number": "another meeting has this number",
    "fk_meetings_room": "there is no such room",
    "foreign key": "something it refers to does not exist, or something still refers to it",
    "uq_tasks_dedupe": "there is an open task for the same thing",
    ROOM_TAKEN: "somebody else has the room at that time",
    "uq_bookings_source_key": "the source's booking is known already",
    "uq_booking_conflicts_subject_kind": "the same is to be decided already",
    "uq_booking_links_meeting": "the meeting is kept by another entry of a source already",
}
"""What it means when the database refuses, by the constraint's name; SQLite gives no name for foreign keys."""

DRIVER_ERRORS = (sqlite3.Error, psycopg.Error)
_CONTENTION = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)

_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
_SQLITE_CHECK = re.compile(r"CHECK constraint failed: (\w+)")


@contextmanager
def translating() -> Iterator[None]:
    """Turn errors of SQLAlchemy and the drivers into the hub's, without their texts: these may quote guests' data.

    Raises Refused (a constraint), InvalidInput (a value no database holds), StoreUnavailable (try again;
    StoreContended: at once), and the
    ValueError of a naive time as it is.
    """
    try:
        yield
    except DRIVER_ERRORS as problem:
        with translating():
            # The driver was asked directly; SQLAlchemy's names sort its errors.
            raise DBAPIError.instance(None, None, problem, Exception, hide_parameters=True) from None
    except IntegrityError as problem:
        name = _constraint(problem)
        refused = RoomTaken if name == ROOM_TAKEN else Refused
        raise refused(REFUSALS.get(name, f"the database refused it ({name})")) from None
    except DataError:
        raise _unstorable() from None
    except (OperationalError, InterfaceError, PoolTimeoutError) as problem:
        if isinstance(getattr(problem, "orig", None), _CONTENTION):
            raise StoreContended(_first_line(problem)) from None
        raise StoreUnavailable(f"the database does not answer as it should: {_first_line(problem)}") from None
    except DBAPIError as problem:
        if problem.connection_invalidated or type(problem) is DatabaseError:  # a damaged page, in SQLite's words
            raise StoreUnavailable(f"the database failed: {_first_line(problem)}") from None
        raise
    except StatementError as problem:
        if isinstance(problem.orig, ValueError):
            raise problem.orig from None
        raise


@contextmanager
def refusing_unstorable() -> Iterator[None]:
    """Raise InvalidInput for what the driver itself cannot pass on: half a surrogate pair, a number beyond 63 bits."""
    try:
        yield
    except (UnicodeEncodeError, OverflowError):
        raise _unstorable() from None


def _unstorable() -> InvalidInput:
    return InvalidInput("value", "no database can keep it", "remove NUL and broken characters, or shorten the number")


def _first_line(problem: Exception) -> str:
    said = str(getattr(problem, "orig", None) or problem).strip()
    return said.splitlines()[0] if said else type(problem).__name__


def _constraint(problem: IntegrityError) -> str:
    """Return the name of the constraint that was hurt; on SQLite, found from the columns its message lists."""
    diagnosis = getattr(problem.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or diagnosis.column_name or "unnamed"
    said = str(problem.orig)
    if found := _SQLITE_UNIQUE.match(said):
        return _UNIQUE_BY_COLUMNS.get(found[1], found[1])
    if said == ROOM_TAKEN:
        return said
    if found := _SQLITE_CHECK.match(said):
        return found[1]
    return said.removesuffix(" constraint failed").lower()


def _unique_by_columns() -> dict[str, str]:
    """Name every unique rule by its columns as SQLite writes them: ``seats.meeting, seats.label``."""
    names: dict[str, str] = {}
    for table in metadata.sorted_tables:
        rules: list[PrimaryKeyConstraint | UniqueConstraint | Index] = [
            rule for rule in table.constraints if isinstance(rule, PrimaryKeyConstraint | UniqueConstraint)
        ]
        rules += [index for index in table.indexes if index.unique]
        for rule in rules:
            names[", ".join(f"{table.name}.{column.name}" for column in rule.columns)] = str(rule.name)
    return names


_UNIQUE_BY_COLUMNS = _unique_by_columns()
