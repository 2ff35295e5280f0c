"""The hub's own Mosquitto: a child process on loopback, made from nothing, watched, and started again when it dies."""

import fcntl
import logging
import os
import random
import secrets
import select
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from devices.contract.topics import HUB, ROOMS, InvalidTopic
from devices.patience import SOON_S, Seldom, pause_s
from devices.ports import DeviceError
from hub.broker_files import (
    CONFIG,
    Secrets,
    Users,
    ensure_passwords,
    ensure_secrets,
    make_private_folder,
    read_secrets,
    secrets_file,
    write_broker_files,
)

HOST = "127.0.0.1"
"""The managed broker listens here only."""

INSTALL = "sudo apt-get install --yes mosquitto"

_STABLE_S = 0.25
_READY_WITHIN_S = 10.0
_STOP_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.01
_LAST_WORDS = 6
_PORTS = range(20_000, 30_000)
_SBIN = os.pathsep + "/usr/sbin" + os.pathsep + "/usr/local/sbin"

_log = logging.getLogger(__name__)


class BrokerUnavailable(DeviceError):
    """The managed broker does not run; the text holds its last words and what to do."""

    code = "broker_unavailable"


def find_program(name: str = "mosquitto") -> str | None:
    """Return where the broker's program is; None when it is not installed."""
    return shutil.which(name, path=os.environ.get("PATH", os.defpath) + _SBIN)


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """Where the broker keeps its files, whom it serves, and on which port; port 0 lets it choose a free one.

    ``users`` names who else is known: further processes of the hub, each with a name and secrets of its own, and other
    makers' devices.
    """

    folder: Path
    site: str
    devices: tuple[str, ...] = ()
    users: Users = field(default_factory=Users)
    port: int = 0
    program: str = "mosquitto"


class Broker:
    """The managed broker. One hub at a time uses a folder; secrets in it are made once and kept."""

    def __init__(self, settings: BrokerSettings) -> None:
        self._settings = settings
        self._folder = settings.folder.absolute()
        self._port = settings.port
        self._lock_file: IO[bytes] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._restarts = 0
        self._complaints = Seldom()

    @property
    def port(self) -> int:
        """Return the port on loopback; the same through all restarts of this object."""
        return self._port

    @property
    def pid(self) -> int | None:
        """Return the process id of the child that runs, None when none does."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def restarts(self) -> int:
        """Return how often the child died and was started again, for the technician's page."""
        return self._restarts

    def secrets(self, client: str = HUB) -> Secrets:
        """Return the secrets of the hub or of a device. Raises FileNotFoundError, SecretsDamaged."""
        return read_secrets(secrets_file(self._folder, client))

    def start(self) -> None:
        """Make what is missing, start, and wait until clients are accepted.

        Raises BrokerUnavailable with the remedy (not installed, port taken, folder in use, its own last words),
        SecretsDamaged, InvalidTopic for a bad id, OSError where the folder cannot be written.
        """
        program = find_program(self._settings.program)
        if program is None:
            raise BrokerUnavailable(f"{self._settings.program} is not installed. Type: {INSTALL}")
        self._lock_folder()
        try:
            _end_leftover(self._folder)
            ensure_secrets(self._folder, (*self._checked(self._settings.devices), *self._settings.users.workers, ROOMS))
            ensure_passwords(self._folder, self._checked(self._settings.users.sensors))
            self._port = self._port or _free_port()
            _check_free(self._port)
            self._write_files()
            self._stopping.clear()
            self._thread = threading.Thread(target=self._supervise, args=[program], name="broker", daemon=True)
            self._thread.start()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def add_device(self, device: str) -> Secrets:
        """Enrol a device while the broker runs; nobody is disconnected. Returns its secrets, which are also filed."""
        ensure_secrets(self._folder, self._checked((device,)))
        self._write_files()
        if self._process is not None and self.pid is not None:
            self._process.send_signal(signal.SIGHUP)
        return self.secrets(device)

    def stop(self) -> None:
        """End the child in good order, so that it keeps sessions and retained messages; safe to call twice."""
        self._stopping.set()
        if self._process is not None:
            self._process.terminate()
        if self._thread is not None:
            self._thread.join(_STOP_WITHIN_S)
            if self._process is not None and self._thread.is_alive():
                self._process.kill()
                self._thread.join(_STOP_WITHIN_S)
            self._thread = None
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None

    def _write_files(self) -> None:
        write_broker_files(self._folder, self._settings.site, self._port, self._settings.users)

    @staticmethod
    def _checked(devices: tuple[str, ...]) -> tuple[str, ...]:
        for device in devices:
            if device in {HUB, ROOMS}:
                raise InvalidTopic(f"{device!r} is the hub's own name and cannot be a device")
        return devices

    def _lock_folder(self) -> None:
        make_private_folder(self._folder)
        lock_file = (self._folder / "lock").open("ab")
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            lock_file.close()
            raise BrokerUnavailable(f"another hub uses {self._folder}; stop it, or give this one its own") from problem
        self._lock_file = lock_file

    def _wait_until_ready(self) -> None:
        deadline, earlier = time.monotonic() + _READY_WITHIN_S, self._restarts
        while not (self.pid and _accepts(self._port)):
            if self._restarts > earlier or time.monotonic() > deadline:
                raise BrokerUnavailable(f"Mosquitto does not start. Its last words: {self._last_words()}")
            self._stopping.wait(_LOOK_EVERY_S)

    def _supervise(self, program: str) -> None:
        """Start the child, hear it out until it ends, start it again. Runs in its own thread.

        The child is told to stop when the thread that made it ends (``--pdeathsig``), so a hub that is killed leaves
        no broker behind.
        """
        keeper = shutil.which("setpriv")
        command = [*([keeper, "--pdeathsig", "TERM"] if keeper else []), program, "-c", str(self._folder / CONFIG)]
        tries = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                code = self._run_once(command)
            except OSError as problem:
                self._words.append(str(problem))
                code = -1
            if self._stopping.is_set():
                return
            tries = 0 if time.monotonic() - began > _STABLE_S else tries
            self._restarts += 1
            if self._complaints.due(time.monotonic()):
                words = "Mosquitto ended (%s), restart %d since the start; its last words: %s"
                _log.error(words, code, self._restarts, self._last_words())
            self._stopping.wait(pause_s(tries - 1, SOON_S, random.random()) if tries else 0.0)  # noqa: S311 - only jitter
            tries += 1

    def _run_once(self, command: list[str]) -> int:
        with subprocess.Popen(  # noqa: S603 - our own arguments, none of them secret
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            umask=0o077,
            start_new_session=True,  # Ctrl-C at a terminal ends the hub in order, and the hub ends its broker
        ) as process:
            self._process = process
            if self._stopping.is_set():
                process.terminate()
            (self._folder / "pid").write_text(str(process.pid), encoding="ascii")
            for line in process.stderr or ():
                words = line.decode(errors="replace").strip()
                self._words.append(words)
                _log.log(logging.WARNING if words.startswith("Error") else logging.DEBUG, "mosquitto: %s", words)
        return process.returncode

    def _last_words(self) -> str:
        return " | ".join(self._words.copy()) or "(none)"


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            words = f"port {port} is used by another program (Debian's own mosquitto service uses 1883): {problem}"
            raise BrokerUnavailable(words) from problem


def _free_port() -> int:
    """Find a port below those from which clients call out: a client that retries could otherwise sit on it."""
    for _ in range(len(_PORTS)):
        port = secrets.choice(_PORTS)
        try:
            _check_free(port)
        except BrokerUnavailable:
            continue
        return port
    raise BrokerUnavailable("no free port was found between 20000 and 30000")


def _end_leftover(folder: Path) -> None:
    """End a broker that a killed hub left behind; recognised by its settings file, so it is never another's."""
    try:
        pid = int((folder / "pid").read_text(encoding="ascii"))
        handle = os.pidfd_open(pid)
    except (OSError, ValueError):
        return
    try:
        if str(folder / CONFIG).encode() not in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            return
        _log.warning("a Mosquitto of an earlier hub still runs as process %d: ending it", pid)
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        for how in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(handle, how)
            if ended.poll(_STOP_WITHIN_S * 1000 / 2):
                return
    except OSError:
        return  # it ended by itself meanwhile
    finally:
        os.close(handle)
