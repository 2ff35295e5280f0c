"""The hub's database on SQLite under trial: its use cases, on its store, in batches as they come from kiosks."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock
from uuid import UUID

from sqlalchemy import create_engine

from devices.contract.messages import Heartbeat, Verdict
from devices.ids import uuid7
from hub.domain.errors import HubError
from hub.domain.guests import InvitationStatus
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import TaskState, raise_task
from hub.store import migrate, sqlite
from hub.store.sql import SqlStore, SqlTransaction, open_store
from hub.store.tables import metadata
from hub.usecases.acting import Deciding
from hub.usecases.ask_guest import say_fine
from hub.usecases.call_staff import call
from hub.usecases.check_in import Desk, check_in
from hub.usecases.hear_device import hear_heartbeat
from hub.usecases.judging import Incoming
from hub.usecases.quarantine import Unusable, quarantine
from hub.usecases.work_task import accept_task, finish_task
from tests.faults.power.disk import Files
from tests.faults.power.recording import Driver, Recorder
from tests.faults.power.trial import Damaged, Session, Step, drawn, lay_out
from tests.hub.build import at, furnish, invited
from tests.hub.usecases.scans import KIOSKS, scan

FILE = "hub.db"
GUESTS = 30

_LONG = 180
"""So many transactions copy the log back while the hub works."""

_LENGTHS = (6, 30, _LONG)

Rows = Callable[[str], Iterable[Sequence[Any]]]


def url_of(folder: Path) -> str:
    """Return the address of the database in a folder."""
    return f"sqlite:///{folder / FILE}"


@contextlib.contextmanager
def recording(recorder: Recorder, rewrite: Callable[[str], str]) -> Iterator[Driver]:
    """Have the hub open its files through the recorder."""
    driver = Driver(recorder, rewrite)
    with mock.patch("hub.store.sqlite.create_engine", partial(create_engine, module=driver)):
        yield driver
    recorder.unregister()


def furnished_files(scratch: Path) -> Files:
    """Make a migrated database with a meeting, its seats and guests; fewer seats than guests."""
    with TemporaryDirectory(dir=scratch) as name:
        migrate.upgrade(url_of(Path(name)))
        store = open_store(url_of(Path(name)))
        fill(store)
        store.close()
        return {FILE: (Path(name) / FILE).read_bytes()}


def fill(store: SqlStore) -> None:
    """Store a meeting, its guests, and fewer seats than guests."""
    with store.write() as tx:
        furnish(tx, [invited(number, vip=number % 9 == 0) for number in range(1, GUESTS + 1)], rows=3, numbers=8)


class Hub:
    """Fills ``Subject`` for a hub at work. ``rewrite`` and ``honest`` are the seeded mutants."""

    def __init__(self, scratch: Path, *, rewrite: Callable[[str], str] = str, honest: bool = True) -> None:
        """Keep a folder to work in while recording."""
        self._scratch = scratch
        self._rewrite = rewrite
        self._honest = honest
        self._lengths: Sequence[int] = (_LONG,)

    def record(self, start: Files, chance: Random) -> Session:
        """Work for some dozens of transactions, with closings between; the first time for long enough in any case."""
        with TemporaryDirectory(dir=self._scratch) as name:
            folder = Path(name)
            lay_out(folder, start)
            before = self.reopen(folder, chance)
            lay_out(folder, start)
            recorder = Recorder(start, honest=self._honest)
            steps: list[Step] = []
            state = before
            with recording(recorder, self._rewrite) as driver:
                for what in _work(url_of(folder), chance, self._lengths):
                    if driver.open:
                        state = state_of(driver.open[-1].inner.execute)
                    steps.append(Step(what, len(recorder.operations), state))
                operations = list(recorder.operations)
        self._lengths = _LENGTHS
        return Session(start, before, operations, steps)

    def reopen(self, folder: Path, chance: Random) -> str:
        """Open with the product's own settings; sometimes with the whole store, to see that it can go on."""
        connection = open_raw(folder)
        try:
            check(connection)
            state = state_of(connection.execute)
        except sqlite3.Error as problem:
            raise Damaged(repr(problem)) from problem
        finally:
            connection.close()
        if chance.random() < 0.02:
            _go_on(folder)
        return state


def open_raw(folder: Path) -> sqlite3.Connection:
    """Open a database with the hub's own settings, as its engine does. Raises Damaged."""
    try:
        connection = sqlite3.connect(folder / FILE)
        sqlite._set_up(FILE, connection, None)
    except (sqlite3.Error, HubError) as problem:
        raise Damaged(repr(problem)) from problem
    return connection


def check(connection: sqlite3.Connection) -> None:
    """Let SQLite look at every page and every reference. Raises Damaged."""
    (found,) = connection.execute("PRAGMA integrity_check").fetchone()
    if found != "ok":
        raise Damaged(found)
    if broken := connection.execute("PRAGMA foreign_key_check").fetchall():
        raise Damaged(f"{len(broken)} references to rows that are not there")


def state_of(rows: Rows, columns: Mapping[str, Sequence[str]] | None = None) -> str:
    """Hash all that the database says: its schema too, unless only some columns of some tables are asked for."""
    said = [list(rows("SELECT type, name, sql FROM sqlite_master ORDER BY name"))] if columns is None else []
    for table in metadata.tables if columns is None else columns:
        wanted = "*" if columns is None else ", ".join(f'"{name}"' for name in columns[table])
        said.append(list(rows(f'SELECT {wanted} FROM "{table}"')))  # noqa: S608 - names of our own
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _go_on(folder: Path) -> None:
    """Check one more guest in, through the whole store."""
    try:
        store = open_store(url_of(folder))
    except HubError as problem:
        raise Damaged(repr(problem)) from problem
    try:
        item = scan(1, 5_000)
        with store.write() as tx:
            (answer,) = check_in(tx, [item], Desk(uuid7, KIOSKS), at(5_000.1))
        with store.read() as tx:
            if not answer.accepted or item.event.id not in tx.check_ins.known([item.event.id]):
                raise Damaged("an event stored after the cut is not there")
    finally:
        store.close()


def _work(url: str, chance: Random, lengths: Sequence[int]) -> Iterator[str]:
    """Do what a hub does, and say what was done after each transaction."""
    for _ in range(chance.choice((1, 2))):
        store = open_store(url)
        yield "open"
        life = _Life(store, chance)
        for _ in range(drawn(chance, *lengths)):
            yield life.step()
        store.close()
        yield "close"


class _Life:
    """One run of a hub."""

    def __init__(self, store: SqlStore, chance: Random) -> None:
        self._store = store
        self._chance = chance
        self._desk = Desk(self._id, KIOSKS)
        self._seconds = 0.0
        self._sent = [scan()]

    def step(self) -> str:
        """Do one thing in one transaction, most often a batch of check-ins."""
        self._seconds += self._chance.choice((0.5, 5, 100))
        (does,) = self._chance.choices(
            (self._check_in, self._task, self._help, self._pulse, self._quarantine, self._revoke, self._change),
            (60, 10, 5, 5, 5, 5, 5),
        )
        with self._store.write() as tx:
            does(tx)
        return does.__name__.removeprefix("_")

    def _id(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128)))

    def _check_in(self, tx: SqlTransaction) -> None:
        batch = [self._scan() for _ in range(self._chance.choice((1, 1, 3, 12)))]
        batch += self._chance.sample(self._sent, self._chance.choice((0, 1)))  # delivered again
        self._sent += batch
        check_in(tx, batch, self._desk, at(self._seconds + 0.1))

    def _scan(self) -> Incoming:
        return scan(
            self._chance.randint(1, GUESTS + 2),
            self._seconds + self._chance.choice((0, 0.1, -300)),
            id=self._id(),
            device=self._chance.choice((*KIOSKS, KIOSKS[0], "stranger")),
            verdict=self._chance.choice((Verdict.WELCOME, Verdict.WELCOME, Verdict.ALREADY_IN, Verdict.UNKNOWN)),
            offline=self._chance.random() < 0.3,
        )

    def _task(self, tx: SqlTransaction) -> None:
        for task in tx.tasks.open()[:1]:
            if task.state is TaskState.DONE:
                say_fine(tx, task.id, Deciding(actor="anna", at=at(self._seconds), ids=self._id))
            elif self._chance.choice((True, False)):
                accept_task(tx, task.id, "anna", at(self._seconds))
            else:
                finish_task(tx, task.id, "anna", at(self._seconds), without=True)

    def _help(self, tx: SqlTransaction) -> None:
        device = self._chance.choice(KIOSKS)
        call(tx, raise_task(TaskKind.HELP, device, task_id=self._id(), at=at(self._seconds), facts={}))

    def _pulse(self, tx: SqlTransaction) -> None:
        device = self._chance.choice(KIOSKS)
        pulse = Heartbeat(
            id=uuid7(), ts=at(self._seconds), boot=uuid7(), seq=1, max_seq=3, unacked=0, oldest_s=0, mono_ms=1
        )
        hear_heartbeat(tx, device, pulse, at(self._seconds), self._id)

    def _quarantine(self, tx: SqlTransaction) -> None:
        payload = self._chance.randbytes(self._chance.choice((5, 3_000)))
        item = Unusable(device="kiosk-1", leaf="up/checkin", reason="not_json", detail="no JSON", payload=payload)
        quarantine(tx, item, now=at(self._seconds), ids=self._id)

    def _revoke(self, tx: SqlTransaction) -> None:
        status = self._chance.choice((InvitationStatus.REVOKED, InvitationStatus.VALID))
        tx.guests.set_status(f"inv-{self._chance.randint(1, GUESTS)}", status, at(self._seconds))

    def _change(self, tx: SqlTransaction) -> None:
        """Add a guest, as an import does between two check-ins."""
        one = invited(1_000_000 + self._chance.randrange(10**9))
        tx.guests.add(one.guest, one.invitation)
        tx.feed.touch([("guest", one.invitation.lookup)])
