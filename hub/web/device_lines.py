"""Devices as a technician reads them: state with since when, last sign of life, what waits, what is wrong. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from devices.contract.commands import CommandKind
from hub.device_ports import DeviceRecord
from hub.domain.commands import NO_ANSWER, CommandState, DeviceCommand
from hub.domain.meetings import Door
from hub.ports import Transaction
from hub.usecases.kiosk_health import State, number, state, worries
from hub.usecases.serve_roster import KINDS
from hub.web.language import Tongue

KIOSK = "kiosk"
"""The kind of device that has a screen for guests."""


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices as read: what was heard, the doors they stand at, and the newest position of the roster.

    ``asked`` is the newest asking for a picture of each one's screen, ``pictures`` when the newest picture was taken.
    """

    records: Sequence[DeviceRecord]
    doors: Mapping[str, Door]
    roster: int
    asked: Mapping[str, DeviceCommand] = field(default_factory=dict)
    pictures: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """What is known of a device's screen: whether it is being asked now, why it gave none, and the last picture's time.

    ``may_ask``: it is there to answer.
    """

    may_ask: bool
    waiting: bool
    problem: str
    taken_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """One device in one language. ``worries`` are sentences about what a person should look at."""

    id: str
    kind: str
    name: str
    state: State
    since: datetime | None
    seen_at: datetime | None
    about: str
    unsent: int | None
    oldest_s: float
    camera: str
    roster: str
    measures: tuple[tuple[str, str], ...]
    worries: tuple[str, ...]
    screenshot: Screenshot | None


def read_devices(tx: Transaction) -> Devices:
    """Read all devices that were heard or stand at a door."""
    asked = tx.commands.newest(CommandKind.SCREENSHOT)
    return Devices(tx.devices.all(), tx.meetings.doors(), tx.feed.head(KINDS), asked, tx.screenshots.times())


def lines(found: Devices, tongue: Tongue, now: datetime) -> list[DeviceLine]:
    """Write the devices by id, those that were never heard too."""
    known = {record.id: record for record in found.records}
    unheard = [DeviceRecord(id=device) for device in found.doors if device not in known]
    records = sorted([*found.records, *unheard], key=lambda record: record.id)
    return [_line(record, found, tongue, now) for record in records]


def _line(record: DeviceRecord, found: Devices, tongue: Tongue, now: datetime) -> DeviceLine:
    health = record.health or {}
    door = found.doors.get(record.id)
    stands = state(record, now)
    unsent = number(health, "unacked")
    return DeviceLine(
        id=record.id,
        kind=record.kind,
        name=tongue.read(door.name) if door else "",
        state=stands,
        since=record.seen_at if stands is State.SILENT else record.status_at,
        seen_at=record.seen_at,
        about=tongue.join((record.model or record.kind, record.software)),
        unsent=None if unsent is None else int(unsent),
        oldest_s=number(health, "oldest_s") or 0.0,
        camera=_camera(health, tongue),
        roster=_roster(health, found.roster, tongue),
        measures=(*_measures(health, tongue), *(_usage(health.get("usage"), tongue) if stands is State.ONLINE else ())),
        worries=tuple(tongue.say(f"device.worry.{name}") for name in worries(health)),
        screenshot=_screenshot(record, stands, found, tongue, now) if record.kind == KIOSK else None,
    )


def _screenshot(record: DeviceRecord, stands: State, found: Devices, tongue: Tongue, now: datetime) -> Screenshot:
    asked, taken_at = found.asked.get(record.id), found.pictures.get(record.id)
    waiting = asked is not None and asked.open(now)
    problem = ""
    if asked is not None and not waiting and asked.state is not CommandState.DONE:
        problem = tongue.say_or(
            f"screenshot.problem.{asked.problem or NO_ANSWER}", tongue.say("screenshot.problem.other")
        )
    return Screenshot(may_ask=stands is State.ONLINE, waiting=waiting, problem=problem, taken_at=taken_at)


def _camera(health: Mapping[str, object], tongue: Tongue) -> str:
    if "camera_ok" not in health:
        return tongue.say("device.not_told")
    if not health["camera_ok"]:
        return tongue.say("device.camera_off")
    frames = number(health, "frames_per_s")
    return tongue.say("device.camera_on") if frames is None else tongue.say("device.camera_frames", n=f"{frames:.0f}")


def _roster(health: Mapping[str, object], newest: int, tongue: Tongue) -> str:
    here = number(health, "roster")
    if here is None:
        return tongue.say("device.not_told")
    behind = newest - int(here)
    return tongue.say("device.roster_whole") if behind <= 0 else tongue.say("device.roster_behind", n=behind)


def _measures(health: Mapping[str, object], tongue: Tongue) -> tuple[tuple[str, str], ...]:
    said = []
    battery = number(health, "battery")
    if battery is not None:
        said.append((tongue.say("device.battery"), tongue.say("device.percent", n=f"{battery:.0f}")))
    heat, disk = number(health, "cpu_c"), number(health, "disk_free_mb")
    if heat is not None:
        said.append((tongue.say("device.heat"), tongue.say("device.degrees", n=f"{heat:.0f}")))
    if disk is not None:
        said.append((tongue.say("device.disk"), tongue.say("device.gigabytes", n=f"{disk / 1024:.1f}")))
    memory, page, up = number(health, "memory_mb"), number(health, "page_s"), number(health, "up_s")
    if memory is not None:
        said.append((tongue.say("device.memory"), tongue.say("device.megabytes", n=f"{memory:.0f}")))
    if page is not None:
        said.append((tongue.say("device.page"), tongue.say("device.page_seen", n=f"{page:.0f}")))
    if up is not None:
        hours, minutes = divmod(int(up) // 60, 60)
        said.append((tongue.say("device.up"), tongue.say("device.hours", h=hours, m=minutes)))
    return tuple(said)


def _usage(told: object, tongue: Tongue) -> list[tuple[str, str]]:
    """Write how guests used a kiosk lately (R92). What came by wire was checked there."""
    if not isinstance(told, Mapping):
        return []
    figures = {
        name: number(told, name) for name in ("minutes", "scans", "p50_ms", "p95_ms", "busy", "row", "longest_row")
    }
    shown: dict[str, object] = {name: 0 if value is None else int(value) for name, value in figures.items()}
    shown["busy"] = round(100 * (figures["busy"] or 0))
    lines = [(tongue.say("device.used", **shown), tongue.say("device.used_how", **shown))]
    if figures["p95_ms"] is not None:
        lines.append((tongue.say("device.answered"), tongue.say("device.answered_in", **shown)))
    return [*lines, (tongue.say("device.row"), tongue.say("device.row_how", **shown))]
