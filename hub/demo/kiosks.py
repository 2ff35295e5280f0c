"""The demo's kiosks: real kiosk processes, whose camera alone is simulated."""

import json
from dataclasses import dataclass
from pathlib import Path

from hub.demo.programs import Program
from hub.domain.meetings import Door


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
