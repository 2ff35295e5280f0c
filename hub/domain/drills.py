"""When which playbook is to be practised (定期組織應急演練, R129). Pure. All instants are UTC."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.domain.incidents import Incident, IncidentState
from hub.domain.playbooks import IncidentKind

DRILLED = (
    IncidentKind.FIRE,
    IncidentKind.EARTHQUAKE,
    IncidentKind.EQUIPMENT_FAILURE,
    IncidentKind.SUDDEN_ILLNESS,
)
"""The playbooks that a house practises (R127). Any other may be practised too; nobody is called for it."""

EVERY_MONTHS = 6
"""How often, where the house does not say; 0 is never."""

_HELD = frozenset({IncidentState.RESOLVED, IncidentState.REVIEWED, IncidentState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillDue:
    """One playbook: when it was last practised to the end, None for never, and when it is due."""

    kind: IncidentKind
    last: datetime | None
    due_at: datetime

    def overdue(self, now: datetime) -> bool:
        """Say whether it should have been by now."""
        return self.due_at <= now


def last_held(kind: IncidentKind, incidents: Iterable[Incident]) -> datetime | None:
    """Return when a playbook was last practised to its end; one that was dismissed or still runs does not count."""
    held = (one.reported_at for one in incidents if one.drill and one.kind is kind and one.state in _HELD)
    return max(held, default=None)


def months_after(instant: datetime, months: int) -> datetime:
    """Return the same day and time so many months later; the month's last day where it has no such day."""
    year, month = divmod(instant.year * 12 + instant.month - 1 + months, 12)
    return instant.replace(year=year, month=month + 1, day=min(instant.day, monthrange(year, month + 1)[1]))
