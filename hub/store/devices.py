"""The devices that have been heard."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from hub.device_ports import DeviceRecord
from hub.store import tables as t
from hub.store.work import AnyRow, Upsert, Work

_d = t.devices.c
_ALL = select(t.devices).order_by(_d.id)
_GET = select(t.devices).where(_d.id == bindparam("the_id"))
_GET_LOCKED = _GET.with_for_update()
_PUT = Upsert(t.devices, "id")


class SqlDevices:
    """Fills ``hub.device_ports.Devices``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def get(self, device: str) -> DeviceRecord | None:
        """Return what is known of one device; in a writing transaction no other writer changes it before the end."""
        row = self._work.row(_GET_LOCKED if self._work.locks_rows else _GET, {"the_id": device})
        return _record(row) if row is not None else None

    def all(self) -> Sequence[DeviceRecord]:
        """Return all devices by id."""
        return [_record(row) for row in self._work.rows(_ALL)]

    def save(self, record: DeviceRecord) -> None:
        """Store what is known of a device."""
        self._work.put(
            _PUT,
            {
                "id": record.id,
                "status": record.status,
                "boot": record.boot,
                "status_at": record.status_at,
                "seen_at": record.seen_at,
                "kind": record.kind,
                "model": record.model,
                "software": record.software,
                "capabilities": " ".join(record.capabilities),
                "health": None if record.health is None else dict(record.health),
            },
        )


def _record(row: AnyRow) -> DeviceRecord:
    return DeviceRecord(
        id=row.id,
        status=row.status,
        boot=row.boot,
        status_at=row.status_at,
        seen_at=row.seen_at,
        kind=row.kind,
        model=row.model,
        software=row.software,
        capabilities=tuple(row.capabilities.split()),
        health=row.health,
    )
