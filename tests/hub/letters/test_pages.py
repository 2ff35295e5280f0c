"""Letters in a real browser: what must be in them is in them, on one page, and the QR on it can be read."""

import re
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page

from devices.texts import Texts
from hub.domain.materials import Document, Materials
from hub.domain.transfers import PlaceKind, Transfer
from hub.domain.words import Language, Words
from hub.letters.pages import CARDS_A_PAGE, Pages
from hub.letters.symbols import readable, symbol
from hub.letters.wording import TEXTS_FOLDER, Wording
from hub.usecases.invite import Letter
from tests.hub.build import T0
from tests.hub.letters.letters import group_letter, letter, long_agenda, occasion, wording

A4_MM = 297
MM = 96 / 25.4


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page that refuses to load anything from anywhere."""
    opened = browser.new_page(viewport={"width": 900, "height": 1200})
    opened.route(re.compile("^(?!about:)"), lambda route: route.abort())
    yield opened
    opened.close()


def written(one: Letter, **changes: object) -> str:
    """Return a letter's page."""
    return Pages(wording(**changes)).letter(one, symbol(one.invited.invitation.code))


def codes_on(page: Page) -> list[str]:
    """Read all QR codes on the page as a kiosk does."""
    image = cv2.imdecode(np.frombuffer(page.screenshot(full_page=True), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            Language.ZH,
            (
                "邀请函 发布会 尊敬的王总 2026年12月1日 10:00–12:00 09:00 启明厅（1F） 启明湾会议中心 停车场入口在东侧 "
                "新品发布 10:00–10:30 王总 茶歇 前厅 010-0000"
            ),
        ),
        (
            Language.EN,
            (
                "Invitation Launch Dear·Mr·Wang Tuesday·1·December·2026 10:00–12:00 Hall·(1F) Qiming·Bay east·side "
                "The·launch Foyer"
            ),
        ),
    ],
)
def test_a_letter_holds_subject_time_place_agenda_and_code(page: Page, language: Language, parts: str) -> None:
    """R74, R139, R144; the code is readable for cameras and for people."""
    one = letter(language)
    page.set_content(written(one))
    shown = page.inner_text("body")
    missing = [
        part for part in parts.replace("·", "\0").split() if part.replace("\0", " ").lower() not in shown.lower()
    ]
    assert missing == []
    assert readable(one.invited.invitation.code) in shown
    assert codes_on(page) == [one.invited.invitation.code]
    assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[language]


@pytest.mark.browser
def test_a_vip_reads_of_host_and_lounge(page: Page) -> None:
    """R100; others do not."""
    page.set_content(written(letter(vip=True, host="林芷安")))
    assert "林芷安" in page.inner_text("body")
    assert "贵宾室" in page.inner_text("body")
    page.set_content(written(letter(host="林芷安")))
    assert "林芷安" not in page.inner_text("body")


@pytest.mark.browser
@pytest.mark.parametrize("language", list(Language))
def test_a_letter_with_eight_rows_fits_one_a4_page_and_its_symbol_is_35_mm(page: Page, language: Language) -> None:
    """Also a VIP's, whose letter is the longest."""
    one = letter(language, vip=True, host="林芷安 Claire Song", salutation=Words("欧阳总", "Ms van der Veen"))
    page.emulate_media(media="print")
    page.set_content(
        written(one, agenda=long_agenda(8), title=Words("新一代人工智能产品发布会", "Launch of the new generation"))
    )
    height = page.evaluate("document.querySelector('main').getBoundingClientRect().height")
    assert height / MM <= A4_MM
    width = page.evaluate("document.querySelector('.qr').getBoundingClientRect().width")
    assert width / MM * 25 / 33 >= 34.99


@pytest.mark.browser
def test_a_letter_is_read_on_a_telephone_without_sliding_sideways(page: Page) -> None:
    """The QR comes before the facts there."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.set_content(written(letter(Language.EN, salutation=Words("", "W" * 60)), agenda=long_agenda(40)))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    top = "document.querySelector('{}').getBoundingClientRect().top"
    assert page.evaluate(top.format("figure")) < page.evaluate(top.format("dl"))


@pytest.mark.browser
def test_hostile_names_are_only_text(page: Page) -> None:
    """Nothing in them runs or loads."""
    name = "<img src=x onerror=document.title='hit'><script>document.title='hit'</script>"
    one = letter(name=name, company=name, salutation=Words(name, name))
    for html in (written(one), Pages(wording()).sheet([(one, symbol(one.invited.invitation.code))], Language.ZH)):
        page.set_content(html)
        assert page.title() != "hit"
        assert page.locator("script, img").count() == 0
        assert name in page.inner_text("body")


@pytest.mark.browser
def test_a_sheet_holds_ten_cards_a_page_and_every_code_on_it_is_read(page: Page) -> None:
    """Each card stays within its frame, with the longest name a list may have."""
    names = [f"{'Maximiliane ' * 6}{number:02d}" if number % 3 == 0 else f"王{number}" for number in range(12)]
    cards = []
    for number, name in enumerate(names):
        one = letter(Language.EN if number % 3 == 0 else Language.ZH, vip=number == 1, name=name, company="公司" * 50)
        code = f"K8SSJKZS9ANXTZ8M-{number:02d}"
        cards.append((one, symbol(code)))
    page.set_content(Pages(wording()).sheet(cards, Language.ZH))
    assert page.locator(".sheet").count() == 2
    assert page.locator(".sheet").first.locator(".card").count() == CARDS_A_PAGE
    assert sorted(codes_on(page)) == [f"K8SSJKZS9ANXTZ8M-{number:02d}" for number in range(12)]
    overflowing = page.evaluate(
        "[...document.querySelectorAll('.words')].filter(e => e.scrollHeight > e.clientHeight + 1).length"
    )
    assert overflowing == 0


def test_a_page_needs_nothing_but_itself() -> None:
    """No address in it but the names of XML's own languages."""
    html = written(letter())
    assert not re.search(r"src=|href=|url\(", html)
    assert "http" not in html


def test_the_title_of_a_page_names_nobody() -> None:
    """Titles end up in histories and print queues."""
    title = re.search("<title>(.*)</title>", written(letter(name="欧阳娜")))
    assert title
    assert "欧阳娜" not in title[1]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            Language.ZH,
            ("邀请函", "发布会", "尊敬的腾云各位来宾（5 位）", "勾选", "请凭此码为全组签到"),
        ),
        (
            Language.EN,
            ("Launch", "Dear guests of 腾云 (5)", "tick who is with you", "One code for your group"),
        ),
    ],
)
def test_a_group_s_letter_holds_its_name_and_code_on_one_page(
    page: Page, language: Language, parts: tuple[str, ...]
) -> None:
    """With how many they are and what to do; nobody's name is on it (G22)."""
    one = group_letter(language)
    page.set_content(Pages(wording()).group(one, symbol(one.group.code)))
    shown = page.inner_text("body")
    assert [part for part in parts if part.lower() not in shown.lower()] == []
    assert codes_on(page) == [one.group.code]
    assert readable(one.group.code) in shown
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('main').scrollHeight") <= A4_MM * MM + 1


@pytest.mark.browser
def test_a_letter_with_notes_and_documents_says_them_and_still_fits_one_page(page: Page) -> None:
    """R103: what to mind and what to read, besides eight rows of agenda and a VIP's lines."""
    notes, house = Words("", "Please silence your telephone; " * 3), Words("", "The park is smoke-free")
    document = Document(Words("", "Conference handbook"), "https://files.example.com/handbook.pdf")
    about = occasion(agenda=long_agenda(8), title=Words("", "Launch of the new generation"))
    about = replace(
        about,
        venue=replace(about.venue, notes=house),
        materials=Materials(notes=notes, documents=(document,)),
    )
    one = letter(Language.EN, vip=True, host="林芷安 Claire Song", salutation=Words("欧阳总", "Ms van der Veen"))
    page.emulate_media(media="print")
    drawn = symbol(one.invited.invitation.code)
    page.set_content(Pages(Wording(Texts.load(TEXTS_FOLDER), about)).letter(one, drawn))
    shown = page.inner_text("body")
    for part in ("Please silence your telephone", "smoke-free", "Conference handbook (https://files.example.com"):
        assert part in shown
    assert page.evaluate("document.querySelector('main').getBoundingClientRect().height") / MM <= A4_MM


PICK_UP = Transfer(
    invitation="inv-7",
    kind=PlaceKind.AIRPORT,
    place=Words("T3 到达口", "T3 arrivals"),
    eta=T0,
    note="CA1501",
    greeter="小李",
    greeter_phone="138 0013 8000",
)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (Language.ZH, ("接站", "12月1日 星期二 09:00 · T3 到达口 · CA1501", "小李 138 0013 8000 将提前到达迎候您")),
        (Language.EN, ("Pick-up", "Tue 1 Dec 09:00 · T3 arrivals · CA1501", "小李 138 0013 8000 will be there")),
    ],
)
def test_a_guest_who_is_picked_up_reads_where_and_by_whom(language: Language, parts: tuple[str, ...]) -> None:
    """When, where, the greeter's name and number (R87); other letters say nothing of it."""
    plain = letter(language)
    text = written(replace(plain, pick_up=PICK_UP))
    for part in parts:
        assert part in text
    assert parts[0] not in written(plain)
    assert "will be there" not in (unnamed := written(replace(plain, pick_up=replace(PICK_UP, greeter=""))))
    assert "将提前到达" not in unnamed


@pytest.mark.browser
@pytest.mark.parametrize("language", list(Language))
def test_a_letter_with_all_it_can_have_fits_on_one_page(page: Page, language: Language) -> None:
    """A VIP's, with host, lounge and pick-up."""
    full = replace(letter(language, vip=True, host="陈明"), pick_up=PICK_UP)
    page.set_content(written(full))
    page.emulate_media(media="print")
    assert page.locator("main").bounding_box()["height"] <= A4_MM * MM  # type: ignore[index]
