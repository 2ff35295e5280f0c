"""Every plug of the house: what the thing behind it is doing, from its watts and from who needs it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.domain.plug_power import PlugMemory, PlugState, dead_from, hear, state_of

WRITTEN_AFTER = timedelta(minutes=10)
"""What a plug has learned is written down so often; a change of what its thing is doing is at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plug:
    """What is known of one plug: of the point that measures it, what it learned, and what its thing is doing.

    ``dead_from`` is from when on the thing counts as dead, if it does.
    """

    point: str
    memory: PlugMemory = field(default_factory=PlugMemory)
    state: PlugState = PlugState.UNKNOWN
    dead_from: datetime | None = None


class PlugWatch:
    """Watches the plugs. All instants are UTC."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self._rooms: dict[str, str] = {}
        self._needed: frozenset[str] = frozenset()
        self._memories: dict[str, PlugMemory] = {}
        self._live: Mapping[str, datetime] = {}

    def load(self, rooms: Mapping[str, str], needed: Iterable[str], known: Mapping[str, Plug]) -> None:
        """Take what is watched: by point, the room it is in; ``needed`` are those of things that guests need.

        ``known`` is what was written down; what was heard since goes before it.
        """
        before, self._rooms, self._needed = self._memories, dict(rooms), frozenset(needed)
        self._memories = {one: before.get(one) or known.get(one, Plug(point=one)).memory for one in rooms}

    def live(self, rooms: Mapping[str, datetime]) -> None:
        """Hear in which rooms guests are, by key, and since when."""
        self._live = rooms

    def hear(self, point: str, watts: float, at: datetime) -> None:
        """Hear one reading, in watts, if it is a plug's."""
        if point in self._memories:
            self._memories[point] = hear(self._memories[point], watts, at)

    def plug(self, point: str, now: datetime) -> Plug | None:
        """Return what is known of a plug at an instant, None for what is none."""
        memory = self._memories.get(point)
        if memory is None:
            return None
        since = self._live.get(self._rooms[point]) if point in self._needed else None
        state = state_of(memory, now, should_be_on_since=since)
        dead = dead_from(memory, since) if state is PlugState.DEAD else None
        return Plug(point=point, memory=memory, state=state, dead_from=dead)

    def all(self, now: datetime) -> list[Plug]:
        """Return all of them."""
        return [plug for point in self._memories if (plug := self.plug(point, now))]


def worth_keeping(now: Plug, kept: Plug | None) -> bool:
    """Say whether what is known of a plug is worth writing."""
    if kept is None or kept.memory.at is None:
        return now.state is not PlugState.UNKNOWN
    moved = now.memory.at is not None and now.memory.at - kept.memory.at >= WRITTEN_AFTER
    return moved or now.state is not kept.state
