"""The only place that chooses an agent's real things: pins, clock, ids, link."""

import logging
import signal
import threading
from functools import partial
from importlib.metadata import PackageNotFoundError, version

from devices.announcing import Nameplate
from devices.clock import SystemClock
from devices.contract.messages import RequestKind
from devices.hands import Button
from devices.identity import Identity
from devices.ids import uuid7
from devices.link import MqttLink
from devices.pi.machine import cpu_celsius
from devices.pi.time_sync import is_clock_set
from devices.ports import DeviceError, LinkSettings
from devices.renewing import Renewal
from devices.room.agent import Agent
from devices.room.config import ButtonSettings, RoomConfig, Wish
from devices.room.keeper import Keeper
from devices.room.parts import Parts
from devices.station import station_link

MODEL = "room agent"
_log = logging.getLogger(__name__)

try:
    SOFTWARE = f"yingbin-room {version('yingbin')}"
except PackageNotFoundError:
    SOFTWARE = "yingbin-room from a checkout"


class RoomAgent:
    """One running agent."""

    def __init__(self, config: RoomConfig, password: str) -> None:
        """Put the parts together; nothing runs before ``start``. Raises ValueError when it has too many points."""
        self._config = config
        self._stopping = threading.Event()
        self._parts = Parts(config, self._stopping)
        clock = SystemClock()
        self._identity = Identity(config.site, config.device, uuid7(), clock, uuid7)
        plate = Nameplate(
            site=config.site,
            device=config.device,
            name=f"{config.area or config.room} ({config.device})",
            model=MODEL,
            software=SOFTWARE,
            area=config.area,
        )
        self._buttons: list[Button] = []
        self.agent = Agent(
            self._identity,
            plate,
            config.room,
            lambda on_change: [
                Keeper(instrument, clock.monotonic_ms, on_change) for instrument in self._parts.instruments()
            ],
            every_s=config.every_s,
            discovery=config.discovery,
            identify=self._parts.identify(),
            cpu=cpu_celsius,
            synced=is_clock_set,
        )
        self.link = MqttLink(self.link_settings(password), self.agent.received, self.agent.connected)
        self.agent.attach(self.link)
        self._renewal = Renewal(config.broker, clock)

    def link_settings(self, password: str) -> LinkSettings:
        """Return how this agent speaks to the broker."""
        return station_link(self._identity, self._config.broker, password, self.agent.subscriptions)

    def start(self) -> None:
        """Begin. A button that cannot be had is logged and left out: the sensors go on."""
        self.agent.start()
        self.link.start()
        self._renewal.start()
        for settings in self._config.buttons:
            try:
                self._listen(settings)
            except DeviceError as problem:
                _log.error("the button on pin %s is not there: %s", settings.pin, problem)

    def stop(self) -> None:
        """End in good order; relays go off."""
        self._stopping.set()
        self._renewal.stop()
        for button in self._buttons:
            button.close()
        self.agent.stop()
        self.link.stop()

    def _listen(self, settings: ButtonSettings) -> None:
        button = self._parts.button(settings)
        self._buttons.append(button)
        button.listen(self._ask(settings.pressed), self._ask(settings.held) if settings.held else None)

    def _ask(self, wish: Wish) -> partial[None]:
        return partial(self.agent.ask, RequestKind(wish.value))


def run_until_signal(room: RoomAgent) -> None:
    """Run until SIGTERM or SIGINT, then stop in good order."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        room.start()
        over.wait()
    finally:
        room.stop()
