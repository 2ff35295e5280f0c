"""What a slip says: R97's words, from the catalogue."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import kiosk
from devices.contract.cards import PlaceCard, SeatLabel, Words
from devices.contract.messages import Verdict
from devices.texts import Texts
from kiosk.badges.slip import Slip, write_slip
from kiosk.screen import Outcome
from kiosk.web.view import Writer
from tests.kiosk.cards import CARD, MEETING, MORNING

TEXTS = Texts.load(Path(kiosk.__file__).parent / "texts")
ROOM = PlaceCard(
    place="hall-1",
    name=Words(zh="一号厅", en="Hall 1"),
    way=Words(zh="左转上二楼", en="Left, then upstairs"),
    arrow="left",
    step_free_way=Words(zh="乘电梯上二楼", en="Take the lift"),
)
LOUNGE = PlaceCard(place="lounge", name=Words(zh="贵宾厅", en="Lounge"), way=Words(zh="直走", en="Ahead"))


def slip(**changes: Any) -> Slip:  # noqa: ANN401 - a card's fields
    """Write the slip of a guest."""
    card = replace(CARD, company="云帆科技", **changes)
    meeting = replace(MEETING, lounge="lounge")
    places = {"hall-1": ROOM, "lounge": LOUNGE}
    outcome = Outcome(scan_id="a", verdict=Verdict.WELCOME, card=card, meeting=meeting, places=places)
    return write_slip(outcome, card, TEXTS, Writer(TEXTS, ZoneInfo(MEETING.zone), card.language), MORNING)


def said(found: Slip) -> str:
    """Return everything a slip says, as one text."""
    way = found.way
    parts = [found.meeting, found.name, found.role, found.intro, *(part.text for part in found.seat)]
    parts += [found.seat_line, found.hand_outs, found.way_intro]
    return "|".join([part for part in parts if part] + ([way.meaning, way.name, way.words] if way else []))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "新品发布会|王建国|总经理 · 云帆科技|王总，您的座位在|A区|3排|5座|这边请|请向左|一号厅|左转上二楼"),
        (
            {"language": "en", "name": "Wang Jianguo", "title": ""},
            (
                "Product launch|Wang Jianguo|云帆科技|Mr Wang, your seat is|Zone A|Row 3|Seat 5|"
                "This way, please|To the left|Hall 1|Left, then upstairs"
            ),
        ),
        (
            {"seat": SeatLabel(zone="12", row="", number="3", table=True)},
            "新品发布会|王建国|总经理 · 云帆科技|王总，您的座位在|12号桌|3座|这边请|请向左|一号厅|左转上二楼",
        ),
        (
            {"seat": None, "step_free": True},
            (
                "新品发布会|王建国|总经理 · 云帆科技|王总，您好！|工作人员会引导您入座|"
                "这边请|请走无障碍路线|一号厅|乘电梯上二楼"
            ),
        ),
        (
            {"vip": True},
            "新品发布会|王建国|总经理 · 云帆科技|王总，您的座位在|A区|3排|5座|这边请|请直走|贵宾厅|直走",
        ),
    ],
)
def test_a_slip_names_guest_meeting_seat_and_way_in_the_guest_s_language(changes: dict[str, Any], words: str) -> None:
    """With and without a seat, at a table, step-free, and for a guest of honour by way of the lounge."""
    assert said(slip(**changes)) == words


def test_a_slip_without_meeting_or_way_says_the_rest() -> None:
    """The roster has not come yet."""
    outcome = Outcome(scan_id="a", verdict=Verdict.WELCOME, card=CARD)
    found = write_slip(outcome, CARD, TEXTS, Writer(TEXTS, ZoneInfo("UTC"), "zh"), MORNING)
    assert said(found) == "王建国|总经理|王总，您的座位在|A区|3排|5座"


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "请领取 资料袋、胸牌"), ("en", "Please take Document bag, Badge")]
)
@pytest.mark.parametrize("vip", [False, True])
def test_the_slip_says_what_to_take_along(language: str, words: str, *, vip: bool) -> None:
    """In the guest's language, where the meeting gives each guest something (R58)."""
    meeting = replace(MEETING, hand_outs=(Words(zh="资料袋", en="Document bag"), Words(zh="胸牌", en="Badge")))
    card = replace(CARD, language=language, vip=vip)
    outcome = Outcome(scan_id="a", verdict=Verdict.WELCOME, card=card, meeting=meeting)
    found = write_slip(outcome, card, TEXTS, Writer(TEXTS, ZoneInfo(MEETING.zone), language), MORNING)
    assert found.hand_outs == words
    assert slip().hand_outs == ""
