"""Scans as kiosks send them, for the use cases' tests; numbered guests as in tests.hub.build."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from devices.contract import codec
from devices.contract.messages import Answer, CheckInEvent, CodeKind, Verdict
from devices.ids import uuid7
from hub.ports import Store
from hub.usecases.check_in import Desk, check_in
from hub.usecases.judging import Incoming
from tests.hub.build import at, lookup

BOOT = uuid7()
KIOSKS = ("kiosk-1", "kiosk-2")


def scan(number: int = 1, seconds: float = 10, device: str = "kiosk-1", **changes: Any) -> Incoming:  # noqa: ANN401 - any field
    """Make the scan of guest ``number``, so many seconds after T0."""
    fields: dict[str, Any] = {
        "id": uuid7(),
        "ts": at(seconds),
        "boot": BOOT,
        "seq": int(seconds * 10),
        "lookup": lookup(number),
        "kind": CodeKind.SHORT,
        "verdict": Verdict.WELCOME,
        "offline": False,
        "mono_ms": int(seconds * 1000),
    }
    event = CheckInEvent(**(fields | changes))
    return Incoming(device, event, hashlib.sha256(codec.encode(event)).hexdigest())


def take(store: Store, *batch: Incoming, now: datetime | None = None) -> Sequence[Answer]:
    """Check a batch in, a moment after its last scan unless told otherwise."""
    when = now or max(item.event.ts for item in batch) + timedelta(milliseconds=20)
    with store.write() as tx:
        return check_in(tx, list(batch), Desk(uuid7, KIOSKS), when)
