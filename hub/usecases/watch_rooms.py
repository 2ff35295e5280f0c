"""What is wrong in the rooms is noticed from what their devices say, and calls people as everything else does (I5)."""

from collections.abc import Sequence
from datetime import datetime

from hub.domain.readings import Reading
from hub.ports import Transaction
from hub.usecases.acting import Deciding


class RoomWatch:
    """Watches every device of the house; one of these, used by one thread.

    What it has heard is in memory; what is wrong, and what was learned, is in the store. All instants are UTC.
    """

    def __init__(self) -> None:
        """Know nothing yet: ``load`` comes first."""

    def load(self, tx: Transaction) -> None:
        """Read devices, points, rooms, settings and what is open; at the start and whenever one of these changed."""

    def linked(self, up: bool, now: datetime) -> None:  # noqa: FBT001 - an answer to a question
        """Hear whether the hub reaches its broker. While it does not, nobody's silence means anything."""

    def hear(self, readings: Sequence[Reading], now: datetime) -> None:
        """Hear readings, in any order and any number of times."""

    def told(self, device: str, available: bool, now: datetime) -> None:  # noqa: FBT001 - what it said of itself
        """Hear what a device, or its will, says of itself: that it is there, or away."""

    def look(self, tx: Transaction, now: datetime) -> None:
        """Look once a second at our own kiosks and agents, and at which rooms are in use."""

    def due(self, now: datetime) -> bool:
        """Say whether ``settle`` would change something."""
        return False

    def settle(self, tx: Transaction, who: Deciding) -> None:
        """Open and close conditions, and raise and close their tasks; in a transaction for writing."""
