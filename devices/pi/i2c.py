"""A chip on the Pi's I²C bus, through the kernel's ``/dev/i2c-1`` (i2c-dev: plain reads and writes, no library)."""

import fcntl
import os
from pathlib import Path

from devices.sensors import SensorLost

_I2C_SLAVE = 0x0703
"""Linux, uapi/linux/i2c-dev.h: which address the reads and writes of this file go to."""


class I2cWire:
    """One address on one bus. Several processes may hold the bus; the kernel lets one transfer pass at a time."""

    def __init__(self, bus: int, address: int, folder: Path = Path("/dev")) -> None:
        """Open the bus. Raises SensorLost."""
        path = folder / f"i2c-{bus}"
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as problem:
            remedy = "switch I²C on (raspi-config) and join the group i2c"
            raise SensorLost(f"{path} cannot be opened: {problem.strerror}; {remedy}") from problem
        try:
            fcntl.ioctl(self._file, _I2C_SLAVE, address)
        except OSError as problem:
            os.close(self._file)
            raise SensorLost(f"address {address:#04x} on {path} cannot be had: {problem.strerror}") from problem

    def write(self, data: bytes) -> None:
        """Send some bytes. Raises OSError."""
        os.write(self._file, data)

    def read(self, count: int) -> bytes:
        """Read some bytes. Raises OSError."""
        found = os.read(self._file, count)
        if len(found) < count:
            raise OSError(f"{len(found)} of {count} bytes came")
        return found

    def close(self) -> None:
        """Let go of the bus."""
        os.close(self._file)
