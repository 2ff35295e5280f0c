"""What the house owns to put into rooms: each piece has a label of its own, stands in a room, on a shelf, or is broken.

The place in a room stays (``hub.domain.room_devices``: *the hall's projector*); the piece that fills it changes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.errors import InvalidInput, WrongScan
from hub.domain.meetings import NO_WORDS
from hub.domain.room_devices import DeviceKind
from hub.domain.words import Words

TEST_HOLDS = timedelta(days=30)
"""A spare that was found good so lately may be relied on (``assets.test_holds_days``)."""

LEAST_SPARES = 1
"""Fewer spares of a kind than this, and the page is red, and a technician is to get one (T9)."""

LONGEST_LABEL = 32
_LABEL = re.compile(rf"[A-Z0-9](?:[A-Z0-9._/-]{{0,{LONGEST_LABEL - 2}}}[A-Z0-9])?")


class AssetState(StrEnum):
    """Where a piece is: at its work, on its shelf, or waiting to be repaired."""

    IN_USE = "in_use"
    SPARE = "spare"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One piece. ``label`` is what stands on it, as text and as a code to scan: up to 32 of ``A-Z 0-9 . _ / -``.

    In use it fills the place ``thing`` of a ``room``; a spare stands on a ``shelf`` of a ``floor`` (as rooms name it).
    ``device`` is the id of the field device it is, empty where nothing in it speaks. ``tested_at`` is when a person
    found it good, ``since`` when it came to where it is; UTC.
    """

    label: str
    kind: DeviceKind
    model: str = ""
    state: AssetState = AssetState.SPARE
    room: str | None = None
    thing: str = ""
    shelf: Words = NO_WORDS
    floor: str = ""
    device: str = ""
    tested_at: datetime | None = None
    tested_by: str = ""
    since: datetime | None = None

    def is_tested(self, now: datetime, holds: timedelta = TEST_HOLDS) -> bool:
        """Say whether its last test still counts."""
        return self.tested_at is not None and now - self.tested_at <= holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A piece was taken out of a place and another put in: both as they are now, and when."""

    old: Asset
    new: Asset
    at: datetime


def read_label(text: str, field: str = "label") -> str:
    """Return a scanned or typed label in its one form. Raises WrongScan, naming the field it was meant for."""
    label = text.strip().upper()
    if len(label) > LONGEST_LABEL or not _LABEL.fullmatch(label):
        raise WrongScan(field, "no_label", label[:40])
    return label


def nearest_spare(
    assets: Iterable[Asset], kind: DeviceKind, floor: str, now: datetime, holds: timedelta = TEST_HOLDS
) -> Asset | None:
    """Return the spare to fetch: one that is tested, on the same floor, tested last; None where there is none."""

    def worth(one: Asset) -> tuple[bool, bool, float, str]:
        tested = one.tested_at.timestamp() if one.tested_at else 0.0
        return (not one.is_tested(now, holds), one.floor != floor, -tested, one.label)

    spares = [one for one in assets if one.kind is kind and one.state is AssetState.SPARE]
    return min(spares, key=worth, default=None)


def swap(place: tuple[str, str], kind: DeviceKind, old: Asset | str, new: Asset | str, at: datetime) -> Swap:
    """Put a new piece into a place of a room and take the old one out.

    A piece may be known or only a label: in a hurry nobody fills in a list first. Raises WrongScan, naming ``old``
    or ``new``, for a piece that fills another place, is of another kind, or is broken.
    """
    room, thing = place
    out = Asset(label=old, kind=kind) if isinstance(old, str) else old
    fresh = Asset(label=new, kind=kind) if isinstance(new, str) else new
    if out.label == fresh.label:
        raise WrongScan("new", "same", fresh.label)
    _check_old(out, place, kind)
    _check_new(fresh, kind)
    return Swap(
        old=replace(out, state=AssetState.REPAIR, room=None, thing="", since=at),
        new=replace(fresh, state=AssetState.IN_USE, room=room, thing=thing, since=at),
        at=at,
    )


def _check_old(old: Asset, place: tuple[str, str], kind: DeviceKind) -> None:
    if old.kind is not kind:
        raise WrongScan("old", "other_kind", old.label)
    if old.state is AssetState.IN_USE and (old.room, old.thing) != place:
        raise WrongScan("old", "elsewhere", old.label)


def _check_new(new: Asset, kind: DeviceKind) -> None:
    if new.kind is not kind:
        raise WrongScan("new", "other_kind", new.label)
    if new.state is AssetState.IN_USE:
        raise WrongScan("new", "in_use", new.label)
    if new.state is AssetState.REPAIR:
        raise WrongScan("new", "in_repair", new.label)


def found_good(asset: Asset, by: str, at: datetime) -> Asset:
    """Note that a person found a piece good. One that was broken is a spare again."""
    state = AssetState.SPARE if asset.state is AssetState.REPAIR else asset.state
    since = at if state is not asset.state else asset.since
    return replace(asset, state=state, since=since, tested_at=at, tested_by=by)


def found_broken(asset: Asset, at: datetime) -> Asset:
    """Take a spare from its shelf because it was found broken. Raises InvalidInput for one that is in use."""
    if asset.state is AssetState.IN_USE:
        raise InvalidInput("label", f"{asset.label} is in use", "report it broken at its room's panel, then swap it")
    return replace(asset, state=AssetState.REPAIR, since=at)


def spares_by_kind(assets: Sequence[Asset], kinds: Iterable[DeviceKind]) -> Mapping[DeviceKind, Sequence[Asset]]:
    """Return the spares of each kind that stands in some room, those of which there is none too."""
    wanted = dict.fromkeys([*kinds, *(one.kind for one in assets)])
    spares = [one for one in assets if one.state is AssetState.SPARE]
    return {kind: [one for one in spares if one.kind is kind] for kind in wanted}
