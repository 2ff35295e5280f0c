"""By when a task is to be done, as a person reads it on a line: with its day where that is not today's. Pure."""

from zoneinfo import ZoneInfo

from devices.texts import clock_time, day, same_day
from hub.domain.tasks import Task


def due_time(task: Task, zone: ZoneInfo, language: str) -> str:
    """Write a deadline in the house's zone; the day is left out where it is the one on which the task came up."""
    time = clock_time(task.due_at, zone)
    if same_day(task.created_at, task.due_at, zone):
        return time
    first, _, rest = day(task.due_at, zone, language).partition(" ")  # a line has no room for the weekday
    return f"{first if language == 'zh' else rest} {time}"
