"""Starts a real PostgreSQL in a temporary folder, for tests and benchmarks."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from hub.store.tables import metadata

MISSING = "PostgreSQL is missing: type 'apt-get install postgresql' (its programs belong in /usr/lib/postgresql)"
_PROGRAMS = Path("/usr/lib/postgresql")
_READY_SECONDS = 30
_END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class PostgresMissing(Exception):
    """There is no PostgreSQL on this machine."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. Its superuser has a password, so that tests see what happens to passwords."""

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """Return the address of one database."""
        return f"postgresql://hub:{self.password}@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0", prefix: str = "test") -> str:
        """Make a new database as a copy of a template, and return its name."""
        name = f"{prefix}_{next(self._numbers)}"
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self.command(make)
        return name

    def empty(self, name: str) -> None:
        """Empty a database that has the hub's schema: 20 times as fast as copying a template."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(_END_OTHERS)
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")  # the audit log refuses DELETE
                for table in reversed(metadata.sorted_tables):
                    if table.name not in {"meta", "feed_head", "audit_head"}:
                        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
                connection.execute("DELETE FROM feed_head WHERE kind <> ''")
                connection.execute("UPDATE feed_head SET seq = 0")
                connection.execute("UPDATE audit_head SET number = 0, hash = repeat('0', 64)")

    def reload(self, setting: str, value: str) -> None:
        """Have the settings read again, and wait until this one holds for new connections."""
        pause = threading.Event()
        self.command(sql.SQL("SELECT pg_reload_conf()").format())
        for _ in range(_READY_SECONDS * 20):
            with psycopg.connect(self.url("postgres")) as connection:
                found = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
            if found == (value,):
                return
            pause.wait(0.05)
        raise RuntimeError(f"{setting} did not become {value}")

    def command(self, command: sql.Composed) -> None:
        """Run one command of the superuser."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(command)


def wait_for_a_lock(url: str) -> None:
    """Wait until somebody in this database waits for somebody else. Raises RuntimeError when nobody does."""
    pause = threading.Event()
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(_READY_SECONDS * 20):
            row = connection.execute(_WAITING).fetchone()
            if row and row[0]:
                return
            pause.wait(0.05)
    raise RuntimeError("nobody waited for a lock")


@contextmanager
def running() -> Iterator[Server]:
    """Start a server with fsync on, give it back ready, and stop it at the end. Raises PostgresMissing."""
    programs = _find()
    folder = Path(tempfile.mkdtemp(prefix="yb-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    password = secrets.token_hex(12)
    try:
        _initdb(programs, folder, password)
        port = _free_port()
        process = launch(folder, port)
        try:
            server = Server(folder, port, password, process)
            _wait(server)
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(_READY_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def launch(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the server of a folder that ``running`` made, also again after it was killed; it is not ready yet."""
    command = [str(_find() / "postgres"), "-D", str(folder / "data"), *_settings(folder, port)]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([*_as_nobody_special(), *command], stdout=log, stderr=log)


def _find() -> Path:
    found = sorted(_PROGRAMS.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise PostgresMissing(MISSING)
    return found[-1].parent


def _as_nobody_special() -> list[str]:
    """Return what goes before a command: PostgreSQL refuses root, and must end when the tests are killed."""
    drop = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *drop, "--pdeathsig=QUIT"]


def _initdb(programs: Path, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(secret, owner.pw_uid, owner.pw_gid)
    made = subprocess.run(
        [
            *_as_nobody_special(),
            *(str(programs / "initdb"), "-D", str(folder / "data"), "--username=hub", f"--pwfile={secret}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")


def _settings(folder: Path, port: int) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "max_connections": "60",
        "shared_buffers": "128MB",
        "max_wal_size": "512MB",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: Server) -> None:
    pause = threading.Event()
    for _ in range(_READY_SECONDS * 20):
        if server.process.poll() is not None:
            break
        try:
            psycopg.connect(server.url("postgres")).close()
        except psycopg.OperationalError:
            pause.wait(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {(server.folder / 'log').read_text()[-2000:]}")
