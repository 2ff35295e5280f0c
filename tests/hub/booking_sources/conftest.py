"""Fixtures of the booking sources' tests.

``radicale``  the real Radicale, one for all tests, running when a test begins.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.booking_sources.radicale import Radicale


@pytest.fixture(scope="session")
def _radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    folder: Path = tmp_path_factory.mktemp("radicale")
    made = Radicale(folder)
    made.prepare()
    yield made
    made.stop()


@pytest.fixture
def radicale(_radicale: Radicale) -> Radicale:
    """Give the server, running whatever the test before has done to it."""
    _radicale.start()
    return _radicale
