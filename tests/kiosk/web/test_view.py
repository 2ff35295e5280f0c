"""Each language says the right words, politely, and every look differs by more than its colour."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from devices.contract.cards import SeatLabel, Words
from devices.contract.messages import Need
from devices.texts import Texts
from kiosk.screen import LANGUAGES, Kind, Screen, Tea
from kiosk.steps.screens import Step
from kiosk.web.pages import SHELL
from kiosk.web.step_view import StepWriter
from kiosk.web.view import LOOKS, Say, View, Writer

SHANGHAI = ZoneInfo("Asia/Shanghai")
POLITE = ("请", "您", "谢谢", "欢迎", "抱歉", "对不起")


def view(texts: Texts, screen: Screen, language: str | None = None) -> View:
    """Put a screen into words in Shanghai's time."""
    return Writer(texts, SHANGHAI, language or screen.language).view(screen)


def said(shown: View) -> str:
    """Return everything a view says, as one text."""
    parts = [shown.heading, shown.title, shown.lead, shown.seat_line, shown.next_step]
    parts += [part.text for part in shown.seat]
    parts += [f"{note.label} {' '.join(note.texts)}" for note in shown.notes]
    if shown.way is not None:
        parts += [shown.way.name, shown.way.words, shown.way.caption, shown.way.meaning]
    return "|".join(part for part in parts if part)


def test_every_chinese_sentence_has_a_polite_form(texts: Texts) -> None:
    """Courtesy lint of R145: all texts but labels and the names of buttons are sentences to a guest."""
    sentences = [key for key in texts.keys() if not key.startswith(("label.", "button."))]  # noqa: SIM118 - no mapping
    assert len(sentences) > 40
    assert [key for key in sentences if not any(form in texts.by_language["zh"][key] for form in POLITE)] == []


def test_every_text_is_used_and_every_screen_finds_its_texts(
    texts: Texts, screens: dict[str, Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No sentence is kept that no guest can see."""
    used = set(SHELL)
    used |= {f"notice.{need}" for need in Need}  # beneath the screens, for staff
    used |= {"slip.seat", "slip.way"}  # on paper
    look_up = Texts.__call__

    def spy(self: Texts, key: str, language: str, /, **values: Any) -> str:  # noqa: ANN401 - as the original
        used.add(key)
        return look_up(self, key, language, **values)

    monkeypatch.setattr(Texts, "__call__", spy)
    welcome = screens["welcome-zh"]
    assert welcome.tea is not None
    assert welcome.way is not None
    more = [replace(welcome, way=replace(welcome.way, arrow=arrow)) for arrow in ("right", "ahead", "back")]
    more += [replace(welcome, way=replace(welcome.way, arrow=arrow)) for arrow in ("up", "down", "here", "")]
    more += [replace(welcome, tea=replace(welcome.tea, starts_at=welcome.tea.starts_at - timedelta(hours=3)))]
    more += [replace(screens["vip-zh"], host=""), replace(screens["too_early-zh"], opens_at=None)]
    for screen in [*screens.values(), *more]:
        for language in LANGUAGES:
            if isinstance(screen, Step):
                assert StepWriter(Say(texts, SHANGHAI, language, "010")).view(screen).heading
            else:
                assert Writer(texts, SHANGHAI, language, "010").view(screen).heading
    assert sorted(set(texts.keys()) - used) == []


def test_a_welcome_in_chinese(texts: Texts, screens: dict[str, Screen]) -> None:
    """王总 is greeted as such and finds seat, room, tea and restrooms."""
    shown = view(texts, screens["welcome-zh"])
    assert said(shown) == (
        "王总，您好！|总经理|欢迎参加新款AI产品发布会|A区|3排|5座|请领取 资料袋、胸牌|茶歇 11:30 二楼休息厅"
        "|卫生间 走廊尽头左转|牡丹厅|左转上二楼，右手第一间|请向左"
    )
    assert shown.tag == "zh-CN"


def test_a_welcome_in_english(texts: Texts, screens: dict[str, Screen]) -> None:
    """Ms Li is greeted as such and finds seat, room, tea and restrooms."""
    shown = view(texts, screens["welcome-en"])
    assert said(shown) == (
        "Welcome, Ms Li|Chief Engineer|AI Product Launch|Zone A|Row 12|Seat 18|Please take Document bag, Badge"
        "|Tea break 11:30 Floor 2 lounge|Restrooms End of the corridor, left|Peony Hall"
        "|Up the stairs, first on the right|To the left"
    )
    assert shown.tag == "en"


@pytest.mark.parametrize(("language", "parts"), [("zh", ["4号桌", "2座"]), ("en", ["Table 4", "Seat 2"])])
def test_a_seat_at_a_table_is_read_as_such(
    texts: Texts, screens: dict[str, Screen], language: str, parts: list[str]
) -> None:
    """A table has no rows."""
    assert [part.text for part in view(texts, screens["welcome-table-zh"], language).seat] == parts


def test_a_seat_keeps_what_it_has(texts: Texts, screens: dict[str, Screen]) -> None:
    """A boardroom has no zones and rows; strange labels stay as they are."""
    odd = replace(screens["welcome-zh"], seat=SeatLabel(zone="", row="", number="{0}%s"))
    assert [part.text for part in view(texts, odd).seat] == ["{0}%s座"]


def test_without_a_seat_staff_will_show_one(texts: Texts, screens: dict[str, Screen]) -> None:
    """Nobody is left to wonder; but who came in before is not promised one again by a kiosk that cannot know."""
    assert view(texts, screens["welcome-no-seat-zh"]).seat_line == "工作人员会引导您入座"
    assert view(texts, screens["welcome-no-seat-en"]).seat_line == "Our staff will seat you"
    assert view(texts, screens["already_in-both-zh"]).seat_line == ""


def test_a_guest_of_honour_hears_who_comes_only_when_somebody_was_told(
    texts: Texts, screens: dict[str, Screen]
) -> None:
    """With the hub away the screen promises nobody."""
    assert view(texts, screens["vip-zh"]).next_step == "陈经理正前来迎接您"
    assert view(texts, screens["vip-en"]).next_step == "Your host Grace Chen is on the way to you"
    assert view(texts, screens["vip-not-called-en"]).next_step == "Please make yourself comfortable"
    lounge, room = view(texts, screens["vip-en"]).way, view(texts, screens["vip-not-called-en"]).way
    assert lounge is not None
    assert room is not None
    assert (lounge.name, room.name) == ("VIP Lounge", "Peony Hall")


def test_a_second_scan_names_time_and_door(texts: Texts, screens: dict[str, Screen]) -> None:
    """Friendly, with the seat again; another day is named."""
    screen = screens["already_in-zh"]
    assert view(texts, screen).lead == "您已于 08:09 在东门签到"
    assert view(texts, screens["already_in-en"]).lead == "You checked in at 08:09, East Gate"
    assert view(texts, screen).seat[0].text == "A区"
    assert screen.at is not None
    tomorrow = replace(screen, at=screen.at + timedelta(days=1))
    assert view(texts, tomorrow).lead == "您已于 12月31日 星期四 08:09 在东门签到"
    assert view(texts, screens["already_in-both-zh"]).lead == "您已经签到"


def test_too_early_names_the_time_and_another_day(texts: Texts, screens: dict[str, Screen]) -> None:
    """Who comes a day early reads which day."""
    screen = screens["too_early-en"]
    assert view(texts, screen).next_step == "Doors open at Thu 31 Dec, 08:00. Please scan again then"
    assert screen.opens_at is not None
    today = replace(screen, at=screen.opens_at - timedelta(hours=1))
    assert view(texts, today).next_step == "Doors open at 08:00. Please scan again then"


def test_a_tea_break_that_is_on_says_until_when(texts: Texts, screens: dict[str, Screen]) -> None:
    """Now is better than a time in the past; without a place the time stands alone."""
    screen = screens["welcome-en"]
    assert screen.at is not None
    on_now = Tea(starts_at=screen.at, ends_at=screen.at + timedelta(minutes=15), place=None)
    assert view(texts, replace(screen, tea=on_now)).notes[1].texts == ("now, until 08:55",)


def test_every_refusal_says_something_of_its_own_and_what_to_do_next(texts: Texts, screens: dict[str, Screen]) -> None:
    """Eleven answers, eleven sentences in each language, each with a next step."""
    refusals = [screens[f"{kind.value}-both-zh"] for kind in Kind if LOOKS[kind].tone in {"time", "again", "person"}]
    assert len(refusals) == 11
    for language in LANGUAGES:
        views = [view(texts, screen, language) for screen in refusals]
        assert len({shown.heading for shown in views}) == len(views)
        assert all(shown.next_step for shown in views)


def test_who_was_called_changes_the_next_step(texts: Texts, screens: dict[str, Screen]) -> None:
    """Nobody is asked to press help when help is on its way."""
    assert view(texts, screens["revoked-en"]).next_step == "Please press Help and we will come to you"
    called = replace(screens["revoked-en"], called=True)
    assert view(texts, called).next_step == "Please wait here, our staff are on their way"


def test_every_kind_has_an_icon_of_its_own() -> None:
    """Greetings share the check mark of their layouts; all else is told apart without colour.

    Steps are told apart by what they ask.
    """
    icons = [look.icon for kind, look in LOOKS.items() if kind is not Kind.VIP and look.layout != "step"]
    assert set(LOOKS) == set(Kind)
    assert len(set(icons)) == len(icons)


def test_a_text_in_one_language_only_stands_in_for_the_other(texts: Texts, screens: dict[str, Screen]) -> None:
    """A meeting that was named in Chinese only is named in Chinese."""
    screen = replace(screens["welcome-en"], meeting=Words(zh="发布会", en=""))
    assert view(texts, screen).lead == "发布会"
