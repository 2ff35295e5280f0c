"""Devices' certificates, and the windows through which devices join."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, select

from hub.domain.joining import DeviceCertificate, Stage, Window
from hub.store import certificate_tables as t
from hub.store.work import AnyRow, Upsert, Work

_w, _c = t.join_windows.c, t.device_certificates.c
_WINDOWS = select(t.join_windows).order_by(_w.opened_at.desc(), _w.id)
_WINDOW = select(t.join_windows).where(_w.id == bindparam("the_id"))
_BY_CODE = select(t.join_windows).where(_w.code == bindparam("the_code"))
_BY_TICKET = select(t.join_windows).where(_w.ticket == bindparam("the_ticket"))
_LOCKED = {query: query.with_for_update() for query in (_WINDOW, _BY_CODE, _BY_TICKET)}
_FORGET = delete(t.join_windows).where(_w.closes_at < bindparam("before", type_=_w.closes_at.type))
_PUT_WINDOW = Upsert(t.join_windows, "id")
_ALL = select(t.device_certificates).order_by(_c.device, _c.issued_at.desc(), _c.serial)
_OF = select(t.device_certificates).where(_c.device == bindparam("the_device")).order_by(_c.serial)
_OF_LOCKED = _OF.with_for_update()
_PUT = Upsert(t.device_certificates, "serial")


class SqlCertificates:
    """Fills ``hub.certificate_ports.Certificates``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def windows(self) -> Sequence[Window]:
        """Return every window that is kept, the newest first."""
        return [_window(row) for row in self._work.rows(_WINDOWS)]

    def window(self, window: str) -> Window | None:
        """Return one; in a writing transaction nobody else changes it before the end."""
        return self._one(_WINDOW, the_id=window)

    def by_code(self, code: str) -> Window | None:
        """Return the window with this hash of a code; locked as ``window`` is."""
        return self._one(_BY_CODE, the_code=code)

    def by_ticket(self, ticket: str) -> Window | None:
        """Return the window with this hash of a ticket; locked as ``window`` is."""
        return self._one(_BY_TICKET, the_ticket=ticket)

    def save_window(self, window: Window) -> None:
        """Keep a new window, or one's new state."""
        self._work.put(_PUT_WINDOW, asdict(window) | {"stage": window.stage.value})

    def forget_windows(self, before: datetime) -> None:
        """Drop those that closed before an instant."""
        self._work.run(_FORGET, {"before": before})

    def all(self) -> Sequence[DeviceCertificate]:
        """Return every certificate that was signed, by device, the newest first."""
        return [DeviceCertificate(**row._asdict()) for row in self._work.rows(_ALL)]

    def of_device(self, device: str) -> Sequence[DeviceCertificate]:
        """Return those of one device; in a writing transaction nobody else adds to them or changes one before the end.

        Whoever adds one has locked the others. What was added while we waited for that only a second look shows.
        """
        if self._work.locks_rows:
            self._work.rows(_OF_LOCKED, {"the_device": device})
        return [DeviceCertificate(**row._asdict()) for row in self._work.rows(_OF, {"the_device": device})]

    def save(self, certificate: DeviceCertificate) -> None:
        """Keep a new certificate, or one's new state."""
        self._work.put(_PUT, asdict(certificate))

    def _one(self, query: Select[tuple[object, ...]], **values: str) -> Window | None:
        row = self._work.row(_LOCKED[query] if self._work.locks_rows else query, values)
        return _window(row) if row is not None else None


def _window(row: AnyRow) -> Window:
    return Window(**row._asdict() | {"stage": Stage(row.stage)})
