"""Every answer becomes the right screen, as data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from devices.contract.cards import Arrival, DrinkCard, GuestCard, MeetingCard, PlaceCard, SeatLabel, SegmentCard, Words
from devices.contract.messages import Verdict
from kiosk.screen import (
    USUAL_DRINKS,
    Kind,
    Order,
    Outcome,
    Screen,
    Tea,
    Way,
    after_choice,
    answer,
    idle,
    out_of_order,
    reading,
    staff_called,
    two_codes,
)

NOW = datetime(2026, 12, 31, 1, 0, tzinfo=UTC)
ROOM = PlaceCard(
    place="peony",
    name=Words(zh="牡丹厅(地图)", en="Peony Hall (map)"),
    way=Words(zh="上楼梯", en="Up the stairs"),
    arrow="up",
    step_free_way=Words(zh="乘电梯", en="Take the lift"),
)
LOUNGE = PlaceCard(place="lounge", name=Words(zh="贵宾室", en="Lounge"), way=Words(zh="直走", en="Ahead"))
RESTROOM = PlaceCard(
    place="restroom", name=Words(zh="卫生间", en="Restrooms"), way=Words(zh="左转", en="Left"), arrow="left"
)
PLACES = {card.place: card for card in (ROOM, LOUNGE, RESTROOM)}
CARD = GuestCard(
    invitation="01900000-0000-7000-8000-000000000001",
    meeting="launch",
    name="Li Na",
    salutation=Words(zh="李女士", en="Ms Li"),
    title="Engineer",
    language="en",
    host="Grace Chen",
    seat=SeatLabel(zone="A", row="3", number="5"),
)


def tea(start: int, end: int, place: str = "厅") -> SegmentCard:
    """Return a tea break from ``start`` to ``end`` minutes after now."""
    return SegmentCard(
        kind="tea_break",
        title=Words(zh="茶歇", en="Tea"),
        starts_at=NOW + timedelta(minutes=start),
        ends_at=NOW + timedelta(minutes=end),
        place=Words(zh=place, en=place),
    )


MEETING = MeetingCard(
    key="launch",
    title=Words(zh="发布会", en="Launch"),
    room="peony",
    room_name=Words(zh="牡丹厅", en="Peony Hall"),
    doors_at=NOW - timedelta(minutes=30),
    starts_at=NOW + timedelta(minutes=30),
    ends_at=NOW + timedelta(hours=6),
    zone="Asia/Shanghai",
    lounge="lounge",
    segments=(replace(tea(90, 120), kind="talk"), tea(240, 260, "later"), tea(120, 140, "next"), tea(-60, 0, "over")),
)


def screen(
    verdict: Verdict, card: GuestCard | None = CARD, meeting: MeetingCard | None = MEETING, *, called: bool = False
) -> Screen:
    """Return the screen for one verdict now."""
    scan = Outcome(scan_id="s1", verdict=verdict, card=card, meeting=meeting, places=PLACES, called=called)
    return answer(scan, NOW)


def test_a_welcome_has_all_that_a_guest_needs_to_find_the_seat() -> None:
    """Salutation, title, meeting, seat, the way to the room, tea and restrooms, in the guest's language."""
    shown = screen(Verdict.WELCOME)
    assert shown.kind is Kind.WELCOME
    assert shown.languages == ("en",)
    assert (shown.salutation, shown.title, shown.seat) == (CARD.salutation, "Engineer", CARD.seat)
    assert shown.meeting == MEETING.title
    assert shown.way == Way(name=MEETING.room_name, words=ROOM.way, arrow="up")
    assert shown.restroom == Way(name=RESTROOM.name, words=RESTROOM.way, arrow="left")
    assert shown.scan_id == "s1"


def test_the_next_tea_break_comes_from_the_agenda_as_it_is_now() -> None:
    """The first that has not ended counts, also one that is on; other segments and past breaks do not (R98)."""
    assert screen(Verdict.WELCOME).tea == Tea(
        starts_at=NOW + timedelta(minutes=120),
        ends_at=NOW + timedelta(minutes=140),
        place=Words(zh="next", en="next"),
    )
    on_now = replace(MEETING, segments=(tea(120, 140), tea(-5, 10, "on")))
    shown = screen(Verdict.WELCOME, meeting=on_now).tea
    assert shown is not None
    assert shown.place == Words(zh="on", en="on")


def test_without_a_tea_break_to_come_the_line_is_left_out() -> None:
    """No break, or only one that is over: nothing is said."""
    assert screen(Verdict.WELCOME, meeting=replace(MEETING, segments=())).tea is None
    assert screen(Verdict.WELCOME, meeting=replace(MEETING, segments=(tea(-60, 0),))).tea is None


def test_a_guest_is_told_what_to_take_along_once() -> None:
    """What each guest is given stands on the first greeting, also a guest of honour's slip, not on the next (R58)."""
    given = replace(MEETING, hand_outs=(Words(zh="资料袋", en="Document bag"),))
    assert screen(Verdict.WELCOME, meeting=given).hand_outs == given.hand_outs
    assert screen(Verdict.WELCOME, replace(CARD, vip=True), given).hand_outs == given.hand_outs
    assert screen(Verdict.ALREADY_IN, meeting=given).hand_outs == ()
    assert screen(Verdict.WELCOME, meeting=None).hand_outs == ()


def test_a_guest_who_needs_it_gets_the_step_free_way_without_the_arrow_to_the_stairs() -> None:
    """The place's arrow belongs to the ordinary way; a place without steps keeps its only way."""
    shown = screen(Verdict.WELCOME, replace(CARD, step_free=True))
    assert shown.way == Way(name=MEETING.room_name, words=ROOM.step_free_way, step_free=True)
    assert shown.restroom == Way(name=RESTROOM.name, words=RESTROOM.way, arrow="left")


def test_a_room_this_kiosk_knows_no_way_to_is_still_named() -> None:
    """A roster without places does not hide the room."""
    shown = answer(Outcome(scan_id="s1", verdict=Verdict.WELCOME, card=CARD, meeting=MEETING), NOW)
    assert shown.way == Way(name=MEETING.room_name)
    assert shown.restroom is None


def test_a_guest_of_honour_gets_the_quiet_screen_with_host_and_lounge() -> None:
    """Host and lounge, and neither tea nor restrooms."""
    shown = screen(Verdict.WELCOME, replace(CARD, vip=True), called=True)
    assert shown.kind is Kind.VIP
    assert (shown.host, shown.called) == ("Grace Chen", True)
    assert shown.lounge == Way(name=LOUNGE.name, words=LOUNGE.way, arrow="ahead")
    assert shown.tea is None
    assert shown.restroom is None
    assert screen(Verdict.WELCOME, replace(CARD, vip=True), replace(MEETING, lounge=None)).lounge is None


def test_a_second_scan_says_when_and_where_and_shows_the_way_again() -> None:
    """Also a guest of honour sees it; it is a greeting, no refusal."""
    arrived = Arrival(door=Words(zh="东门", en="East Gate"), at=NOW - timedelta(hours=1))
    shown = screen(Verdict.ALREADY_IN, replace(CARD, vip=True, arrived=arrived))
    assert shown.kind is Kind.ALREADY_IN
    assert shown.kind.admits
    assert (shown.arrived, shown.seat) == (arrived, CARD.seat)
    assert shown.way is not None


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if not verdict.admits])
def test_every_refusal_has_a_kind_of_its_own_and_shows_no_seat(verdict: Verdict) -> None:
    """Whoever may not go in is not told where the guest sits."""
    shown = screen(verdict)
    assert shown.kind == verdict.value
    assert not shown.kind.admits
    assert (shown.seat, shown.way, shown.host, shown.title) == (None, None, "", "")


@pytest.mark.parametrize(
    ("verdict", "named"),
    [
        (Verdict.TOO_EARLY, True),
        (Verdict.TOO_LATE, True),
        (Verdict.CANCELLED, True),
        (Verdict.REVOKED, False),
        (Verdict.REPLACED, False),
        (Verdict.BAD_SIGNATURE, False),
        (Verdict.UNKNOWN, False),
    ],
)
def test_a_code_that_may_be_in_the_wrong_hands_names_nobody(verdict: Verdict, *, named: bool) -> None:
    """Guest and meeting are named only where the code itself is still good."""
    shown = screen(verdict)
    assert (shown.salutation is not None) is named
    assert (shown.meeting is not None) is named


def test_too_early_says_when_the_doors_open() -> None:
    """Only this refusal carries the time."""
    assert screen(Verdict.TOO_EARLY).opens_at == MEETING.doors_at
    assert screen(Verdict.TOO_EARLY, meeting=None).opens_at is None
    assert screen(Verdict.TOO_LATE).opens_at is None


def test_who_is_not_known_is_answered_in_both_languages() -> None:
    """No card, no language."""
    scan = Outcome(scan_id="s1", verdict=Verdict.UNKNOWN)
    assert answer(scan, NOW).languages == ("zh", "en")
    assert answer(replace(scan, verdict=Verdict.WELCOME), NOW).kind is Kind.WELCOME


def test_idle_stays_and_everything_else_goes_away_by_itself() -> None:
    """No guest's details stay on a screen for ever."""
    assert idle().lasts_s is None
    passing = [
        reading("s1"),
        two_codes("s1"),
        out_of_order("s1"),
        staff_called(reached=True),
        staff_called(reached=False),
    ]
    passing += [screen(verdict) for verdict in Verdict]
    assert all(shown.lasts_s is not None and 0 < shown.lasts_s <= 60 for shown in passing)


def test_turning_to_the_other_language_keeps_everything_else() -> None:
    """A screen in one language stays in one; a screen in both keeps both."""
    shown = screen(Verdict.WELCOME)
    assert shown.in_language("zh") == replace(shown, languages=("zh",))
    assert idle("zh").in_language("en") == idle("en")
    assert idle("zh").in_language("zh") == idle("zh")
    assert idle("en").language == "en"


BEER, *_ = LONG = tuple(DrinkCard(drink=f"d{n}", name=Words(zh=f"{n}号", en=f"No {n}")) for n in range(6))


@pytest.mark.parametrize(
    ("menu", "offered"),
    [(None, USUAL_DRINKS), ((BEER,), (BEER,)), (LONG, LONG[:4]), ((), ())],
    ids=["an older hub", "one drink", "a long menu", "nothing left"],
)
def test_a_greeting_offers_what_the_house_has_now(
    menu: tuple[DrinkCard, ...] | None, offered: tuple[DrinkCard, ...]
) -> None:
    """What is out is not on the meeting's card; where nothing is left nothing is asked (R110)."""
    for verdict in (Verdict.WELCOME, Verdict.ALREADY_IN):
        outcome = Outcome(
            scan_id="a", verdict=verdict, card=CARD, meeting=replace(MEETING, drinks=menu), places=PLACES, online=True
        )
        shown = answer(outcome, NOW)
        assert (shown.order, shown.drinks) == (Order.OFFERED if offered else None, offered)
        assert answer(replace(outcome, online=False), NOW).order is None


def test_a_drink_once_chosen_is_not_offered_again_by_the_hub_s_later_word() -> None:
    """The seat may change with it; the choice stands. What was not chosen stays offered."""
    offered = Screen(kind=Kind.WELCOME, scan_id="a", order=Order.OFFERED)
    asked = replace(offered, order=Order.TAKEN, request="tea-1")
    later = replace(offered, title="Chief Engineer")
    assert after_choice(asked, later) == replace(later, order=Order.TAKEN, request="tea-1")
    assert after_choice(offered, later) == later
    assert after_choice(asked, replace(later, order=None)) == replace(later, order=None)
