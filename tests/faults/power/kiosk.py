"""The kiosk's database under trial: its own Database, Outbox and Roster record, settle, take pages, prune, forget."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock
from uuid import UUID

from devices.contract.credential import short
from devices.contract.messages import CheckInEvent, CodeKind, Verdict
from devices.ids import uuid7
from kiosk.database import Database
from kiosk.outbox import KEPT, Outbox
from kiosk.roster import Roster
from tests.faults.power.disk import Files
from tests.faults.power.recording import Driver, Recorder
from tests.faults.power.trial import Damaged, Session, Step, drawn, lay_out
from tests.kiosk.cards import HUB, MORNING, OTHER_HUB, guest_item, page

FILE = "kiosk.sqlite3"
_TABLES = ("facts", "events", "roster")
_VERDICTS = (Verdict.WELCOME, Verdict.WELCOME, Verdict.ALREADY_IN, Verdict.UNKNOWN, Verdict.TOO_EARLY)

_TOLD_AGAIN = frozenset({"settle", "page", "prune"})
"""What a kiosk does not wait for the disk with: a hub says it again (kiosk/database.py, fault 24)."""

Rows = Callable[[str], Iterable[Sequence[Any]]]


class Kiosk:
    """Fills ``Subject``. ``rewrite`` and ``honest`` are the seeded mutants."""

    def __init__(self, scratch: Path, *, rewrite: Callable[[str], str] = str, honest: bool = True) -> None:
        """Keep a folder to work in while recording."""
        self._scratch = scratch
        self._rewrite = rewrite
        self._honest = honest

    def record(self, start: Files, chance: Random) -> Session:
        """Work for one to two hundred transactions, with closings between."""
        with TemporaryDirectory(dir=self._scratch) as name:
            folder = Path(name)
            lay_out(folder, start)
            before = self.reopen(folder, chance)
            lay_out(folder, start)
            recorder = Recorder(start, honest=self._honest)
            driver = Driver(recorder, self._rewrite)
            steps: list[Step] = []
            state = before
            with mock.patch("kiosk.database.sqlite3", driver):
                for what in _work(folder / FILE, chance):
                    if driver.open:
                        state = _state(driver.open[-1].inner.execute)
                    changed = state != (steps[-1].state if steps else before)  # else nothing was written, nor synced
                    steps.append(Step(what, len(recorder.operations), state, changed and what not in _TOLD_AGAIN))
            operations = list(recorder.operations)
            recorder.unregister()
        return Session(start, before, operations, steps)

    def reopen(self, folder: Path, chance: Random) -> str:
        """Open with the product's own class; sometimes go on working to see that it can."""
        database = Database(folder / FILE)
        try:
            database.open()
            if any(".damaged-" in path.name for path in folder.iterdir()):
                raise Damaged("the product found the file damaged, and moved it aside")
            with database.read() as connection:
                (found,) = connection.execute("PRAGMA integrity_check").fetchone()
                if found != "ok":
                    raise Damaged(found)
                state = _state(connection.execute)
            if chance.random() < 0.1:
                _go_on(database, chance)
        except sqlite3.Error as problem:
            raise Damaged(repr(problem)) from problem
        finally:
            database.close()
        return state


def _state(rows: Rows) -> str:
    """Hash all that the database says, its schema too."""
    said = [list(rows("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"))]
    said += [list(rows(f"SELECT * FROM {table}")) for table in _TABLES]  # noqa: S608 - names of our own
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _go_on(database: Database, chance: Random) -> None:
    """Check one more guest in: the number follows on, and the event waits for the hub."""
    with database.read() as connection:
        newest = connection.execute("SELECT boot, max(seq) FROM events GROUP BY boot ORDER BY max(place)").fetchall()
    boot, last = newest[-1] if newest else (uuid7(), 0)
    outbox = Outbox(database, boot)
    event = outbox.record(lambda seq: _event(seq, boot, 0, chance))
    if event.seq != last + 1:
        raise Damaged(f"after number {last} came {event.seq}")
    if event.id not in {one.id for one in outbox.waiting(10_000)}:
        raise Damaged("an event recorded after the cut does not wait")


def _event(seq: int, boot: str, minutes: int, chance: Random) -> CheckInEvent:
    return CheckInEvent(
        id=str(UUID(int=chance.getrandbits(128))),
        ts=MORNING + timedelta(minutes=minutes),
        boot=boot,
        seq=seq,
        lookup=f"{chance.randint(1, 30):032x}",
        kind=CodeKind.SHORT,
        verdict=chance.choice(_VERDICTS),
        offline=False,
        mono_ms=minutes * 60_000,
    )


def _work(path: Path, chance: Random) -> Iterator[str]:
    """Do what a kiosk does, and say what was done after each transaction."""
    for _ in range(chance.choice((1, 2, 3))):
        database = Database(path)
        database.open()
        yield "open"
        life = _Life(database, chance)
        for _ in range(drawn(chance, 10, 30, 100, 400)):  # the longest copies its log back while it works
            yield life.step()
        database.close()
        yield "close"


class _Life:
    """One run of a kiosk."""

    def __init__(self, database: Database, chance: Random) -> None:
        self._chance = chance
        self._boot = uuid7()
        self._outbox = Outbox(database, self._boot)
        self._roster = Roster(database)
        self._minutes = 0
        self._hub = HUB

    def step(self) -> str:
        """Do one thing, most often a check-in."""
        self._minutes += self._chance.choice((0, 1, 5))
        (does,) = self._chance.choices(
            (self._record, self._settle, self._page, self._prune, self._reopen, self._forget),
            (50, 25, 15, 4, 2, 1),
        )
        does()
        return does.__name__.removeprefix("_")

    def _record(self) -> None:
        self._outbox.record(lambda seq: _event(seq, self._boot, self._minutes, self._chance))

    def _settle(self) -> None:
        answered = [one.id for one in self._outbox.waiting(40) if self._chance.random() < 0.7]
        self._outbox.settle(dict.fromkeys(answered, self._chance.choice((None, 12))), self._now())

    def _page(self) -> None:
        cursor = self._roster.cursor()
        codes = [short(self._chance.randint(1, 40)).text for _ in range(self._chance.choice((1, 3, 12)))]
        items = [guest_item(cursor + place, code) for place, code in enumerate(codes, 1)]
        self._roster.apply(page(*items, cursor=cursor, incarnation=self._hub))

    def _prune(self) -> None:
        self._outbox.prune(self._now() + KEPT - timedelta(minutes=30))

    def _reopen(self) -> None:
        self._outbox.reopen()

    def _forget(self) -> None:
        self._roster.forget()
        self._hub = OTHER_HUB if self._hub == HUB else HUB

    def _now(self) -> datetime:
        return MORNING + timedelta(minutes=self._minutes)
