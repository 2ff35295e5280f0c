"""What time does to tasks, for ``hub.usecases.pass_time``: with the house's own times."""

from collections.abc import Mapping

from hub.domain.task_life import TaskTimes
from hub.usecases import ask_guest, watch_replies
from hub.usecases.pass_time import Fire


def task_timers(times: TaskTimes) -> Mapping[str, Fire]:
    """Return the rules of the timers that tasks set."""
    return {
        ask_guest.ASK: lambda tx, timer, who: ask_guest.fire_ask(tx, timer, who, times),
        ask_guest.LAPSE: ask_guest.fire_lapse,
        watch_replies.WARNING: watch_replies.warn,
        watch_replies.BREACH: watch_replies.breach,
    }
