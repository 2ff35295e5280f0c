"""The demo's kiosks: real kiosk processes, whose camera alone is simulated."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from hub.domain.meetings import Door

_END_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskPlan:
    """What one kiosk process is started with. ``offset_s`` moves its clock to the demo's morning."""

    door: Door
    folder: Path
    script: Path
    secret: Path
    broker_port: int
    screen_port: int
    site: str
    zone: str
    offset_s: float


@dataclass(slots=True)
class KioskProcess:
    """One running kiosk."""

    plan: KioskPlan
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def database(self) -> Path:
        """Return where the kiosk keeps its events."""
        return self.plan.folder / "kiosk.sqlite3"

    @property
    def address(self) -> str:
        """Return the address of its screen."""
        return f"http://127.0.0.1:{self.plan.screen_port}/"

    @property
    def alive(self) -> bool:
        """Say whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Write its settings and start it, as systemd would on a Pi."""
        self.plan.folder.mkdir(parents=True, exist_ok=True)
        config = self.plan.folder / "kiosk.toml"
        config.write_text(_settings(self.plan), encoding="utf-8")
        with (self.plan.folder / "kiosk.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, with a path we made
                [sys.executable, "-m", "kiosk", "run", "--config", str(config)],
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C ends the demo in order, not everything at once
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def stop(self) -> None:
        """End it in good order; by force when it does not."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def last_words(self) -> str:
        """Return the end of its log, for a person to read when it died."""
        return (self.plan.folder / "kiosk.log").read_text(encoding="utf-8", errors="replace")[-2_000:]


def _settings(plan: KioskPlan) -> str:
    def text(value: object) -> str:
        return json.dumps(str(value), ensure_ascii=False)

    return f"""\
site = {text(plan.site)}
device = {text(plan.door.device)}
door = {{ zh = {text(plan.door.name.zh)}, en = {text(plan.door.name.en)} }}
data = {text(plan.folder)}

[broker]
port = {plan.broker_port}
secret = {text(plan.secret)}

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
"""
