"""A whole house in one process: hub with its own broker and pages, and kiosks whose lens alone is simulated."""

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices import settings
from devices.contract.cards import Words
from devices.station import BrokerConfig
from hub.broker_files import secrets_file
from hub.config import HubConfig
from hub.config_sections import BrokerConfig as HubBroker
from hub.config_sections import StoreConfig, WebConfig
from hub.demo.house import Cast, open_house
from hub.domain.guests import Invited
from hub.domain.words import Language
from hub.letters.symbols import symbol
from hub.making import clock_of, hub_secrets
from hub.ports import Store
from hub.wiring import Hub
from kiosk.config import (
    BrowserConfig,
    CameraConfig,
    CameraKind,
    ClockConfig,
    ClockTrust,
    DeviceSecret,
    KioskConfig,
    ScreenConfig,
)
from kiosk.wiring import Kiosk
from tests.conftest import WAIT_S
from tests.hub.web.scene import let_in

DAY = datetime(2026, 12, 31, tzinfo=UTC).date()
MORNING = datetime(2026, 12, 31, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Door:
    """One kiosk, its script, and what its screen shows."""

    kiosk: Kiosk
    script: Path
    began_ms: int = 0
    shown: int = 0

    def hold(self, code: str, *, for_ms: int = 1_500) -> None:
        """Hold a printed code before the lens, from now on."""
        self.shown += 1
        picture = self.script.with_name(f"{self.script.stem}-{self.shown}.png")
        picture.write_bytes(symbol(code).picture(8))
        starts_ms = int(time.monotonic() * 1000) - self.began_ms + 300
        line = {
            "image": picture.name,
            "starts_ms": starts_ms,
            "lasts_ms": for_ms,
            "medium": "letter",
            "difficulty": 0.1,
        }
        with self.script.open("a", encoding="utf-8") as script:
            script.write(json.dumps(line) + "\n")

    def shows(self, kind: str) -> bool:
        """Say whether the screen is of this kind now."""
        return f'data-kind="{kind}"' in self.page()

    def page(self) -> str:
        """Return the page as a browser would load it now."""
        with urllib.request.urlopen(self.kiosk.address, timeout=WAIT_S) as response:  # noqa: S310 - our own address
            text: str = response.read().decode()
        return text

    def touch(self, action: str, value: str = "") -> None:
        """Touch a button that is on the page, as its script does."""
        shown = self.page()
        assert f'data-action="{action}"' in shown, shown[shown.index("<main") : shown.index("</main>")]
        (version,) = re.findall('data-id="([^"]+)"', shown)
        data = urllib.parse.urlencode({"version": version, "action": action, "value": value}).encode()
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.kiosk.address}press", data, {"Origin": self.kiosk.address.rstrip("/")}
        )
        with urllib.request.urlopen(request, timeout=WAIT_S):  # noqa: S310 - same
            pass


@dataclass(slots=True)
class House:
    """The hub, who is invited, and its doors."""

    folder: Path
    config: HubConfig
    hub: Hub
    cast: Cast
    doors: list[Door] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """Return the hub's memory."""
        return self.hub.store

    def cookie(self, name: str) -> str:
        """Let somebody be signed in at the hub's pages; return their browser's cookie."""
        return f"yingbin_session={let_in(self.store, name, at=clock_of(self.config).now())}"

    def guests(self, *, vip: bool = False) -> list[Invited]:
        """Return the Chinese-speaking guests who come alone."""
        alone = (one for one in self.cast.guests if not one.invitation.party and one.guest.language is Language.ZH)
        return [one for one in alone if one.invitation.vip == vip]

    def open_door(self, device: str) -> Door:
        """Start a kiosk."""
        folder = self.folder / device
        folder.mkdir()
        script = folder / "script.jsonl"
        script.touch()
        secret_path = secrets_file(self.config.data / "broker", device)
        config = KioskConfig(
            site=self.config.site,
            device=device,
            door=Words(zh="东门", en="East door"),
            data=folder,
            broker=BrokerConfig(secret=secret_path, port=self.hub.broker.port if self.hub.broker else 0),
            camera=CameraConfig(kind=CameraKind.SIMULATED, source=str(script)),
            screen=ScreenConfig(port=0),
            browser=BrowserConfig(expected=False),
            clock=ClockConfig(trust=ClockTrust.ALWAYS, offset_s=self.config.clock_offset_s),
        )
        kiosk = Kiosk(config, settings.load(secret_path, DeviceSecret))
        door = Door(kiosk, script)
        self.doors.append(door)
        door.began_ms = int(time.monotonic() * 1000)
        kiosk.start()
        return door


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Open the demo's house on the morning of its launch; once on each kind of database."""
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_url"))
    config = HubConfig(
        site="house",
        kiosks=("kiosk-1", "kiosk-2"),
        data=tmp_path / "hub",
        store=StoreConfig(url=url),
        broker=HubBroker(port=0),
        web=WebConfig(port=0),
        clock_offset_s=(MORNING - datetime.now(UTC)) / timedelta(seconds=1),
    )
    hub = Hub(config)
    hub.start()
    key = bytes.fromhex(hub_secrets(config).lookup_key)
    made = House(tmp_path, config, hub, open_house(hub.store, DAY, MORNING, key))
    yield made
    for door in made.doors:
        door.kiosk.stop()
    made.hub.stop()
