"""Feeds the service manager's watchdog, only while every part of the kiosk gives signs of life.

What a restart would not mend (no camera, a full disk, no hub) is a need that a person is told of, and never a reason to
stop feeding.
"""

import logging
import threading
from collections.abc import Callable, Mapping

from devices.camera import Camera, Frame
from devices.ports import Clock
from kiosk.care.service import Service
from kiosk.care.signs import Part, stuck

PROBE_S = 5.0
_FEEDS_A_PERIOD = 3
_log = logging.getLogger(__name__)

Probe = Callable[[], object]
"""Tries a part; returns when it lives, raises when it does not, hangs when it hangs."""


class Watchdog:
    """Hears the parts and feeds. One thread for each probe, so that one that hangs stops none of the others."""

    def __init__(self, service: Service, clock: Clock, probes: Mapping[Part, Probe], status: Callable[[], str]) -> None:
        """Take who is fed, and how parts that give no sign by themselves are tried. ``status`` must not wait."""
        self._service = service
        self._clock = clock
        self._status = status
        self._heard_ms = dict.fromkeys(Part, clock.monotonic_ms())
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._try, args=(part, probe), name=f"probe-{part}", daemon=True)
            for part, probe in probes.items()
        ]
        self._threads.append(threading.Thread(target=self._feed, name="watchdog", daemon=True))

    def heard(self, part: Part) -> None:
        """Note a sign of life, from any thread."""
        self._heard_ms[part] = self._clock.monotonic_ms()

    def start(self) -> None:
        """Tell the manager that all runs, and begin to feed; without a manager nothing is done at all."""
        for part in Part:
            self.heard(part)
        self._service.ready()
        if self._service.period_s:
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        """Tell that the end is wanted, and feed no more."""
        self._service.stopping()
        self._stopping.set()

    def _try(self, part: Part, probe: Probe) -> None:
        failed = False
        while not self._stopping.is_set():
            try:
                probe()
            except Exception as problem:  # noqa: BLE001 - whatever it is, the part gave no sign of life
                if not failed:
                    _log.warning("the %s gives no sign of life: %s", part, problem)
                failed = True
            else:
                failed = False
                self.heard(part)
            self._stopping.wait(PROBE_S)

    def _feed(self) -> None:
        hungry: tuple[Part, ...] = ()
        while not self._stopping.is_set():
            found = stuck(self._heard_ms, self._clock.monotonic_ms())
            if found:
                self._service.status(f"stuck: {', '.join(found)}; the watchdog is fed no more")
            else:
                self._service.feed(self._status())
            if found != hungry:
                _log.error("stuck: %s", ", ".join(found)) if found else _log.info("all parts live again")
            hungry = found
            self._stopping.wait(self._service.period_s / _FEEDS_A_PERIOD)


class WatchedCamera:
    """A camera each of whose pictures, and each of whose failures to give one, is a sign that its loop lives."""

    def __init__(self, camera: Camera, heard: Callable[[], None]) -> None:
        """Take the camera, and who is told."""
        self._camera = camera
        self._heard = heard

    def read(self) -> Frame | None:
        """Return what the camera returns. Raises CameraLost as it does."""
        self._heard()
        return self._camera.read()

    def close(self) -> None:
        """Close the camera."""
        self._camera.close()
