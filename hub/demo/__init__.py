"""The demo's own data: the policy's example as a venue file and a guest list (R22, R57). All names are invented."""

from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent


class DemoFiles(NamedTuple):
    """Where the demo's files are: a venue file and the list of the guests of its one meeting."""

    venue: Path
    guests: Path


def demo_files() -> DemoFiles:
    """Return the paths of the demo's files, to be imported in this order."""
    return DemoFiles(_HERE / "venue.toml", _HERE / "guests.csv")
