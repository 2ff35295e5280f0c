"""Fixtures of the kiosk's tests.

``kiosk``  a running uplink over a fresh database (``tests.kiosk.uplinked``); stopped after the test.
``clock``, ``board``  a board that shows idle, over a clock that moves only when told.
``small_disk``  a folder on a real file system of six megabytes; needs root.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.board import ScreenBoard
from kiosk.database import Database
from kiosk.screen import idle
from tests.kiosk.boards import StillClock
from tests.kiosk.uplinked import Kiosk

SMALL_DISK = 6 << 20


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    """Give a running uplink."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    made = Kiosk(database)
    yield made
    made.uplink.stop()
    database.close()


@pytest.fixture
def clock() -> StillClock:
    """Return a clock that moves only when told."""
    return StillClock()


@pytest.fixture
def board(clock: StillClock) -> ScreenBoard:
    """Return a board that shows idle, Chinese first."""
    return ScreenBoard(idle("zh"), clock)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a real file system of six megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", folder], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
