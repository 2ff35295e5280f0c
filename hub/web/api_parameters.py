"""The parameters that programs may give, how they are read, and what is said to one that cannot be."""

from collections.abc import Callable
from datetime import UTC, datetime

from hub.domain.history_steps import EACH, STEPS
from hub.web.endpoints import Parameter

MOST_POINTS = 1_000
"""Points in one answer."""

_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_WRITE = "write it like 2026-12-01T09:00:00Z, or with an offset whose + stands as %2B: 2026-12-01T17:00:00%2B08:00"


def instant(text: str) -> datetime:
    """Read an instant with its offset. Raises ValueError with the remedy."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_WRITE) from None
    if moment.utcoffset() is None:
        raise ValueError(_WRITE)
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError("give an instant between the years 2000 and 2100")
    return moment.astimezone(UTC)


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number within bounds, and raises ValueError with the remedy."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
            raise ValueError(f"give a whole number from {least} to {most}")
        return int(text)

    return read


def _moment(name: str, about: str) -> Parameter:
    return Parameter(name=name, schema={"type": "string", "format": "date-time", "description": about}, read=instant)


FROM = _moment("from", "From this instant on, with its offset; without it a day before `to`.")
TO = _moment("to", "Until before this instant, with its offset; without it now.")
STEP = Parameter(
    name="step",
    schema={
        "type": "integer",
        "enum": [EACH, *STEPS],
        "description": "Seconds for which one row stands; 0: each reading by itself. Without it what a chart needs.",
    },
    read=whole(0, STEPS[-1]),
)
DEVICE = Parameter(name="device", schema={"type": "string", "description": "Only those of this device."}, read=str)
ROOM = Parameter(
    name="room", schema={"type": "string", "description": "Only those in this room, by its key."}, read=str
)
AFTER = Parameter(
    name="after", schema={"type": "string", "description": "The `next` of the answer before this one."}, read=str
)
LIMIT = Parameter(
    name="limit",
    schema={
        "type": "integer",
        "minimum": 1,
        "maximum": MOST_POINTS,
        "default": MOST_POINTS,
        "description": "How many at most.",
    },
    read=whole(1, MOST_POINTS),
)
