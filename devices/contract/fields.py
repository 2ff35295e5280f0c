"""The kinds of values that messages and cards are made of, each with the limits the codec enforces."""

from collections.abc import Mapping
from typing import Annotated

from devices.contract.limits import Items, Number, Text

Uuid = Annotated[str, Text(36, pattern=r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
DeviceId = Annotated[str, Text(32, pattern=r"[a-z0-9][a-z0-9-]{1,30}[a-z0-9]")]
Key = Annotated[str, Text(64, pattern=r"[A-Za-z0-9_.:/-]{1,64}")]
Lookup = Annotated[str, Text(32, pattern=r"[0-9a-f]{32}")]
Hex = Annotated[str, Text(16, pattern=r"[0-9a-f]{1,16}")]
Name = Annotated[str, Text(200)]
Line = Annotated[str, Text(500)]
Count = Annotated[int, Number(0, 2**53)]
Reading = float | Annotated[str, Text(64)] | None
"""What one point says: a finite number, a word such as ``on``, or that it does not know (null)."""

Readings = Annotated[Mapping[Key, Reading], Items(64)]
"""What the points of a device say, by their keys."""
