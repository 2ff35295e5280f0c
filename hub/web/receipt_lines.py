"""What each device did with an alert, in words: shown on tablet 3 at 14:02:05, not on tablet 7."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.domain.alerts import SHOWN_WITHIN, Alert, AlertKind, Channel, Receipt
from hub.domain.pace import real
from hub.domain.receipts import NAMELESS, DeviceReceipt, by_alert
from hub.domain.staff import Tablet
from hub.ports import Transaction
from hub.web.language import Tongue

OUTSIDE_WITHIN = timedelta(seconds=20)
"""A service outside the house is asked after five seconds, and has ten for its answer."""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What one device did with an alert; ``bad``: it should have shown it, and did not in time."""

    words: str
    bad: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Who was asked to take tasks, by what: the alerts, their receipts by alert, and the tablets' names by id."""

    alerts: Sequence[Alert]
    receipts: Mapping[str, Sequence[DeviceReceipt]]
    tablets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tested:
    """What became of a test alert on one device: ``good``, ``waiting`` or ``bad``, and what helps then.

    ``until`` is when one that is waited for counts as not shown (UTC).
    """

    state: str
    words: str
    remedy: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tests:
    """The newest test alerts of a person on each channel, with what their devices said, and all tablets."""

    alerts: Sequence[Alert]
    receipts: Mapping[str, Sequence[DeviceReceipt]]
    tablets: Sequence[Tablet]


def read_told(tx: Transaction, tasks: Collection[str]) -> Told:
    """Read who was asked to take tasks, by what."""
    alerts = [one for one in tx.alerts.of_tasks(tasks) if one.kind is AlertKind.OFFER]
    receipts = by_alert(tx.alerts.receipts([one.id for one in alerts]))
    return Told(alerts, receipts, {one.id: one.name for one in tx.duties.tablets()})


def read_tests(tx: Transaction, person: str, since: datetime) -> Tests:
    """Read the newest test alerts of a person since an instant."""
    newest = {
        channel: [one for one in tx.alerts.of_person(person, channel, since) if one.kind is AlertKind.TEST][-1:]
        for channel in Channel
    }
    alerts = [one for found in newest.values() for one in found]
    return Tests(alerts, by_alert(tx.alerts.receipts([one.id for one in alerts])), tx.duties.tablets())


def receipt_lines(told: Told, task: str, tongue: Tongue, now: datetime, zone: ZoneInfo) -> list[ReceiptLine]:
    """Write what devices did with the newest alert about a task of each person who is asked."""
    newest = {(one.person, one.channel): one for one in told.alerts if one.task == task}
    return [
        ReceiptLine(_said(receipt, told.tablets, tongue, now, zone), receipt.is_missing(now))
        for one in newest.values()
        for receipt in told.receipts.get(one.id, ())
    ]


def _said(receipt: DeviceReceipt, tablets: Mapping[str, str], tongue: Tongue, now: datetime, zone: ZoneInfo) -> str:
    device = device_name(receipt.channel, receipt.device, tablets, tongue)
    if receipt.answered_at and receipt.answer == Receipt.ACCEPT:
        key, when = "accepted", receipt.answered_at
    elif receipt.shown_at:
        key, when = "shown", receipt.shown_at
    else:
        key, when = "missing" if receipt.is_missing(now) else "sent", receipt.sent_at
    time = f"{when.astimezone(zone):%H:%M:%S}"
    return tongue.say(f"receipt.{key}", device=device, time=time, person=receipt.person)


def device_name(channel: Channel, device: str, tablets: Mapping[str, str], tongue: Tongue) -> str:
    """Return what people call a device: a tablet's name, a pager's or an address's with what it is."""
    if channel is Channel.TABLET:
        return tongue.say("receipt.browser") if device == NAMELESS else tablets.get(device, tongue.say("receipt.gone"))
    return tongue.say(f"receipt.{channel}", name=device)


def tests_of(found: Tests, person: str, here: str, tongue: Tongue, now: datetime) -> list[Tested]:
    """Say for each device of a person what became of the newest test alert (S21). ``here`` is this tablet's id."""
    made = []
    for alert in found.alerts:
        receipts = {one.device: one for one in found.receipts.get(alert.id, ())}
        if alert.channel is Channel.TABLET:
            names = {one.id: one.name for one in found.tablets}
            theirs = [one.id for one in found.tablets if one.person == person]
            for device in dict.fromkeys([*theirs, *receipts] or [NAMELESS]):
                own = device == here or (device == NAMELESS and not here)
                name = tongue.say("test.this") if own else device_name(alert.channel, device, names, tongue)
                remedy = tongue.say("test.remedy.this" if own else "test.remedy.tablet")
                made.append(_tested(alert, receipts.get(device), name, remedy, tongue, now))
        elif alert.channel is Channel.PAGER:
            name = device_name(alert.channel, alert.device, {}, tongue)
            made.append(_tested(alert, receipts.get(alert.device), name, tongue.say("test.remedy.pager"), tongue, now))
        else:
            made += _outside(alert, list(receipts.values()), tongue, now)
    return made


def _tested(
    alert: Alert, receipt: DeviceReceipt | None, name: str, remedy: str, tongue: Tongue, now: datetime
) -> Tested:
    until = alert.created_at + real(SHOWN_WITHIN)
    if receipt and receipt.shown_at:
        took = max(receipt.shown_at - alert.created_at, timedelta())
        return Tested("good", tongue.say("test.shown", device=name, ms=took // timedelta(milliseconds=1)))
    if now <= until:
        return Tested("waiting", tongue.say("test.waiting", device=name), until=until)
    return Tested("bad", tongue.say("test.missing", device=name), remedy)


def _outside(alert: Alert, receipts: Sequence[DeviceReceipt], tongue: Tongue, now: datetime) -> list[Tested]:
    """Say by which addresses it went: that a service took it is all that can be known (decision 47)."""
    if receipts:
        return [
            Tested(
                "good",
                tongue.say(
                    "test.taken", name=one.device, seconds=f"{(one.sent_at - alert.created_at).total_seconds():.0f}"
                ),
            )
            for one in receipts
        ]
    if alert.problem == "no_address":
        return [Tested("bad", tongue.say("test.no_address"), tongue.say("test.remedy.no_address"))]
    until = alert.created_at + OUTSIDE_WITHIN
    if now <= until and not alert.problem:
        return [Tested("waiting", tongue.say("test.waiting_outside"), until=until)]
    return [Tested("bad", tongue.say("test.not_taken"), tongue.say("test.remedy.outside"))]
