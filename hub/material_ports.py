"""What the use cases need of the store for a meeting's materials, as a Protocol; part of ``hub.ports.Transaction``."""

from collections.abc import Mapping
from typing import Protocol

from hub.domain.materials import Given, Materials


class MaterialsKept(Protocol):
    """Notes, documents and hand-outs of meetings, and what was given of them."""

    def of_meeting(self, meeting: str) -> Materials:
        """Return a meeting's materials; nothing where none were kept."""

    def save(self, meeting: str, materials: Materials) -> None:
        """Keep a meeting's materials in the place of those before."""

    def give(self, given: Given) -> None:
        """Note a piece as given; a guest gets each hand-out once, a second time changes nothing."""

    def given(self, meeting: str) -> Mapping[str, int]:
        """Count the pieces given at a meeting, by hand-out."""

    def given_to(self, invitation: str) -> frozenset[str]:
        """Return which hand-outs a guest was given."""
