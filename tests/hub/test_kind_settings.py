"""What a house wants otherwise of a kind of task."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from devices.settings import BadSettings
from hub.config import read_config
from hub.domain.escalation import Priority
from hub.domain.task_kinds import RULES, TaskKind, adopt
from hub.domain.tasks import raise_task
from hub.kind_settings import house_rules
from tests.hub.build import T0


@pytest.fixture
def _as_before() -> Iterator[None]:
    kept = dict(RULES)
    yield
    RULES.clear()
    RULES.update(kept)


def read(tmp_path: Path, text: str) -> dict[TaskKind, object]:
    """Read the settings of kinds from a hub's file."""
    path = tmp_path / "hub.toml"
    path.write_text(f'site = "demo"\n{text}', encoding="utf-8")
    return dict(house_rules(read_config(path).task_kinds))


@pytest.mark.usefixtures("_as_before")
def test_deadlines_chains_and_loudness_are_the_houses_own(tmp_path: Path) -> None:
    """And hold for tasks that are raised from then on."""
    told = '[[task_kinds]]\nkind = "vip_arrival"\nwithin_s = 90\nasked_after_s = [0, 10, 30, 60]\nquiet = true\n'
    rules = read(tmp_path, told)
    assert list(rules) == [TaskKind.VIP_ARRIVAL]
    adopt(rules)  # type: ignore[arg-type]
    rule = RULES[TaskKind.VIP_ARRIVAL]
    assert [rung.after.total_seconds() for rung in rule.chain] == [0, 10, 30, 60]
    assert rule.priority is Priority.LOW
    made = raise_task(TaskKind.VIP_ARRIVAL, "i-1", task_id="1", at=T0, facts={})
    assert made.due_at - made.created_at == timedelta(seconds=90)


def test_what_does_not_fit_a_chain_is_said_at_once(tmp_path: Path) -> None:
    """With the setting, and the remedy."""
    with pytest.raises(BadSettings) as caught:
        read(
            tmp_path,
            """[[task_kinds]]
kind = "help"
asked_after_s = [0, 60]
[[task_kinds]]
kind = "help"
asked_after_s = [0, 60, 50, 240]
""",
        )
    said = str(caught.value)
    assert "task_kinds[0].asked_after_s: give 4 times, for person, team, lead, all" in said
    assert "task_kinds[1].kind: help stands twice" in said
    assert "task_kinds[1].asked_after_s: begin with 0" in said
