"""[[sources]]: where the house keeps its bookings. The order of the list says which source is believed first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from devices.contract.limits import Items, Number, Text
from devices.settings import Mistake
from hub.database_address import address_problem, is_local

Address = Annotated[str, Text(2_000)]


class SourceKind(StrEnum):
    """In what the bookings are kept."""

    SQL = "sql"
    CALDAV = "caldav"
    ICAL = "ical"
    CSV = "csv"


_OF_KIND = {
    SourceKind.SQL: frozenset({"address", "password_file", "mapping"}),
    SourceKind.CALDAV: frozenset({"addresses", "user", "password_file"}),
    SourceKind.ICAL: frozenset({"file", "address"}),
    SourceKind.CSV: frozenset({"file"}),
}
"""Which settings belong to one kind only."""

_OWN = sorted({name for names in _OF_KIND.values() for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """One source. ``zone`` (IANA) is meant by times that name none: a wrong one moves every meeting.

    It is asked every ``every_s`` seconds for what lies up to ``ahead_days`` ahead. ``rooms`` maps what it calls a room
    to the house's key. Doors open ``doors_before_min`` minutes before a meeting.
    """

    name: Annotated[str, Text(32, r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")]
    kind: SourceKind
    zone: Annotated[str, Text(64)]
    every_s: Annotated[float, Number(1, 86_400)] = 5.0
    ahead_days: Annotated[int, Number(1, 1_100)] = 90
    doors_before_min: Annotated[int, Number(0, 600)] = 30
    rooms: Mapping[str, str] = field(default_factory=dict)
    address: Address = field(default="", repr=False)
    addresses: Annotated[tuple[Address, ...], Items(200)] = field(default=(), repr=False)
    user: Annotated[str, Text(200)] = ""
    password_file: Path | None = None
    mapping: Path | None = None
    file: Path | None = None

    @property
    def every(self) -> timedelta:
        """Return how often it is asked."""
        return timedelta(seconds=self.every_s)

    @property
    def ahead(self) -> timedelta:
        """Return how far ahead is looked."""
        return timedelta(days=self.ahead_days)

    @property
    def doors_before(self) -> timedelta:
        """Return how long before a meeting its doors open."""
        return timedelta(minutes=self.doors_before_min)


def mistakes_of_sources(settings: Sequence[SourceConfig]) -> list[Mistake]:
    """Return what cannot be. No address is repeated: it may hold a secret."""
    found, seen = [], set()
    for number, one in enumerate(settings):
        at = f"sources[{number}]"
        if one.name in seen:
            found.append(Mistake(f"{at}.name", f"{one.name} stands twice: give each source a name of its own"))
        seen.add(one.name)
        found += [Mistake(f"{at}.{name}", problem) for name, problem in _mistakes(one)]
    return found


def _mistakes(one: SourceConfig) -> Iterator[tuple[str, str]]:
    for name in _OWN:
        if getattr(one, name) and name not in _OF_KIND[one.kind]:
            yield name, f'does not belong to a source of kind "{one.kind}": leave it out'
    if not _is_zone(one.zone):
        yield "zone", f'{one.zone!r} is no time zone: give the one that its times are in, such as "Asia/Shanghai"'
    yield from {
        SourceKind.SQL: _sql,
        SourceKind.CALDAV: _caldav,
        SourceKind.ICAL: _ical,
        SourceKind.CSV: _csv,
    }[one.kind](one)


def _sql(one: SourceConfig) -> Iterator[tuple[str, str]]:
    if not one.address:
        yield "address", 'is missing: give the database, such as "postgresql://reader@127.0.0.1/bookings"'
        return
    try:
        url = make_url(one.address)
    except ArgumentError:
        yield "address", 'is no address of a database: write it as "postgresql://reader@127.0.0.1/bookings"'
        return
    if url.password:
        yield "address", "holds a password: put it into a file of its own, and name that as password_file"
    if problem := address_problem(one.address):
        yield "address", problem


def _caldav(one: SourceConfig) -> Iterator[tuple[str, str]]:
    if not one.addresses:
        yield "addresses", "is missing: give the address of each calendar"
    if one.user and not one.password_file:
        yield "password_file", f"is missing: name the file with the password of {one.user}"
    if one.password_file and not one.user:
        yield "user", "is missing: say whose password that is"
    for number, address in enumerate(one.addresses):
        for problem in _web(address, secret=one.password_file is not None):
            yield f"addresses[{number}]", problem


def _ical(one: SourceConfig) -> Iterator[tuple[str, str]]:
    if bool(one.file) == bool(one.address):
        yield "file", "give either file or address: where the calendar is read"
    if one.address:
        for problem in _web(one.address, secret=False):
            yield "address", problem


def _csv(one: SourceConfig) -> Iterator[tuple[str, str]]:
    if not one.file:
        yield "file", "is missing: name the table (.csv)"


def _web(address: str, *, secret: bool) -> Iterator[str]:
    parts = _split(address)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        yield "is no address on the web: it begins with https://"
        return
    if parts.password or parts.username:
        yield "holds a name or a password: give user and password_file instead"
    if secret and parts.scheme == "http" and not is_local(parts.hostname):
        yield "the password would travel in the clear: use https://"


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder, no name at all, an unknown one
        return False
    return True
