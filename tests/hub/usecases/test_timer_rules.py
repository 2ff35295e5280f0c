import re
from importlib import import_module
from pathlib import Path

import hub.usecases
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads
from hub.usecases.timer_rules import timer_rules


def test_every_timer_that_is_set_anywhere_has_its_rule_and_none_is_idle() -> None:
    """One that nobody knows would wait, and fail, for ever."""
    named = set()
    for path in Path(hub.usecases.__file__ or "").parent.glob("*.py"):
        for constant in re.findall(r"Timer\(\s*rule=(\w+)", path.read_text(encoding="utf-8")):
            named.add(vars(import_module(f"hub.usecases.{path.stem}"))[constant])
    assert named == set(timer_rules(TaskTimes(), Leads()))
