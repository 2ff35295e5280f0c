"""What the house owns to put into rooms."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select

from hub.domain.assets import Asset, AssetState
from hub.domain.room_devices import DeviceKind
from hub.store import room_tables as t
from hub.store.rows import both, words
from hub.store.work import AnyRow, Upsert, Work

_a = t.assets.c
_ALL = select(t.assets).order_by(_a.label)
_GET = select(t.assets).where(_a.label == bindparam("the_label"))
_GET_LOCKED = _GET.with_for_update()
_IN_PLACE = select(t.assets).where(
    _a.room == bindparam("of_room"), _a.thing == bindparam("of_thing"), _a.state == AssetState.IN_USE.value
)
_IN_PLACE_LOCKED = _IN_PLACE.with_for_update()
_PUT = Upsert(t.assets, "label")


class SqlAssets:
    """Fills ``hub.room_ports.Assets``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def all(self) -> Sequence[Asset]:
        """Return everything by label."""
        return [_asset(row) for row in self._work.rows(_ALL)]

    def get(self, label: str) -> Asset | None:
        """Return one piece; in a writing transaction nobody else changes it before the end."""
        row = self._work.row(_GET_LOCKED if self._work.locks_rows else _GET, {"the_label": label})
        return _asset(row) if row is not None else None

    def in_place(self, room: str, thing: str) -> Asset | None:
        """Return the piece that fills a place of a room."""
        statement = _IN_PLACE_LOCKED if self._work.locks_rows else _IN_PLACE
        row = self._work.row(statement, {"of_room": room, "of_thing": thing})
        return _asset(row) if row is not None else None

    def put(self, assets: Iterable[Asset]) -> None:
        """Add or change pieces, in this order. Two in one place, or two that are one device, raise Refused."""
        for one in assets:
            row = {name: getattr(one, name) for name in Asset.__dataclass_fields__ if name != "shelf"}
            told = {"kind": one.kind.value, "state": one.state.value, **both("shelf", one.shelf)}
            self._work.put(_PUT, row | told)


def _asset(row: AnyRow) -> Asset:
    told = {name: getattr(row, name) for name in Asset.__dataclass_fields__ if name != "shelf"}
    told |= {"kind": DeviceKind(row.kind), "state": AssetState(row.state)}
    return Asset(**told, shelf=words(row, "shelf"))
