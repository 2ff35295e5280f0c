"""What each device of a person did with an alert: whether it was sent there, shown, and answered there. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.alerts import SHOWN_WITHIN, Channel
from hub.domain.pace import real

NAMELESS = "browser"
"""Stands for browsers that are no tablet of the house: where it keeps no list of its people."""

LOW_BATTERY = 20
"""Per cent below which a tablet's battery is pointed out, unless the settings say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReceipt:
    """One alert on one device. ``device`` is a tablet's id, a pager's, or an address outside; instants are UTC.

    ``shown_at`` says that it stood on the screen, ``answered_at`` that a person answered it there (``answer``). No
    address outside ever says that it has shown anything (decision 47).
    """

    alert: str
    device: str
    channel: Channel
    person: str
    sent_at: datetime
    shown_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""

    @property
    def took(self) -> timedelta | None:
        """Return how long it took from sending to showing; None while it is not shown."""
        return None if self.shown_at is None else max(self.shown_at - self.sent_at, timedelta())

    def is_missing(self, now: datetime) -> bool:
        """Say whether it should have been shown by now, and was not in time (S18)."""
        if self.channel is Channel.OUTSIDE:
            return False
        return (now - self.sent_at if self.took is None else self.took) > real(SHOWN_WITHIN)


@dataclass(frozen=True, slots=True)
class DeviceShowing:
    """How well a device showed what it was sent: ``sent`` alerts, of which ``missed`` were not shown in five seconds.

    ``last_at`` is when it last showed one (UTC).
    """

    device: str
    channel: Channel
    sent: int
    missed: int
    last_at: datetime | None


def showing(receipts: Iterable[DeviceReceipt], now: datetime) -> list[DeviceShowing]:
    """Return how well each device shows alerts, the worst first; what cannot be judged yet is left out."""
    found: dict[tuple[Channel, str], list[DeviceReceipt]] = {}
    for one in receipts:
        if one.channel is not Channel.OUTSIDE and (one.shown_at or one.is_missing(now)):
            found.setdefault((one.channel, one.device), []).append(one)
    made = [
        DeviceShowing(
            device,
            channel,
            len(of_device),
            sum(one.is_missing(now) for one in of_device),
            max((one.shown_at for one in of_device if one.shown_at), default=None),
        )
        for (channel, device), of_device in found.items()
    ]
    return sorted(made, key=lambda one: (-one.missed / one.sent, -one.missed, one.device))


def by_alert(receipts: Iterable[DeviceReceipt]) -> Mapping[str, Sequence[DeviceReceipt]]:
    """Sort receipts by alert, each device once, what was shown first in front."""
    found: dict[str, list[DeviceReceipt]] = {}
    for one in sorted(receipts, key=lambda one: (one.shown_at is None, one.shown_at or one.sent_at, one.device)):
        found.setdefault(one.alert, []).append(one)
    return found
