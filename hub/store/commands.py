"""What devices were told to do, and the pictures of their screens."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from hub.domain.commands import CommandState, DeviceCommand
from hub.domain.errors import NotFound
from hub.domain.point_commands import SET
from hub.store import tables as t
from hub.store.work import AnyRow, Upsert, Values, Work

_c, _p = t.commands.c, t.screenshots.c
_ADD = insert(t.commands)
_GET = select(t.commands).where(_c.id == bindparam("the_id"))
_GET_LOCKED = _GET.with_for_update()
_SAVE = update(t.commands).where(_c.id == bindparam("the_id"))
_WAITING = (
    select(t.commands)
    .where(_c.state == CommandState.WAITING.value, _c.expires_at > bindparam("now", type_=_c.expires_at.type))
    .order_by(_c.created_at, _c.id)
    .limit(bindparam("most"))
)
_TO_OURS, _TO_POINTS = _WAITING.where(_c.kind != SET), _WAITING.where(_c.kind == SET)
_LOCKED = {False: _TO_OURS.with_for_update(skip_locked=True), True: _TO_POINTS.with_for_update(skip_locked=True)}
_OF_KIND = select(t.commands).where(_c.kind == bindparam("of_kind")).order_by(_c.created_at, _c.id)
_OF_DEVICE = (
    select(t.commands)
    .where(_c.device == bindparam("of_device"), _c.created_at > bindparam("since", type_=_c.created_at.type))
    .order_by(_c.created_at.desc(), _c.id.desc())
)
_FORGET = delete(t.commands).where(_c.created_at < bindparam("before", type_=_c.created_at.type))
_PUT_PICTURE = Upsert(t.screenshots, "device")
_PICTURE = select(_p.picture).where(_p.device == bindparam("of_device"))
_TIMES = select(_p.device, _p.taken_at)
_FORGET_PICTURES = delete(t.screenshots).where(_p.taken_at <= bindparam("before", type_=_p.taken_at.type))


class SqlCommands:
    """Fills ``hub.device_ports.Commands``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def add(self, command: DeviceCommand) -> None:
        """Keep a new command."""
        self._work.run(_ADD, {"id": command.id, **_values(command)})

    def get(self, command: str) -> DeviceCommand | None:
        """Return a command by its id; in a writing transaction no other writer changes it before the end."""
        row = self._work.row(_GET_LOCKED if self._work.locks_rows else _GET, {"the_id": command})
        return _command(row) if row is not None else None

    def save(self, command: DeviceCommand) -> None:
        """Keep how a command goes on. Raises NotFound for one that is not there."""
        if self._work.run(_SAVE, {"the_id": command.id, **_values(command)}).rowcount == 0:
            raise NotFound("there is no such command")

    def waiting(self, now: datetime, limit: int, *, points: bool = False) -> Sequence[DeviceCommand]:
        """Return the oldest that wait to be sent and have not expired; those another process has in hand are left.

        ``points``: those that set a point of another maker's device, in place of those to devices of ours.
        """
        statement = _LOCKED[points] if self._work.locks_rows else _TO_POINTS if points else _TO_OURS
        return [_command(row) for row in self._work.rows(statement, {"now": now, "most": limit})]

    def newest(self, kind: str) -> Mapping[str, DeviceCommand]:
        """Return the newest command of a kind for each device."""
        return {row.device: _command(row) for row in self._work.rows(_OF_KIND, {"of_kind": kind})}

    def of_device(self, device: str, since: datetime) -> Sequence[DeviceCommand]:
        """Return a device's commands that were given after an instant, the newest first."""
        return [_command(row) for row in self._work.rows(_OF_DEVICE, {"of_device": device, "since": since})]

    def forget(self, before: datetime) -> None:
        """Remove those given before an instant."""
        self._work.run(_FORGET, {"before": before})


class SqlScreenshots:
    """Fills ``hub.device_ports.Screenshots``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def put(self, device: str, picture: bytes, taken_at: datetime) -> None:
        """Keep a picture (WebP) in the place of the last one."""
        self._work.put(_PUT_PICTURE, {"device": device, "picture": picture, "taken_at": taken_at})

    def get(self, device: str) -> bytes | None:
        """Return a device's picture."""
        row = self._work.row(_PICTURE, {"of_device": device})
        return bytes(row.picture) if row is not None else None

    def times(self) -> Mapping[str, datetime]:
        """Return when each picture was taken, by device."""
        return {row.device: row.taken_at for row in self._work.rows(_TIMES)}

    def forget(self, before: datetime) -> None:
        """Remove pictures taken before an instant, or at it."""
        self._work.run(_FORGET_PICTURES, {"before": before})


def _command(row: AnyRow) -> DeviceCommand:
    return DeviceCommand(
        id=row.id,
        device=row.device,
        kind=row.kind,
        parameters=row.parameters,
        who=row.who,
        created_at=row.created_at,
        expires_at=row.expires_at,
        state=CommandState(row.state),
        sent_at=row.sent_at,
        answered_at=row.answered_at,
        problem=row.problem,
    )


def _values(command: DeviceCommand) -> Values:
    return {
        "device": command.device,
        "kind": command.kind,
        "parameters": command.parameters,
        "who": command.who,
        "created_at": command.created_at,
        "expires_at": command.expires_at,
        "state": command.state.value,
        "sent_at": command.sent_at,
        "answered_at": command.answered_at,
        "problem": command.problem,
    }
