"""The hub's own Mosquitto: a child process, made from nothing, watched, and started again when it dies."""

import fcntl
import logging
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import IO

from devices.contract.topics import HUB, ROOMS, InvalidTopic, is_id, kept_topics
from devices.patience import SOON_S, Seldom, pause_s
from devices.ports import DeviceError
from hub.broker_files import (
    CONFIG,
    Secrets,
    Users,
    ensure_passwords,
    ensure_secrets,
    read_password,
    read_secrets,
    renew_password,
    secrets_file,
    sensor_file,
    write_broker_files,
)
from hub.broker_leftover import end_leftover
from hub.broker_tls import TlsListener, ghost_of, tls_lines, write_revoked, write_server_files
from hub.free_port import answers, free_port, probe
from hub.private_files import make_private_folder
from hub.takeover import NotThrownOut, take_over

HOST = "127.0.0.1"
"""Here the managed broker listens to those that have a password, the hub itself among them."""

INSTALL = "sudo apt-get install --yes mosquitto"

_STABLE_S = 0.25
_READY_WITHIN_S = 10.0
_STOP_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.01
_LAST_WORDS = 6
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
    tls: TlsListener | None = None


class Broker:
    """The managed broker. One hub at a time uses a folder; secrets in it are made once and kept."""

    def __init__(self, settings: BrokerSettings, on_words: Callable[[str], None] = lambda _: None) -> None:
        """Take the settings, and who hears each line of its log: quick, and never raises."""
        self._settings = settings
        self._on_words = on_words
        self._folder = settings.folder.absolute()
        self._port = settings.port
        self._tls_port = settings.tls.port if settings.tls else 0
        self._certified: frozenset[str] = frozenset()
        self._barred: frozenset[str] = frozenset()
        self._lock_file: IO[bytes] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._restarts = 0
        self._complaints = Seldom()
        self._read: Sequence[tuple[str, int, int]] = ()
        self._writing = threading.Lock()

    @property
    def port(self) -> int:
        """Return the port on loopback; the same through all restarts of this object."""
        return self._port

    @property
    def tls_port(self) -> int:
        """Return the port for devices with a certificate; 0 when there is none."""
        return self._tls_port

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

    def password(self, client: str) -> str:
        """Return the password of a client or of another maker's device. Raises FileNotFoundError, SecretsDamaged."""
        if client in self._settings.users.sensors:
            return read_password(sensor_file(self._folder, client))
        return self.secrets(client).password

    def start(self) -> None:
        """Make what is missing, start, and wait until clients are accepted.

        Raises BrokerUnavailable with the remedy (not installed, port taken, folder in use, its own last words),
        SecretsDamaged, AuthorityDamaged, InvalidTopic for a bad id, OSError where the folder cannot be written.
        """
        program = find_program(self._settings.program)
        if program is None:
            raise BrokerUnavailable(f"{self._settings.program} is not installed. Type: {INSTALL}")
        self._lock_folder()
        try:
            end_leftover(self._folder)
            ensure_secrets(self._folder, (*self._checked(self._settings.devices), *self._settings.users.workers, ROOMS))
            ensure_passwords(self._folder, self._checked(self._settings.users.sensors))
            self._port = self._port or free_port(HOST)
            _check_free(self._port)
            if tls := self._settings.tls:
                self._tls_port = self._tls_port or free_port(tls.host, besides=self._port)
                for port in filter(None, (self._tls_port, tls.password_port)):
                    _check_free(port, tls.host)
                write_server_files(self._folder, tls)
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
        self._reload()
        return self.secrets(device)

    def settle(self, certified: Collection[str], revoked: Collection[int] = ()) -> None:
        """Know who holds a certificate, and which serial numbers are revoked for good; before the start or after.

        A device that holds one has no password any more: whoever is connected with it is disconnected at once. Raises
        AuthorityDamaged, OSError.
        """
        if tls := self._settings.tls:
            tls.authority.revoke(*revoked)
        self._certified = frozenset(certified)
        if self.pid is not None:
            self._write_files()
            self._reload()

    def throw_out(self, device: str) -> None:
        """End a device's session at once and delete what the broker keeps of it; its password opens no more.

        First ``settle`` what it may no more: then it does not come back. Raises NotThrownOut.
        """
        renew_password(self._folder, device)
        self._write_files(leaving=(device,))
        self._reload()
        tls = self._settings.tls
        if tls is None:
            return  # passwords alone: the reload has ended the session
        own = kept_topics(self._settings.site, device, self._settings.users.prefix)
        kept = () if device in self._settings.users.sensors else own
        with ghost_of(self._folder, tls, device) as way:
            # Mosquitto looks for its signal in each turn, and a handshake takes several: it knows the new list by then.
            if left := take_over((_near(tls.host), self._tls_port), device, kept, way):
                raise NotThrownOut(f"the broker does not let {device} delete {', '.join(left)}")
        self._write_files()
        self._reload()

    @property
    def sensors(self) -> frozenset[str]:
        """Return the other makers' devices that have a password here."""
        return frozenset(self._users().sensors)

    def throw_out_sensor(self, sensor: str, kept: Sequence[str]) -> None:
        """End another maker's device's session at once, and delete what the broker keeps of it on the topics ``kept``.

        Then ``bar`` it: until then its password still opens. Raises NotThrownOut, FileNotFoundError, SecretsDamaged.
        """
        take_over((HOST, self._port), sensor, kept, self.password(sensor))

    def bar(self, sensors: Collection[str]) -> None:
        """Let these of other makers' devices in no more, and all others again, with a new password if need be.

        Their passwords are gone from the disk; whoever is connected with one is disconnected at once. Raises OSError.
        """
        # In this order, since another thread may write the broker's files meanwhile: whoever counts has a password.
        ensure_passwords(self._folder, tuple(one for one in self._settings.users.sensors if one not in sensors))
        self._barred = frozenset(sensors)
        for sensor in filter(is_id, sensors):  # whoever has another name announced it, and never had a password
            sensor_file(self._folder, sensor).unlink(missing_ok=True)
        self._write_files()
        self._reload()

    def _users(self) -> Users:
        known = self._settings.users
        return replace(known, sensors=tuple(one for one in known.sensors if one not in self._barred))

    def reread(self) -> None:
        """Let a password count that was made anew on the disk; whoever came in with the old one is out at once."""
        if self.pid is not None and self._password_files() != self._read:
            self._write_files()
            self._reload()

    def freshen(self) -> None:
        """Give the broker a fresh certificate, so that a hub that runs for years is not locked out by an old one."""
        if self._settings.tls:
            write_server_files(self._folder, self._settings.tls)
            self._reload()

    def _password_files(self) -> Sequence[tuple[str, int, int]]:
        """Return which files of passwords there are; one that is written anew is another."""
        files = (sensor_file(self._folder, sensor) for sensor in self._settings.users.sensors)
        found = [(file.name, file.stat()) for file in files if file.exists()]
        return [(name, seen.st_ino, seen.st_mtime_ns) for name, seen in found]

    def _reload(self) -> None:
        """Let the broker read its files anew: access list, passwords, certificate, and what is revoked."""
        if self._process is not None and self.pid is not None:
            self._process.send_signal(signal.SIGHUP)

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

    def _write_files(self, leaving: Collection[str] = ()) -> None:
        """Write what Mosquitto reads; those who are ``leaving`` may still delete what was kept of them."""
        settings, more = self._settings, []
        with self._writing:  # who starts the broker, and who keeps it in step, may be two threads
            self._read = self._password_files()
            if settings.tls:
                write_revoked(self._folder, settings.tls)
                more = tls_lines(self._folder, settings.tls, self._tls_port)
            write_broker_files(
                self._folder,
                settings.site,
                self._port,
                self._users(),
                certified=self._certified.union(leaving),
                more=more,
            )

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
        while not (self.pid and answers(HOST, self._port)):
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
            if code == -signal.SIGHUP:
                continue  # told to reload before it could take that in: it reads all anew as it starts again
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
                self._on_words(words)
                _log.log(logging.WARNING if words.startswith("Error") else logging.DEBUG, "mosquitto: %s", words)
        return process.returncode

    def _last_words(self) -> str:
        return " | ".join(self._words.copy()) or "(none)"


def _near(host: str) -> str:
    """Return the address at which this machine reaches a listener."""
    return HOST if ip_address(host).is_unspecified else host


def _check_free(port: int, host: str = HOST) -> None:
    try:
        probe(host, port)
    except OSError as problem:
        words = f"port {port} is used by another program (Debian's own mosquitto service uses 1883): {problem}"
        raise BrokerUnavailable(words) from problem
