"""Named faults planted into the product at the start of a process; the product itself holds no switch."""

from collections.abc import Callable

PLANT: dict[str, Callable[[], None]] = {}


def plant(name: str) -> None:
    """Plant one fault into this process. Raises KeyError for a name that is none."""
    PLANT[name]()
