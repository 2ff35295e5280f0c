"""A house in processes of its own, for the drill of docs/keys.md: hub with its Mosquitto, and kiosks with their disks.

``python -m hub serve`` and ``python -m kiosk run`` as they are installed; of a kiosk only the lens is simulated. What a
kiosk decided by itself is read from the events on its own disk, whatever the hub told the guest.
"""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import randbits

from devices.contract import codec
from devices.contract.cards import KeyCard
from devices.contract.credential import SignedCredential
from devices.contract.messages import CheckInEvent, Verdict
from devices.contract.topics import HUB
from hub.broker_files import read_secrets, secrets_file
from hub.demo.house import Cast, open_house
from hub.domain.guests import InvitationStatus, Invited
from hub.key_files import KeyFolder
from hub.letters.symbols import symbol
from hub.ports import Store
from hub.store import migrate
from hub.store.sql import open_store
from hub.usecases.serve_roster import KINDS
from tests.flow.cable import Cable

ROOT = Path(__file__).parents[2]
DAY = datetime(2026, 12, 31, tzinfo=UTC).date()
MORNING = datetime(2026, 12, 31, 1, 1, tzinfo=UTC)
SITE = "house"
MEETING = "launch"
WAIT_S = 60
KIOSKS = ("kiosk-1", "kiosk-2")
HELD_MS = 60_000
"""A code is held until it is read, however busy the machine; the next one covers it."""


class DoorProcess:
    """One kiosk, its cable and its own disk."""

    def __init__(self, folder: Path, device: str, secret: Path, offset_s: float) -> None:
        """Write its settings and start it; it finds the broker once its cable leads there."""
        folder.mkdir()
        self.cable = Cable()
        self._database = folder / "data" / "kiosk.sqlite3"
        self._script = folder / "script.jsonl"
        self._script.touch()
        self._pictures = 0
        self._port = free_port()
        config = folder / "kiosk.toml"
        config.write_text(
            f'site = "{SITE}"\ndevice = "{device}"\ndoor = {{ zh = "东门", en = "East" }}\ndata = "data"\n'
            f'[broker]\nsecret = "{secret}"\nport = {self.cable.port}\n'
            f'[camera]\nkind = "simulated"\nsource = "{self._script}"\nframes_per_s = 8\n'
            f'[screen]\nport = {self._port}\n[clock]\ntrust = "always"\noffset_s = {offset_s}\n',
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "kiosk", "run", "--config", str(config)]
        self._began_ms = _now_ms()
        self._process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    def hold(self, code: str) -> None:
        """Hold a code before the lens from now on, in the place of the one before."""
        self._pictures += 1
        picture = self._script.with_name(f"{self._pictures}.png")
        picture.write_bytes(symbol(code).picture(8))
        starts_ms = _now_ms() - self._began_ms
        told = {
            "image": picture.name,
            "starts_ms": starts_ms,
            "lasts_ms": HELD_MS,
            "medium": "letter",
            "difficulty": 0.1,
        }
        with self._script.open("a", encoding="utf-8") as script:
            script.write(json.dumps(told) + "\n")

    def decided(self) -> list[Verdict]:
        """Return what this kiosk has decided by its own knowledge so far, the oldest first."""
        with closing(sqlite3.connect(self._database)) as file:
            rows = file.execute("SELECT payload FROM events ORDER BY place").fetchall()
        return [codec.decode(payload, CheckInEvent).verdict for (payload,) in rows]

    def decides(self, code: str) -> Verdict:
        """Hold a code up, and return what the kiosk says of it by its own knowledge. Raises TimeoutError."""
        before = len(self.decided())
        self.hold(code)
        wait_until(lambda: len(self.decided()) > before)
        return self.decided()[before]

    def key(self, key_id: int) -> KeyCard | None:
        """Return what this kiosk holds of a key for signed codes."""
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._database)) as file:
            row = file.execute("SELECT body FROM roster WHERE kind = 'key' AND key = ?", (str(key_id),)).fetchone()
            return codec.load_card(row[0], KeyCard) if row and row[0] else None
        return None

    def refuses_key(self, key_id: int) -> bool:
        """Say whether every code under this key is refused here from now on."""
        card = self.key(key_id)
        return card is not None and card.withdrawn

    def cursor(self) -> int:
        """Return the position up to which it knows the hub's roster."""
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._database)) as file:
            row = file.execute("SELECT value FROM facts WHERE name = 'roster_cursor'").fetchone()
            return int(row[0]) if row else 0
        return 0

    def hears_the_hub(self) -> bool:
        """Say whether it is connected and the hub is there."""
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz", timeout=9) as told:
            return bool(json.loads(told.read())["hub"])
        return False

    def stop(self) -> None:
        """End it in good order."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)
        self.cable.close()


@dataclass(slots=True)
class Learned:
    """When who knew that a key is withdrawn, in seconds from the moment when the command was typed."""

    stored_s: float
    doors_s: dict[str, float]
    returned_s: float

    def last_after_stored_s(self) -> float:
        """Return the seconds from the hub's commit to the last kiosk that refuses the key's codes."""
        return max(self.doors_s.values()) - self.stored_s


class Drill:
    """The hub, its memory, who is invited, and two doors."""

    def __init__(self, folder: Path, url: str) -> None:
        """Start all of it on an empty PostgreSQL database, with the demo's guests, all of whom have signed codes."""
        self.folder = folder
        self._config = folder / "hub.toml"
        self._data = folder / "hub"
        self._port = free_port()
        offset_s = (MORNING - datetime.now(UTC)) / timedelta(seconds=1)
        self._config.write_text(
            f'site = "{SITE}"\nkiosks = {list(KIOSKS)}\ndata = "{self._data}"\nclock_offset_s = {offset_s}\n'
            f'[store]\nurl = "{url}"\n[broker]\nport = {self._port}\n[web]\nport = {free_port()}\n',
            encoding="utf-8",
        )
        migrate.upgrade(url)
        self.store: Store = open_store(url)
        self.doors: dict[str, DoorProcess] = {}
        command = [sys.executable, "-m", "hub", "serve", "--log", "warning", "--config", str(self._config)]
        self._hub = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        broker = self._data / "broker"
        secrets = {name: secrets_file(broker, name) for name in (HUB, *KIOSKS)}
        try:
            wait_until(lambda: all(path.exists() for path in secrets.values()))
            key = bytes.fromhex(read_secrets(secrets.pop(HUB)).lookup_key)
            self.cast: Cast = open_house(self.store, DAY, MORNING, key)
            self.types("invite", "--meeting", MEETING, "--signed", "--out", str(folder / "letters"))
            for name, secret in secrets.items():
                self.doors[name] = DoorProcess(folder / name, name, secret, offset_s)
                self.doors[name].cable.lead_to(self._port)
            for door in self.doors.values():
                wait_until(lambda door=door: door.hears_the_hub() and door.key(1) is not None)  # type: ignore[misc]
        except BaseException:
            self.stop()
            raise

    def types(self, *words: str) -> str:
        """Type a command of the hub at its machine while it runs; return what it says."""
        done = subprocess.run(self._command(words), cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode not in {0, 1}:  # 1: a guest who was withdrawn before gets no letter
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def steals(self, key_id: int) -> KeyFolder:
        """Copy the private half of a key, as whoever reads a lost backup does."""
        folder = self.folder / f"stolen-{key_id}"
        folder.mkdir()
        (folder / f"{key_id}.pem").write_bytes((self._data / "keys" / f"{key_id}.pem").read_bytes())
        return KeyFolder(folder)

    def forged(self, stolen: KeyFolder, key_id: int) -> str:
        """Print the code of somebody who was never invited, with a stolen key."""
        plain = SignedCredential(
            key_id=key_id,
            meeting=self.cast.meeting.number,
            invitation=randbits(64),
            zone=0,
            not_before=MORNING - timedelta(hours=12),
            expires=MORNING + timedelta(hours=12),
        )
        return replace(plain, signature=stolen.sign(key_id, plain.signed_bytes())).text()

    def guests(self) -> list[Invited]:
        """Return the guests who come alone, and who may come."""
        alone = (one for one in self.cast.guests if not (one.invitation.party or one.invitation.vip))
        return [one for one in alone if one.invitation.status is InvitationStatus.VALID]

    def code_of(self, invitation: str) -> str:
        """Return a guest's code as it is now."""
        with self.store.read() as tx:
            return tx.guests.by_invitation([invitation])[invitation].invitation.code

    def revokes(self, key_id: int, *names: str) -> Learned:
        """Type that a key was stolen, and wait until these kiosks refuse its codes. Raises TimeoutError."""
        began = time.monotonic()
        stored, doors = 0.0, dict[str, float]()
        process = subprocess.Popen(
            self._command(("keys", "--revoke", str(key_id))), cwd=ROOT, stdout=subprocess.DEVNULL
        )

        def all_know() -> bool:
            nonlocal stored
            now = time.monotonic() - began
            if not stored and self._is_withdrawn(key_id):
                stored = now
            for name in names:
                if name not in doors and self.doors[name].refuses_key(key_id):
                    doors[name] = time.monotonic() - began
            return len(doors) == len(names) and bool(stored)

        wait_until(all_know)
        if process.wait(WAIT_S) != 0:
            raise RuntimeError("the command was refused")
        return Learned(stored, doors, time.monotonic() - began)

    def catches_up(self, name: str) -> None:
        """Wait until a kiosk knows all that the hub knows now. Raises TimeoutError."""
        with self.store.read() as tx:
            head = tx.feed.head(KINDS)
        wait_until(lambda: self.doors[name].cursor() >= head)

    def stop(self) -> None:
        """End all of it."""
        for door in self.doors.values():
            door.stop()
        self._hub.terminate()
        self._hub.wait(30)
        self.store.close()

    def _command(self, words: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "hub", *words, "--config", str(self._config)]

    def _is_withdrawn(self, key_id: int) -> bool:
        with self.store.read() as tx:
            return any(key.withdrawn for key in tx.keys.all() if key.key_id == key_id)


def wait_until(condition: Callable[[], object], within_s: float = WAIT_S) -> None:
    """Wait for something to come true. Raises TimeoutError."""
    until = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the condition did not come true")
        time.sleep(0.005)


def free_port() -> int:
    """Return a port of this machine that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _now_ms() -> int:
    return int(time.monotonic() * 1000)
