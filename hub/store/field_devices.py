"""The devices in the rooms and their points."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing, Supply
from hub.store import room_tables as t
from hub.store.work import AnyRow, Upsert, Work

_d, _p = t.field_devices.c, t.points.c
_ALL = select(t.field_devices).order_by(_d.id)
_GET = select(t.field_devices).where(_d.id == bindparam("the_id"))
_GET_LOCKED = _GET.with_for_update()
_PUT = Upsert(t.field_devices, "id")
_HEARD = (
    update(t.field_devices)
    .where(_d.id == bindparam("the_id"))
    .values(heard_at=bindparam("moment", type_=_d.heard_at.type))
)
_REFUSED = (
    update(t.field_devices)
    .where(_d.id == bindparam("the_id"))
    .values(refused=_d.refused + bindparam("more", type_=_d.refused.type), refused_why=bindparam("why"))
)
_POINTS = select(t.points).order_by(_p.id)
_POINTS_OF = _POINTS.where(_p.device == bindparam("of_device"))
_POINT = select(t.points).where(_p.id == bindparam("the_id"))
_PUT_POINT = Upsert(t.points, "id")


class SqlFieldDevices:
    """Fills ``hub.room_ports.FieldDevices``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def get(self, device: str) -> FieldDevice | None:
        """Return one device; in a writing transaction nobody else changes it before the end."""
        row = self._work.row(_GET_LOCKED if self._work.locks_rows else _GET, {"the_id": device})
        return _device(row) if row is not None else None

    def all(self) -> Sequence[FieldDevice]:
        """Return all devices by id, those that are quarantined or gone too."""
        return [_device(row) for row in self._work.rows(_ALL)]

    def save(self, device: FieldDevice) -> None:
        """Add or change a device."""
        row = {name: getattr(device, name) for name in FieldDevice.__dataclass_fields__}
        self._work.put(_PUT, row | _words(device))

    def points(self, device: str | None = None) -> Sequence[Point]:
        """Return the points of one device, or of all, by id."""
        rows = self._work.rows(_POINTS) if device is None else self._work.rows(_POINTS_OF, {"of_device": device})
        return [_point(row) for row in rows]

    def point(self, point: str) -> Point | None:
        """Return one point by its id."""
        row = self._work.row(_POINT, {"the_id": point})
        return _point(row) if row is not None else None

    def save_points(self, points: Iterable[Point]) -> None:
        """Add or change points."""
        rows = [
            {name: getattr(point, name) for name in Point.__dataclass_fields__}
            | {"quantity": point.quantity.value, "config": dict(point.config)}
            for point in points
        ]
        if rows:
            self._work.put(_PUT_POINT, rows)

    def heard(self, at: Mapping[str, datetime]) -> None:
        """Note when devices, by id, gave their last sign of life."""
        if at:
            self._work.send(_HEARD, [{"the_id": device, "moment": moment} for device, moment in sorted(at.items())])

    def refused(self, found: Mapping[str, tuple[int, str]]) -> None:
        """Count what devices, by id, said and nobody could believe; each with the last of it in words."""
        if found:
            rows = [{"the_id": device, "more": more, "why": why} for device, (more, why) in sorted(found.items())]
            self._work.send(_REFUSED, rows)


def _words(device: FieldDevice) -> dict[str, str]:
    return {name: getattr(device, name).value for name in ("supply", "standing", "returns_as")}


def _device(row: AnyRow) -> FieldDevice:
    told = {name: getattr(row, name) for name in FieldDevice.__dataclass_fields__}
    told |= {
        "supply": Supply(row.supply),
        "standing": Standing(row.standing),
        "returns_as": Standing(row.returns_as),
    }
    return FieldDevice(**told | {"available": None if row.available is None else bool(row.available)})


def _point(row: AnyRow) -> Point:
    told = {name: getattr(row, name) for name in Point.__dataclass_fields__}
    return Point(**told | {"quantity": Quantity(row.quantity), "gone": bool(row.gone)})
