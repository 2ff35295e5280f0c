"""An honest disk that loses its power: what was synced stays; of the rest each write is kept, lost or torn by chance.

The unit is the sector of 512 bytes, as in SQLite's own crash tests (test6.c). Names of files are kept apart from their
contents: making or deleting a file is certain only once the folder was synced, until then a first part of such changes
is kept. A disk that says "synced" and is not is the seeded mutant of tests/faults/power, not this one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

SECTOR = 512
"""Bytes that a disk writes as one; a cut may leave any mixture of old and new sectors."""

Files = Mapping[str, bytes]
"""What a folder holds, by name."""

_KEEPING = (0.0, 0.3, 0.7, 0.95, 1.0)
"""How much of what was not synced a disk may have written by itself; one is drawn for each cut."""
_GARBLED = 0.1


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes written to a file, not yet certain."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file cut to a size, not yet certain."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """All of a file's contents become certain."""

    file: int


@dataclass(frozen=True, slots=True)
class Link:
    """A name given to a file; ``file`` None: the name deleted."""

    name: str
    file: int | None


@dataclass(frozen=True, slots=True)
class SyncFolder:
    """All names become certain."""


Operation = Write | Truncate | Sync | Link | SyncFolder


class Disk:
    """The state of a folder on the way through a list of operations."""

    def __init__(self, files: Files) -> None:
        """Begin with certain files, which are numbered in the order of their names."""
        self._names = {name: number for number, name in enumerate(sorted(files))}
        self._certain = {number: bytearray(files[name]) for name, number in self._names.items()}
        self._waiting: dict[int, list[Write | Truncate]] = {}
        self._links: list[Link] = []

    def take(self, operation: Operation) -> None:
        """Let one operation happen."""
        match operation:
            case Write() | Truncate():
                self._waiting.setdefault(operation.file, []).append(operation)
            case Sync():
                content = self._certain.setdefault(operation.file, bytearray())
                for waiting in self._waiting.pop(operation.file, []):
                    _apply(content, waiting)
            case Link():
                self._links.append(operation)
            case SyncFolder():
                _rename(self._names, self._links)
                self._links = []

    def uncut(self) -> dict[str, bytes]:
        """Return the files as the running machine sees them: nothing is lost."""
        names = dict(self._names)
        _rename(names, self._links)
        return {name: bytes(self._uncut(number)) for name, number in names.items()}

    def cut(self, chance: Random) -> dict[str, bytes]:
        """Return the files as they may be found after the power was cut now."""
        names = dict(self._names)
        _rename(names, self._links[: chance.randint(0, len(self._links))])
        keeping = chance.choice(_KEEPING)
        return {name: bytes(self._cut(number, keeping, chance)) for name, number in names.items()}

    def _uncut(self, number: int) -> bytearray:
        content = bytearray(self._certain.get(number, b""))
        for waiting in self._waiting.get(number, ()):
            _apply(content, waiting)
        return content

    def _cut(self, number: int, keeping: float, chance: Random) -> bytearray:
        content = bytearray(self._certain.get(number, b""))
        for waiting in self._waiting.get(number, ()):
            if isinstance(waiting, Write) and chance.random() < 0.3:
                _tear(content, waiting, keeping, chance)
            elif chance.random() < keeping:
                _apply(content, waiting)
        return content


def _apply(content: bytearray, operation: Write | Truncate) -> None:
    if isinstance(operation, Truncate):
        del content[operation.size :]
        return
    _grow(content, operation.offset)
    content[operation.offset : operation.offset + len(operation.data)] = operation.data


def _grow(content: bytearray, size: int) -> None:
    """Let a file that ends before ``size`` have a hole, which reads as zeros."""
    if len(content) < size:
        content.extend(bytes(size - len(content)))


def _tear(content: bytearray, write: Write, keeping: float, chance: Random) -> None:
    """Keep some sectors of a write, lose some; a sector that was being written may hold anything where it wrote."""
    end = write.offset + len(write.data)
    start = write.offset
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        lot = chance.random()
        if lot < _GARBLED:
            _apply(content, Write(write.file, start, chance.randbytes(stop - start)))
        elif lot < _GARBLED + keeping * (1 - _GARBLED):
            _apply(content, Write(write.file, start, write.data[start - write.offset : stop - write.offset]))
        start = stop


def _rename(names: dict[str, int], links: Iterable[Link]) -> None:
    for link in links:
        if link.file is None:
            names.pop(link.name, None)
        else:
            names[link.name] = link.file
