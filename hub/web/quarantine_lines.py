"""Quarantined input made harmless to look at: the reason in words, and the first bytes without their effects. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.ports import Quarantined, Transaction
from hub.web.language import Tongue

MOST = 50
"""The newest ones are shown; a storm of bad messages does not make a slow page."""

SHOWN_BYTES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineLine:
    """One quarantined message in one language; ``start`` is printable text, ``size`` the whole payload's bytes."""

    id: str
    received_at: datetime
    device: str
    leaf: str
    reason: str
    code: str
    detail: str
    field: str
    start: str
    size: int
    cut: bool


def read_quarantine(tx: Transaction) -> Sequence[Quarantined]:
    """Read the newest quarantined input."""
    return tx.records.quarantined(MOST)


def lines(found: Sequence[Quarantined], tongue: Tongue) -> list[QuarantineLine]:
    """Write quarantined input, newest first."""
    return [
        QuarantineLine(
            id=item.id,
            received_at=item.received_at,
            device=harmless(item.device.encode()),
            leaf=harmless(item.leaf.encode()),
            reason=tongue.say_or(f"quarantine.reason.{item.reason}", tongue.say("quarantine.reason.other")),
            code=item.reason,
            detail=harmless(item.detail.encode()),
            field=harmless(item.field.encode()),
            start=harmless(item.payload[:SHOWN_BYTES]),
            size=len(item.payload),
            cut=len(item.payload) > SHOWN_BYTES,
        )
        for item in found
    ]


def harmless(payload: bytes) -> str:
    """Write bytes so that none of them acts: what is not printable stands as an escape, directions of writing too."""
    text = payload.decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
