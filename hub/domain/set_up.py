"""A room is set up for a meeting: what each step is to look like, and by when (R39, R40, R79). Pure.

摆放桌椅、调整音响灯光设备、悬挂横幅、摆放绿植.
"""

from datetime import datetime

from hub.domain.house_work import LEAST_TIME, FunctionSheet, HouseTimes
from hub.domain.meetings import Meeting

_BESIDE = {"tables_chairs": "stage", "sound_light": "lights", "banner": "backdrop"}
"""What of the function sheet stands beside a step."""


def set_up_due(meeting: Meeting, now: datetime, times: HouseTimes) -> datetime:
    """Return by when the work has to be done where it is asked for at ``now``."""
    return max(meeting.doors_at - times.set_up_lead, now + LEAST_TIME)


def sheet_facts(meeting: Meeting, sheet: FunctionSheet) -> dict[str, str]:
    """Say what was ordered, as the facts of a task: the style, and the sheet's words by the step they belong to."""
    facts = {"style": meeting.style.value}
    for step, name in _BESIDE.items():
        words = getattr(sheet, name)
        if words:
            facts |= {f"{step}_zh": words.zh, f"{step}_en": words.en}
    return facts
