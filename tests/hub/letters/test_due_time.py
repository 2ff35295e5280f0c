"""By when a task is to be done, as a person reads it on a line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.letters.due_time import due_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 12, 1, 15, 50, tzinfo=UTC)  # ten to midnight in Shanghai


@pytest.mark.parametrize(
    ("minutes", "language", "words"),
    [(5, "zh", "23:55"), (5, "en", "23:55"), (15, "zh", "12月2日 00:05"), (15, "en", "2 Dec 00:05")],
)
def test_a_deadline_of_another_day_names_that_day(minutes: int, language: str, words: str) -> None:
    """In the house's zone: 10:46 tomorrow must not read as 10:46 now."""
    task = raise_task(TaskKind.HELP, "x", task_id="t", at=EVENING, facts={})
    assert due_time(replace(task, due_at=EVENING + timedelta(minutes=minutes)), SHANGHAI, language) == words
