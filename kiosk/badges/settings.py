"""The settings of a kiosk's printer (``[printer]`` in kiosk.toml)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from devices.contract.limits import Number, Text
from devices.settings import Mistake

_NETWORK = re.compile(r"tcp://([^/:\s]+|\[[0-9a-fA-F:]+\]):(\d{1,5})")
_BAUDS = (0, 9_600, 19_200, 38_400, 57_600, 115_200)
_LAST_PORT = 65_535
_NARROWEST_MM = 40


class PrinterKind(StrEnum):
    """Which language the printer speaks. A simulated one writes pictures into the kiosk's data folder."""

    NONE = "none"
    ESCPOS = "escpos"
    CUPS = "cups"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterConfig:
    """The printer of slips. ``width_dots`` and ``dots_per_mm`` are of what it can print on, without the margins.

    ``address`` (ESC/POS): ``tcp://host:9100``, or a device file; ``baud`` is for a serial one. ``tells_status``: it
    answers when asked for paper and cover. ``queue``, ``media`` and ``server`` are CUPS's own words. An empty ``font``
    takes what fontconfig names for Noto Sans CJK.
    """

    kind: PrinterKind = PrinterKind.NONE
    address: Annotated[str, Text(300)] = "/dev/usb/lp0"
    baud: Annotated[int, Number(0, 115_200)] = 0
    tells_status: bool = True
    cuts: bool = True
    queue: Annotated[str, Text(127, pattern=r"[^\s/#-][^\s/#]*")] | None = None
    media: Annotated[str, Text(100, pattern=r"[A-Za-z0-9_.x-]*")] = ""
    server: Annotated[str, Text(253, pattern=r"[A-Za-z0-9_.:/\[\]-]*")] = ""
    width_dots: Annotated[int, Number(300, 2_400)] = 576
    dots_per_mm: Annotated[int, Number(6, 24)] = 8
    font: Path | None = None

    def mistakes(self) -> Iterator[Mistake]:
        """Give what is wrong between settings that are each allowed by themselves."""
        if self.kind is PrinterKind.CUPS and not self.queue:
            yield Mistake("printer.queue", "is missing; lpstat -e lists the queues there are")
        if self.kind is PrinterKind.ESCPOS:
            yield from self._mistakes_of_address()
        if self.width_dots / self.dots_per_mm < _NARROWEST_MM:
            found = self.width_dots / self.dots_per_mm
            yield Mistake(
                "printer.width_dots", f"makes slips of {found:.0f} mm; {_NARROWEST_MM} mm are needed for a seat"
            )
        if self.font is not None and not self.font.is_file():
            yield Mistake("printer.font", f"no file at {self.font}; leave it out to take Noto Sans CJK")

    def network(self) -> tuple[str, int] | None:
        """Return host and port of a printer on the network; None for a device file."""
        found = _NETWORK.fullmatch(self.address)
        return (found[1].strip("[]"), int(found[2])) if found else None

    def _mistakes_of_address(self) -> Iterator[Mistake]:
        network = self.network()
        if not (network and 0 < network[1] <= _LAST_PORT) and not self.address.startswith("/dev/"):
            problem = f"{self.address!r} is neither tcp://host:9100 nor a device file such as /dev/usb/lp0"
            yield Mistake("printer.address", problem)
        if self.baud not in _BAUDS:
            yield Mistake("printer.baud", f"{self.baud} is none of {', '.join(map(str, _BAUDS))}; 0 is no serial line")
