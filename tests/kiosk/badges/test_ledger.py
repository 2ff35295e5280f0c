from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.ids import uuid7
from kiosk.badges import ledger as ledger_module
from kiosk.badges.ledger import Ledger
from kiosk.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Open a kiosk's database."""
    made = Database(tmp_path / "kiosk.sqlite3")
    made.open()
    yield made
    made.close()


def test_a_slip_is_claimed_once_over_restarts(database: Database) -> None:
    """Whoever comes back after the power was gone gets no second one."""
    guest = uuid7()
    assert Ledger(database).claim(guest)
    database.close()
    database.open()
    assert not Ledger(database).claim(guest)
    assert Ledger(database).claim(uuid7())


def test_a_slip_that_did_not_come_out_may_be_claimed_again(database: Database) -> None:
    """There was no paper."""
    guest, ledger = uuid7(), Ledger(database)
    assert ledger.claim(guest)
    ledger.release(guest)
    assert ledger.claim(guest)


def test_the_ledger_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest are forgotten first (I13)."""
    monkeypatch.setattr(ledger_module, "MOST", 3)
    ledger, guests = Ledger(database), [uuid7() for _ in range(5)]
    assert all(ledger.claim(guest) for guest in guests)
    assert [ledger.claim(guest) for guest in reversed(guests)] == [False, False, False, True, True]
