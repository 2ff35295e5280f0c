"""From a tap that makes a task to the alert on the tablet of the person who is asked, with sixty tablets on one hub.

Each tablet does as its page does: follows the event stream, and fetches its alerts and the tasks when they change.
The time begins before the tap is sent, so the request and the commit are in it. An alarm goes to everybody at once.
"""

import contextlib
import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

from hub.domain.meetings import Door, Venue
from hub.domain.words import Words
from hub.store import migrate
from hub.store.sql import open_store
from tests.bench.hub_process import SITE, _free_port, wait_until
from tests.bench.rows import Row, percentile, row

TABLETS = 60
TASKS = 60
ALARMS = 5
_OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
_PAUSE_S = 0.5
_SPREAD_S = 0.4


def rows() -> Iterator[Row]:
    """Measure one tablet alone, then sixty."""
    with tempfile.TemporaryDirectory() as folder:
        alone = _measure(Path(folder), 1, TASKS)
    with tempfile.TemporaryDirectory() as folder:
        many = _measure(Path(folder), TABLETS, TASKS)
    base = percentile(alone["task"], 0.5)
    yield row("alerts.one_tablet_p50", base, "ms")
    yield row("alerts.sixty_tablets_p50", percentile(many["task"], 0.5), "ms", "alerts.one_tablet_p50", base)
    yield row("alerts.sixty_tablets_p95", percentile(many["task"], 0.95), "ms", "alerts.one_tablet_p50", base)
    yield row("alerts.alarm_to_all_p50", percentile(many["alarm"], 0.5), "ms", "alerts.one_tablet_p50", base)
    yield row("alerts.alarm_to_all_p95", percentile(many["alarm"], 0.95), "ms", "alerts.one_tablet_p50", base)


class _Tablet(threading.Thread):
    """One person's tablet. ``shown`` is when each alert stood on it (``time.perf_counter``), by task."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.shown: dict[str, float] = {}
        self.ready = threading.Event()
        self._port = port
        self._headers = _OURS | {"Cookie": f"yingbin_person={quote(name)}"}
        self._pages = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._list_due = threading.Event()
        threading.Thread(target=self._lists, daemon=True).start()

    def run(self) -> None:
        """Follow the stream and fetch what it names."""
        stream = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        stream.request("GET", "/events?kinds=tasks,alerts,duties", headers=self._headers)
        answer = stream.getresponse()
        kind = b""
        with contextlib.suppress(OSError, http.client.HTTPException):  # the hub ends before its tablets
            while line := answer.readline():
                if line.startswith(b"event: "):
                    kind = line[7:].strip()
                elif line.startswith(b"data: "):
                    self._heard(kind, json.loads(line[6:])["key"])

    def _heard(self, kind: bytes, key: str) -> None:
        if kind == b"hello":
            self.ready.set()
        if kind == b"alerts" and key == self.name:
            self._alerts()
        if kind == b"tasks" or (kind == b"alerts" and key == self.name):
            self._list_due.set()

    def _alerts(self) -> None:
        self._pages.request("GET", "/staff/alerts", headers=self._headers)
        for one in json.loads(self._pages.getresponse().read())["alerts"]:
            if one["task"]:
                self.shown.setdefault(one["task"], time.perf_counter())

    def _lists(self) -> None:
        """Fetch the list of tasks, as the page does, with its pause between."""
        pages = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        spread = random.Random(self.name)
        with contextlib.suppress(OSError, http.client.HTTPException):
            while self._list_due.wait():
                time.sleep(spread.random() * _SPREAD_S)
                self._list_due.clear()
                pages.request("GET", "/staff?part=tasks", headers=self._headers)
                pages.getresponse().read()
                time.sleep(_PAUSE_S)


def _measure(folder: Path, tablets: int, tasks: int) -> dict[str, list[float]]:
    web, broker = _free_port(), _free_port()
    _furnish(folder, tasks)
    (folder / "hub.toml").write_text(
        f'site = "{SITE}"\nkiosks = ["kiosk-1"]\ndata = "data"\n[broker]\nport = {broker}\n[web]\nport = {web}\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "hub", "serve", "--log", "warning", "--config", str(folder / "hub.toml")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(web))
        names = [f"员工{number:02}" for number in range(tablets)]
        for name in names:
            _post(web, "", "/staff/shift", name=name)
        fleet = [_Tablet(web, name) for name in names]
        for one in fleet:
            one.start()
        for one in fleet:
            one.ready.wait(60)
        found: dict[str, list[float]] = {"task": [], "alarm": []}
        for number in range(tasks):
            found["task"] += _one(fleet, lambda at=number: _need(web, names[0], at), 1)
        for number in range(ALARMS if tablets > 1 else 0):
            found["alarm"] += _one(fleet, lambda at=number: _alarm(web, names[0], at), tablets)
    finally:
        process.terminate()
        process.wait(30)
    return found


def _one(fleet: list[_Tablet], tap: object, wanted: int) -> list[float]:
    """Return after how many milliseconds the first tablets, as many as are wanted, showed what a tap made."""
    before = {task for one in fleet for task in one.shown}
    began = time.perf_counter()
    tap()  # type: ignore[operator]

    def fresh() -> list[float]:
        return sorted(at for one in fleet for task, at in list(one.shown.items()) if task not in before)

    wait_until(lambda: len(fresh()) >= wanted)
    found = [(at - began) * 1000 for at in fresh()[:wanted]]
    time.sleep(0.3)
    return found


def _need(port: int, name: str, number: int) -> None:
    _post(port, name, "/staff/new", place=f"door:door-{number}", need="other")


def _alarm(port: int, name: str, number: int) -> None:
    kinds = ("attendee_unwell", "weather_change", "security", "other", "sudden_illness")
    _post(port, name, "/staff/incidents", kind=kinds[number], room="", drill="yes")


def _furnish(folder: Path, doors: int) -> None:
    url = f"sqlite:///{folder / 'data' / 'hub.sqlite3'}"
    (folder / "data").mkdir(mode=0o700)
    migrate.upgrade(url)
    store = open_store(url)
    with store.write() as tx:
        tx.meetings.save_venue(Venue(name=Words("会场", "Venue"), zone="Asia/Shanghai"))
        for number in range(doors):
            tx.meetings.save_door(Door(device=f"door-{number}", name=Words(f"{number}号门", f"Door {number}")))
    store.close()


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False


def _post(port: int, person: str, path: str, **form: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = _OURS | {"Content-Type": "application/x-www-form-urlencoded"}
    headers |= {"Cookie": f"yingbin_person={quote(person)}"} if person else {}
    connection.request("POST", path, urlencode(form), headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status not in {http.client.OK, http.client.SEE_OTHER}:
        raise AssertionError(f"{path}: {answer.status} {said[:300]!r}")
