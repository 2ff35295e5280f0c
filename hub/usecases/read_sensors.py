"""What sensors said is stored: readings, signs of life, what nobody can believe, and who is available."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from hub.domain.field_devices import FieldDevice
from hub.domain.readings import Reading
from hub.ports import Transaction


class SensorBatch(Protocol):
    """What a batch of messages came to; ids of devices are keys."""

    readings: list[Reading]
    alive: dict[str, datetime]
    refused: dict[str, tuple[int, str]]
    available: dict[str, bool]


def read_sensors(tx: Transaction, batch: SensorBatch, now: datetime) -> Sequence[FieldDevice]:
    """Store a batch; returns the devices that came, or went away. ``now`` is UTC.

    Who follows the readings is told by whoever calls this: it knows how lately that was.
    """
    tx.readings.add(batch.readings)
    tx.field_devices.heard(batch.alive)
    tx.field_devices.refused(batch.refused)
    changed = []
    for name, available in sorted(batch.available.items()):
        device = tx.field_devices.get(name)
        if device is not None and device.available is not available:
            changed.append(replace(device, available=available, available_at=now))
            tx.field_devices.save(changed[-1])
    tx.feed.touch(("field_device", device.id) for device in changed)
    return changed
