"""A house of real processes for storms: hub with its broker, doors, and on PostgreSQL the server too."""

import json
import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from hub.broker_files import secrets_file
from tests.faults import chaos
from tests.faults.books import NAME
from tests.faults.clocks import faked_clock, sweep
from tests.faults.evidence import Evidence, read_books, read_hub, read_kiosk, read_witnesses
from tests.faults.house import NOT_INVITED, SITE, enrol, furnish, write_codes
from tests.faults.nursery import Kept, keep
from tests.hub import postgres

HOST = "127.0.0.1"
LOOK_EVERY_S = 0.1
READY_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the house is: doors, guests for each of its meetings, and scans a second at each door."""

    doors: int = 3
    guests: int = 150
    rate: float = 8.0


@dataclass(slots=True)
class World:
    """One house. Enter it, and it runs; leave it, and nothing of it is left but its folder."""

    folder: Path
    database: str = "sqlite"
    size: Size = field(default_factory=Size)
    seed: int = 1
    mutant: str = ""
    script: int | None = None
    backwards: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    strangers: tuple[str, ...] = ()
    before_hub: Callable[["World"], None] = lambda _: None
    processes: int = 1
    hub: Kept = field(init=False)
    workers: dict[str, Kept] = field(default_factory=dict)
    doors: dict[str, Kept] = field(default_factory=dict)
    address: str = field(init=False, default="")
    codes: list[str] = field(default_factory=list)
    broker_port: int = 0
    door_port: int = 0
    web_port: int = 0
    booked: bool = False
    proxied: bool = True
    proxy: chaos.Proxy | None = None
    clocks: bool = False
    server: postgres.Server | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def devices(self) -> tuple[str, ...]:
        """Return the ids of the kiosks."""
        return tuple(f"kiosk-{number}" for number in range(1, self.size.doors + 1))

    @property
    def broker_folder(self) -> Path:
        """Return where the broker's files and the devices' secrets lie."""
        return self.folder / "hub" / "broker"

    @property
    def books(self) -> Path:
        """Return the booking database, where the meetings are ``booked``."""
        return self.folder / "books.sqlite3"

    @property
    def kept(self) -> dict[str, Kept]:
        """Return every kept process by name."""
        return {"hub": self.hub, **self.workers, **self.doors}

    @property
    def worker_names(self) -> tuple[str, ...]:
        """Return the names of the hub's further processes, which share the messages with the first (decision 14)."""
        return tuple(f"hub-{number}" for number in range(2, self.processes + 1))

    def __enter__(self) -> Self:
        """Furnish the house and start the hub; ``open_doors`` follows."""
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything that still runs."""
        self._stack.close()

    def _open(self) -> None:
        data = self.folder / "hub"
        (self.folder / "witness").mkdir(parents=True)
        self.quiet(still=True)
        key = enrol(self.broker_folder, (*self.devices, *self.strangers))
        if self.database == "postgresql":
            self.server = self._stack.enter_context(postgres.running())
            self.address = self.server.url(self.server.create(prefix="storm"))
        else:
            self.address = f"sqlite:///{data / 'hub.sqlite3'}"
        books = self.books if self.booked else None
        self.codes = furnish(self.address, key, self.devices, self.size.guests, Random(self.seed), books)
        write_codes(self.folder / "codes.json", self.codes)
        self.broker_port = self.door_port = free_port()
        self.web_port = free_port()
        config = self.folder / "hub.toml"
        config.write_text(
            f'site = "{SITE}"\nkiosks = {json.dumps(self.devices)}\ndata = "hub"\n'
            f'[store]\nurl = "{self.address}"\n[broker]\nport = {self.broker_port}\n'
            f"workers = {json.dumps(self.worker_names)}\n[web]\nport = {self.web_port}\n"
            + (
                f'[[sources]]\nname = "{NAME}"\nkind = "sql"\nzone = "UTC"\naddress = "sqlite:///{self.books}"\n'
                if books
                else ""
            ),
            encoding="utf-8",
        )
        self.before_hub(self)
        arguments = ("serve", "--log", "warning", "--config", str(config))
        self.hub = keep("hub", self.folder, "hub.__main__", *arguments, mutant=self.mutant)
        self._stack.callback(self.hub.crash)
        if self.proxied:
            self.proxy = proxy = chaos.start(self.broker_port, free_port, self.seed)
            self._stack.callback(proxy.stop)
            self.door_port = proxy.port
            wait_until(lambda: accepts(proxy.control), READY_WITHIN_S, "the proxy listens")
        wait_until(lambda: accepts(self.broker_port), READY_WITHIN_S, "the broker accepts clients")
        for name in self.worker_names:
            self._start_worker(name)

    def _start_worker(self, name: str) -> None:
        config = self.folder / f"{name}.toml"
        config.write_text(
            f'site = "{SITE}"\nkiosks = {json.dumps(self.devices)}\ndata = "{name}"\n[store]\nurl = "{self.address}"\n'
            f'[broker]\nmanaged = false\nname = "{name}"\nport = {self.broker_port}\n'
            f'secret = "{secrets_file(self.broker_folder, name)}"\n',
            encoding="utf-8",
        )
        arguments = ("ingest", "--log", "warning", "--config", str(config))
        self.workers[name] = keep(name, self.folder, "hub.__main__", *arguments, mutant=self.mutant)
        self._stack.callback(self.workers[name].crash)

    def open_doors(self) -> None:
        """Start every kiosk, and wait until each knows the guests."""
        for device in self.devices:
            if device not in self.without:
                self._open_door(device)
        wait_until(lambda: all(self.knows_guests(device) for device in self.doors), READY_WITHIN_S, "rosters")

    def _open_door(self, device: str) -> None:
        folder = self.folder / device
        folder.mkdir()
        config = folder / "kiosk.toml"
        secret = secrets_file(self.broker_folder, device)
        config.write_text(
            f'site = "{SITE}"\ndevice = "{device}"\ndata = "."\n[door]\nzh = "{device}"\nen = "{device}"\n'
            f'[broker]\nsecret = "{secret}"\nport = {self.door_port}\n[screen]\nport = 0\n[browser]\nexpected = false\n'
            '[clock]\ntrust = "always"\n',
            encoding="utf-8",
        )
        codes = self.folder / "codes.json"
        if self.script is not None:
            script = self.codes[: self.script]
            codes = write_codes(folder / "script.json", script[::-1] if device in self.backwards else script)
        plan = folder / "plan.json"
        values = {
            "config": str(config),
            "codes": str(codes),
            "witness": str(self.folder / "witness"),
            "quiet": str(self.folder / "quiet"),
            "rate": self.size.rate,
            "seed": self.seed,
            "script": self.script is not None,
        }
        plan.write_text(json.dumps(values), encoding="utf-8")
        environment = faked_clock(self.clock_file(device)) if self.clocks else {}
        door = keep(device, self.folder, "tests.faults.door", str(plan), mutant=self.mutant, environment=environment)
        self.doors[device] = door
        self._stack.callback(sweep, door.process.pid)
        self._stack.callback(door.crash)

    def clock_file(self, device: str) -> Path:
        """Return the file that moves a kiosk's wall clock."""
        return self.folder / device / "clock"

    def file_of(self, device: str) -> Path:
        """Return a kiosk's database."""
        return self.folder / device / "kiosk.sqlite3"

    def knows_guests(self, device: str) -> bool:
        """Say whether a kiosk's roster holds every code that is for a guest."""
        known = len({code for code in self.codes if code.startswith("Y1")}) - NOT_INVITED
        return _count(self.file_of(device), "SELECT count(*) FROM roster WHERE kind = 'guest'") >= known

    def may_seat(self, device: str) -> bool:
        """Say whether a kiosk has seats of the first meeting that it may give away by itself."""
        lease = "SELECT count(*) FROM roster WHERE kind = 'lease' AND key LIKE '%/meeting-0'"
        return _count(self.file_of(device), lease) > 0

    def waiting(self) -> int:
        """Return how many events wait on all kiosks for the hub's answer."""
        query = "SELECT count(*) FROM events WHERE answered_at IS NULL"
        return sum(_count(self.file_of(device), query) for device in self.doors)

    def recorded(self) -> int:
        """Return how many events all kiosks have on disk."""
        return sum(_count(self.file_of(device), "SELECT count(*) FROM events") for device in self.doors)

    def quiet(self, *, still: bool) -> None:
        """Let nobody come to the doors, or let them come."""
        if still:
            self.let_in(0)
        else:
            (self.folder / "quiet").unlink(missing_ok=True)

    def let_in(self, guests: int) -> None:
        """Let each door show its script up to that many guests, and no more."""
        unfinished = self.folder / "quiet.new"
        unfinished.write_text(str(guests))
        unfinished.replace(self.folder / "quiet")

    def broker_pid(self) -> int:
        """Return the process id of the hub's Mosquitto, 0 when none is known."""
        try:
            pid = int((self.broker_folder / "pid").read_text(encoding="ascii"))
            return pid if b"mosquitto" in Path(f"/proc/{pid}/cmdline").read_bytes() else 0
        except (OSError, ValueError):
            return 0

    def kill_broker(self) -> bool:
        """Kill the broker; the hub starts it again."""
        pid = self.broker_pid()
        with suppress(ProcessLookupError):
            if pid:
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def witnesses(self) -> list[Path]:
        """Return the witness files."""
        return list((self.folder / "witness").glob("*.jsonl"))

    def evidence(self, alive: dict[str, bool] | None = None) -> Evidence:
        """Read everything as it is now; kiosks before the hub, so that what they count as answered must be there."""
        witnessed = read_witnesses(self.witnesses())
        kiosks = {device: read_kiosk(self.file_of(device)) for device in self.doors}
        return Evidence(
            witnessed=witnessed,
            kiosks=kiosks,
            hub=read_hub(self.address),
            enrolled=frozenset(self.devices),
            alive=alive or {},
            books=read_books(self.books) if self.booked else None,
        )

    def last_words(self, most: int = 2_000) -> str:
        """Return the end of each log, for a person who looks for the reason."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-most:]}" for log in logs)


def wait_until(condition: Callable[[], object], within_s: float, what: str) -> float:
    """Return after how many seconds the condition came true. Raises TimeoutError, naming ``what``."""
    began = time.monotonic()
    pause = threading.Event()
    while not condition():
        if time.monotonic() - began > within_s:
            raise TimeoutError(f"{what}: not within {within_s:g} s")
        pause.wait(LOOK_EVERY_S)
    return time.monotonic() - began


def free_port() -> int:
    """Return a port of loopback that nobody uses, below those from which clients call out."""
    chance = Random(os.urandom(8))
    while True:
        port = chance.randrange(20_000, 30_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


def accepts(port: int) -> bool:
    """Say whether somebody listens."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _count(path: Path, query: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.Error:
        return 0
