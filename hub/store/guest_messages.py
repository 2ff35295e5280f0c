"""What is to be said to guests who are not here."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from hub.domain.errors import NotFound
from hub.domain.guest_messages import GuestMessage, MessageKind, MessageState
from hub.store import tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Values, Work

_m = t.guest_messages.c
_ADD = Upsert(t.guest_messages)
_WAITING = _m.state == MessageState.WAITING.value
_NEXT = (
    select(t.guest_messages)
    .where(_WAITING, func.coalesce(_m.next_at, _m.created_at) <= bindparam("now", type_=_m.next_at.type))
    .order_by(_m.created_at, _m.id)
    .limit(1)
)
_NEXT_LOCKED = _NEXT.with_for_update(skip_locked=True)
_OF_TASKS = select(t.guest_messages).where(among(_m.task, "tasks")).order_by(_m.created_at, _m.id)
_NEWEST = select(t.guest_messages).order_by(_m.created_at.desc(), _m.id.desc()).limit(bindparam("most"))
_SAVE = update(t.guest_messages).where(_m.id == bindparam("the_id"))
_GIVE_UP = (
    update(t.guest_messages)
    .where(_m.invitation == bindparam("of_invitation"), _m.kind == bindparam("of_kind"), _WAITING)
    .values(state=MessageState.GIVEN_UP.value, problem=bindparam("why"))
)


class SqlGuestMessages:
    """Fills ``hub.time_ports.GuestMessages``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def put(self, messages: Iterable[GuestMessage]) -> None:
        """Keep messages; one that was kept before under the same ``dedupe`` stays as it is."""
        rows = [{"id": one.id, **_values(one)} for one in sorted(messages, key=lambda message: message.dedupe)]
        if rows:
            self._work.put(_ADD, rows)

    def next_due(self, now: datetime) -> GuestMessage | None:
        """Return a waiting message whose time has come; nobody else gets it in the meantime."""
        row = self._work.row(_NEXT_LOCKED if self._work.locks_rows else _NEXT, {"now": now})
        return _message(row) if row is not None else None

    def save(self, message: GuestMessage) -> None:
        """Keep what became of a message. Raises NotFound for one that was never kept."""
        if self._work.run(_SAVE, {"the_id": message.id, **_values(message)}).rowcount == 0:
            raise NotFound("there is no such message")

    def give_up(self, invitation: str, kind: MessageKind, problem: str) -> None:
        """Send those messages of a kind to a guest that still wait no more, because they are not true any longer."""
        self._work.send(_GIVE_UP, {"of_invitation": invitation, "of_kind": kind.value, "why": problem})

    def of_tasks(self, tasks: Collection[str]) -> Sequence[GuestMessage]:
        """Return the messages about these tasks, oldest first."""
        if not tasks:
            return []
        return [_message(row) for row in self._work.rows(_OF_TASKS, {"tasks": sorted(tasks)})]

    def newest(self, limit: int) -> Sequence[GuestMessage]:
        """Return the newest messages of all, newest first."""
        return [_message(row) for row in self._work.rows(_NEWEST, {"most": limit})]


def _message(row: AnyRow) -> GuestMessage:
    return GuestMessage(
        id=row.id,
        kind=MessageKind(row.kind),
        dedupe=row.dedupe,
        invitation=row.invitation,
        created_at=row.created_at,
        pointless_at=row.pointless_at,
        task=row.task,
        facts=row.facts,
        state=MessageState(row.state),
        next_at=row.next_at,
        tries=row.tries,
        sent_at=row.sent_at,
        channel=row.channel,
        problem=row.problem,
    )


def _values(message: GuestMessage) -> Values:
    return {
        "kind": message.kind.value,
        "dedupe": message.dedupe,
        "invitation": message.invitation,
        "created_at": message.created_at,
        "pointless_at": message.pointless_at,
        "task": message.task,
        "facts": message.facts,
        "state": message.state.value,
        "next_at": message.next_at,
        "tries": message.tries,
        "sent_at": message.sent_at,
        "channel": message.channel,
        "problem": message.problem,
    }
