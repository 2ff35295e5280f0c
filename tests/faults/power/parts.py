"""The databases that are cut, by name, each in a folder in memory that is gone afterwards."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults import memory
from tests.faults.power.disk import Files
from tests.faults.power.hub import Hub, furnished_files
from tests.faults.power.kiosk import Kiosk
from tests.faults.power.migration import Migration, old_files
from tests.faults.power.trial import Report, Subject, cut_often

PARTS: dict[str, tuple[Callable[..., Subject], Callable[[Path], Files], int]] = {
    "kiosk": (Kiosk, lambda _: {}, 60),
    "hub": (Hub, furnished_files, 30),
    "migration of an old schema": (Migration, old_files, 6),
    "migration of an empty file": (Migration, lambda _: {}, 4),
}
"""By name: who is cut, the files it begins with, and its share of the cuts in hundredths."""


def run(part: str, cuts: int, seed: int, **mutant: object) -> Report:
    """Cut one of the parts so many times; ``mutant`` is what its subject takes."""
    make, first, _ = PARTS[part]
    with _folder() as folder:
        scratch, found = folder / "scratch", folder / "found"
        scratch.mkdir()
        found.mkdir()
        return cut_often(make(scratch, **mutant), found, cuts=cuts, seed=seed, start=first(scratch))


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yb-power-", dir=memory.FOLDER) as name:
        yield Path(name)
