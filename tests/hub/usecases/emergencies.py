"""A house with its playbooks, where incidents happen, for the use cases' tests."""

from collections.abc import Mapping

from hub.domain.incidents import Incident, IncidentStep
from hub.domain.playbooks import IncidentKind
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Task
from hub.ports import Store
from hub.usecases.report_incident import report_incident
from hub.usecases.work_incident import tick_incident
from hub.venue_files import standard_playbooks
from tests.hub.build import at, furnished
from tests.hub.usecases.working import by

CALLS = frozenset(kind for kind in TaskKind if kind.value.startswith("incident_"))


def furnish_playbooks(store: Store) -> Store:
    """Give the house what comes with the program."""
    with store.write() as tx:
        tx.incidents.put_playbooks(standard_playbooks(), own=False)
    return store


def ready(store: Store) -> Store:
    """Give the hall of the launch, with its guests and playbooks."""
    return furnish_playbooks(furnished(store))


def report(
    store: Store,
    kind: IncidentKind = IncidentKind.FIRE,
    seconds: float = 0,
    room: str = "hall",
    *,
    drill: bool = False,
    person: str = "小李",
) -> Incident:
    """Let a person report an incident."""
    with store.write() as tx:
        return report_incident(tx, kind, room, by(person, at(seconds)), drill=drill)


def tick(store: Store, incident: str, position: int, seconds: float, person: str = "小陈") -> Incident:
    """Let a person tick a step."""
    with store.write() as tx:
        return tick_incident(tx, incident, position, by(person, at(seconds)))


def seen(store: Store, incident: str) -> Incident:
    """Return an incident as it stands."""
    with store.read() as tx:
        found = tx.incidents.get(incident)
    assert found is not None
    return found


def steps(store: Store, incident: str) -> list[IncidentStep]:
    """Return its steps."""
    with store.read() as tx:
        return list(tx.incidents.steps(incident))


def calls(store: Store) -> Mapping[TaskKind, Task]:
    """Return the open calls of incidents; a house with one incident has one of a kind."""
    with store.read() as tx:
        found = [task for task in tx.tasks.open() if task.kind in CALLS]
    assert len({task.kind for task in found}) == len(found)
    return {task.kind: task for task in found}
