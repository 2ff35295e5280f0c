"""How bad something is, from what it is and whether guests are there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.field_devices import FieldDevice, Standing, Supply
from hub.domain.severity import Severity, severity
from tests.hub.build import T0

AWAY = Condition(
    id="c", cause=Cause.OFFLINE, about=SubjectKind.DEVICE, subject="pj", room="hall", since=T0, opened_at=T0
)
MAINS = FieldDevice(
    id="pj", publisher="p", identity="i", name="n", announced_at=T0, room="hall", standing=Standing.ADMITTED
)
BATTERY = replace(MAINS, supply=Supply.BATTERY)
LATER = T0 + timedelta(hours=1)


@pytest.mark.parametrize(
    ("condition", "device", "idle", "live"),
    [
        (AWAY, MAINS, Severity.FAULT, Severity.URGENT),
        (replace(AWAY, about=SubjectKind.ROOM, subject="hall"), None, Severity.FAULT, Severity.URGENT),
        (replace(AWAY, about=SubjectKind.STATION, subject="kiosk-1"), None, Severity.FAULT, Severity.URGENT),
        (replace(AWAY, cause=Cause.FLAPPING), MAINS, Severity.FAULT, Severity.URGENT),
        (replace(AWAY, cause=Cause.FAULT, about=SubjectKind.POINT), BATTERY, Severity.FAULT, Severity.URGENT),
        (replace(AWAY, cause=Cause.FAULT), BATTERY, Severity.FAULT, Severity.URGENT),
        (AWAY, BATTERY, Severity.WARNING, Severity.WARNING),
        (AWAY, replace(MAINS, room=None), Severity.WARNING, Severity.WARNING),
        (AWAY, None, Severity.WARNING, Severity.WARNING),
        (replace(AWAY, cause=Cause.TOO_HIGH, about=SubjectKind.POINT), MAINS, Severity.WARNING, Severity.WARNING),
        (replace(AWAY, hidden_by="other"), MAINS, Severity.NOTE, Severity.NOTE),
        (AWAY, replace(MAINS, excused_until=LATER), Severity.NOTE, Severity.NOTE),
        (AWAY, replace(MAINS, excused_until=T0), Severity.FAULT, Severity.URGENT),
        (replace(AWAY, over_at=T0), MAINS, Severity.FAULT, Severity.FAULT),
    ],
)
def test_a_fault_is_urgent_while_a_meeting_has_the_room_and_what_is_explained_is_a_note(
    condition: Condition, device: FieldDevice | None, idle: Severity, live: Severity
) -> None:
    """Each kind of trouble with and without guests (R118)."""
    assert severity(condition, device, T0, live=False) is idle
    assert severity(condition, device, T0, live=True) is live
