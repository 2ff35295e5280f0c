"""What is to happen at an instant. A timer is a row, so that a restart loses none; the clock is an argument."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One thing that is due. There is one at most for each rule and subject; setting it again moves it.

    ``rule`` names what happens (``hub.usecases.timer_rules``), ``subject`` is an id that only the rule reads,
    ``due_at`` an instant in UTC. ``tries`` counts how often it has failed.
    """

    rule: str
    subject: str
    due_at: datetime
    tries: int = 0
