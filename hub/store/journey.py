"""Statements to PostgreSQL and their answers in one journey there and back: libpq's pipeline mode.

psycopg's own pipeline goes to the network with each statement, and waits there in turn; a check-in sends fifteen. Here
they wait until the journey begins, and each is planned once for each connection. All of it goes through psycopg's
public binding of libpq (``psycopg.pq``) and its adapters, so that values mean the same as everywhere.
"""

import select
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import abc, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGresult

_FINE = {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}


@dataclass(slots=True)
class Planned:
    """The statements that one connection's server knows, by their text; it lives as long as the connection."""

    names: dict[str, bytes] = field(default_factory=dict)
    count: int = 0


class Reply:
    """What came back for one statement, as a driver's cursor shows it; for many sets of values, all of it together."""

    def __init__(self, adapters: abc.Transformer) -> None:
        """Begin without an answer; a journey brings it."""
        self._adapters = adapters
        self.results: list[PGresult] = []

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """Return each column's name and type (oid)."""
        result = self.results[0]
        return [((result.fname(at) or b"").decode(), result.ftype(at)) for at in range(result.nfields)]

    @property
    def rowcount(self) -> int:
        """Return how many rows were found or changed."""
        return sum(result.command_tuples or 0 for result in self.results)

    @property
    def did(self) -> str:
        """Return what the server says it did, such as COMMIT or, in its place, ROLLBACK."""
        return (self.results[0].command_status or b"").decode()

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows."""
        rows: list[tuple[Any, ...]] = []
        for result in self.results:
            self._adapters.set_pgresult(result)
            rows += self._adapters.load_rows(0, result.ntuples, tuple)
        return rows


class Journeys:
    """One transaction's way to the server, on a connection in autocommit mode: we begin and end it ourselves."""

    def __init__(self, connection: "psycopg.Connection[Any]", planned: Planned) -> None:
        """Take the connection and what its server knows already."""
        self._libpq = connection.pgconn
        self._adapters = Transformer(connection)
        self._planned = planned
        self._new: dict[str, bytes] = {}
        self._owed: list[Reply | str] = []

    def send(self, sql: str, many: Sequence[Sequence[Any]] = ((),)) -> Reply:
        """Put a statement, with its values or with many sets of them, on the journey that ``go`` makes.

        Raises psycopg.DataError or UnicodeEncodeError for a value that cannot be sent.
        """
        sets = [self._adapters.dump_sequence(values, [PyFormat.TEXT] * len(values)) for values in many]
        if not self._owed:
            self._libpq.enter_pipeline_mode()
        name = self._planned.names.get(sql) or self._new.get(sql)
        if name is None:
            self._planned.count += 1
            name = self._new[sql] = f"yingbin_{self._planned.count}".encode()
            self._libpq.send_prepare(name, sql.encode())
            self._owed.append(sql)
        reply = Reply(self._adapters)
        for values in sets:
            self._libpq.send_query_prepared(name, values)
            self._owed.append(reply)
        return reply

    def go(self) -> None:
        """Send what waits and fetch every answer. Raises psycopg.Error for the first statement that was refused."""
        if not self._owed:
            return
        owed, self._owed = self._owed, []
        new, self._new = self._new, {}
        refused: PGresult | None = None
        self._libpq.pipeline_sync()
        self._flush()
        for reply in owed:
            result = self._next()
            if result is None:
                raise psycopg.OperationalError("the server ended the connection")
            if result.status not in _FINE:
                refused = refused or result
            elif isinstance(reply, Reply):
                reply.results.append(result)
            else:
                self._planned.names[reply] = new[reply]
            self._next()  # says that this was all of it
        self._next()  # answers the sync
        self._libpq.exit_pipeline_mode()
        if refused is not None:
            raise error_from_result(refused)

    def _flush(self) -> None:
        """Send all, and take in what comes meanwhile: a server that cannot answer does not listen either."""
        socket = select.poll()
        socket.register(self._libpq.socket, select.POLLIN | select.POLLOUT)
        while self._libpq.flush():
            if any(events & ~select.POLLOUT for _, events in socket.poll()):
                self._libpq.consume_input()

    def _next(self) -> PGresult | None:
        if self._libpq.is_busy():
            socket = select.poll()
            socket.register(self._libpq.socket, select.POLLIN)
            while self._libpq.is_busy():
                socket.poll()
                self._libpq.consume_input()
        return self._libpq.get_result()
