"""What is to be said to guests who are not here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, not_, or_, select, update

from hub.domain.errors import NotFound
from hub.domain.guest_messages import (
    NEEDLESS,
    SPOKEN,
    GuestMessage,
    MessageKind,
    MessageState,
    Reason,
    Standing,
    given_up,
)
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
_GET = select(t.guest_messages).where(_m.id == bindparam("the_id"))
_GET_LOCKED = _GET.with_for_update()
_UNTRIED = (
    select(t.guest_messages)
    .where(_WAITING, _m.tries == 0, _m.kind == bindparam("of_kind"), among(_m.invitation, "invitations"))
    .order_by(_m.created_at, _m.id)
)
_UNTRIED_LOCKED = _UNTRIED.with_for_update(skip_locked=True)
_GIVEN_UP = _m.state == MessageState.GIVEN_UP.value
_NEEDLESS = or_(
    *(_m.problem == reason.value for reason in sorted(NEEDLESS)), *(_m.kind == kind.value for kind in sorted(SPOKEN))
)
_HOW = {
    Standing.CALL: and_(_GIVEN_UP, not_(_NEEDLESS)),
    Standing.NEEDLESS: and_(_GIVEN_UP, _NEEDLESS),
    Standing.WAITING: _WAITING,
    Standing.SENT: _m.state == MessageState.SENT.value,
}
_STANDING = {how: _NEWEST.where(condition) for how, condition in _HOW.items()}
_COUNTS = select(*(func.count(case((condition, 1))).label(how.value) for how, condition in _HOW.items()))
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

    def take_back(self, kind: MessageKind, invitations: Collection[str]) -> Sequence[GuestMessage]:
        """Return the waiting messages of a kind to these guests that nobody has tried to send, and give them up."""
        if not invitations:
            return []
        question = _UNTRIED_LOCKED if self._work.locks_rows else _UNTRIED
        rows = self._work.rows(question, {"of_kind": kind.value, "invitations": sorted(invitations)})
        found = [_message(row) for row in rows]
        for one in found:
            self.save(given_up(one, Reason.SUPERSEDED))
        return found

    def give_up(self, invitation: str, kind: MessageKind, why: Reason) -> None:
        """Send those messages of a kind to a guest that still wait no more, because they are not true any longer."""
        self._work.send(_GIVE_UP, {"of_invitation": invitation, "of_kind": kind.value, "why": why.value})

    def of_tasks(self, tasks: Collection[str]) -> Sequence[GuestMessage]:
        """Return the messages about these tasks, oldest first."""
        if not tasks:
            return []
        return [_message(row) for row in self._work.rows(_OF_TASKS, {"tasks": sorted(tasks)})]

    def get(self, message: str) -> GuestMessage | None:
        """Return one message; in a writing transaction nobody else changes it before the end."""
        row = self._work.row(_GET_LOCKED if self._work.locks_rows else _GET, {"the_id": message})
        return _message(row) if row is not None else None

    def standing(self, standing: Standing, limit: int) -> Sequence[GuestMessage]:
        """Return the newest messages that stand so, newest first."""
        return [_message(row) for row in self._work.rows(_STANDING[standing], {"most": limit})]

    def counts(self) -> Mapping[Standing, int]:
        """Count the messages, by how they stand."""
        row = self._work.row(_COUNTS)
        return {how: getattr(row, how.value) for how in Standing}

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
