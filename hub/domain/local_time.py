"""Local times of the house as instants, and what is wrong with one that cannot be used."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hub.domain.words import Words
from hub.domain.wrong_values import WrongValue


class BadMoment(WrongValue):
    """A date or time that cannot be used."""


def in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time. Raises BadMoment when clocks skip it or show it twice that day."""
    early, late = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    instant = early.astimezone(UTC)
    if early.utcoffset() != late.utcoffset():
        skipped = instant.astimezone(zone).replace(tzinfo=None) != local
        en = "does not exist: clocks are put forward" if skipped else "comes twice: clocks are put back"
        zh = "不存在：当夜时钟拨快" if skipped else "出现两次：当夜时钟拨慢"
        raise BadMoment(
            Words(
                f"{local:%Y-%m-%d %H:%M} 在 {zone.key} {zh}",
                f"{local:%H:%M} on {local:%Y-%m-%d} {en} in {zone.key} that night",
            ),
            Words("请改早或改晚一小时", "choose a time an hour earlier or later"),
        )
    return instant
