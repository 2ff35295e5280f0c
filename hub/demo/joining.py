"""The demo's kiosks join as any kiosk does: a code, a key of their own, a fingerprint compared, a certificate."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devices.ids import uuid7
from devices.joining import AUTHORITY, DEVICE, SECRET, CannotJoin, Joined, join
from devices.ports import Clock
from hub.config import HubConfig
from hub.demo.programs import CannotShow
from hub.making import joining_of
from hub.usecases.acting import Deciding
from hub.usecases.join_device import Joining, approve, open_window
from hub.wiring import Hub

_TECHNICIAN = "demo"


@dataclass(frozen=True, slots=True)
class Papers:
    """The files that a kiosk has after joining, and at which port it shows them to the broker."""

    folder: Path
    port: int

    @property
    def secret(self) -> Path:
        """Return the file with the venue's key for hashes of codes; it has no password."""
        return self.folder / SECRET

    @property
    def authority(self) -> Path:
        """Return the certificate of the demo's own authority."""
        return self.folder / AUTHORITY

    @property
    def certificate(self) -> Path:
        """Return the kiosk's own certificate, with its key."""
        return self.folder / DEVICE


def let_kiosks_join(hub: Hub, config: HubConfig, clock: Clock, folder: Path) -> Mapping[str, Papers]:
    """Let each kiosk of the settings join a running hub; its files go to ``folder`` / its id. Raises CannotShow."""
    house = joining_of(config, hub.broker)
    if house is None:
        raise CannotShow("the demo's broker has no way in for kiosks")
    return {device: _join(hub, house, clock, device, folder / device) for device in config.kiosks}


def _join(hub: Hub, house: Joining, clock: Clock, device: str, folder: Path) -> Papers:
    """Stand at both screens: the technician's, who opens a window and compares, and the kiosk's, which asks."""
    with hub.store.write() as tx:
        window, code = open_window(tx, device, house, _technician(clock))
    shown: list[str] = []

    def compare(_: float) -> None:
        with hub.store.write() as tx:
            approve(tx, window.id, shown[0], house, _technician(clock))

    try:
        joined: Joined = join(hub.address, code, folder, shown.append, compare)
    except CannotJoin as problem:
        raise CannotShow(f"{device} could not join: {problem}") from problem
    return Papers(folder, joined.port)


def _technician(clock: Clock) -> Deciding:
    return Deciding(actor=_TECHNICIAN, at=clock.now(), ids=uuid7)
