"""A USB code scanner that plays a keyboard, read from ``/dev/input`` and held exclusively.

Its keys never reach the page or a console: a code of ``Alt+F4`` or ``Ctrl+L`` types nothing anywhere. The kiosk's user
must be in the group ``input``.
"""

import errno
import fcntl
import os
import select
import struct
from collections import deque
from collections.abc import Callable
from pathlib import Path

from devices.keystrokes import Keystrokes
from devices.scanner import ScannerLost

_EVENT = struct.Struct("llHHi")
"""``struct input_event``: seconds, microseconds, type, code, value; in this machine's own sizes."""

_GRAB = 0x40044590
"""``EVIOCGRAB``, ``_IOW('E', 0x90, int)`` (linux/input.h)."""

_EV_SYN, _EV_KEY = 0, 1
_SYN_DROPPED = 3
_AT_ONCE = 64

Grab = Callable[[int], object]


def grab_exclusively(device: int) -> None:
    """Ask the kernel to hand this device's events to nobody else. Raises OSError, EBUSY where another has done so."""
    fcntl.ioctl(device, _GRAB, 1)


class EventScanner:
    """A scanner by its path; a ``*`` in its last part takes the first match (``/dev/input/by-id/usb-*-event-kbd``).

    Opens at the first ``read``. After ScannerLost make a new one: it is found again under whatever number it came back.
    """

    def __init__(self, pattern: Path, grab: Grab = grab_exclusively) -> None:
        """Keep the pattern; ``grab`` takes the open device for this program alone."""
        self._pattern = pattern
        self._grab = grab
        self._device: int | None = None
        self._rest = b""
        self._keys = Keystrokes()
        self._codes: deque[str] = deque()

    def read(self, timeout_s: float) -> str | None:
        """Return the next code, or None after about ``timeout_s`` seconds without one. Raises ScannerLost."""
        device = self._opened()
        if not self._codes and select.select([device], [], [], timeout_s)[0]:
            self._take(device)
        return self._codes.popleft() if self._codes else None

    def close(self) -> None:
        """Give the device back; the kernel ends the grab with it."""
        if self._device is not None:
            os.close(self._device)
            self._device = None

    def _opened(self) -> int:
        if self._device is not None:
            return self._device
        found = sorted(self._pattern.parent.glob(self._pattern.name))
        if not found:
            raise ScannerLost(f"no code scanner at {self._pattern}: is it plugged in?")
        try:
            self._device = os.open(found[0], os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            self._grab(self._device)
        except OSError as problem:
            self.close()
            raise ScannerLost(f"the code scanner {found[0]} cannot be used: {_reason(problem)}") from problem
        return self._device

    def _take(self, device: int) -> None:
        try:
            data = os.read(device, _EVENT.size * _AT_ONCE)
        except BlockingIOError:
            return
        except OSError as problem:
            self.close()
            raise ScannerLost(f"the code scanner {self._pattern} is gone: {_reason(problem)}") from problem
        if not data:
            self.close()
            raise ScannerLost(f"the code scanner {self._pattern} is gone: was it unplugged?")
        data = self._rest + data
        whole = len(data) - len(data) % _EVENT.size
        self._rest = data[whole:]
        for seconds, micros, kind, code, value in _EVENT.iter_unpack(data[:whole]):
            if kind == _EV_SYN and code == _SYN_DROPPED:
                self._keys.dropped()
            elif kind == _EV_KEY:
                text = self._keys.key(code, value, seconds * 1000 + micros / 1000)
                if text is not None:
                    self._codes.append(text)


def _reason(problem: OSError) -> str:
    remedies = {
        errno.EBUSY: "another program holds it",
        errno.EACCES: "the kiosk's user must be in the group input",
        errno.ENODEV: "it was unplugged",
        errno.ENOTTY: "it is no input device",
    }
    return remedies.get(problem.errno or 0, problem.strerror or str(problem))
