"""Real processes of the hub alert staff outside over real HTTP; one that is killed in between costs nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from hub.config import read_config
from hub.domain.alerts import Alert, AlertKind, AlertState, Channel, Ring
from hub.domain.escalation import Priority
from hub.domain.staff import Staff
from hub.domain.task_kinds import Role, TaskKind
from hub.domain.tasks import TaskState, raise_task
from hub.making import open_hub_store
from hub.usecases.call_outside import IN_HAND
from hub.wiring import Hub, Part
from tests.hub.services import GOTIFY_TOKEN, NTFY_TOKEN, NTFY_TOPIC, SECRETS, Services, serve

Wait = Callable[[Callable[[], object]], None]


def write_settings(folder: Path, port: int, later: timedelta = timedelta()) -> Path:
    """Write a hub's settings, its clock moved by so much."""
    file = folder / "addresses.toml"
    file.write_text(
        f'li = ["ntfy://{NTFY_TOKEN}@localhost:{port}/{NTFY_TOPIC}", "gotify://localhost:{port}/{GOTIFY_TOKEN}"]\n'
    )
    file.chmod(0o600)
    path = folder / "hub.toml"
    path.write_text(
        f'site = "hall-a"\ndata = "data"\nclock_offset_s = {later.total_seconds()}\n'
        '[alerts]\naddresses_file = "addresses.toml"\nlink = "https://yingbin.example.com/staff"\n'
    )
    return path


@contextmanager
def clock_process(settings: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``python -m hub clock``, saying everything it can into ``log``."""
    with log.open("ab") as said:
        started = subprocess.Popen(
            [sys.executable, "-m", "hub", "clock", "--log", "debug", "--config", str(settings)],
            stderr=said,
            stdout=said,
        )
        try:
            yield started
        finally:
            started.terminate()
            started.wait(30)


def put_alert(settings: Path) -> None:
    """Let a VIP stand at the door, and 小李 be asked, outside too."""
    store = open_hub_store(read_config(settings))
    now = datetime.now(UTC)
    facts = {"name": "王建国", "salutation_zh": "王总", "phone": "13800138000", "door_zh": "3 号门"}
    task = raise_task(TaskKind.VIP_ARRIVAL, "inv-1", task_id="task-1", at=now, facts=facts)
    with store.write() as tx:
        tx.staff.put([Staff(key="li", name="小李", roles=frozenset({Role.RECEPTIONIST}))])
        tx.tasks.raise_all([replace(task, state=TaskState.OFFERED, attend_at=None)])
        tx.alerts.put(
            [
                Alert(
                    id="a-1",
                    person="小李",
                    channel=Channel.OUTSIDE,
                    kind=AlertKind.OFFER,
                    ring=Ring.LOUD,
                    priority=Priority.HIGH,
                    tag="task-1",
                    task="task-1",
                    created_at=now,
                    next_at=now,
                    expires_at=now + timedelta(hours=1),
                )
            ]
        )
    store.close()


def kept(settings: Path) -> Alert:
    """Return the alert as kept."""
    store = open_hub_store(read_config(settings))
    try:
        with store.read() as tx:
            found = tx.alerts.get("a-1")
        assert found
        return found
    finally:
        store.close()


def test_an_alert_committed_before_the_hub_died_goes_out_when_it_is_back_once(tmp_path: Path, wait_until: Wait) -> None:
    """Nobody had taken it in hand: it goes out at once, to each address once, and stays sent over a restart."""
    with serve(Services()) as services:
        settings = write_settings(tmp_path, services.port)
        put_alert(settings)
        for _ in range(2):
            with clock_process(settings, tmp_path / "log") as running:
                wait_until(lambda: len(services.got) >= 2)
                assert running.poll() is None
    assert sorted("ntfy" if "topic" in one.body else "gotify" for one in services.got) == ["gotify", "ntfy"]
    assert {one.body["title"].split(" · ")[:3][1] for one in services.got} == {"王总"}
    assert kept(settings).state is AlertState.SENT


def test_the_hubs_figures_tell_what_went_out_and_what_is_down(tmp_path: Path, wait_until: Wait) -> None:
    """At /metrics; /healthz names the part, and a service that is down is no fault of the hub's."""
    with serve(Services()) as services:
        services.answer = lambda request: (500, {}, b"") if "topic" in request.body else (200, {}, b'{"id":1}')
        settings = write_settings(tmp_path, services.port)
        settings.write_text(settings.read_text() + "[web]\nport = 0\n[broker]\nport = 0\n")
        put_alert(settings)
        hub = Hub(read_config(settings), Part.WEB | Part.CLOCK)
        hub.start()
        try:
            wait_until(lambda: len(services.got) == 2)
            wait_until(lambda: b"alerts_outside_sent_total 1.0" in read(hub, "metrics"))
            figures = read(hub, "metrics").decode().splitlines()
            assert "yingbin_alerts_outside_channel_down_total 1.0" in figures
            assert "yingbin_alerts_outside_addresses_down 1.0" in figures
            health = json.loads(read(hub, "healthz"))
            assert (health["status"], health["checks"]["calling"]) == ("ok", True)
        finally:
            hub.stop()


def read(hub: Hub, page: str) -> bytes:
    """Return a page."""
    with urlopen(f"{hub.address}{page}", timeout=30) as answer:  # noqa: S310 - our own pages
        found: bytes = answer.read()
    return found


def test_a_hub_killed_between_commit_and_send_sends_it_after_the_restart(tmp_path: Path, wait_until: Wait) -> None:
    """Killed while a service takes it, it may be told twice, never not at all; not before its time in hand is over."""
    with serve(Services()) as services:
        settings = write_settings(tmp_path, services.port)
        put_alert(settings)
        with clock_process(settings, tmp_path / "log") as dying:
            services.before = lambda: os.kill(dying.pid, signal.SIGKILL)
            wait_until(lambda: dying.poll() is not None)
        services.before = lambda: None
        in_hand = kept(settings)
        assert (in_hand.state, in_hand.tries, in_hand.sent_at) == (AlertState.WAITING, 1, None)
        before = len(services.got)
        with clock_process(write_settings(tmp_path, services.port, IN_HAND), tmp_path / "log"):
            wait_until(lambda: len(services.got) == before + 2)
    assert (kept(settings).state, kept(settings).tries) == (AlertState.SENT, 2)
    log = (tmp_path / "log").read_text()
    assert "DEBUG" in log or "INFO" in log
    assert not any(secret in log for secret in (*SECRETS, "王建国", "13800138000"))
