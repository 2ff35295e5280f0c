"""Guests' pick-ups."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from hub.domain.transfers import PlaceKind, Transfer, TransferState
from hub.store import tables as t
from hub.store.rows import both, words
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Work

_t = t.transfers.c
_GET = select(t.transfers).where(among(_t.invitation, "invitations")).order_by(_t.invitation)
_GET_LOCKED = _GET.with_for_update()
_OF_MEETING = (
    select(t.transfers)
    .join_from(t.transfers, t.invitations, t.invitations.c.id == _t.invitation)
    .where(t.invitations.c.meeting == bindparam("of_meeting"))
)
_BETWEEN = (
    select(t.transfers)
    .where(_t.eta >= bindparam("start", type_=_t.eta.type), _t.eta < bindparam("end", type_=_t.eta.type))
    .order_by(_t.eta, _t.invitation)
)
_PUT = Upsert(t.transfers, "invitation")


class SqlTransfers:
    """Fills ``hub.transfer_ports.Transfers``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def get(self, invitations: Collection[str]) -> Mapping[str, Transfer]:
        """Return those there are, by invitation; in a writing transaction nobody else changes them before the end."""
        if not invitations:
            return {}
        query = _GET_LOCKED if self._work.locks_rows else _GET
        return _by_invitation(self._work.rows(query, {"invitations": sorted(invitations)}))

    def of_meeting(self, meeting: str) -> Mapping[str, Transfer]:
        """Return those of a meeting's guests, by invitation."""
        return _by_invitation(self._work.rows(_OF_MEETING, {"of_meeting": meeting}))

    def between(self, start: datetime, end: datetime) -> Sequence[Transfer]:
        """Return those whose guest arrives from ``start`` on and before ``end``, the earliest first."""
        return [_transfer(row) for row in self._work.rows(_BETWEEN, {"start": start, "end": end})]

    def save(self, transfer: Transfer) -> None:
        """Keep one; an earlier one of the same invitation is replaced."""
        self._work.put(
            _PUT,
            {
                "invitation": transfer.invitation,
                "kind": transfer.kind.value,
                "eta": transfer.eta,
                "note": transfer.note,
                "greeter": transfer.greeter,
                "greeter_phone": transfer.greeter_phone,
                "state": transfer.state.value,
                **both("place", transfer.place),
            },
        )


def _by_invitation(rows: Sequence[AnyRow]) -> dict[str, Transfer]:
    return {row.invitation: _transfer(row) for row in rows}


def _transfer(row: AnyRow) -> Transfer:
    return Transfer(
        invitation=row.invitation,
        kind=PlaceKind(row.kind),
        place=words(row, "place"),
        eta=row.eta,
        note=row.note,
        greeter=row.greeter,
        greeter_phone=row.greeter_phone,
        state=TransferState(row.state),
    )
