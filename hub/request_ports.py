"""What the use cases of guests' requests need of the store, as Protocols; part of ``hub.ports.Transaction``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.attendance import Attendee
from hub.domain.business_cards import KeptCard
from hub.domain.house_answers import HouseAnswer
from hub.domain.name_search import Findable
from hub.domain.requests import Asked, Progressed
from hub.domain.room_devices import RoomDevice


class Requests(Protocol):
    """What kiosks asked lately."""

    def get(self, request: str) -> Asked | None:
        """Return a request by its id."""

    def since(self, instant: datetime) -> Sequence[Asked]:
        """Return everything that was asked since an instant, in that order."""

    def add(self, asked: Asked) -> None:
        """Keep a request; one that is kept already stays as it is."""

    def count(self, device: str, kinds: Collection[str], since: datetime) -> int:
        """Count a kiosk's requests of these kinds since an instant."""

    def shown(self, device: str, since: datetime) -> Collection[str]:
        """Return the lookups of all whom searches have shown at a kiosk since an instant."""

    def progressed(self, since: datetime, limit: int) -> Sequence[Progressed]:
        """Return how the tasks of the newest requests since an instant stand: those taken, done, or for a VIP."""

    def forget(self, before: datetime) -> int:
        """Remove all from before an instant; returns how many."""


class Names(Protocol):
    """By what guests are found who bring no code."""

    def of_meeting(self, meeting: str, after: Findable | None, limit: int) -> Sequence[Findable]:
        """Return a part of a meeting's good invitations, in their order, after the last one that is known."""

    def by_lookup(self, lookups: Collection[str]) -> Mapping[str, Findable]:
        """Return the good invitations with these current codes."""

    def called(self, meeting: str, name: str, source_key: str) -> Sequence[Findable]:
        """Return a meeting's guests of exactly this name or with this source key, withdrawn ones too."""

    def saluted(self, meetings: Collection[str], called: str, limit: int) -> Sequence[Findable]:
        """Return guests of these meetings who are greeted in exactly these words, in either language."""


class Answers(Protocol):
    """The house's answers to what many guests ask."""

    def all(self) -> Sequence[HouseAnswer]:
        """Return all answers, by meeting and place in the list."""

    def by_key(self, keys: Collection[str]) -> Mapping[str, HouseAnswer]:
        """Return the answers with these keys."""

    def put(self, answers: Iterable[HouseAnswer]) -> None:
        """Add or change answers."""

    def remove(self, keys: Collection[str]) -> None:
        """Remove answers."""


class RoomDevices(Protocol):
    """What stands in the rooms, with the guide to each."""

    def all(self) -> Sequence[RoomDevice]:
        """Return all devices, by room and place in its list."""

    def of_room(self, room: str) -> Sequence[RoomDevice]:
        """Return the devices of one room in their order."""

    def put(self, devices: Iterable[RoomDevice]) -> None:
        """Add or change devices."""

    def remove(self, keys: Collection[tuple[str, str]]) -> None:
        """Remove devices, each named by its room and its own key."""


class BusinessCards(Protocol):
    """Guests' business cards, one a guest and meeting."""

    def put(self, card: KeptCard) -> None:
        """Keep a guest's card in place of an older one."""

    def of_meeting(self, meeting: str) -> Sequence[KeptCard]:
        """Return the cards of a meeting by name."""

    def lacking(self, meeting: str) -> Sequence[Attendee]:
        """Return the guests of a meeting who have come in and left no card, by name."""

    def remove(self, invitation: str) -> bool:
        """Remove a guest's card; False when there is none."""

    def purge(self, before: datetime) -> int:
        """Remove all cards that were given before an instant; returns how many."""
