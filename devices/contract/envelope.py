"""What every message on the wire begins with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from devices.contract.fields import Count, Uuid
from devices.contract.limits import Number

VERSION = 1
MAX_BYTES = 16_384
"""Largest payload, in bytes, in either direction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """On every message: version, its own id, wall time, and place in the sender's order (``boot``, ``seq``)."""

    v: Annotated[int, Number(VERSION, VERSION)] = VERSION
    id: Uuid
    ts: datetime
    boot: Uuid
    seq: Count
