"""Events for the tests of what keeps and sends them."""

from dataclasses import replace
from typing import Any

from devices.contract.messages import CheckInEvent, CodeKind, Verdict
from devices.ids import uuid7
from tests.kiosk.cards import MORNING


def event(seq: int, boot: str, **changes: Any) -> CheckInEvent:  # noqa: ANN401 - an event's fields
    """Make one welcome of one code."""
    plain = CheckInEvent(
        id=uuid7(),
        ts=MORNING,
        boot=boot,
        seq=seq,
        lookup="0" * 32,
        kind=CodeKind.SHORT,
        verdict=Verdict.WELCOME,
        offline=False,
        mono_ms=1,
    )
    return replace(plain, **changes)
