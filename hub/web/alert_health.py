"""``/staff/health``: whether the house's alerting is healthy, over the last seven days, and the seven before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response

from hub.domain.alert_health import MOST_AN_HOUR, AlertHealth, alert_health
from hub.domain.escalation import Priority
from hub.domain.meetings import door_name
from hub.domain.receipts import DeviceShowing, showing
from hub.domain.staff import Worked
from hub.domain.words import Language
from hub.ports import Transaction
from hub.usecases.swap_asset import SWAP_LATE
from hub.web.language import Tongue, tongue
from hub.web.page import draw, now
from hub.web.parts import shelf
from hub.web.receipt_lines import device_name

WEEK = timedelta(days=7)
MOST_CONDITIONS = 20_000

_BUSY = _FLOOD = 0.01
_LATE = _UNSHOWN = 0.05
_HIGH = 0.05
_ONE_SOURCE = 0.15

pages = Blueprint("alert_health", __name__, url_prefix="/staff")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as people read it: its name, now, the week before, what is wanted, and whether it is so.

    ``good`` is None where there is nothing to judge.
    """

    key: str
    value: str
    before: str
    wanted: str
    good: bool | None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What called people most."""

    what: str
    where: str
    count: int
    share: str


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device: how many alerts it was sent this week, how many it did not show in time, when it last showed one."""

    name: str
    sent: int
    missed: int
    share: str
    last_at: datetime | None
    poor: bool


@pages.get("/health")
def show() -> Response:
    """Show the figures of the week, beside those of the one before."""
    return draw("alert_health.html", {"figures": _figures})


def read_health(tx: Transaction, since: datetime, until: datetime) -> AlertHealth:
    """Read what the figures of a time need, and work them out."""
    worked = [
        *tx.duties.worked(since),
        *(Worked(person=one.person, since=one.since, until=until) for one in tx.duties.all()),
    ]
    conditions = [one for one in tx.conditions.since(since, MOST_CONDITIONS) if since <= one.opened_at < until]
    alerts = [one for one in tx.alerts.since(since) if one.created_at < until]
    tasks = [one for one in tx.tasks.since(since) if one.created_at < until]
    return alert_health(alerts, tasks, [one for one in worked if one.since < until], conditions, since, until)


def _figures() -> object:
    moment, said = now(), tongue()
    key = ("health", int(moment.timestamp()) // 60)
    week, before, names, swaps = shelf().recent.get(key, lambda tx: _read(tx, moment))
    devices, tablets = shelf().recent.get(
        ("devices' health", int(moment.timestamp()) // 60), lambda tx: read_devices(tx, moment)
    )
    return {
        "devices": [_device(one, tablets, said) for one in devices],
        "figures": figures(week, before, said, swaps),
        "sources": [_source(one.group, one.count, one.share, names, said) for one in week.top],
        "worst": week.worst and (week.worst[0], f"{week.worst[1]:.1f}"),
        "since": moment - WEEK,
        "tasks": week.tasks,
    }


def _read(
    tx: Transaction, moment: datetime
) -> tuple[AlertHealth, AlertHealth, dict[str, tuple[str, str]], tuple[int, int]]:
    doors = tx.meetings.doors()
    names = {device: (door_name(device, doors).zh, door_name(device, doors).en) for device in doors}
    names |= {room.key: (room.name.zh, room.name.en) for room in tx.meetings.rooms()}
    week = read_health(tx, moment - WEEK, moment)
    meetings = tx.meetings.get([one.group for one in week.top])
    names |= {key: (meeting.title.zh, meeting.title.en) for key, meeting in meetings.items()}
    swaps = (
        tx.records.counted(SWAP_LATE, moment - WEEK, moment),
        tx.records.counted(SWAP_LATE, moment - 2 * WEEK, moment - WEEK),
    )
    return week, read_health(tx, moment - 2 * WEEK, moment - WEEK), names, swaps


def read_devices(tx: Transaction, moment: datetime) -> tuple[list[DeviceShowing], dict[str, str]]:
    """Read how well each device has shown alerts for a week, and what the tablets are called, by id."""
    tablets = {one.id: one.name for one in tx.duties.tablets()}
    return showing(tx.alerts.receipts_since(moment - WEEK), moment), tablets


def _device(one: DeviceShowing, tablets: Mapping[str, str], tongue: Tongue) -> DeviceLine:
    share = one.missed / one.sent
    name = device_name(one.channel, one.device, tablets, tongue)
    return DeviceLine(name, one.sent, one.missed, f"{share:.0%}", one.last_at, share > _UNSHOWN)


def figures(week: AlertHealth, before: AlertHealth, tongue: Tongue, swaps: tuple[int, int] = (0, 0)) -> list[Figure]:
    """Write the figures with what is wanted of each (``hub.domain.alert_health``).

    ``swaps`` are the faults that were not mended in time, this week and the week before (R119).
    """

    def line(key: str, value: str, earlier: str, wanted: str, good: bool | None) -> Figure:  # noqa: FBT001 - a verdict
        return Figure(key, value, earlier, wanted, good)

    def share(of: float | None) -> str:
        return "–" if of is None else f"{of:.0%}" if of == 0 or of >= 0.1 else f"{of:.1%}"  # noqa: PLR2004 - 3.4 %, 34 %

    def under(of: float | None, most: float) -> bool | None:
        return None if of is None else of <= most

    def seconds(of: float | None) -> str:
        return "–" if of is None else tongue.say("health.seconds", n=round(of))

    def mix(of: AlertHealth) -> str:
        return " / ".join(share(of.mix.get(each)) for each in reversed(Priority)) if of.mix else "–"

    rate, rate_before = (f"{one.an_hour:.1f}" if one.an_hour is not None else "–" for one in (week, before))
    one_source = week.top[0].share if week.top else None
    first_before = before.top[0].share if before.top else None
    high = week.mix.get(Priority.HIGH) if week.mix else None
    return [
        line("an_hour", rate, rate_before, f"≤ {MOST_AN_HOUR:g}", under(week.an_hour, MOST_AN_HOUR)),
        line("busy", share(week.busy), share(before.busy), "< 1%", under(week.busy, _BUSY)),
        line("flooded", share(week.flooded), share(before.flooded), "< 1%", under(week.flooded, _FLOOD)),
        line("top", share(one_source), share(first_before), "≤ 15%", under(one_source, _ONE_SOURCE)),
        line("chattering", str(week.chattering), str(before.chattering), "0", week.chattering == 0),
        line("fleeting", str(week.fleeting), str(before.fleeting), "0", week.fleeting == 0),
        line("stale", str(week.stale), str(before.stale), "0", week.stale == 0),
        line("mix", mix(week), mix(before), "80 / 15 / 5%", under(high, _HIGH)),
        line("unshown", share(week.unshown), share(before.unshown), "≤ 5%", under(week.unshown, _UNSHOWN)),
        line("accepted", seconds(week.accepted_s), seconds(before.accepted_s), "", None),
        line("late", share(week.late), share(before.late), "≤ 5%", under(week.late, _LATE)),
        line("swaps", str(swaps[0]), str(swaps[1]), "0", swaps[0] == 0),
        line("snoozed", str(week.snoozed), "", "", None),
    ]


def _source(group: str, count: int, share: float, names: dict[str, tuple[str, str]], tongue: Tongue) -> SourceLine:
    kind, _, where = group.partition(":")
    zh, en = names.get(where, (where, where))
    place = zh if tongue.language is Language.ZH else en
    return SourceLine(tongue.say_or(f"task.{kind}.label", kind), place, count, f"{share:.0%}")
