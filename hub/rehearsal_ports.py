"""What the use cases need of the store for rehearsals, as a Protocol; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from hub.domain.rehearsals import Course, Mark


class Rehearsals(Protocol):
    """How meetings were rehearsed."""

    def courses(self, meetings: Collection[str]) -> Mapping[str, Course]:
        """Return what is kept of the rehearsals of these meetings, by meeting."""

    def save(self, course: Course) -> None:
        """Add or change what is kept of a rehearsal."""

    def marks(self, meeting: str) -> Sequence[Mark]:
        """Return how the lines of a meeting's list were found, by line."""

    def put(self, meeting: str, marks: Iterable[Mark]) -> None:
        """Keep how lines were found, each in the place of what was found before. Their rehearsal is kept already."""
