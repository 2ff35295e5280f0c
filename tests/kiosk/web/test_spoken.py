"""What is read aloud is what stands on the screen, all of it, in reading order, in the guest's own language."""

from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from devices.pi.speech import EspeakVoice
from devices.texts import LANGUAGE_TAGS, Texts
from kiosk.screen import LANGUAGES, Kind, Screen
from kiosk.web import create_app
from kiosk.web.pages import Pages
from kiosk.web.spoken import spoken_text
from tests.kiosk.web.samples import SCREENS


@pytest.fixture(scope="module")
def pages(texts: Texts) -> Pages:
    """Draw screens as the page does."""
    package = create_app.__module__
    return Pages(Flask(package).jinja_env, texts, ZoneInfo("Asia/Shanghai"))


def said(pages: Pages, screen: Screen) -> str:
    """Return what is read aloud of a screen."""
    return spoken_text(pages.fragment(screen), LANGUAGE_TAGS[screen.language])


def test_a_greeting_is_read_as_it_stands(pages: Pages) -> None:
    """Name, meeting, seat, way, tea and restrooms; a picture by its meaning."""
    assert said(pages, SCREENS["welcome-zh"]) == (
        "王总，您好！总经理。欢迎参加新款AI产品发布会。A区 · 3排 · 5座。请向左。牡丹厅 左转上二楼，右手第一间。"
        "请领取 资料袋、胸牌。茶歇 11:30 二楼休息厅。卫生间 走廊尽头左转。"
    )
    assert said(pages, SCREENS["welcome-en"]) == (
        "Welcome, Ms Li. Chief Engineer. AI Product Launch. Zone A · Row 12 · Seat 18. To the left. "
        "Peony Hall Up the stairs, first on the right. Please take Document bag, Badge. "
        "Tea break 11:30 Floor 2 lounge. Restrooms End of the corridor, left."
    )


def test_of_two_languages_the_leading_one_is_read(pages: Pages) -> None:
    """Never one after the other, and nothing of the other."""
    assert said(pages, SCREENS["unknown-both-zh"]).startswith("抱歉，没有找到这张邀请码。请按")
    english = said(pages, SCREENS["unknown-both-en"])
    assert english.startswith("Sorry, we could not find this invitation. Please press Help")
    assert not any("\u4e00" <= symbol <= "\u9fff" for symbol in english)


def test_what_is_hidden_is_not_read_and_names_of_buttons_are() -> None:
    """As a person sees it: labels before pictures, no markup, no part that is put away."""
    html = (
        '<article><h1 lang="en">Tea &amp; coffee?</h1><p hidden>secret</p><p aria-hidden="true">also</p><br>'
        '<button aria-label="Tea"><svg><path d="M0"/></svg>T</button><button>No,<b> thanks</b></button>'
        '<p lang="zh-CN">茶</p><img alt=""></article>'
    )
    assert spoken_text(html, "en") == "Tea & coffee? Tea. No, thanks."


def test_what_is_masked_is_not_spelt_out() -> None:
    """Nobody wants to hear eight asterisks."""
    assert spoken_text("<button>W** 138****1234</button>", "en") == "W 138 1234."


@pytest.mark.parametrize(("name", "asked"), [("no_code-zh", "请问您的姓名拼音"), ("no_code-en", "Your name")])
def test_the_keys_of_the_keyboard_are_not_read(pages: Pages, name: str, asked: str) -> None:
    """What is asked, and the buttons beside it: not thirty-six letters, nor what a guest has typed."""
    told = said(pages, SCREENS[name])
    assert asked in told
    assert "WANG" not in told
    assert not any(word in told for word in ("A。B", "A. B", "空格", "Space", "删除", "Delete"))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_has_a_voice_in_each_language(pages: Pages, kind: Kind, language: str) -> None:
    """The list is the code's own: a new kind without a sample, or that says nothing, fails here."""
    screens = [screen for screen in SCREENS.values() if screen.kind is kind and language == screen.language]
    assert screens
    for screen in screens[:1]:
        text = said(pages, screen)
        seconds = EspeakVoice().speak(text, language).seconds
        words_for_digits = 0 if language == "zh" else 4 * sum(sign.isdigit() for sign in text)
        signs_a_second = (len(text) + words_for_digits) / seconds
        assert seconds > 1
        assert (1.5 if language == "zh" else 6) < signs_a_second < (7 if language == "zh" else 25), text
