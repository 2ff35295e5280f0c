"""Lists on disk, read whole."""

from dataclasses import dataclass
from pathlib import Path

from hub.domain.errors import InvalidInput
from hub.guest_lists.tables import MOST_BYTES


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file's name and what is in it."""

    name: str
    data: bytes


def read_file(path: Path) -> ListFile:
    """Read a file, but never more of it than is allowed, whatever it is. Raises InvalidInput."""
    try:
        with path.open("rb") as file:
            return ListFile(path.name, file.read(MOST_BYTES + 1))
    except OSError as problem:
        raise InvalidInput("file", f"cannot be read: {problem.strerror}", "check its name and rights") from problem
