"""What the demo's visitors did at the screens, as they noted it themselves; the hub's database must say the same."""

from dataclasses import dataclass, field
from datetime import datetime

from devices.contract.messages import Method, RequestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One thing asked of the hub: at which kiosk, and between which instants (aware UTC, the house's clock).

    ``who`` is the invitation of a guest who was greeted there, ``name`` and ``phone`` what a walk-in typed. ``seen``
    says that the screen showed what became of it.
    """

    kiosk: str
    kind: RequestKind
    began: datetime
    ended: datetime
    note: str = ""
    who: str = ""
    name: str = ""
    phone: str = ""
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Came:
    """One guest who was let in without holding up a code of their own: the invitation, and how."""

    invitation: str
    method: Method


@dataclass(slots=True)
class Diary:
    """Everything that was asked and done by touch, and the ids of all tasks that were seen open meanwhile."""

    wishes: list[Wish] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    gave_way: list[str] = field(default_factory=list)
    tasks: set[str] = field(default_factory=set)
