"""The port to a code scanner: a device that reads codes by itself and tells their texts."""

from typing import Protocol

from devices.ports import DeviceError


class ScannerLost(DeviceError):
    """The scanner is not there: unplugged, held by another program, or never found. Open it again later."""

    code = "scanner_lost"


class Scanner(Protocol):
    """Gives the texts of scanned codes, each once, to one thread. After ScannerLost or ``close`` make a new one."""

    def read(self, timeout_s: float) -> str | None:
        """Return the next code, or None after about ``timeout_s`` seconds without one. Raises ScannerLost."""

    def close(self) -> None:
        """Give the device back."""
