"""Who was asked for a task, and what was sent to whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, or_, select, text, update

from hub.domain.alerts import Alert, AlertKind, AlertState, Channel, Offer, Ring
from hub.domain.errors import NotFound
from hub.domain.escalation import Level, Priority
from hub.domain.receipts import DeviceReceipt
from hub.store import staff_tables as t
from hub.store.types import among
from hub.store.work import AnyRow, Upsert, Values, Work

_o, _a, _p = t.offers.c, t.alerts.c, t.staff_taps.c
_PUT_OFFER = Upsert(t.offers, "task", "person")
_OPEN_OFFERS = (
    select(t.offers).where(among(_o.task, "tasks"), _o.ended_at.is_(None)).order_by(_o.task, _o.at, _o.person)
)
_GET_OFFER = select(t.offers).where(_o.task == bindparam("the_task"), _o.person == bindparam("the_person"))
_END_OFFER = (
    update(t.offers)
    .where(_o.task == bindparam("the_task"), _o.person == bindparam("the_person"), _o.ended_at.is_(None))
    .values(ended_at=bindparam("at_end", type_=_o.ended_at.type), answer=bindparam("said"))
)
_OFFERED_TO = (
    select(_o.task).where(_o.person == bindparam("the_person"), _o.ended_at.is_(None)).order_by(_o.at, _o.task)
)
_ADD = Upsert(t.alerts)
_GET = select(t.alerts).where(_a.id == bindparam("the_id"))
_GET_LOCKED = _GET.with_for_update()
_SAVE = update(t.alerts).where(_a.id == bindparam("the_id"))
_OF_TASKS = select(t.alerts).where(among(_a.task, "tasks")).order_by(_a.created_at, _a.id)
_OF_TASKS_LOCKED = _OF_TASKS.with_for_update()
_OF_PERSON = (
    select(t.alerts)
    .where(
        _a.person == bindparam("the_person"),
        _a.channel == bindparam("by"),
        _a.created_at >= bindparam("since", type_=_a.created_at.type),
    )
    .order_by(_a.created_at, _a.id)
)
_ON_TABLETS = (
    select(t.alerts)
    .where(_a.channel == Channel.TABLET.value, _a.created_at >= bindparam("since", type_=_a.created_at.type))
    .order_by(_a.created_at, _a.id)
)
_ON_SCREENS = _ON_TABLETS.where(
    or_(
        _a.state != AlertState.OVER.value,
        _a.created_at >= bindparam("over_since", type_=_a.created_at.type),
    )
)
_LATELY = (
    select(_a.person, _a.created_at)
    .where(
        _a.channel == Channel.TABLET.value,
        _a.created_at >= bindparam("since", type_=_a.created_at.type),
        *(_a.kind != kind.value for kind in (AlertKind.OVER, AlertKind.TEST, AlertKind.DIGEST)),
    )
    .order_by(_a.created_at, _a.id)
)
_DUE = (
    select(t.alerts)
    .where(
        text("state = 'waiting'"),
        _a.channel == bindparam("by"),
        func.coalesce(_a.next_at, _a.created_at) <= bindparam("now", type_=_a.created_at.type),
    )
    .order_by(_a.priority, _a.created_at, _a.id)
    .limit(bindparam("most"))
)
_UNSHOWN = (
    select(t.alerts)
    .where(
        _a.device == bindparam("the_device"),
        _a.channel == Channel.PAGER.value,
        _a.state != AlertState.OVER.value,
        _a.tries > 0,
        _a.shown_at.is_(None),
        _a.expires_at > bindparam("now", type_=_a.expires_at.type),
    )
    .order_by(_a.created_at, _a.id)
)
_DUE_LOCKED = _DUE.with_for_update(skip_locked=True)
_SHOWN = (
    select(_a.id)
    .where(
        _a.person == bindparam("the_person"),
        _a.tag == bindparam("the_tag"),
        _a.id != bindparam("the_id"),
        _a.created_at >= bindparam("since", type_=_a.created_at.type),
        or_(_a.shown_at.is_not(None), _a.answered_at.is_not(None)),
    )
    .limit(1)
)
_r = t.alert_receipts.c
_PUT_RECEIPT = Upsert(t.alert_receipts, "alert", "device")
_RECEIPT = select(t.alert_receipts).where(_r.alert == bindparam("the_alert"), _r.device == bindparam("the_device"))
_RECEIPTS = select(t.alert_receipts).where(among(_r.alert, "alerts")).order_by(_r.sent_at, _r.alert, _r.device)
_RECEIPTS_SINCE = (
    select(t.alert_receipts)
    .where(_r.sent_at >= bindparam("since", type_=_r.sent_at.type))
    .order_by(_r.sent_at, _r.alert, _r.device)
)
_TAP = Upsert(t.staff_taps)
_GET_TAP = select(t.staff_taps).where(_p.id == bindparam("the_id"))
_ANSWER_TAP = update(t.staff_taps).where(_p.id == bindparam("the_id")).values(answer=bindparam("said"))
_OLD_ALERTS = delete(t.alerts).where(_a.created_at < bindparam("before", type_=_a.created_at.type))
_OLD_OFFERS = delete(t.offers).where(and_(_o.at < bindparam("before", type_=_o.at.type), _o.ended_at.is_not(None)))
_OLD_TAPS = delete(t.staff_taps).where(_p.at < bindparam("before", type_=_p.at.type))


class SqlAlerts:
    """Fills ``hub.alert_ports.Alerts``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def offer(self, offers: Iterable[Offer]) -> None:
        """Keep that people were asked; one asked before for the same task is asked again."""
        for one in sorted(offers, key=lambda offer: (offer.task, offer.person)):
            known = self._work.row(_GET_OFFER, {"the_task": one.task, "the_person": one.person})
            times = known.times + 1 if known is not None else one.times
            row = {"task": one.task, "person": one.person, "level": one.level.value, "at": one.at}
            self._work.put(_PUT_OFFER, row | {"times": times, "ended_at": one.ended_at, "answer": one.answer})

    def offers(self, tasks: Collection[str]) -> Mapping[str, Sequence[Offer]]:
        """Return the open offers of tasks, by task, the oldest first."""
        found: dict[str, list[Offer]] = {}
        for row in self._work.rows(_OPEN_OFFERS, {"tasks": sorted(tasks)}) if tasks else ():
            found.setdefault(row.task, []).append(_offer(row))
        return found

    def end_offers(self, task: str, at: datetime, answers: Mapping[str, str]) -> None:
        """End a task's open offers; ``answers`` is what people said, by name."""
        for one in self.offers([task]).get(task, ()):
            self.end_offer(task, one.person, at, answers.get(one.person, ""))

    def end_offer(self, task: str, person: str, at: datetime, answer: str) -> None:
        """End one person's open offer of a task."""
        self._work.run(_END_OFFER, {"the_task": task, "the_person": person, "at_end": at, "said": answer})

    def offered_to(self, person: str) -> Sequence[str]:
        """Return the ids of the tasks that are offered to a person, the oldest first."""
        return [row.task for row in self._work.rows(_OFFERED_TO, {"the_person": person})]

    def lately(self, since: datetime) -> Mapping[str, Sequence[datetime]]:
        """Return when each person was alerted since an instant, by name, the oldest first."""
        found: dict[str, list[datetime]] = {}
        for row in self._work.rows(_LATELY, {"since": since}):
            found.setdefault(row.person, []).append(row.created_at)
        return found

    def put(self, alerts: Iterable[Alert]) -> None:
        """Keep new alerts."""
        rows = [{"id": one.id, **_values(one)} for one in sorted(alerts, key=lambda alert: alert.id)]
        if rows:
            self._work.put(_ADD, rows)

    def get(self, alert: str) -> Alert | None:
        """Return one; in a writing transaction nobody else changes it before the end."""
        row = self._work.row(_GET_LOCKED if self._work.locks_rows else _GET, {"the_id": alert})
        return _alert(row) if row is not None else None

    def save(self, alert: Alert) -> None:
        """Keep what became of an alert. Raises NotFound for one that was never kept."""
        if self._work.run(_SAVE, {"the_id": alert.id, **_values(alert)}).rowcount == 0:
            raise NotFound("there is no such alert")

    def of_tasks(
        self, tasks: Collection[str], channel: Channel | None = None, *, also_over: bool = False
    ) -> Sequence[Alert]:
        """Return the alerts about tasks that are not over, or all, the oldest first."""
        if not tasks:
            return []
        question = _OF_TASKS_LOCKED if self._work.locks_rows else _OF_TASKS
        found = [_alert(row) for row in self._work.rows(question, {"tasks": sorted(tasks)})]
        wanted = [one for one in found if also_over or one.state is not AlertState.OVER]
        return [one for one in wanted if channel is None or one.channel is channel]

    def of_person(self, person: str, channel: Channel, since: datetime) -> Sequence[Alert]:
        """Return a person's alerts on a channel since an instant, also those that are over, the oldest first."""
        told = {"the_person": person, "by": channel.value, "since": since}
        return [_alert(row) for row in self._work.rows(_OF_PERSON, told)]

    def since(self, moment: datetime) -> Sequence[Alert]:
        """Return all alerts on tablets since an instant, the oldest first."""
        return [_alert(row) for row in self._work.rows(_ON_TABLETS, {"since": moment})]

    def on_screens(self, since: datetime, over_since: datetime) -> Sequence[Alert]:
        """Return the alerts on tablets since an instant, those that are over only since another one; oldest first."""
        return [_alert(row) for row in self._work.rows(_ON_SCREENS, {"since": since, "over_since": over_since})]

    def next_due(self, channel: Channel, now: datetime, most: int) -> Sequence[Alert]:
        """Return waiting alerts of a channel whose time has come; nobody else gets them meanwhile."""
        question = _DUE_LOCKED if self._work.locks_rows else _DUE
        return [_alert(row) for row in self._work.rows(question, {"by": channel.value, "now": now, "most": most})]

    def unshown(self, device: str, now: datetime) -> Sequence[Alert]:
        """Return what was said to a pager that it has not shown, and that has not expired; nobody else changes it."""
        question = _UNSHOWN.with_for_update() if self._work.locks_rows else _UNSHOWN
        return [_alert(row) for row in self._work.rows(question, {"the_device": device, "now": now})]

    def shown_elsewhere(self, alert: Alert) -> bool:
        """Say whether the person was shown the same on another channel since, or has answered."""
        told = {"the_person": alert.person, "the_tag": alert.tag, "the_id": alert.id, "since": alert.created_at}
        return self._work.row(_SHOWN, told) is not None

    def put_receipts(self, receipts: Iterable[DeviceReceipt]) -> None:
        """Keep what devices did with alerts, in its new state."""
        rows = [_receipt_values(one) for one in sorted(receipts, key=lambda one: (one.alert, one.device))]
        if rows:
            self._work.put(_PUT_RECEIPT, rows)

    def receipt(self, alert: str, device: str) -> DeviceReceipt | None:
        """Return what a device did with an alert."""
        row = self._work.row(_RECEIPT, {"the_alert": alert, "the_device": device})
        return _receipt(row) if row is not None else None

    def receipts(self, alerts: Collection[str]) -> Sequence[DeviceReceipt]:
        """Return what all devices did with alerts, in the order of their sending."""
        return [_receipt(row) for row in self._work.rows(_RECEIPTS, {"alerts": sorted(alerts)})] if alerts else []

    def receipts_since(self, since: datetime) -> Sequence[DeviceReceipt]:
        """Return the receipts of all alerts that were sent since an instant, in the order of their sending."""
        return [_receipt(row) for row in self._work.rows(_RECEIPTS_SINCE, {"since": since})]

    def take_tap(self, tap: str, by: str, at: datetime) -> str | None:
        """Note a tap by its id; None for a new one, else what it came to."""
        if self._work.run(_TAP.on[self._work.dialect], {"id": tap, "by": by, "at": at, "answer": ""}).rowcount:
            return None
        known = self._work.row(_GET_TAP, {"the_id": tap})
        return str(known.answer) if known is not None else ""

    def answer_tap(self, tap: str, answer: str) -> None:
        """Keep what a tap came to, in one word."""
        self._work.run(_ANSWER_TAP, {"the_id": tap, "said": answer})

    def forget(self, before: datetime) -> None:
        """Drop alerts, offers that are over, and taps from before an instant."""
        for old in (_OLD_ALERTS, _OLD_OFFERS, _OLD_TAPS):
            self._work.run(old, {"before": before})


def _receipt(row: AnyRow) -> DeviceReceipt:
    return DeviceReceipt(
        alert=row.alert,
        device=row.device,
        channel=Channel(row.channel),
        person=row.person,
        sent_at=row.sent_at,
        shown_at=row.shown_at,
        answered_at=row.answered_at,
        answer=row.answer,
    )


def _receipt_values(one: DeviceReceipt) -> Values:
    return {
        "alert": one.alert,
        "device": one.device,
        "channel": one.channel.value,
        "person": one.person,
        "sent_at": one.sent_at,
        "shown_at": one.shown_at,
        "answered_at": one.answered_at,
        "answer": one.answer,
    }


def _offer(row: AnyRow) -> Offer:
    return Offer(
        task=row.task,
        person=row.person,
        level=Level(row.level),
        at=row.at,
        times=row.times,
        ended_at=row.ended_at,
        answer=row.answer,
    )


def _alert(row: AnyRow) -> Alert:
    return Alert(
        id=row.id,
        person=row.person,
        channel=Channel(row.channel),
        kind=AlertKind(row.kind),
        ring=Ring(row.ring),
        priority=Priority(row.priority),
        tag=row.tag,
        created_at=row.created_at,
        expires_at=row.expires_at,
        task=row.task,
        device=row.device,
        count=row.count,
        who=row.who,
        state=AlertState(row.state),
        next_at=row.next_at,
        sent_at=row.sent_at,
        shown_at=row.shown_at,
        seen_at=row.seen_at,
        answered_at=row.answered_at,
        answer=row.answer,
        tries=row.tries,
        problem=row.problem,
        facts=row.facts,
    )


def _values(one: Alert) -> Values:
    return {
        "person": one.person,
        "channel": one.channel.value,
        "kind": one.kind.value,
        "ring": one.ring.value,
        "priority": int(one.priority),
        "tag": one.tag,
        "created_at": one.created_at,
        "expires_at": one.expires_at,
        "task": one.task,
        "device": one.device,
        "count": one.count,
        "who": one.who,
        "state": one.state.value,
        "next_at": one.next_at,
        "sent_at": one.sent_at,
        "shown_at": one.shown_at,
        "seen_at": one.seen_at,
        "answered_at": one.answered_at,
        "answer": one.answer,
        "tries": one.tries,
        "problem": one.problem,
        "facts": dict(one.facts),
    }
