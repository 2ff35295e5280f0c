from datetime import UTC, datetime, timedelta

import pytest

from hub.demo.staff import ACCEPTS_AFTER, PEOPLE, work
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import Outcome, TaskState, raise_task
from hub.ports import Store
from tests.hub.build import T0
from tests.hub.usecases.working import Floor

NOW = datetime(2026, 12, 31, 1, 1, tzinfo=UTC)
GUEST = {"salutation_zh": "李总", "salutation_en": "Mr Li", "device": "kiosk-1", "door_en": "East Entrance"}


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        (TaskKind.VIP_ARRIVAL, GUEST, "meet VIP 李总 / Mr Li"),
        (TaskKind.HELP, GUEST | {"note": "small_item"}, "help 李总 / Mr Li: small item"),
        (TaskKind.HELP, {"device": "kiosk-1", "door_en": "East Entrance"}, "help a guest at the East Entrance"),
        (TaskKind.DRINK, GUEST | {"note": "tea"}, "bring tea to 李总 / Mr Li"),
        (TaskKind.WALK_IN, {"name": "AIDA KOVAC", "device": "kiosk-1"}, "welcome Aida Kovac"),
        (TaskKind.SUSPECT_EVENT, {"device": "kiosk-1"}, "see to suspect event: kiosk-1"),
    ],
)
def test_the_terminal_says_in_words_what_staff_accept(
    sqlite_store: Store, kind: TaskKind, facts: dict[str, str], words: str
) -> None:
    """A newcomer reads it, not the name of a kind."""
    with sqlite_store.write() as tx:
        tx.tasks.raise_all([raise_task(kind, "one", task_id="0" * 32, at=NOW, facts=facts)])
    assert work(sqlite_store, NOW) == []
    (said,) = work(sqlite_store, NOW + ACCEPTS_AFTER)
    assert said in {f"{who} accepts to {words}" for who in PEOPLE}


@pytest.mark.parametrize("kind", [TaskKind.HELP, TaskKind.COMFORT, TaskKind.VIP_ARRIVAL, TaskKind.DRINK])
def test_the_demos_people_see_every_task_to_its_end(sqlite_store: Store, kind: TaskKind) -> None:
    """Taken, done, and where a guest is asked, the guest is content; nothing is left open for ever."""
    with sqlite_store.write() as tx:
        tx.tasks.raise_all([raise_task(kind, "x", task_id="task-1", at=T0, facts={"note": "too_cold"})])
    floor = Floor(sqlite_store)
    said: list[str] = []
    for seconds in range(0, 15 * 60, 3):
        now = T0 + timedelta(seconds=seconds)
        floor.until(now)
        said += work(sqlite_store, now)
    task = floor.task("task-1")
    asked = kind in {TaskKind.HELP, TaskKind.COMFORT}
    assert (task.state, task.outcome) == (TaskState.CLOSED, Outcome.CONFIRMED if asked else Outcome.FINISHED)
    assert task.accepted_by in PEOPLE
    assert len(said) == 1 + asked
