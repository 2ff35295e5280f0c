"""Small cards for the kiosk's tests: one meeting on the last day of 2026, one guest, one kiosk."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from devices.contract import codec
from devices.contract.cards import GroupCard, GuestCard, MeetingCard, Member, PlaceCard, SeatLabel, Words
from devices.contract.credential import lookup, short
from devices.contract.messages import ItemKind, RosterItem, RosterPage
from devices.sealing import seal

LOOKUP_KEY = bytes(range(32))
INVITATION = "01890a5d-ac96-774b-bcce-b302099a8057"
HUB = "01890a5d-ac96-774b-bcce-b302099a0001"
OTHER_HUB = "01890a5d-ac96-774b-bcce-b302099a0002"
CODE = short(0x0123456789ABCDEF0123456789).text
MORNING = datetime(2026, 12, 31, 1, 2, tzinfo=UTC)

MEETING = MeetingCard(
    key="launch",
    title=Words(zh="新品发布会", en="Product launch"),
    room="hall-1",
    room_name=Words(zh="一号厅", en="Hall 1"),
    doors_at=datetime(2026, 12, 31, 0, 30, tzinfo=UTC),
    starts_at=datetime(2026, 12, 31, 1, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 31, 7, 0, tzinfo=UTC),
    zone="Asia/Shanghai",
    number="1",
)
CARD = GuestCard(
    invitation=INVITATION,
    meeting="launch",
    name="王建国",
    salutation=Words(zh="王总", en="Mr Wang"),
    title="总经理",
    seat=SeatLabel(zone="A", row="3", number="5"),
)
GROUP_CODE = short(0x1123456789ABCDEF0123456789).text
MATE_CODE = short(0x1023456789ABCDEF0123456789).text
MATE = replace(CARD, invitation=HUB, name="李娜", salutation=Words(zh="李女士", en="Ms Li"), title="", seat=None)
GROUP = GroupCard(
    key=lookup(LOOKUP_KEY, GROUP_CODE),
    meeting="launch",
    name=Words(zh="腾云", en="Tengyun"),
    members=(
        Member(lookup=lookup(LOOKUP_KEY, CODE), card=CARD),
        Member(lookup=lookup(LOOKUP_KEY, MATE_CODE), card=MATE),
    ),
)
"""The guest of ``CODE`` and a mate without a seat."""

RESTROOM = PlaceCard(
    place="restroom",
    name=Words(zh="洗手间", en="Restrooms"),
    way=Words(zh="走廊尽头左转", en="End of the corridor, on the left"),
    arrow="left",
)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is moved."""

    at: datetime = MORNING
    ms: int = 1_000_000

    def now(self) -> datetime:
        """Return the set time."""
        return self.at

    def monotonic_ms(self) -> int:
        """Return the set count."""
        return self.ms


def item(kind: ItemKind, key: str, seq: int, body: str) -> RosterItem:
    """Make a roster item."""
    return RosterItem(kind=kind, key=key, seq=seq, body=body)


def guest_item(seq: int, code: str = CODE, **changes: Any) -> RosterItem:  # noqa: ANN401 - a card's fields
    """Make the sealed item of the guest who holds ``code``."""
    body = seal(code, codec.dump_card(replace(CARD, **changes)))
    return item(ItemKind.GUEST, lookup(LOOKUP_KEY, code), seq, body)


def page(*items: RosterItem, cursor: int = 0, incarnation: str = HUB, head: int | None = None) -> RosterPage:
    """Make a roster page of these items."""
    to = max((one.seq for one in items), default=cursor)
    return RosterPage(
        id=INVITATION,
        ts=MORNING,
        boot=INVITATION,
        seq=1,
        request=INVITATION,
        incarnation=incarnation,
        cursor=cursor,
        to=to,
        head=head if head is not None else to,
        items=items,
    )


def usual_page() -> RosterPage:
    """Make the page a kiosk usually begins with: the meeting, the way to the restrooms, one guest."""
    return page(
        item(ItemKind.MEETING, "launch", 1, codec.dump_card(MEETING)),
        item(ItemKind.PLACE, "kiosk-1/restroom", 2, codec.dump_card(RESTROOM)),
        guest_item(3),
    )


def group_item(seq: int, code: str = GROUP_CODE, group: GroupCard = GROUP) -> RosterItem:
    """Make the sealed item of the group that comes on ``code``."""
    return item(ItemKind.GROUP, lookup(LOOKUP_KEY, code), seq, seal(code, codec.dump_briefly(group)))
