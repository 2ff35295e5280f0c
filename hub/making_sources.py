"""What the settings mean for booking sources: each made with its secrets, how it is read, and who follows it.

A kind's own libraries are loaded only where a source of that kind is named.
"""

import stat
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import make_url

from devices.ports import Clock
from devices.settings import BadSettings, Mistake
from hub.booking_ports import BookingSource
from hub.config import HubConfig
from hub.domain.booked_meetings import Reading
from hub.domain.errors import InvalidInput
from hub.following import Followed, Follower, Turn
from hub.ports import Store
from hub.source_settings import SourceConfig, SourceKind
from hub.usecases.acting import Acting
from hub.usecases.keep_changes import Following

LONGEST_PASSWORD = 1_000


def make_followers(
    config: HubConfig,
    store: Store,
    *,
    clock: Clock,
    acting: Callable[[], Acting],
    after: Callable[[], None],
    alone: Callable[[str], Turn],
) -> Sequence[Follower]:
    """Return who follows each source, not yet started. Raises BadSettings."""
    how = followed(config)
    return [
        Follower(
            store,
            make_source(one),
            partial(_following, how[one.name]),
            clock=clock,
            acting=acting,
            every=one.every,
            ahead=one.ahead,
            after=after,
            turn=alone(f"follow {one.name}"),
        )
        for one in config.sources
    ]


def followed(config: HubConfig) -> Mapping[str, Followed]:
    """Return how each source is followed, by name, in the order of the settings."""
    readings, times = readings_of(config.sources), config.agenda_times()
    return {
        one.name: Followed(Following(source=one.name, readings=readings, times=times), one.kind.value, one.every)
        for one in config.sources
    }


def _following(one: Followed) -> Following:
    return one.following


def readings_of(sources: Sequence[SourceConfig]) -> Mapping[str, Reading]:
    """Return how each source is read, by name; the one that stands first is believed first."""
    order = tuple(one.name for one in sources)
    return {
        one.name: Reading(source=one.name, order=order, rooms=one.rooms, doors_before=one.doors_before)
        for one in sources
    }


def make_source(one: SourceConfig) -> BookingSource:
    """Return a source that has asked nothing yet. Raises BadSettings with what is wrong about its files."""
    return _MAKERS[one.kind](one, ZoneInfo(one.zone))


def _sql(one: SourceConfig, zone: ZoneInfo) -> BookingSource:
    from hub.booking_sources.mapping import OUR_SCHEMA, read_mapping  # noqa: PLC0415 - as above
    from hub.booking_sources.sql import SqlSource  # noqa: PLC0415 - as above

    url = make_url(one.address)
    if one.password_file:
        url = url.set(password=read_password(one, one.password_file))
    try:
        mapping = read_mapping(one.mapping) if one.mapping else OUR_SCHEMA
    except InvalidInput as problem:
        where = one.mapping or Path()
        raise BadSettings(where, [Mistake(problem.field, f"{problem.problem}: {problem.remedy}")]) from None
    return SqlSource(one.name, url, mapping, zone)


def _caldav(one: SourceConfig, zone: ZoneInfo) -> BookingSource:
    from hub.booking_sources.caldav import CalDavSource  # noqa: PLC0415 - as above

    password = read_password(one, one.password_file) if one.password_file else ""
    return CalDavSource(one.name, one.addresses, one.user, password, zone)


def _ical(one: SourceConfig, zone: ZoneInfo) -> BookingSource:
    from hub.booking_sources.ical import IcalSource  # noqa: PLC0415 - as above

    return IcalSource(one.name, one.file or one.address, zone)


def _csv(one: SourceConfig, zone: ZoneInfo) -> BookingSource:
    from hub.booking_sources.table import CsvSource  # noqa: PLC0415 - as above

    return CsvSource(one.name, one.file or Path(), zone)


_MAKERS: Mapping[SourceKind, Callable[[SourceConfig, ZoneInfo], BookingSource]] = {
    SourceKind.SQL: _sql,
    SourceKind.CALDAV: _caldav,
    SourceKind.ICAL: _ical,
    SourceKind.CSV: _csv,
}


def read_password(one: SourceConfig, path: Path) -> str:
    """Return the one line of a source's password file. Raises BadSettings, also where others may read it."""
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as problem:
        raise _bad(one, path, f"cannot be read: {problem.strerror}: write the password into it") from None
    except UnicodeDecodeError:
        raise _bad(one, path, "is no UTF-8: write the password into it as one line") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        open_to = f"others may read or change it (mode {stat.S_IMODE(mode):04o}): type chmod 600 {path}"
        raise _bad(one, path, open_to)
    if len(lines) != 1 or not lines[0].strip() or len(lines[0]) > LONGEST_PASSWORD:
        raise _bad(one, path, "holds no password: write it into the file as its one line")
    return lines[0].strip()


def _bad(one: SourceConfig, path: Path, problem: str) -> BadSettings:
    return BadSettings(path, [Mistake(f"password_file of {one.name}", problem)])
