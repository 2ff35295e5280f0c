"""The demo's kiosks: real kiosk processes, whose camera alone is simulated."""

import json
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hub.config import HubConfig
from hub.demo.joining import Papers
from hub.demo.programme import Showing, write_scripts
from hub.demo.programs import CannotShow, Program
from hub.domain.meetings import Door
from hub.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskPlan:
    """What one kiosk process is started with. ``offset_s`` moves its clock to the demo's morning.

    It runs ``speed`` times as fast from ``since_s`` (Unix seconds), as the hub's does. With a ``certificate`` it comes
    to the broker by TLS, else by the password in ``secret``.
    """

    door: Door
    folder: Path
    script: Path
    secret: Path
    broker_port: int
    screen_port: int
    site: str
    zone: str
    offset_s: float
    speed: float = 1.0
    since_s: float = 0.0
    certificate: Path | None = None
    authority: Path | None = None


class KioskProcess(Program):
    """One running kiosk."""

    def __init__(self, plan: KioskPlan) -> None:
        """Keep the plan; nothing runs yet."""
        self.plan = plan
        self._config = plan.folder / "kiosk.toml"
        super().__init__(["kiosk", "run", "--config", str(self._config)], plan.folder / "kiosk.log")

    @property
    def database(self) -> Path:
        """Return where the kiosk keeps its events."""
        return self.plan.folder / "kiosk.sqlite3"

    @property
    def address(self) -> str:
        """Return the address of its screen."""
        return f"http://127.0.0.1:{self.plan.screen_port}/"

    def start(self) -> None:
        """Write its settings and start it."""
        self.plan.folder.mkdir(parents=True, exist_ok=True)
        self._config.write_text(_settings(self.plan), encoding="utf-8")
        super().start()


def _settings(plan: KioskPlan) -> str:
    def text(value: object) -> str:
        return json.dumps(str(value), ensure_ascii=False)

    papers = ""
    if plan.certificate:
        papers = f"tls_ca = {text(plan.authority)}\ncertificate = {text(plan.certificate)}\n"
    return f"""\
site = {text(plan.site)}
device = {text(plan.door.device)}
door = {{ zh = {text(plan.door.name.zh)}, en = {text(plan.door.name.en)} }}
data = {text(plan.folder)}

[broker]
port = {plan.broker_port}
secret = {text(plan.secret)}
{papers}
[camera]
kind = "simulated"
source = {text(plan.script)}

[screen]
port = {plan.screen_port}

[browser]
expected = false

[clock]
zone = {text(plan.zone)}
trust = "always"
offset_s = {plan.offset_s}
speed = {plan.speed}
since_s = {plan.since_s}
"""


def make_kiosks(
    store: Store, config: HubConfig, papers: Mapping[str, Papers], folder: Path, showings: Iterable[Showing]
) -> list[KioskProcess]:
    """Return the kiosks that have joined a hub, with what is shown to each; none runs yet."""
    codes = folder / "codes"
    codes.mkdir(mode=0o700)
    scripts = write_scripts(showings, codes)
    with store.read() as tx:
        doors, venue = tx.meetings.doors(), tx.meetings.venue()
    return [
        KioskProcess(
            KioskPlan(
                door=doors[device],
                folder=folder / device,
                script=scripts.get(device, codes / f"{device}.jsonl"),
                secret=papers[device].secret,
                broker_port=papers[device].port,
                screen_port=free_port(8780 + number),
                site=config.site,
                zone=venue.zone if venue else "UTC",
                offset_s=config.clock_offset_s,
                speed=config.clock_speed,
                since_s=config.clock_since_s,
                certificate=papers[device].certificate,
                authority=papers[device].authority,
            )
        )
        for number, device in enumerate(config.kiosks, start=1)
    ]


def free_port(port: int) -> int:
    """Return a port of loopback that nobody listens on: this one if it may be had. Raises CannotShow."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotShow("no port of this machine's loopback is free")
