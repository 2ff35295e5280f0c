"""A kiosk comes back with 50,000 check-ins that the hub has not heard of.

How long until all are answered, and what do guests who are scanned meanwhile notice? With the kiosk's own outbox and
uplink against a real hub. ``YINGBIN_BENCH_BACKLOG`` sets another number.
"""

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devices.clock import SystemClock
from devices.contract import codec
from devices.contract.cards import Words
from devices.contract.messages import Answer, DeviceInfo
from devices.contract.topics import Leaf, hub_state
from devices.ids import uuid7
from devices.link import MqttLink
from devices.ports import LinkSettings
from kiosk.database import Database
from kiosk.identity import Identity
from kiosk.outbox import Outbox
from kiosk.roster import Roster
from kiosk.uplink import Health, Uplink
from tests.bench.hub_process import HALL_OF_7000, SITE, furnish, scan, serving, wait_until
from tests.bench.rows import Row, percentile, row

BACKLOG = int(os.environ.get("YINGBIN_BENCH_BACKLOG", "50000"))
LIVE = 200
_GUESTS = 6_000
_WITHIN_S = 900
_OFFLINE_FOR = timedelta(minutes=30)


@dataclass(slots=True)
class _Backlog:
    """A kiosk without camera and screen, whose outbox is full."""

    outbox: Outbox
    uplink: Uplink
    link: MqttLink
    boot: str

    def live(self, number: int, seq: int) -> float:
        """Scan one guest as the reception does: on disk first, then asked. Returns milliseconds."""
        began = time.perf_counter()
        event = self.outbox.record(lambda _: scan(number, self.boot, seq))
        self.uplink.ask(event, 30)
        return (time.perf_counter() - began) * 1000


def rows() -> Iterator[Row]:
    """Measure lone scans at an idle kiosk, then the drain with lone scans beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        furnish(url, {range(_GUESTS): HALL_OF_7000, range(_GUESTS, _GUESTS + 2 * LIVE): HALL_OF_7000})
        with serving(folder / "hub", url) as (hub, _), _kiosk(folder, hub.port, hub.password("kiosk-2")) as kiosk:
            wait_until(lambda: kiosk.uplink.hub_reachable)
            idle = [kiosk.live(_GUESTS + number, number + 1) for number in range(LIVE)]
            yield row("live_p50_ms_idle", percentile(idle, 0.5), "ms")
            kiosk.link.stop()
        _fill(folder / "kiosk.sqlite3")
        with serving(folder / "hub-2", url) as (hub, _), _kiosk(folder, hub.port, hub.password("kiosk-2")) as kiosk:
            wait_until(lambda: kiosk.uplink.hub_reachable)
            began, drained = time.perf_counter(), threading.Event()
            busy: list[float] = []
            while not drained.is_set() and time.perf_counter() - began < _WITHIN_S:
                number = len(busy) % LIVE
                busy.append(kiosk.live(_GUESTS + LIVE + number, len(busy) + 1))
                if kiosk.outbox.backlog().unanswered == 0:
                    drained.set()
                drained.wait(0.25)
            yield row(f"drain_{BACKLOG}_s", time.perf_counter() - began, "s")
            yield row(
                "live_p50_ms_while_draining", percentile(busy, 0.5), "ms", "live_p50_ms_idle", percentile(idle, 0.5)
            )
            yield row("live_p99_ms_while_draining", percentile(busy, 0.99), "ms")


def _fill(path: Path) -> None:
    """Put a day without network into the outbox, as ``Outbox.record`` writes it, in one commit."""
    boot = uuid7()
    at = datetime.now(UTC) - _OFFLINE_FOR
    events = [replace(scan(n % _GUESTS, boot, n + 1), ts=at, offline=True) for n in range(BACKLOG)]
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO events (id, boot, seq, at, lookup, admits, payload) VALUES (?, ?, ?, ?, ?, 1, ?)",
            [(one.id, boot, one.seq, codec.format_time(one.ts), one.lookup, codec.encode(one)) for one in events],
        )
    connection.close()


@contextmanager
def _kiosk(folder: Path, port: int, password: str) -> Iterator[_Backlog]:
    identity = Identity(
        site=SITE,
        device="kiosk-2",
        door=Words(zh="二号门", en="Door 2"),
        boot=uuid7(),
        clock=SystemClock(),
        new_id=uuid7,
        synced=lambda: True,
    )
    database = Database(folder / "kiosk.sqlite3")
    database.open()
    outbox = Outbox(database, identity.boot)
    uplink = Uplink(
        identity,
        outbox,
        Roster(database),
        health=lambda: Health(camera_ok=True, frames_per_s=20.0),
        on_late=_nobody,
        info=lambda: DeviceInfo(
            **identity.stamp(), kind="kiosk", model="bench", software="bench", capabilities=("qr",)
        ),
    )
    link = MqttLink(
        LinkSettings(
            host="127.0.0.1",
            port=port,
            client_id="kiosk-2",
            username="kiosk-2",
            password=password,
            state_topic=identity.topic(Leaf.STATE),
            presence=identity.presence,
            subscriptions=(
                (identity.topic(Leaf.DOWN_REPLY), 1),
                (identity.topic(Leaf.DOWN_ROSTER), 1),
                (hub_state(SITE), 1),
            ),
        ),
        uplink.received,
        uplink.connected,
    )
    uplink.attach(link)
    uplink.start()
    link.start()
    try:
        yield _Backlog(outbox, uplink, link, identity.boot)
    finally:
        uplink.stop()
        link.stop()
        database.close()


def _nobody(_: Answer) -> None:
    """Show nothing: there is no screen."""
