"""The door that keeps the broker in step with who holds a certificate: who is revoked is put out at once.

What is to be done is in the database and not in memory, so a kill at any point is made good by the next turn.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from devices.ports import Clock
from hub.domain.joining import DeviceCertificate
from hub.ports import Store
from hub.rounds import Following

_LOOK_EVERY_S = 0.4
"""A password that is changed on the disk moves no feed, and whoever had the old one must be out within a second."""

_FRESH_FOR = timedelta(days=30)


class Gate(Protocol):
    """The broker, as far as it lets devices in."""

    def settle(self, certified: Collection[str], revoked: Collection[int] = ()) -> None:
        """Know who holds a certificate, and what is revoked for good."""

    def throw_out(self, device: str) -> None:
        """End a device's session and delete what is kept of it. Raises DeviceError."""

    def reread(self) -> None:
        """Let passwords count that were made anew on the disk."""

    def freshen(self) -> None:
        """Give the broker itself a fresh certificate."""


class Gatekeeper(Following):
    """Follows the register. ``wait`` sleeps until the feed has moved; ``clock`` is the machine's own, as TLS's is."""

    def __init__(self, store: Store, gate: Gate, *, clock: Clock, wait: Callable[[int, float], int]) -> None:
        """Take the parts."""
        super().__init__("gatekeeper", wait)
        self.every_s = _LOOK_EVERY_S
        self._store = store
        self._gate = gate
        self._clock = clock
        self._known: tuple[frozenset[str], frozenset[int]] | None = None
        self._freshened = clock.now()

    def turn(self) -> int:
        """Bring the broker into step; returns how many devices were put out. Raises StoreUnavailable, DeviceError."""
        now, (everything, revoked) = self._clock.now(), self.settle()
        self._gate.reread()
        leaving = {one.device for one in everything if one.revoked_at and not one.put_out_at}
        for device in sorted(leaving):
            self._gate.throw_out(device)
            self._note(device, revoked, now)
            self.counts["put_out"] += 1
        if now - self._freshened > _FRESH_FOR:
            self._gate.freshen()
            self._freshened = now
        return len(leaving)

    def settle(self) -> tuple[Sequence[DeviceCertificate], Collection[int]]:
        """Tell the broker who is let in; returns all certificates, and the numbers of those that are revoked."""
        with self._store.read() as tx:
            everything = tx.certificates.all()
        # TLS looks at its end. One that is over is still no password: who held it would come in by an old one.
        live = frozenset(one.device for one in everything if not one.revoked_at)
        revoked = frozenset(int(one.serial, 16) for one in everything if one.revoked_at)
        if (live, revoked) != self._known:
            self._gate.settle(live, revoked)
            self._known = live, revoked
        return everything, revoked

    def _note(self, device: str, revoked: Collection[int], now: datetime) -> None:
        """Keep that a device was put out; not for what was revoked meanwhile."""
        with self._store.write() as tx:
            for one in tx.certificates.all():
                if one.device == device and not one.put_out_at and int(one.serial, 16) in revoked:
                    tx.certificates.save(replace(one, put_out_at=now))
            tx.records.audit("gatekeeper", "device.put_out", device, now)
            tx.feed.touch([("certificates", device)])
