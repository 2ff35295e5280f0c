"""From a tap that makes a task to the alert on the tablet of the person who is asked, with sixty tablets on one hub.

Each tablet does as its page does (``tests.bench.tablets``): follows the event stream, says what it has shown, and
fetches the list of tasks when that changes. The time begins before the tap is sent, so the request and the commit are
in it, and ends with the bytes that show the alert. An alarm goes to everybody at once. Hub and tablets share the
machine; ``tablets_cpu`` is what the tablets took of it, for each task, ``hub_cpu`` what the hub did.
"""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from hub.domain.meetings import Door, Venue
from hub.domain.words import Words
from hub.store import migrate
from hub.store.sql import open_store
from tests.bench.hub_process import SITE, _free_port, wait_until
from tests.bench.rows import Row, percentile, row
from tests.bench.tablets import Fleet
from tests.hub.web.scene import let_in
from tests.tokens import with_token

TABLETS = 60
TASKS = 60
ALARMS = 5
_OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}


def rows() -> Iterator[Row]:
    """Measure one tablet alone, then sixty."""
    with tempfile.TemporaryDirectory() as folder:
        alone = _measure(Path(folder), 1, TASKS)
    with tempfile.TemporaryDirectory() as folder:
        many = _measure(Path(folder), TABLETS, TASKS)
    base = percentile(alone["task"], 0.5)
    yield row("alerts.one_tablet_p50", base, "ms")
    yield row("alerts.one_tablet_p95", percentile(alone["task"], 0.95), "ms")
    yield row("alerts.sixty_tablets_p50", percentile(many["task"], 0.5), "ms", "alerts.one_tablet_p50", base)
    yield row("alerts.sixty_tablets_p95", percentile(many["task"], 0.95), "ms", "alerts.one_tablet_p50", base)
    yield row("alerts.alarm_to_all_p50", percentile(many["alarm"], 0.5), "ms", "alerts.one_tablet_p50", base)
    yield row("alerts.alarm_to_all_p95", percentile(many["alarm"], 0.95), "ms", "alerts.one_tablet_p50", base)
    yield row("alerts.sixty_hub_cpu", many["hub_cpu"][0], "ms", "alerts.one_hub_cpu", alone["hub_cpu"][0])
    yield row("alerts.sixty_tablets_cpu", many["tablets_cpu"][0], "ms")


def _measure(folder: Path, tablets: int, tasks: int) -> dict[str, list[float]]:
    web, broker = _free_port(), _free_port()
    names = [f"员工{number:02}" for number in range(tablets)]
    kept = _furnish(folder, tasks, names)
    (folder / "hub.toml").write_text(
        f'site = "{SITE}"\nkiosks = ["kiosk-1"]\ndata = "data"\n[broker]\nport = {broker}\n[web]\nport = {web}\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "hub", "serve", "--log", "warning", "--config", str(folder / "hub.toml")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(web))
        for name in names:
            _post(web, kept[name], "/staff/shift", name=name)
        fleet = Fleet(web, kept)
        fleet.start()
        found: dict[str, list[float]] = {"task": [], "alarm": []}
        ours, theirs = time.process_time(), _cpu_ms(process.pid)
        for number in range(tasks):
            found["task"] += _one(fleet, lambda at=number: _need(web, kept[names[0]], at), 1)
        found["tablets_cpu"] = [(time.process_time() - ours) * 1000 / tasks]
        found["hub_cpu"] = [(_cpu_ms(process.pid) - theirs) / tasks]
        for number in range(ALARMS if tablets > 1 else 0):
            found["alarm"] += _one(fleet, lambda at=number: _alarm(web, kept[names[0]], at), tablets)
        fleet.stop()
    finally:
        process.terminate()
        process.wait(30)
    return found


def _cpu_ms(pid: int) -> float:
    """Return the milliseconds of processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _one(fleet: Fleet, tap: object, wanted: int) -> list[float]:
    """Return after how many milliseconds the first tablets, as many as are wanted, showed what a tap made."""
    before = {task for one in fleet.tablets for task in list(one.shown)}
    began = time.perf_counter()
    tap()  # type: ignore[operator]

    def fresh() -> list[float]:
        return sorted(at for one in fleet.tablets for task, at in list(one.shown.items()) if task not in before)

    wait_until(lambda: len(fresh()) >= wanted)
    found = [(at - began) * 1000 for at in fresh()[:wanted]]
    time.sleep(0.3)
    return found


def _need(port: int, secret: str, number: int) -> None:
    _post(port, secret, "/staff/new", place=f"door:door-{number}", need="other")


def _alarm(port: int, secret: str, number: int) -> None:
    kinds = ("attendee_unwell", "weather_change", "security", "other", "sudden_illness")
    _post(port, secret, "/staff/incidents", kind=kinds[number], room="", drill="yes")


def _furnish(folder: Path, doors: int, names: Sequence[str]) -> dict[str, str]:
    """Open a house with some doors; return what each person's browser keeps as its session."""
    url = f"sqlite:///{folder / 'data' / 'hub.sqlite3'}"
    (folder / "data").mkdir(mode=0o700)
    migrate.upgrade(url)
    store = open_store(url)
    with store.write() as tx:
        tx.meetings.save_venue(Venue(name=Words("会场", "Venue"), zone="Asia/Shanghai"))
        for number in range(doors):
            tx.meetings.save_door(Door(device=f"door-{number}", name=Words(f"{number}号门", f"Door {number}")))
    kept = {name: let_in(store, name, at=datetime.now(UTC)) for name in names}
    store.close()
    return kept


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False


def _post(port: int, secret: str, path: str, **form: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = _OURS | {"Content-Type": "application/x-www-form-urlencoded"}
    headers = with_token(f"http://127.0.0.1:{port}", headers | {"Cookie": f"yingbin_session={secret}"})
    connection.request("POST", path, urlencode(form), headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status not in {http.client.OK, http.client.SEE_OTHER}:
        raise AssertionError(f"{path}: {answer.status} {said[:300]!r}")
