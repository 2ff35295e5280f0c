"""What the use cases need of the store for incidents, as a Protocol; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.departures import Departure
from hub.domain.incidents import Accounted, Incident, IncidentStep
from hub.domain.playbooks import IncidentKind, Playbook


class Departures(Protocol):
    """Who was noted as having left."""

    def of_meetings(self, meetings: Collection[str]) -> Sequence[Departure]:
        """Return who was noted as having left these meetings, by person."""

    def put(self, one: Departure) -> None:
        """Note that a person left; a later note takes the place of an earlier one."""

    def drop(self, person: str) -> None:
        """Take that back."""


class Incidents(Protocol):
    """What happened, what is done about it, and who was found safe."""

    def playbook(self, kind: IncidentKind) -> Playbook | None:
        """Return what is done about a kind of incident: the house's own, else what came with the program."""

    def playbooks(self, *, own: bool) -> Sequence[Playbook]:
        """Return the house's own playbooks, or those that came with the program, by kind."""

    def put_playbooks(self, playbooks: Iterable[Playbook], *, own: bool) -> None:
        """Take these for all of the house's own playbooks, or for all that came with the program."""

    def report(self, incident: Incident) -> Incident:
        """Store an incident; returns the active one of the same kind and room where there is one already (I5)."""

    def get(self, incident: str) -> Incident | None:
        """Return one incident; in a writing transaction nobody else changes it before the end."""

    def open(self) -> Sequence[Incident]:
        """Return the incidents that are not over, the newest first."""

    def since(self, since: datetime, limit: int) -> Sequence[Incident]:
        """Return the incidents that were reported since an instant, the newest first."""

    def save(self, incident: Incident) -> None:
        """Store an incident's new state. Raises Refused where another of its kind and room is active."""

    def steps(self, incident: str) -> Sequence[IncidentStep]:
        """Return the steps of an incident in their order."""

    def put_steps(self, incident: str, steps: Iterable[IncidentStep]) -> None:
        """Add or change steps."""

    def safe(self, incident: str) -> Sequence[Accounted]:
        """Return who was found safe, by person."""

    def put_safe(self, incident: str, one: Accounted) -> None:
        """Note that a person is safe; who was found safe before stays as noted first."""

    def drop_safe(self, incident: str, person: str) -> None:
        """Take that back."""
