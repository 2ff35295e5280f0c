"""Guests, meetings and one sample of every screen, in every language it is shown in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from devices.contract.cards import (
    Arrival,
    DrinkCard,
    GuestCard,
    MeetingCard,
    PlaceCard,
    SeatLabel,
    SegmentCard,
    Words,
)
from devices.contract.messages import Verdict
from kiosk.eyes.hints import Reason
from kiosk.screen import (
    Kind,
    Order,
    Outcome,
    Screen,
    answer,
    hint,
    idle,
    no_eye,
    out_of_order,
    reading,
    staff_called,
    two_codes,
)
from tests.kiosk.web.step_samples import STAFF, steps

NOW = datetime(2026, 12, 31, 0, 40, tzinfo=UTC)
"""08:40 in Shanghai, on the morning of the launch."""

PLACES: Mapping[str, PlaceCard] = {
    card.place: card
    for card in (
        PlaceCard(
            place="peony",
            name=Words(zh="牡丹厅", en="Peony Hall"),
            way=Words(zh="左转上二楼，右手第一间", en="Up the stairs, first on the right"),
            arrow="left",
            step_free_way=Words(zh="乘右侧电梯到二楼", en="Take the lift on the right to floor 2"),
        ),
        PlaceCard(
            place="lounge",
            name=Words(zh="贵宾休息室", en="VIP Lounge"),
            way=Words(zh="沿走廊前行，左侧第二间", en="Along the corridor, second door on the left"),
            arrow="ahead",
        ),
        PlaceCard(
            place="restroom",
            name=Words(zh="卫生间", en="Restrooms"),
            way=Words(zh="走廊尽头左转", en="End of the corridor, left"),
            arrow="right",
        ),
    )
}

LAUNCH = MeetingCard(
    key="launch",
    title=Words(zh="新款AI产品发布会", en="AI Product Launch"),
    room="peony",
    room_name=Words(zh="牡丹厅", en="Peony Hall"),
    doors_at=NOW - timedelta(minutes=40),
    starts_at=NOW + timedelta(minutes=20),
    ends_at=NOW + timedelta(hours=6),
    zone="Asia/Shanghai",
    lounge="lounge",
    hand_outs=(Words(zh="资料袋", en="Document bag"), Words(zh="胸牌", en="Badge")),
    segments=(
        SegmentCard(
            kind="tea_break",
            title=Words(zh="茶歇", en="Tea break"),
            starts_at=NOW + timedelta(hours=2, minutes=50),
            ends_at=NOW + timedelta(hours=3, minutes=10),
            place=Words(zh="二楼休息厅", en="Floor 2 lounge"),
        ),
    ),
)

GUEST = GuestCard(
    invitation="01900000-0000-7000-8000-000000000001",
    meeting="launch",
    name="王建国",
    salutation=Words(zh="王总", en="Mr Wang"),
    title="总经理",
    language="zh",
    host="陈经理",
    seat=SeatLabel(zone="A", row="3", number="5"),
)
VISITOR = replace(
    GUEST,
    name="Li Na",
    salutation=Words(zh="李女士", en="Ms Li"),
    title="Chief Engineer",
    language="en",
    host="Grace Chen",
    seat=SeatLabel(zone="A", row="12", number="18"),
)
CARDS = {"zh": GUEST, "en": VISITOR}


class StillClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        """Begin at the morning of the launch."""
        self.moved = timedelta()

    def now(self) -> datetime:
        """Return the wall time."""
        return NOW + self.moved

    def monotonic_ms(self) -> int:
        """Return milliseconds since boot."""
        return 60_000 + int(self.moved.total_seconds() * 1000)

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.moved += timedelta(seconds=seconds)


MENU = (
    DrinkCard(drink="tea", name=Words(zh="茶", en="Tea")),
    DrinkCard(drink="coffee", name=Words(zh="咖啡", en="Coffee")),
    DrinkCard(drink="juice", name=Words(zh="果汁", en="Juice")),
    DrinkCard(drink="water", name=Words(zh="矿泉水", en="Water")),
)
"""What a house offers that says nothing else (R110)."""


def outcome(verdict: Verdict, card: GuestCard | None, *, called: bool = False) -> Outcome:
    """Return an answered scan for the launch."""
    return Outcome(scan_id="scan-1", verdict=verdict, card=card, meeting=LAUNCH, places=PLACES, called=called)


def _named(language: str) -> dict[str, Screen]:
    card = CARDS[language]
    table = replace(card, seat=SeatLabel(zone="4", row="", number="2", table=True), step_free=True)
    arrived = replace(card, arrived=Arrival(door=Words(zh="东门", en="East Gate"), at=NOW - timedelta(minutes=31)))
    vip = replace(card, vip=True)
    kinds = {
        "welcome": answer(outcome(Verdict.WELCOME, card), NOW),
        "welcome-table": answer(outcome(Verdict.WELCOME, table), NOW),
        "welcome-no-seat": answer(outcome(Verdict.WELCOME, replace(card, seat=None)), NOW),
        "vip": answer(outcome(Verdict.WELCOME, vip, called=True), NOW),
        "vip-not-called": answer(replace(outcome(Verdict.WELCOME, vip), meeting=replace(LAUNCH, lounge=None)), NOW),
        "already_in": answer(outcome(Verdict.ALREADY_IN, arrived), NOW),
        "too_early": answer(outcome(Verdict.TOO_EARLY, card), NOW - timedelta(days=1)),
        "cancelled": answer(outcome(Verdict.CANCELLED, card, called=True), NOW),
    }
    kinds |= {f"welcome-{order}": replace(kinds["welcome"], order=order, drinks=MENU) for order in Order}
    kinds["vip-accepted"] = replace(kinds["vip"], staff=STAFF[language])
    kinds["already_in-offered"] = replace(kinds["already_in"], order=Order.OFFERED, drinks=MENU)
    for verdict in Verdict:
        kinds.setdefault(verdict.value, answer(outcome(verdict, card), NOW))
    return {f"{kind}-{language}": screen for kind, screen in kinds.items()}


def _unnamed(lead: str) -> dict[str, Screen]:
    kinds = {
        "idle": idle(),
        "reading": reading("scan-1"),
        "two_codes": two_codes("scan-1"),
        "out_of_order": out_of_order("scan-1"),
        "staff_coming": staff_called(reached=True),
        "staff_busy": staff_called(reached=False),
        "no_eye": no_eye(scanner=False),
        "use_scanner": no_eye(scanner=True),
    }
    kinds |= {f"hint_{reason}": hint(reason) for reason in Reason}
    kinds |= {verdict.value: answer(outcome(verdict, None), NOW) for verdict in Verdict}
    return {f"{kind}-both-{lead}": screen.in_language(lead) for kind, screen in kinds.items()}


SCREENS = {**_named("zh"), **_named("en"), **_unnamed("zh"), **_unnamed("en"), **steps("zh"), **steps("en")}
assert {screen.kind for screen in SCREENS.values()} == set(Kind)
