"""By what something that is wrong ends, and when a person may end it."""

from dataclasses import replace

import pytest

from hub.domain.condition_steps import Ends, ends_by
from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.field_devices import FieldDevice, Standing
from tests.hub.build import T0

AWAY = Condition(id="c", cause=Cause.OFFLINE, about=SubjectKind.DEVICE, subject="pj", room=None, since=T0, opened_at=T0)
GONE = FieldDevice(
    id="pj",
    publisher="p",
    identity="i",
    name="n",
    announced_at=T0,
    standing=Standing.ADMITTED,
    available=False,
)
HOT = replace(AWAY, cause=Cause.TOO_HIGH, about=SubjectKind.POINT, subject="pj.t")


@pytest.mark.parametrize(
    ("condition", "device", "expected"),
    [
        (AWAY, GONE, None),
        (HOT, GONE, None),
        (AWAY, replace(GONE, available=None), None),
        (replace(AWAY, cause=Cause.STALE), replace(GONE, available=None), None),
        (HOT, replace(GONE, available=None), Ends.DEVICE),
        (AWAY, replace(GONE, available=True), Ends.DEVICE),
        (AWAY, replace(GONE, standing=Standing.REFUSED), Ends.DEVICE),
        (AWAY, None, Ends.DEVICE),
        (replace(AWAY, about=SubjectKind.ROOM), None, Ends.ROOM),
        (replace(AWAY, about=SubjectKind.STATION), None, Ends.STATION),
        (replace(AWAY, hidden_by="other"), GONE, Ends.CAUSE),
    ],
)
def test_a_person_ends_only_what_a_device_that_is_away_will_never_report(
    condition: Condition, device: FieldDevice | None, expected: Ends | None
) -> None:
    """One that is back is left to itself, if only its delay is not over yet."""
    assert ends_by(condition, device) is expected
