"""When a message says it was measured, where that can be believed."""

from datetime import UTC, datetime, timedelta

from hub.discovery.message import Message

NAMES = ("ts", "timestamp", "time", "last_seen")
"""Where messages carry their time: ours, Zigbee2MQTT's ``last_seen``, rtl_433's ``time``."""

BELIEVED = timedelta(minutes=5)
"""A time further from the hub's own is a clock gone wrong, or a battery that ran empty twenty years ago."""

_MILLISECONDS = 1e11
"""An epoch number past it counts milliseconds (1e11 seconds is the year 5138)."""


def said_at(message: Message, now: datetime) -> datetime | None:
    """Return the time in a JSON object if it names its zone and lies within five minutes of now; else None."""
    said = message.json
    if type(said) is not dict:
        return None
    for name in NAMES:
        if name in said:
            at = _read(said[name])
            return at if at is not None and abs(at - now) <= BELIEVED else None
    return None


def _read(said: object) -> datetime | None:
    try:
        if isinstance(said, str):
            at = datetime.fromisoformat(said)
            return None if at.tzinfo is None else at.astimezone(UTC)
        if isinstance(said, int | float) and not isinstance(said, bool):
            return datetime.fromtimestamp(said / 1000 if said > _MILLISECONDS else said, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
