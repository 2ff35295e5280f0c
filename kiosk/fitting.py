"""Chooses a kiosk's hands and its printer, real or simulated, and puts them to work beside the screen.

What the machine lacks is logged and left out: no guest pays for a loose wire.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from devices.contract.messages import Need, Verdict
from devices.fake.hands import FakeButton, FakeBuzzer, FakeLamp, FakePresence, FakeRelay
from devices.hands import HandLost
from devices.pi.escpos import EscPosPrinter, over_device, over_network
from devices.ports import Clock
from devices.printing import Picture, Printer
from devices.settings import BadSettings, Mistake
from devices.texts import Texts
from kiosk.badges.desk import SlipDesk
from kiosk.badges.ledger import Ledger
from kiosk.badges.reprint import Reprint
from kiosk.badges.settings import PrinterConfig, PrinterKind
from kiosk.badges.slip import write_slip
from kiosk.board import ScreenBoard
from kiosk.config import KioskConfig
from kiosk.database import Database
from kiosk.hands.door import Doorkeeper
from kiosk.hands.settings import HandsConfig, Pins, Sound
from kiosk.hands.work import Hands, Parts
from kiosk.reception import Result
from kiosk.roster import Roster
from kiosk.screen import Outcome
from kiosk.web.view import Writer

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The parts of a kiosk that hands and printer work with. ``call_staff`` does what the screen's help button does."""

    board: ScreenBoard
    roster: Roster
    database: Database
    clock: Clock
    texts: Texts
    call_staff: Callable[[], None]


class Fittings:
    """Everything a kiosk has beside camera, screen and link; with nothing configured it does nothing."""

    def __init__(self, config: KioskConfig, around: Around) -> None:
        """Take the pins and the printer; nothing is heard or printed before ``start``. Raises BadSettings."""
        hands, clock = config.hands, around.clock
        self._parts = fit_hands(hands, config.data)
        self.hands = Hands(self._parts, around.board, hands.lights, around.call_staff)
        self._told: list[Callable[[Result], None]] = []
        if self._parts.door is not None:
            keeper = Doorkeeper(self._parts.door, clock.now, opens_s=hands.door_opens_s, again_s=hands.door_again_s)
            self._told.append(keeper.take)
        self._desk = fit_desk(config, around)
        if self._desk is not None:
            self._told.append(self._desk.take)

    def tell(self, result: Result) -> None:
        """Take a result of the reception: the door opens, a slip is printed. Returns at once and never raises."""
        for told in self._told:
            told(result)

    def needs(self) -> tuple[Need, ...]:
        """Return what a person must see to."""
        return self._desk.needs() if self._desk else ()

    def names(self) -> tuple[str, ...]:
        """Return what there is, as the hub is told of it."""
        return (*self._parts.names(), *(("printer",) if self._desk else ()))

    def start(self) -> None:
        """Begin to follow the screen, to listen, and to look after the printer. The database must be open."""
        self.hands.start()
        if self._desk is not None:
            self._desk.start()

    def stop(self) -> None:
        """Put everything to rest, the door first. After it nothing is printed."""
        self.hands.stop()
        if self._desk is not None:
            self._desk.stop()


def fit_desk(config: KioskConfig, around: Around) -> SlipDesk | None:
    """Return the desk for the configured printer, None where there is none. Raises BadSettings where no font is."""
    if config.printer.kind is PrinterKind.NONE:
        return None
    from kiosk.badges.drawing import draw_slip  # noqa: PLC0415 - most kiosks print nothing, and need not load Pillow
    from kiosk.badges.fonts import NoFont, find_fonts  # noqa: PLC0415 - same

    try:
        fonts = find_fonts(config.printer.font)
    except NoFont as problem:
        raise BadSettings(Path("kiosk.toml"), [Mistake("printer.font", str(problem))]) from problem
    zone = ZoneInfo(config.clock.zone)

    def draw(result: Result) -> Picture:
        card = result.card
        if card is None:  # the desk takes no result without one
            raise ValueError("nobody to print for")
        outcome = Outcome(
            scan_id=result.event,
            verdict=Verdict.WELCOME,
            card=card,
            meeting=result.meeting,
            places=around.roster.places(),
        )
        writer = Writer(around.texts, zone, card.language)
        slip = write_slip(outcome, card, around.texts, writer, around.clock.now())
        return draw_slip(slip, fonts, config.printer.width_dots)

    printer = fit_printer(config.printer, config.data)
    return SlipDesk(printer, Ledger(around.database), Reprint(config.data), draw, around.clock)


def fit_printer(config: PrinterConfig, data: Path) -> Printer:
    """Return the configured printer. Raises OSError when a simulated one cannot listen."""
    if config.kind is PrinterKind.CUPS:
        from devices.pi.cups import CupsPrinter  # noqa: PLC0415 - needs Pillow

        return CupsPrinter(
            config.queue or "",
            dots_per_mm=config.dots_per_mm,
            wait=threading.Event().wait,
            server=config.server,
            media=config.media,
        )
    if config.kind is PrinterKind.SIMULATED:
        from devices.fake.printer import FakePrinter, SimulatedPrinter  # noqa: PLC0415 - needs Pillow

        fake = FakePrinter(data / "slips")
        return SimulatedPrinter(fake, EscPosPrinter(over_network("127.0.0.1", fake.port)))
    network = config.network()
    connect = over_network(*network) if network else over_device(config.address, config.baud)
    return EscPosPrinter(connect, tells_status=config.tells_status, cuts=config.cuts)


def fit_hands(config: HandsConfig, data: Path) -> Parts:
    """Take the pins of every part that has some. A part that is not to be had is logged and left out.

    ``data`` is a folder this process may write to.
    """
    wanted = (config.lamp_pins, config.buzzer_pin, config.help_pin, config.presence_pin, config.door_pin)
    if not any(wanted):
        return Parts()
    return _simulated(config) if config.pins is Pins.SIMULATED else _real(config, data)


def _simulated(config: HandsConfig) -> Parts:
    return Parts(
        lamp=FakeLamp() if config.lamp_pins else None,
        buzzer=FakeBuzzer() if config.buzzer_pin and config.sound is Sound.ON else None,
        help_button=FakeButton() if config.help_pin else None,
        presence=FakePresence() if config.presence_pin else None,
        door=FakeRelay() if config.door_pin else None,
    )


def _real(config: HandsConfig, data: Path) -> Parts:
    from devices.pi import gpio  # noqa: PLC0415 - most kiosks have no pins, and need not load gpiozero

    data.mkdir(parents=True, exist_ok=True)
    pins: Any = _or_none("all pins", lambda: gpio.open_pins(data))
    if pins is None:
        return Parts()
    sounding = config.buzzer_pin if config.sound is Sound.ON else None
    makers: dict[str, tuple[Any, Callable[[Any], Any]]] = {
        "lamp": (config.lamp_pins, lambda pin: gpio.GpioLamp(pin, pins, active_high=config.lamp_active_high)),
        "buzzer": (sounding, lambda pin: gpio.GpioBuzzer(pin, pins, config.volume_percent / 100)),
        "help_button": (config.help_pin, lambda pin: gpio.GpioButton(pin, pins, active_high=config.help_active_high)),
        "presence": (
            config.presence_pin,
            lambda pin: gpio.GpioPresence(pin, pins, config.presence_lasts_s, active_high=config.presence_active_high),
        ),
        "door": (config.door_pin, lambda pin: gpio.GpioRelay(pin, pins, active_high=config.door_active_high)),
    }
    found = {name: _or_none(name, partial(make, pin)) for name, (pin, make) in makers.items() if pin}
    return Parts(**found)


def _or_none(name: str, take: Callable[[], T]) -> T | None:
    try:
        return take()
    except HandLost as problem:
        _log.error("hands: %s left out: %s", name, problem)
        return None
