"""Fixtures of the kiosk's tests.

``kiosk``  a running uplink over a fresh database (``tests.kiosk.uplinked``); stopped after the test.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.database import Database
from tests.kiosk.uplinked import Kiosk


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    """Give a running uplink."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    made = Kiosk(database)
    yield made
    made.uplink.stop()
    database.close()
